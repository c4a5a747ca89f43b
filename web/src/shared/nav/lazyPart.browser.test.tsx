import { expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-react';
import { firstScreenStands } from './firstScreen.ts';
import { lazyPart } from './lazyPart.tsx';

test('the code follows while the part is closed, and it is there when it is opened', async () => {
  const load = vi.fn(async () => ({ default: ({ name }: { name: string }) => <p>{name}</p> }));
  const Part = lazyPart(load);
  expect(load).not.toHaveBeenCalled();
  firstScreenStands();
  const screen = await render(<Part open={false} name="동네 고르기" />);
  await expect.poll(() => load.mock.calls.length).toBe(1);
  await expect.element(screen.getByText('동네 고르기')).not.toBeInTheDocument();
  await screen.rerender(<Part open name="동네 고르기" />);
  await expect.element(screen.getByText('동네 고르기')).toBeVisible();
});
