import { useState } from 'react';
import { expect, test } from 'vitest';
import { cdp, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { useComposedValue } from '#/shared/ime/useComposedValue.ts';
import { Combobox } from './Combobox.tsx';

const PLACES = ['강남동', '강남구청동', '망원동', '망우동'];

/** 강나 finds 강남: the half syllable must reach the search while it is being put together. */
function finds(place: string, typed: string): boolean {
  return typed !== '' && place.normalize('NFD').startsWith(typed.normalize('NFD'));
}

function Picker() {
  const input = useComposedValue();
  const [chosen, setChosen] = useState<string[]>([]);
  return (
    <>
      <Combobox
        label="동네"
        input={input}
        options={PLACES.filter((place) => finds(place, input.text))}
        keyOf={(place) => place}
        render={(place) => place}
        onSelect={(place) => setChosen([...chosen, place])}
        empty="그런 동은 없어요."
      />
      <output>{chosen.join()}</output>
    </>
  );
}

interface Ime {
  send(
    method: 'Input.imeSetComposition',
    params: { text: string; selectionStart: number; selectionEnd: number },
  ): Promise<unknown>;
  send(method: 'Input.insertText', params: { text: string }): Promise<unknown>;
  send(
    method: 'Input.dispatchKeyEvent',
    params: { type: string; key: string; code: string; windowsVirtualKeyCode: number },
  ): Promise<unknown>;
}
const ime = () => cdp() as unknown as Ime;
const compose = (text: string) =>
  ime().send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });

test('arrows move, Enter takes, the field keeps the focus', async () => {
  const screen = await render(<Picker />);
  const field = screen.getByRole('combobox', { name: '동네' });
  await field.fill('망');
  await expect.element(field).toHaveAttribute('aria-expanded', 'true');
  await userEvent.keyboard('{ArrowDown}{ArrowDown}');
  await expect
    .element(screen.getByRole('option', { name: '망우동' }))
    .toHaveAttribute('aria-selected', 'true');
  expect(
    document.getElementById(field.element().getAttribute('aria-activedescendant') ?? '')?.textContent,
  ).toBe('망우동');
  await expect.element(field).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByText('망우동', { exact: true }).last()).toBeVisible();
  expect(screen.container.querySelector('output')?.textContent).toBe('망우동');
});

test('a half syllable is searched, Enter inside a composition chooses nothing', async () => {
  const screen = await render(<Picker />);
  const field = screen.getByRole('combobox', { name: '동네' });
  await field.click();
  await ime().send('Input.insertText', { text: '강' });
  await compose('나');
  await expect.element(screen.getByRole('option', { name: '강남동' })).toBeVisible();
  // As the browser reports the Enter that ends a syllable.
  const enter = { key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229 };
  await ime().send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter });
  field.element().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true }));
  field
    .element()
    .dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }));
  expect(screen.container.querySelector('output')?.textContent).toBe('');
  await ime().send('Input.insertText', { text: '남' });
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => screen.container.querySelector('output')?.textContent).toBe('강남동');
});

test('"nothing found" waits until the syllable is finished and the typing rests', async () => {
  const screen = await render(<Picker />);
  await screen.getByRole('combobox', { name: '동네' }).click();
  await compose('첼');
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(screen.container.textContent).not.toContain('그런 동은 없어요.');
  await ime().send('Input.insertText', { text: '첼' });
  expect(screen.container.textContent).not.toContain('그런 동은 없어요.');
  await expect.element(screen.getByText('그런 동은 없어요.')).toBeVisible();
});
