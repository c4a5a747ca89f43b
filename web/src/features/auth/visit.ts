import { api, ok } from '#/api/client/client.ts';
import type { PendingSignUp, Provider, Session } from '#/api/types.ts';
import { dropAct } from '#/api/session/act.ts';
import { returnTo } from './providers.ts';

type Purpose = 'log_in' | 'link' | 'prove';

/** Leaves for the provider's page; what comes back is finished by `LoginBackScreen`. */
export async function visit(provider: Provider, purpose: Purpose, next: string): Promise<void> {
  // Only a proof is there for what waits.
  if (purpose !== 'prove') dropAct();
  const begun = await ok<{ location: string }>(
    api.POST('/api/auth/providers/{provider}/begin', {
      params: { path: { provider } },
      body: { purpose, return_to: returnTo(next) },
    }),
  );
  location.assign(begun.location);
}

/** Leaves for a provider's page that is known already; `next` is where this tab goes on. */
export function leaveFor(address: string, next: string): void {
  returnTo(next);
  location.assign(address);
}

export type Finished =
  { kind: 'session'; session: Session } | { kind: 'new'; pending: PendingSignUp } | { kind: 'done' };

/** What the visit has led to. A visit is finished once. */
export async function finish(): Promise<Finished> {
  // 200 logs in, 202 asks for age and consent, 204 has linked.
  const answer = await ok<Session | PendingSignUp | undefined>(api.POST('/api/auth/providers/finish'));
  if (answer === undefined) return { kind: 'done' };
  if ('access_token' in answer) return { kind: 'session', session: answer };
  return { kind: 'new', pending: answer };
}
