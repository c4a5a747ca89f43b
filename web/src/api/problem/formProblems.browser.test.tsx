import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { FormGroup, FormTextField } from '#/shared/form/fields.tsx';
import { Problem, type FieldProblem } from './problem.ts';
import { resolverOf, useRefusal } from './formProblems.ts';

interface Post {
  title: string;
  place: string | null;
  bring: string;
}

const FIELDS: Record<string, keyof Post> = { '/title': 'title', '/region_code': 'place', '/bring': 'bring' };
const fieldOf = (pointer: string) => FIELDS[pointer];

function lacking(post: Post): FieldProblem[] {
  const found: FieldProblem[] = [];
  if (post.title.trim() === '') found.push({ pointer: '/title', code: 'text.empty', params: {} });
  if (post.place === null) found.push({ pointer: '/region_code', code: 'region.unknown', params: {} });
  return found;
}

const RESOLVER = resolverOf(lacking, fieldOf);
const sent: Post[] = [];

function Form() {
  const form = useForm<Post>({ defaultValues: { title: '', place: null, bring: '' }, resolver: RESOLVER });
  const [refused, setRefused] = useState<unknown>(null);
  useRefusal(form, refused, fieldOf);
  const { control } = form;
  return (
    <>
      <FormTextField control={control} name="title" label="제목" />
      <FormGroup control={control} name="place" label="동네">
        {({ value, set }) => <button onClick={() => set('망원동')}>{value ?? '고르기'}</button>}
      </FormGroup>
      <FormTextField control={control} name="bring" label="준비물" />
      <button
        onClick={() =>
          void form.handleSubmit((post) => {
            sent.push(post);
            const error = { pointer: '/bring', code: 'text.too_long', params: { max: 200 } };
            setRefused(new Problem(422, 'request.invalid', [error], undefined, undefined));
          })()
        }
      >
        올리기
      </button>
    </>
  );
}

test('what is lacking stands at its fields and the first takes the focus; the server’s refusal likewise', async () => {
  const screen = await render(<Form />);
  const title = screen.getByLabelText('제목');
  const send = screen.getByRole('button', { name: '올리기' });

  await send.click();
  await expect.element(title).toHaveFocus();
  await expect.element(title).toHaveAttribute('aria-invalid', 'true');
  expect(screen.container.querySelectorAll('[data-error="true"]')).toHaveLength(2);
  expect(sent).toEqual([]);

  // What is corrected is no longer marked; the group's own control takes the focus next.
  await title.fill('기타');
  await expect.element(title).toHaveAttribute('aria-invalid', 'false');
  await send.click();
  await expect.element(screen.getByRole('button', { name: '고르기' })).toHaveFocus();

  await screen.getByRole('button', { name: '고르기' }).click();
  await send.click();
  await expect.poll(() => sent).toEqual([{ title: '기타', place: '망원동', bring: '' }]);
  const bring = screen.getByLabelText('준비물');
  await expect.element(bring).toHaveFocus();
  await expect.element(bring).toHaveAttribute('aria-invalid', 'true');
});

test('a syllable that is still being put together is in the form, and stays in the field', async () => {
  const screen = await render(<Form />);
  const title = screen.getByLabelText('제목');
  await title.click();
  // The protocol that Playwright speaks; vitest names it without its types.
  const session = cdp() as unknown as { send: (method: string, params: object) => Promise<unknown> };
  for (const text of ['ㄱ', '기', '깉'])
    await session.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 });
  await expect.element(title).toHaveValue('깉');
  await session.send('Input.insertText', { text: '기타' });
  await expect.element(title).toHaveValue('기타');
});
