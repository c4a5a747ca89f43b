import createClient from 'openapi-fetch';
import { i18n } from '#/shared/i18n/i18n.ts';
import { NoAnswer, toProblem } from '../problem/problem.ts';
import { withTexts } from '../problem/problemText.ts';
import { sessionFetch } from '../session/tab.ts';
import type { paths as AddressPaths } from '../generated/addresses.d.ts';
import type { paths as AuthPaths } from '../generated/auth.d.ts';
import type { paths as ChatPaths } from '../generated/chat.d.ts';
import type { paths as CorePaths } from '../generated/core.d.ts';
import type { paths as NotificationPaths } from '../generated/notifications.d.ts';

type Paths = CorePaths & AuthPaths & ChatPaths & NotificationPaths & AddressPaths;

/** Every call of the web goes through here. Wrap it: `ok(api.GET('/api/core/me', { signal }))`. */
export const api = createClient<Paths>({ fetch: sessionFetch });

api.use({
  onRequest({ request }) {
    request.headers.set('accept-language', i18n.language);
    return request;
  },
});

/** `openapi-fetch` gives a pair as a list. The contract decides: a pair there is a pair here. */
type Arrived<T> = T extends readonly (infer E)[]
  ? Arrived<E>[]
  : T extends object
    ? { [K in keyof T]: Arrived<T[K]> }
    : T;

/**
 * The answer's body, or a thrown `Problem` (refused) or `NoAnswer` (unknown). Give it its name in `types.ts`; the
 * compiler refuses one that the contract's answer does not fit: `ok<Talent>(api.GET(…))`.
 */
export async function ok<D>(
  call: Promise<{ data?: Arrived<D>; error?: unknown; response: Response }>,
): Promise<D> {
  let answer;
  try {
    answer = await call;
  } catch (cause) {
    // A cancelled query is not a failure: TanStack Query must see the AbortError itself.
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    // A body that is no JSON (a balancer's page) fails while it is parsed; the outcome is not known then.
    throw await withTexts(new NoAnswer('no answer', { cause }));
  }
  if (!answer.response.ok) throw await withTexts(toProblem(answer.response, answer.error));
  // 204 has no body; such a call is `ok<void>`.
  return answer.data as D;
}
