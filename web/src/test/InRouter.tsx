import { useState, type ReactNode } from 'react';
import { RouterProvider, createMemoryRouter, type RouteObject } from 'react-router';

/** One page in a data router; `entries` is the history, the last one is shown. */
export function InRouter({
  children,
  entries = ['/'],
  more = [],
}: {
  children: ReactNode;
  entries?: string[];
  more?: RouteObject[];
}) {
  const [router] = useState(() =>
    createMemoryRouter([...more, { path: '*', element: children }], { initialEntries: entries }),
  );
  return <RouterProvider router={router} />;
}
