import createClient from 'openapi-fetch';
import { i18n } from '#/shared/i18n/i18n.ts';
import { NoAnswer, toProblem } from './problem.ts';
import { sessionFetch } from './session.ts';
import type { paths as AuthPaths } from './types/auth.d.ts';
import type { paths as ChatPaths } from './types/chat.d.ts';
import type { paths as CorePaths } from './types/core.d.ts';
import type { paths as NotifyPaths } from './types/notify-address.d.ts';

type Paths = CorePaths & AuthPaths & ChatPaths & NotifyPaths;

/** Every call of the web goes through here. Wrap it: `ok(api.GET('/api/core/me', { signal }))`. */
export const api = createClient<Paths>({ fetch: sessionFetch });

api.use({
  onRequest({ request }) {
    request.headers.set('accept-language', i18n.language);
    return request;
  },
});

/**
 * The answer's body, or a thrown `Problem` (refused) or `NoAnswer` (unknown). Give the type of `model.ts` as long
 * as the generated one is loose: `ok<Talent>(api.GET(…))`.
 */
export async function ok<D>(call: Promise<{ data?: D; error?: unknown; response: Response }>): Promise<D> {
  let answer;
  try {
    answer = await call;
  } catch (cause) {
    // A cancelled query is not a failure: TanStack Query must see the AbortError itself.
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    // A body that is no JSON (a balancer's page) fails while it is parsed; nobody knows what happened then.
    throw new NoAnswer('no answer', { cause });
  }
  if (!answer.response.ok) throw toProblem(answer.response, answer.error);
  // 204 has no body; such a call is `ok<void>`.
  return answer.data as D;
}
