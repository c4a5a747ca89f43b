import { paths } from '#/shared/paths.ts';
/** Where to go after logging in: a path with exactly one leading slash, never another host, never the login itself or a page of a mail. */
export function safeNext(next: string | null): string {
  if (next === null || !/^\/(?![/\\])/.test(next) || /[\\\p{Cc}]/u.test(next)) return paths.home;
  if (/^\/(login|signup|verify|reset|forgotten|address)(?:[/?#]|$)/.test(next)) return paths.home;
  return next;
}

/** `/login?next=…` for a path of our own. */
export function loginPath(next: string): string {
  return withNext(paths.login, next);
}

export function signupPath(next: string): string {
  return withNext(paths.signup, next);
}

function withNext(path: string, next: string): string {
  const safe = safeNext(next);
  return safe === paths.home ? path : `${path}?next=${encodeURIComponent(safe)}`;
}
