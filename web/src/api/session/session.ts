import type { Session } from '../types.ts';
import { traceparent } from './trace.ts';
import { noteFailure, noteSuccess } from '#/shared/nav/connection.ts';

/**
 * Who is here. The access token lives in memory only; the refresh token is a cookie that scripts cannot see.
 * `starting`: a cookie may exist and is being tried. `ended`: a member whose session is over; the page stays
 * and a sheet asks for the password.
 */
export interface SessionState {
  status: 'starting' | 'visitor' | 'member' | 'ended';
  account: Session['account'] | null;
}

const HINT = 'dojob.member';
const LOCK = 'dojob.refresh';
const EARLY_MS = 30_000;

let token: string | null = null;
let expiresAt = 0;
let state: SessionState = { status: 'starting', account: null };
let refreshing: Promise<RefreshResult> | null = null;
let askAgain: Promise<boolean> | null = null;
let answerAsk: ((same: boolean) => void) | null = null;
const listeners = new Set<() => void>();
const accountListeners = new Set<() => void>();
const tabs = new BroadcastChannel('dojob.session');

type RefreshResult = 'fresh' | 'over' | 'no-answer';

export function sessionState(): SessionState {
  return state;
}

export function subscribeSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Called when the account changes: cache and drafts of the other person must go. */
export function onAccountChange(listener: () => void): () => void {
  accountListeners.add(listener);
  return () => accountListeners.delete(listener);
}

/** Whose drafts and cached answers this tab holds. Putting the log-in off does not give them away. */
let owner: string | null = null;

function setState(next: SessionState): void {
  state = next;
  if (next.account !== null) {
    if (owner !== null && owner !== next.account.id) accountListeners.forEach((listener) => listener());
    owner = next.account.id;
  }
  listeners.forEach((listener) => listener());
}

/** A hint that a cookie may exist, so that a visitor's first page makes no refused request. It proves nothing. */
function hint(on: boolean): void {
  try {
    if (on) localStorage.setItem(HINT, '1');
    else localStorage.removeItem(HINT);
  } catch {
    // Without storage every start counts as a visitor's.
  }
}

function hinted(): boolean {
  try {
    return localStorage.getItem(HINT) === '1';
  } catch {
    return false;
  }
}

function setSession(session: Session): void {
  token = session.access_token;
  expiresAt = Date.parse(session.expires_at);
  hint(true);
  setState({ status: 'member', account: session.account });
}

/** After log-in or sign-up. Every other tab fetches its own token. */
export function logIn(session: Session): void {
  const same = owner === null || owner === session.account.id;
  setSession(session);
  tabs.postMessage('entered');
  settleAsk(same);
}

/** After log-out, here or in another tab: nothing of the person stays behind. */
export function logOut(tell = true): void {
  becomeVisitor();
  owner = null;
  accountListeners.forEach((listener) => listener());
  if (tell) tabs.postMessage('left');
}

function becomeVisitor(): void {
  token = null;
  expiresAt = 0;
  hint(false);
  setState({ status: 'visitor', account: null });
  settleAsk(false);
}

tabs.onmessage = (event: MessageEvent<unknown>) => {
  if (event.data === 'left') logOut(false);
  if (event.data === 'entered') {
    // Possibly another person: the cookie of this browser is theirs now.
    token = null;
    void refresh();
  }
};

/** Once per page. Requests wait for it, so that the first answers are already the member's. */
export const started: Promise<void> = (async () => {
  if (!hinted()) {
    setState({ status: 'visitor', account: null });
    return;
  }
  const result = await refresh();
  if (result === 'over') {
    // Nobody was at work: a session that ended meanwhile is no event, the person simply is a visitor.
    becomeVisitor();
  } else if (result === 'no-answer' && state.status === 'starting') {
    setState({ status: 'visitor', account: null });
  }
})();

/**
 * One refresh at a time in the whole browser: the cookie rotates, and two tabs that present the same one would
 * look like a thief and log the person out.
 */
export function refresh(): Promise<RefreshResult> {
  refreshing ??= inLock().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function inLock(): Promise<RefreshResult> {
  return navigator.locks.request(LOCK, async (): Promise<RefreshResult> => {
    try {
      const response = await fetch('/api/auth/refresh', { method: 'POST', credentials: 'same-origin' });
      noteSuccess();
      if (response.ok) {
        const session = (await response.json()) as Session;
        const otherAccount = state.account !== null && state.account.id !== session.account.id;
        setSession(session);
        if (otherAccount) settleAsk(false);
        return 'fresh';
      }
      if (response.status === 401 || response.status === 403) {
        token = null;
        return 'over';
      }
      return 'no-answer';
    } catch {
      noteFailure('offline');
      return 'no-answer';
    }
  });
}

/** A token that will still be good when it arrives; `null` for a visitor. */
export async function accessToken(): Promise<string | null> {
  await started;
  if (state.status !== 'member') return null;
  if (token === null || expiresAt - Date.now() < EARLY_MS) {
    const result = await refresh();
    if (result === 'over') end();
  }
  return token;
}

function end(): void {
  token = null;
  if (state.status === 'member') setState({ status: 'ended', account: state.account });
}

function settleAsk(same: boolean): void {
  answerAsk?.(same);
  answerAsk = null;
  askAgain = null;
}

/** Resolves once the person has logged in again (`true` = the same account), or has put it off (`false`). */
function askToLogInAgain(): Promise<boolean> {
  end();
  askAgain ??= new Promise((resolve) => {
    answerAsk = resolve;
  });
  return askAgain;
}

/** "나중에 할게요": the waiting requests get their 401 and the person goes on as a visitor; drafts stay. */
export function defer(): void {
  becomeVisitor();
}

/** Calls that make or end a session, or need none: they must not wait for one. */
const WITHOUT_SESSION = /^\/api\/auth\/(login|signup|refresh|logout|documents|demo)(\/|$)/;

function withToken(request: Request, bearer: string | null): Request {
  if (bearer === null) return request;
  const headers = new Headers(request.headers);
  headers.set('authorization', `Bearer ${bearer}`);
  return new Request(request, { headers });
}

/**
 * fetch with the session: adds the token; a 401 is answered by refresh and one repetition, unseen. When the
 * refresh token is over too, the request waits behind the log-in sheet and is then repeated as it was,
 * with the same Idempotency-Key, for the same account only.
 */
export async function sessionFetch(request: Request): Promise<Response> {
  if (WITHOUT_SESSION.test(new URL(request.url).pathname)) return plain(request);
  const bearer = await accessToken();
  if (state.status === 'ended') {
    if (!(await askToLogInAgain())) return plain(request);
    return plain(withToken(request, token));
  }
  const again = bearer === null ? null : request.clone();
  const response = await plain(withToken(request, bearer));
  if (response.status !== 401 || again === null) return response;

  // Another request may have refreshed while this one was on its way.
  const result = token !== null && token !== bearer ? 'fresh' : await refresh();
  if (result === 'no-answer') return response;
  if (result === 'over' && !(await askToLogInAgain())) return response;
  return plain(withToken(again, token));
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
