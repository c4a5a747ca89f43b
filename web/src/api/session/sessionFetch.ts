import { noteFailure, noteSuccess } from '#/shared/nav/connection.ts';
import { createProof, type TabProof } from './proof.ts';
import type { TabSession } from './session.ts';
import { traceparent } from './trace.ts';

/** Calls that make or end a session, or need none: they must not wait for one. */
const WITHOUT_SESSION =
  /^\/api\/auth\/(login|signup|refresh|logout|documents|demo|password|address\/(verify|resend|undo))(\/|$)/;

/** Whether this path is asked for as nobody, whoever is logged in. */
export function isWithoutSession(path: string): boolean {
  return WITHOUT_SESSION.test(path);
}

function withToken(request: Request, bearer: string | null): Request {
  if (bearer === null) return request;
  const headers = new Headers(request.headers);
  headers.set('authorization', `Bearer ${bearer}`);
  return new Request(request, { headers });
}

/**
 * fetch with the session: adds the token; a 401 is answered by refresh and one repetition, unseen. When the
 * refresh token is over too, the request waits behind the log-in sheet and is then repeated as it was,
 * with the same Idempotency-Key, for the same account only. Where nobody can say whose cookie it is, it fails as a
 * request without an answer does: it is no visitor's. An act that needs a fresh proof of who the person is waits in the same
 * way behind its own sheet.
 */
export function createSessionFetch(
  session: TabSession,
  proof: TabProof = createProof(),
): (request: Request) => Promise<Response> {
  return async (request) => {
    if (isWithoutSession(new URL(request.url).pathname)) return plain(request);
    // Nothing that only reads asks for a proof.
    const act = request.method === 'GET' ? null : request.clone();
    const response = await send(session, request);
    if (act === null || !(await asksForProof(response))) return response;
    return (await proof.ask(act)) ? send(session, act) : response;
  };
}

async function send(session: TabSession, request: Request): Promise<Response> {
  const bearer = await session.accessToken();
  if (session.state().status === 'ended') {
    if (!(await session.askToLogInAgain())) return plain(request);
    return plain(withToken(request, session.currentToken()));
  }
  if (bearer === null && !mayGoWithout(session, request))
    throw new TypeError('nothing was sent: nobody could say who this is');
  const again = bearer === null ? null : request.clone();
  const response = await plain(withToken(request, bearer));
  if (response.status !== 401 || again === null) return response;

  // Another request may have refreshed while this one was on its way.
  const renewed = session.currentToken();
  const result = renewed !== null && renewed !== bearer ? 'fresh' : await session.refresh();
  // The 401 speaks of the old token only: what was asked is not known yet.
  if (result === 'no-answer') throw new TypeError('the token could not be renewed');
  if (result === 'over' && !(await session.askToLogInAgain())) return response;
  return plain(withToken(again, session.currentToken()));
}

async function asksForProof(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return typeof body === 'object' && body !== null && 'code' in body && body.code === 'proof.needed';
}

/** May a request without a token be sent? A visitor's, and what anybody may read while it is not known who this is. */
function mayGoWithout(session: TabSession, { method }: Request): boolean {
  const { status } = session.state();
  return status === 'visitor' || (status === 'unreachable' && (method === 'GET' || method === 'HEAD'));
}

async function plain(request: Request): Promise<Response> {
  try {
    const traced = new Request(request);
    traced.headers.set('traceparent', traceparent());
    const response = await fetch(traced);
    if (response.status === 502 || response.status === 503 || response.status === 504)
      noteFailure('unavailable');
    else noteSuccess();
    return response;
  } catch (cause) {
    if (!request.signal.aborted) noteFailure('offline');
    throw cause;
  }
}
