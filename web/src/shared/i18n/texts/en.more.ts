/** What comes later in a visit: all features but those of `en.first.ts`, and the words of refusals. */
export const texts = import.meta.glob<Record<string, string>>(
  [
    '../../../features/*/locales/en.json',
    '!../../../features/{search,catalogue,address}/locales/en.json',
    '../../../api/locales/problems.en.json',
  ],
  { eager: true, import: 'default' },
);
