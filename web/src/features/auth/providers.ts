import type { Provider } from '#/api/types.ts';

/** The pages that a visit may lead back to, as the server lists them (`RETURNS`); any other page this tab remembers itself. */
const RETURNS: readonly string[] = [
  '/',
  '/search',
  '/engagements',
  '/chat',
  '/inbox',
  '/post',
  '/me',
  '/me/log-ins',
  '/me/leave',
];

const BACK = 'dojob.back';

/** Google refuses to be shown inside other apps: its page would be an error. */
const REFUSES_IN_APP: Record<Provider, boolean> = { kakao: false, naver: false, google: true, apple: false };

export type InApp = 'kakaotalk' | 'naver' | 'other';

/** The app inside which this page is shown, if it is one: its browser is not the person's own. */
export function inApp(agent: string): InApp | null {
  if (/KAKAOTALK/i.test(agent)) return 'kakaotalk';
  if (/NAVER\(inapp/i.test(agent)) return 'naver';
  // Android names its web view "wv"; on an iPhone the apps name themselves.
  if (/Instagram|FBAN|FBAV|\bLine\/|DaumApps|; wv\)/i.test(agent)) return 'other';
  return null;
}

/** The app in which this provider cannot be used, if the page is in one. */
export function refusedIn(provider: Provider, agent: string): InApp | null {
  return REFUSES_IN_APP[provider] ? inApp(agent) : null;
}

/** KakaoTalk opens an address in the person's own browser when it is asked so; others have it in their menu only. */
export function outside(app: InApp, address: string): string | null {
  return app === 'kakaotalk' ? `kakaotalk://web/openExternal?url=${encodeURIComponent(address)}` : null;
}

/** What the server is told to lead back to. The page itself stays in this tab. */
export function returnTo(next: string): string {
  sessionStorage.setItem(BACK, next);
  const path = next.split(/[?#]/, 1)[0] ?? '/';
  return RETURNS.includes(path) ? path : '/';
}

/** The page that this tab left from, once; else the one that the server names. */
export function cameFrom(named: string): string {
  const remembered = sessionStorage.getItem(BACK);
  sessionStorage.removeItem(BACK);
  return remembered ?? named;
}
