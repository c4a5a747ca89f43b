import { Link, Outlet, RouterProvider, createMemoryRouter } from 'react-router';
import { expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { RouteAnnouncer } from './RouteAnnouncer.tsx';
import { Screen } from './Screen.tsx';

const page = (title: string) => (
  <Screen title={title}>
    <Link to="/first">첫 쪽</Link>
    <Link to="/second">둘째 쪽</Link>
    <Link to="/third">셋째 쪽</Link>
  </Screen>
);

test('a screen reader is told the title of each page that is reached, the first one excepted', async () => {
  const router = createMemoryRouter(
    [
      {
        element: (
          <>
            <RouteAnnouncer />
            <Outlet />
          </>
        ),
        children: [
          { path: '/first', element: page('찾기') },
          { path: '/second', element: page('통기타 첫걸음') },
          { path: '/third', element: page('통기타 첫걸음') },
        ],
      },
    ],
    { initialEntries: ['/first'] },
  );
  const screen = await render(<RouterProvider router={router} />);
  const region = screen.container.querySelector('[data-route-announcer]');
  expect(region?.getAttribute('aria-live')).toBe('polite');
  // The browser reads the first page by itself.
  expect(region?.textContent).toBe('');

  await screen.getByRole('link', { name: '둘째 쪽' }).click();
  await expect.poll(() => region?.textContent).toBe('통기타 첫걸음');
  const told = region?.firstElementChild;

  // The same title on another page is news, too.
  await screen.getByRole('link', { name: '셋째 쪽' }).click();
  await expect.poll(() => region?.firstElementChild === told).toBe(false);
  expect(region?.textContent).toBe('통기타 첫걸음');

  await screen.getByRole('link', { name: '첫 쪽' }).click();
  await expect.poll(() => region?.textContent).toBe('찾기');
});
