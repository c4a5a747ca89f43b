import { api, ok } from '#/api/client/client.ts';
import type { CancelReason, Claim, DeclineReason, Engagement } from '#/api/types.ts';
import { isDefinite } from '#/api/problem/problem.ts';
import { useWrite } from '#/api/client/useWrite.ts';
import { engagementChanged, lookAgain } from '../queries.ts';

export type Command =
  | { act: 'accept'; terms_version: number }
  | { act: 'decline'; reason: DeclineReason }
  | { act: 'cancel'; reason: CancelReason }
  | { act: 'withdraw' }
  | { act: 'claim'; claim: Claim; minutes?: number }
  | { act: 'adjust'; minutes: number }
  | { act: 'agree-did-not-take-place' };

/** One act on an engagement. Refused: how it stands is asked again, for the page was behind. */
export function useCommand(id: string, onDone?: (now: Engagement, command: Command) => void) {
  return useWrite({
    send: (command: Command, key) => {
      const params = { path: { id }, header: { 'Idempotency-Key': key } };
      const { act, ...body } = command;
      return ok<Engagement>(
        act === 'withdraw' || act === 'agree-did-not-take-place'
          ? api.POST(`/api/core/engagements/{id}/${act}`, { params })
          : api.POST(`/api/core/engagements/{id}/${act}`, { params, body }),
      );
    },
    onDone: (now, command) => {
      engagementChanged(now);
      onDone?.(now, command);
    },
    onRefused: (cause) => (isDefinite(cause) ? lookAgain(id) : undefined),
  });
}
