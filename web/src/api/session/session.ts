import type { DocName, Session } from '../types.ts';
import { noteFailure, noteSuccess } from '#/shared/nav/connection.ts';
import { beginLife, left, type Life } from './tokenLife.ts';

/**
 * Who is here. The access token lives in memory only; the refresh token is a cookie that scripts cannot see.
 * `starting`: a cookie may exist and is being tried. `unreachable`: nobody could say yet whether it is good; it is tried
 * again until somebody can, and only a refusal makes a visitor. `ended`: a member whose session is over; the page stays and a sheet
 * asks for the password. `held`: a member who must first agree to documents that have changed; nothing else is answered.
 */
export interface SessionState {
  status: 'starting' | 'unreachable' | 'visitor' | 'member' | 'held' | 'ended';
  account: Session['account'] | null;
  /** While `held`: what must be agreed to. */
  mustAgree?: readonly DocName[];
}

const HINT = 'dojob.member';
const LOCK = 'dojob.refresh';
const EARLY_MS = 30_000;
/** So long a start may be silent before the page says that it waits; public pages go on without a token then. */
const SILENT_START_MS = 4_000;
/** A refresh that hangs is given up: the next one may get through. */
const GIVE_UP_MS = 20_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

type RefreshResult = 'fresh' | 'over' | 'no-answer';

/**
 * The session of one tab. The tab has one (`tab.ts`); a test makes its own, with a `channel` to other tabs that no
 * other test listens to, and closes it.
 */
export function createSession(channel = 'dojob.session') {
  let token: string | null = null;
  let life: Life | null = null;
  let state: SessionState = { status: 'starting', account: null };
  let refreshing: Promise<RefreshResult> | null = null;
  let askAgain: Promise<boolean> | null = null;
  let answerAsk: ((same: boolean) => void) | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;
  /** Refreshes in a row that nobody answered, and until when none is sent (`performance.now()`). */
  let failures = 0;
  let heldUntil = 0;
  const listeners = new Set<() => void>();
  const accountListeners = new Set<() => void>();
  const tabs = new BroadcastChannel(channel);

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Called when the account changes: cache and drafts of the other person must go. */
  function onAccountChange(listener: () => void): () => void {
    accountListeners.add(listener);
    return () => accountListeners.delete(listener);
  }

  /** The account that the drafts and cached answers of this tab belong to. It stays when the log-in is put off. */
  let owner: string | null = null;

  function setState(next: SessionState): void {
    state = next;
    if (next.account !== null) {
      if (owner !== null && owner !== next.account.id) accountListeners.forEach((listener) => listener());
      owner = next.account.id;
    }
    listeners.forEach((listener) => listener());
  }

  function setSession(session: Session): void {
    token = session.access_token;
    life = beginLife(session.access_token);
    failures = 0;
    heldUntil = 0;
    hint(true);
    const { account, must_agree: mustAgree } = session;
    setState(mustAgree.length > 0 ? { status: 'held', account, mustAgree } : { status: 'member', account });
  }

  /** After log-in or sign-up. Every other tab fetches its own token. */
  function logIn(session: Session): void {
    const same = owner === null || owner === session.account.id;
    setSession(session);
    tabs.postMessage('entered');
    settleAsk(same);
  }

  /** After log-out, here or in another tab: nothing of the person stays behind. */
  function logOut(tellOthers = true): void {
    becomeVisitor();
    owner = null;
    accountListeners.forEach((listener) => listener());
    if (tellOthers) tabs.postMessage('left');
  }

  function becomeVisitor(): void {
    token = null;
    life = null;
    hint(false);
    setState({ status: 'visitor', account: null });
    settleAsk(false);
  }

  tabs.onmessage = (event: MessageEvent<unknown>) => {
    if (event.data === 'left') logOut(false);
    if (event.data === 'entered') {
      // Possibly another person: the cookie of this browser is theirs now.
      token = null;
      heldUntil = 0;
      void refresh();
    }
  };

  /** Once per page. Requests wait for it, so that the first answers are already the member's. */
  const started: Promise<void> = (async () => {
    if (!hinted()) {
      setState({ status: 'visitor', account: null });
      return;
    }
    const found = find();
    const silence = new Promise<void>((resolve) => setTimeout(resolve, SILENT_START_MS));
    await Promise.race([found, silence]);
    if (state.status === 'starting') setState({ status: 'unreachable', account: null });
  })();

  const unknown = (): boolean => state.status === 'starting' || state.status === 'unreachable';

  /** Asks whose cookie it is. Silence and trouble of the server's own are no answer: it is asked again. */
  async function find(): Promise<void> {
    const result = await refresh();
    if (!unknown()) return;
    // No work was going on: a session that ended meanwhile is no event, the person simply is a visitor.
    if (result === 'over') {
      becomeVisitor();
    } else {
      if (state.status === 'starting') setState({ status: 'unreachable', account: null });
      clearTimeout(again);
      // A hidden page asks when it is seen again.
      if (document.visibilityState === 'visible') again = setTimeout(() => void find(), heldFor());
    }
  }

  /** The network is back, the page is seen, the person asks: waits no longer. */
  function hurry(): void {
    if (navigator.onLine) heldUntil = 0;
    if (state.status !== 'unreachable') return;
    clearTimeout(again);
    void find();
  }

  const seen = (): void => {
    if (document.visibilityState === 'visible') hurry();
  };

  /**
   * One refresh at a time in the whole browser: the cookie rotates, and two tabs that present the same one would
   * look like a thief and log the person out.
   */
  function refresh(): Promise<RefreshResult> {
    // What has just failed would fail again, and every request would wait for it.
    if (refreshing === null && heldFor() > 0) return Promise.resolve('no-answer');
    refreshing ??= inLock().finally(() => {
      refreshing = null;
    });
    return refreshing;
  }

  function heldFor(): number {
    return Math.max(0, heldUntil - performance.now());
  }

  function hold(seconds: number): RefreshResult {
    const wait = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS) * (0.75 + Math.random() / 2);
    failures += 1;
    window.addEventListener('online', hurry);
    document.addEventListener('visibilitychange', seen);
    heldUntil = performance.now() + Math.max(wait, Math.min(seconds * 1_000, LONGEST_WAIT_MS));
    return 'no-answer';
  }

  async function inLock(): Promise<RefreshResult> {
    return navigator.locks.request(LOCK, async (): Promise<RefreshResult> => {
      const silence = new AbortController();
      const alarm = setTimeout(() => silence.abort(), GIVE_UP_MS);
      try {
        const response = await fetch('/api/auth/refresh', {
          method: 'POST',
          credentials: 'same-origin',
          signal: silence.signal,
        });
        if (response.status >= 500) noteFailure('unavailable');
        else noteSuccess();
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
        return hold(Number(response.headers.get('retry-after')) || 0);
      } catch {
        noteFailure('offline');
        return hold(0);
      } finally {
        clearTimeout(alarm);
      }
    });
  }

  const isIn = (): boolean => state.status === 'member' || state.status === 'held';

  /** Everything that must be has been agreed to: this tab and the others go on with a token for all of it. */
  async function agreed(): Promise<void> {
    await refresh();
    tabs.postMessage('entered');
  }

  /** A token that will still be good when it arrives; `null` for a visitor. */
  async function accessToken(): Promise<string | null> {
    await started;
    if (!isIn()) return null;
    if (token === null || tokenLeft() < EARLY_MS) {
      const result = await refresh();
      if (result === 'over') end();
    }
    return token;
  }

  /** How long the token is still good, in milliseconds; 0 without one. */
  function tokenLeft(): number {
    return life === null ? 0 : left(life);
  }

  function end(): void {
    token = null;
    if (isIn()) setState({ status: 'ended', account: state.account });
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
  function defer(): void {
    becomeVisitor();
  }

  return {
    state: (): SessionState => state,
    subscribe,
    onAccountChange,
    logIn,
    logOut,
    agreed,
    defer,
    refresh,
    hurry,
    accessToken,
    tokenLeft,
    /** The token as it is, whether or not it is still good; `null`: none. */
    currentToken: (): string | null => token,
    askToLogInAgain,
    started,
    /** Stops listening to other tabs and to the network. */
    close: (): void => {
      tabs.close();
      clearTimeout(again);
      window.removeEventListener('online', hurry);
      document.removeEventListener('visibilitychange', seen);
    },
  };
}

export type TabSession = ReturnType<typeof createSession>;

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
