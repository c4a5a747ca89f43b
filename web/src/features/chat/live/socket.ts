import { afterClose } from './closing.ts';
import type { ClientFrame, ServerFrame } from '#/api/types.ts';
import { readFrame } from './frames.ts';

export type SocketState = 'off' | 'connecting' | 'ready';

interface Deps {
  url: () => string;
  /** A token that will still be good when it arrives; `null`: there is none now. */
  token: () => Promise<string | null>;
  /** How long that token is still good, in milliseconds. */
  left: () => number;
  refresh: () => Promise<unknown>;
  /** Every frame, `ready` included. */
  onFrame: (frame: ServerFrame) => void;
  onState: (state: SocketState) => void;
}

export interface ChatSocket {
  start: () => void;
  stop: () => void;
  /** The network is back: do not wait any longer. */
  hurry: () => void;
  /** The network is gone: the socket is dead before TCP notices. */
  lose: () => void;
  /** False where the socket is not ready. */
  send: (frame: ClientFrame) => boolean;
}

/** From connecting to `ready`, token included. */
const ADMISSION_MS = 10_000;
/** How long a `ping` may stay without any answer. */
const ANSWER_MS = 10_000;
/** The token is shown again this long before it is over; within 30 s the session gives a new one. */
const RENEW_BEFORE_MS = 25_000;
const RENEW_AT_MOST_MS = 30_000;

/** One socket that is there as long as it is wanted: authenticates, renews, notices silence, comes back. */
export function createSocket(deps: Deps): ChatSocket {
  let wanted = false;
  let socket: WebSocket | null = null;
  let failures = 0;
  let state: SocketState = 'off';
  let attempt = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let guard: ReturnType<typeof setTimeout> | undefined;
  let renewal: ReturnType<typeof setTimeout> | undefined;

  function setState(next: SocketState): void {
    if (state === next) return;
    state = next;
    deps.onState(next);
  }

  function start(): void {
    if (wanted) return;
    wanted = true;
    failures = 0;
    void connect();
  }

  function stop(): void {
    wanted = false;
    release();
    setState('off');
  }

  /** Lets go of the socket and of every timer that belongs to it. */
  function release(): void {
    attempt += 1;
    clearTimeout(retry);
    clearTimeout(guard);
    clearTimeout(renewal);
    const old = socket;
    socket = null;
    old?.close(1000);
  }

  async function connect(renew = false): Promise<void> {
    release();
    const mine = attempt;
    setState('connecting');
    if (renew) await deps.refresh();
    const token = await deps.token();
    if (mine !== attempt) return;
    if (token === null) {
      ended(1006);
      return;
    }
    const ws = new WebSocket(deps.url());
    socket = ws;
    guard = setTimeout(() => lost(ws), ADMISSION_MS);
    ws.onopen = () => {
      if (socket === ws) ws.send(JSON.stringify({ type: 'auth', token } satisfies ClientFrame));
    };
    ws.onmessage = (event: MessageEvent<unknown>) => {
      if (socket === ws) received(ws, event.data);
    };
    ws.onclose = (event) => {
      if (socket === ws) ended(event.code);
    };
  }

  function received(ws: WebSocket, data: unknown): void {
    const frame = readFrame(data);
    if (frame?.type === 'ready') {
      failures = 0;
      heartbeat = frame.heartbeat_ms;
      renewLater(ws);
    }
    if (state === 'ready' || frame?.type === 'ready') listenFor(ws);
    if (frame !== null) deps.onFrame(frame);
    if (frame?.type === 'ready') setState('ready');
  }

  let heartbeat = 25_000;

  /** The browser answers the server's pings unseen; ours ask whether the server still answers. */
  function listenFor(ws: WebSocket): void {
    clearTimeout(guard);
    guard = setTimeout(() => {
      sendOn(ws, { type: 'ping' });
      guard = setTimeout(() => lost(ws), ANSWER_MS);
    }, heartbeat);
  }

  function renewLater(ws: WebSocket): void {
    clearTimeout(renewal);
    renewal = setTimeout(
      () => {
        void deps.token().then((token) => {
          if (socket === ws && token !== null) sendOn(ws, { type: 'auth', token });
        });
      },
      Math.max(RENEW_AT_MOST_MS, deps.left() - RENEW_BEFORE_MS),
    );
  }

  function lost(ws: WebSocket): void {
    if (socket === ws) ended(1006);
  }

  function ended(code: number): void {
    const next = afterClose(code, failures);
    failures += 1;
    release();
    if (!wanted) return;
    setState('connecting');
    if (next.act !== 'rest') retry = setTimeout(() => void connect(next.act === 'refresh'), next.wait);
  }

  function sendOn(ws: WebSocket, frame: ClientFrame): boolean {
    if (ws.readyState !== WebSocket.OPEN) return false;
    ws.send(JSON.stringify(frame));
    return true;
  }

  return {
    start,
    stop,
    hurry: () => {
      if (wanted && state !== 'ready') {
        failures = 0;
        void connect();
      }
    },
    lose: () => {
      if (socket !== null) ended(1006);
    },
    send: (frame) => state === 'ready' && socket !== null && sendOn(socket, frame),
  };
}
