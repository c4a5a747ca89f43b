import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { NoAnswer, Problem } from '../problem/problem.ts';
import { useWrite } from './useWrite.ts';

const sent: { text: string; key: string }[] = [];
let answer: () => unknown = () => null;

function Form() {
  const write = useWrite({
    send: async (text: string, key) => {
      sent.push({ text, key });
      return answer();
    },
  });
  return (
    <>
      <button onClick={() => write.mutate('가')}>가</button>
      <button onClick={() => write.mutate('나')}>나</button>
      <output>{write.status}</output>
    </>
  );
}

test('a key belongs to a payload and lives until a definite answer', async () => {
  const screen = await render(
    <QueryClientProvider
      client={new QueryClient({ defaultOptions: { mutations: { networkMode: 'always' } } })}
    >
      <Form />
    </QueryClientProvider>,
  );
  const press = async (name: string, outcome: () => unknown) => {
    answer = outcome;
    const before = sent.length;
    await screen.getByRole('button', { name }).click();
    await expect.poll(() => sent.length).toBe(before + 1);
    await expect.poll(() => screen.container.querySelector('output')?.textContent).toMatch(/success|error/);
    return sent.at(-1)?.key;
  };
  const unknown = () => {
    throw new NoAnswer();
  };
  const refused = () => {
    throw new Problem(409, 'engagement.overlap', [], undefined, undefined);
  };
  const first = await press('가', unknown);
  expect(await press('가', unknown)).toBe(first);
  const other = await press('나', unknown);
  expect(other).not.toBe(first);
  expect(await press('나', refused)).toBe(other);
  const third = await press('나', () => 'done');
  expect(third).not.toBe(other);
  expect(await press('나', () => 'done')).not.toBe(third);
});
