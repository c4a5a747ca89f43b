import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSocket, type SocketState } from './socket.ts';

/** The other end of the wire. */
class FakeSocket {
  static all: FakeSocket[] = [];
  static readonly OPEN = 1;
  readyState = 0;
  sent: { type: string; token?: string }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(data: string): void {
    this.sent.push(JSON.parse(data) as { type: string });
  }
  close(): void {
    this.readyState = 3;
  }
  accept(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  tell(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  /** The token is good for so long; the device's clock is a day ahead of the server's. */
  ready(seconds = 600): void {
    left = seconds * 1000;
    this.tell({
      type: 'ready',
      account_id: 'minji',
      expires_at: new Date(Date.now() + left - 86_400_000).toISOString(),
      heartbeat_ms: 25_000,
    });
  }
  end(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const states: SocketState[] = [];
let token = 'first';
let left = 0;
const refresh = vi.fn(async () => {
  token = 'second';
});

function line() {
  return createSocket({
    url: () => 'ws://dojob/api/chat/ws',
    token: async () => token,
    left: () => left,
    refresh,
    onFrame: () => undefined,
    onState: (state) => states.push(state),
  });
}

const socket = () => FakeSocket.all.at(-1) ?? new FakeSocket();
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.all = [];
  states.length = 0;
  token = 'first';
  refresh.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('the first frame is the token, and nothing is sent before it is accepted', async () => {
  const chat = line();
  chat.start();
  await settle();
  socket().accept();
  expect(socket().sent).toEqual([{ type: 'auth', token: 'first' }]);
  expect(chat.send({ type: 'ping' })).toBe(false);
  socket().ready();
  expect(chat.send({ type: 'typing', conversation_id: 'c' })).toBe(true);
  expect(states).toEqual(['connecting', 'ready']);
  chat.stop();
  expect(socket().readyState).toBe(3);
});

test('the token is shown again before it is over', async () => {
  const chat = line();
  chat.start();
  await settle();
  socket().accept();
  socket().ready(120);
  token = 'renewed';
  for (let s = 0; s < 90; s += 10) {
    await vi.advanceTimersByTimeAsync(10_000);
    socket().tell({ type: 'pong' });
  }
  expect(socket().sent.filter(({ type }) => type === 'auth')).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(socket().sent.at(-1)).toEqual({ type: 'auth', token: 'renewed' });
  expect(FakeSocket.all).toHaveLength(1);
  chat.stop();
});

test('a token that is over is refreshed, then the line is back', async () => {
  const chat = line();
  chat.start();
  await settle();
  socket().accept();
  socket().ready();
  socket().end(4401);
  await vi.advanceTimersByTimeAsync(1);
  expect(refresh).toHaveBeenCalledOnce();
  socket().accept();
  expect(socket().sent).toEqual([{ type: 'auth', token: 'second' }]);
  socket().ready();
  expect(states.at(-1)).toBe('ready');
  chat.stop();
});

test('a frame that we wrote wrongly ends the attempts; only a new start begins again', async () => {
  const chat = line();
  chat.start();
  await settle();
  socket().accept();
  socket().end(3501);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(FakeSocket.all).toHaveLength(1);
  chat.stop();
  chat.start();
  await settle();
  expect(FakeSocket.all).toHaveLength(2);
  chat.stop();
});

test('silence is noticed: asked once, then connected again', async () => {
  const chat = line();
  chat.start();
  await settle();
  socket().accept();
  socket().ready();
  const first = socket();
  await vi.advanceTimersByTimeAsync(25_000);
  expect(first.sent.at(-1)).toEqual({ type: 'ping' });
  first.tell({ type: 'pong' });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(FakeSocket.all).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(16_000);
  expect(FakeSocket.all).toHaveLength(2);
  chat.stop();
});

test('the upgrade is not answered: again, and the network coming back does not wait', async () => {
  const chat = line();
  chat.start();
  await vi.advanceTimersByTimeAsync(11_000);
  expect(FakeSocket.all).toHaveLength(2);
  for (let n = 0; n < 8; n += 1) {
    socket().end(1006);
    await vi.advanceTimersByTimeAsync(60_000);
  }
  socket().end(1006);
  const before = FakeSocket.all.length;
  chat.hurry();
  await settle();
  expect(FakeSocket.all).toHaveLength(before + 1);
  chat.stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(FakeSocket.all).toHaveLength(before + 1);
});
