/** The two names of this computer: each keeps its own cookies, so two people can be logged in in one browser. */
export const LOOPBACK: Readonly<Record<string, string>> = {
  localhost: '127.0.0.1',
  '127.0.0.1': 'localhost',
};

/** The same page's place under the other name, with a path; `null` where there is no other name. */
export function otherLoopback(from: URL | Location, path: string): string | null {
  const other = LOOPBACK[from.hostname];
  if (other === undefined) return null;
  return `${from.protocol}//${other}${from.port === '' ? '' : `:${from.port}`}${path}`;
}
