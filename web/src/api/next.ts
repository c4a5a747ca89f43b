/** Where to go after logging in: a path with exactly one leading slash, never another host, never the login itself. */
export function safeNext(next: string | null): string {
  if (next === null || !/^\/(?![/\\])/.test(next) || /[\\\p{Cc}]/u.test(next)) return '/';
  if (/^\/(login|signup)(?:[/?#]|$)/.test(next)) return '/';
  return next;
}

/** `/login?next=…` for a path of our own. */
export function loginPath(next: string): string {
  return withNext('/login', next);
}

export function signupPath(next: string): string {
  return withNext('/signup', next);
}

function withNext(path: string, next: string): string {
  const safe = safeNext(next);
  return safe === '/' ? path : `${path}?next=${encodeURIComponent(safe)}`;
}
