/** What a visit begins with. */
export const texts = import.meta.glob<Record<string, string>>(
  ['../locales/en.json', '../../../features/{search,catalogue,address}/locales/en.json'],
  { eager: true, import: 'default' },
);
