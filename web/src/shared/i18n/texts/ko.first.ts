/** What a visit begins with. */
export const texts = import.meta.glob<Record<string, string>>(
  ['../locales/ko.json', '../../../features/{search,catalogue,address}/locales/ko.json'],
  { eager: true, import: 'default' },
);
