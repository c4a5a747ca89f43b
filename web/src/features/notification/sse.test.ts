import { expect, test } from 'vitest';
import { readEvents } from './sse.ts';

function body(pieces: Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      pieces.forEach((piece) => controller.enqueue(piece));
      controller.close();
    },
  });
}

async function all(pieces: Uint8Array<ArrayBuffer>[]) {
  const events = [];
  for await (const event of readEvents(body(pieces))) events.push(event);
  return events;
}

const text =
  ': hello\n\nevent: notice\r\nid: 7\r\ndata: {"a":\r\ndata: "가"}\r\n\r\nevent: unread\ndata: {"count":3}\n\ndata: cut off';

test('an event arrives whole wherever the network cuts it, even inside a letter or a line end', async () => {
  const bytes = new TextEncoder().encode(text);
  const expected = [
    { event: 'notice', id: '7', data: '{"a":\n"가"}' },
    { event: 'unread', id: null, data: '{"count":3}' },
  ];
  for (let cut = 1; cut < bytes.length; cut += 1) {
    expect(await all([bytes.slice(0, cut), bytes.slice(cut)])).toEqual(expected);
  }
});
