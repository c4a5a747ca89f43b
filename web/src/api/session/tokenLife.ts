/** The life of a token since it was answered, in milliseconds. */
export interface Life {
  ms: number;
  /** `performance.now()` and `Date.now()` of the answer. */
  monotonic: number;
  wall: number;
}

/** For a token that does not tell: it is renewed at least so often, and a 401 renews it sooner. */
const ASSUMED_MS = 60_000;

/**
 * How long a token that has just arrived is good by the clock of whoever made it (RFC 7519: `exp` - `iat`). The clock
 * of this device says nothing about it: it may be an hour off, and each request would ask for a new token.
 */
export function beginLife(token: string): Life {
  return { ms: told(token) ?? ASSUMED_MS, monotonic: performance.now(), wall: Date.now() };
}

/**
 * What is left of it. A device that sleeps may stop the monotonic clock, but not the other one: the larger of the two
 * counts. Who sets the clock forward loses one token, who sets it back none.
 */
export function left({ ms, monotonic, wall }: Life): number {
  return Math.max(0, ms - Math.max(performance.now() - monotonic, Date.now() - wall));
}

function told(token: string): number | null {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { iat, exp } = JSON.parse(atob(payload)) as { iat?: unknown; exp?: unknown };
    return typeof iat === 'number' && typeof exp === 'number' && exp > iat ? (exp - iat) * 1_000 : null;
  } catch {
    return null;
  }
}
