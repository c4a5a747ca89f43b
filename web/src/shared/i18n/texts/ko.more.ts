/** What comes later in a visit: all features but those of `ko.first.ts`, and the words of refusals. */
export const texts = import.meta.glob<Record<string, string>>(
  [
    '../../../features/*/locales/ko.json',
    '!../../../features/{search,catalogue,address}/locales/ko.json',
    '../../../api/locales/problems.ko.json',
  ],
  { eager: true, import: 'default' },
);
