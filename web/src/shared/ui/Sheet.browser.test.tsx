import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { useLocation, useNavigate } from 'react-router';
import { InRouter } from '#/test/InRouter.tsx';
import { Button } from './Button.tsx';
import { Sheet } from './Sheet.tsx';
import { useSheet } from './useSheet.ts';

function Page() {
  const sheet = useSheet('choice');
  const location = useLocation();
  const navigate = useNavigate();
  return (
    <main>
      <h1>{`${location.pathname}${location.search}`}</h1>
      <Button onClick={sheet.open}>열기</Button>
      <Button onClick={() => void navigate(-1)}>뒤로</Button>
      <Sheet name="choice" title="고르기">
        <Button onClick={() => void navigate(-1)}>안에서 뒤로</Button>
      </Sheet>
    </main>
  );
}

test('opens as a search param, takes the focus, gives it back', async () => {
  const screen = await render(
    <InRouter entries={['/page?q=1']}>
      <Page />
    </InRouter>,
  );
  const opener = screen.getByRole('button', { name: '열기' });
  await opener.click();
  await expect.element(screen.getByRole('dialog', { name: '고르기' })).toBeVisible();
  await expect.element(screen.getByRole('heading', { name: '고르기' })).toHaveFocus();
  expect(screen.container.querySelector('h1')?.textContent).toBe('/page?q=1&sheet=choice');

  await userEvent.keyboard('{Escape}');
  await expect.element(screen.getByRole('dialog')).not.toBeInTheDocument();
  await expect.element(screen.getByRole('heading', { name: '/page?q=1' })).toBeVisible();
  await expect.element(opener).toHaveFocus();
});

test("the phone's back closes it and stays on the page", async () => {
  const screen = await render(
    <InRouter entries={['/before', '/page']}>
      <Page />
    </InRouter>,
  );
  await screen.getByRole('button', { name: '열기' }).click();
  await screen.getByRole('button', { name: '안에서 뒤로' }).click();
  await expect.element(screen.getByRole('dialog')).not.toBeInTheDocument();
  await expect.element(screen.getByRole('heading', { name: '/page' })).toBeVisible();
});

test('opened by a link, closing stays on the page instead of leaving it', async () => {
  const screen = await render(
    <InRouter entries={['/before', '/page?sheet=choice']}>
      <Page />
    </InRouter>,
  );
  await screen.getByRole('button', { name: '닫기' }).click();
  await expect.element(screen.getByRole('heading', { name: '/page' })).toBeVisible();
  await screen.getByRole('button', { name: '뒤로' }).click();
  await expect.element(screen.getByRole('heading', { name: '/before' })).toBeVisible();
});

test('from below on a phone, in the middle where there is room', async () => {
  await page.viewport(390, 844);
  const screen = await render(
    <InRouter entries={['/page?sheet=choice']}>
      <Page />
    </InRouter>,
  );
  const dialog = screen.getByRole('dialog').element();
  await expect.poll(() => Math.round(dialog.getBoundingClientRect().bottom)).toBe(844);
  await page.viewport(1280, 900);
  await expect.poll(() => dialog.getBoundingClientRect().bottom).toBeLessThan(800);
  const box = dialog.getBoundingClientRect();
  expect(Math.abs((box.left + box.right) / 2 - document.documentElement.clientWidth / 2)).toBeLessThan(2);
  await page.viewport(390, 844);
});
