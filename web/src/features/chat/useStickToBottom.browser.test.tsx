import { useLayoutEffect } from 'react';
import { expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { useStickToBottom } from './useStickToBottom.ts';

let earlier = 0;

/** A room of 300 px with rows of 50 px, as a conversation is built. */
function Room({ seqs }: { seqs: readonly number[] }) {
  const { scroller, content, atEnd, toEnd } = useStickToBottom(seqs[0] ?? null, () => {
    earlier += 1;
  });
  useLayoutEffect(() => {
    const room = document.querySelector<HTMLElement>('[data-testid="room"]');
    room?.style.setProperty('height', '300px');
    room?.style.setProperty('overflow-y', 'auto');
    room?.style.setProperty('overflow-anchor', 'none');
  }, []);
  return (
    <>
      <div ref={scroller} data-testid="room">
        <div ref={content}>
          {seqs.map((seq) => (
            <p
              key={seq}
              data-seq={seq}
              ref={(node) => {
                node?.style.setProperty('height', '50px');
              }}
            >
              {seq}
            </p>
          ))}
        </div>
      </div>
      <button type="button" onClick={() => toEnd()}>
        {atEnd ? 'end' : 'above'}
      </button>
    </>
  );
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

test('follows the end from the end, stays put elsewhere, and older ones push nothing', async () => {
  const screen = await render(<Room seqs={range(101, 140)} />);
  const room = screen.getByTestId('room').element();
  const fromEnd = () => room.scrollHeight - room.scrollTop - room.clientHeight;
  await expect.poll(fromEnd).toBe(0);

  await screen.rerender(<Room seqs={range(101, 142)} />);
  await expect.poll(() => room.scrollHeight).toBe(42 * 50);
  await expect.poll(fromEnd).toBe(0);

  room.scrollTop = 1_000;
  await expect.element(screen.getByRole('button')).toHaveTextContent('above');
  await screen.rerender(<Room seqs={range(101, 145)} />);
  await expect.poll(() => room.scrollHeight).toBe(45 * 50);
  expect(room.scrollTop).toBe(1_000);

  const seen = () => room.querySelector('[data-seq="120"]')?.getBoundingClientRect().top ?? 0;
  const before = seen();
  await screen.rerender(<Room seqs={range(51, 145)} />);
  expect(seen()).toBe(before);
  await screen.rerender(<Room seqs={range(31, 145)} />);
  expect(seen()).toBe(before);

  await screen.getByRole('button').click();
  await expect.poll(fromEnd).toBe(0);
  await expect.element(screen.getByRole('button')).toHaveTextContent('end');
});

test('near the top it asks for what was before', async () => {
  const screen = await render(<Room seqs={range(1, 60)} />);
  const room = screen.getByTestId('room').element();
  await expect.poll(() => room.scrollTop).toBeGreaterThan(2_000);
  earlier = 0;
  room.scrollTop = 1_500;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(earlier).toBe(0);
  room.scrollTop = 500;
  await expect.poll(() => earlier).toBeGreaterThan(0);
});
