import { QueryClient } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import { createReadMarks } from './readMarks.ts';

function marks({ ready, post = async () => {} }: { ready: boolean; post?: () => Promise<void> }) {
  const deps = {
    client: new QueryClient(),
    me: () => 'minji',
    send: vi.fn(() => ready),
    post: vi.fn(post),
    onUnreadChange: vi.fn(),
  };
  return { ...deps, marks: createReadMarks(deps) };
}

test('told once for each position, and only forwards', () => {
  const line = marks({ ready: true });
  for (const seq of [3, 3, 2, 4]) line.marks.readUpTo('c', seq);
  expect(line.send.mock.calls).toEqual([
    [{ type: 'read', conversation_id: 'c', seq: 3 }],
    [{ type: 'read', conversation_id: 'c', seq: 4 }],
  ]);
  expect(line.post).not.toHaveBeenCalled();
  line.marks.forget();
  line.marks.readUpTo('c', 4);
  expect(line.send).toHaveBeenCalledTimes(3);
});

test('over HTTP without a socket; what did not get through is told again', async () => {
  const line = marks({ ready: false });
  line.marks.readUpTo('c', 3);
  expect(line.post).toHaveBeenCalledWith('c', 3);
  await expect.poll(() => line.onUnreadChange.mock.calls.length).toBe(1);

  const broken = marks({ ready: false, post: () => Promise.reject(new Error('offline')) });
  broken.marks.readUpTo('c', 3);
  await new Promise((resolve) => setTimeout(resolve));
  broken.marks.readUpTo('c', 3);
  expect(broken.post).toHaveBeenCalledTimes(2);
});
