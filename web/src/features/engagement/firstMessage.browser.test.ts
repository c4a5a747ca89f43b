import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { deliver, sendFirstMessage } from './firstMessage.ts';

const KEY = (id: string) => `dojob.draft:words:${id}`;
const sent: { url: string; body: unknown }[] = [];
let answers: number[] = [];
const real = window.fetch;

beforeEach(() => {
  sent.length = 0;
  sessionStorage.clear();
  // The chat that is asked: one status after the other, the last one for ever.
  window.fetch = async (input, init) => {
    const request = new Request(input, init);
    sent.push({ url: new URL(request.url).pathname, body: await request.json() });
    const status = answers.length > 1 ? (answers.shift() ?? 201) : (answers[0] ?? 201);
    return new Response(status === 201 ? '{}' : '{"code":"http.404"}', {
      status,
      headers: { 'content-type': 'application/json', 'retry-after': '0' },
    });
  };
});

afterEach(() => {
  window.fetch = real;
});

it('waits for the conversation and sends the same text under the same id', async () => {
  answers = [404, 404, 201];
  sendFirstMessage('one', ' 안녕하세요 ');
  await vi.waitFor(() => expect(sessionStorage.getItem(KEY('one'))).toBeNull());
  expect(sent.map(({ url }) => url)).toEqual(Array(3).fill('/api/chat/conversations/one/messages'));
  expect(new Set(sent.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(sent[0]?.body).toMatchObject({ text: '안녕하세요' });
});

it('keeps what could not be sent, and sends it later', async () => {
  answers = [403];
  sendFirstMessage('two', '나중에 봐요');
  await vi.waitFor(() => expect(sent.length).toBe(1));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(sessionStorage.getItem(KEY('two'))).toContain('나중에 봐요');
  answers = [201];
  await deliver('two');
  expect(sessionStorage.getItem(KEY('two'))).toBeNull();
  expect(sent[1]?.body).toEqual(sent[0]?.body);
});

it('does not send an empty text', () => {
  sendFirstMessage('three', '  ');
  expect([sent.length, sessionStorage.length]).toEqual([0, 0]);
});
