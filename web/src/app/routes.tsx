import type { RouteObject } from 'react-router';
import { routes as auth } from '#/features/auth/routes.tsx';
import { routes as catalogue } from '#/features/catalogue/routes.tsx';
import { routes as chat } from '#/features/chat/routes.tsx';
import { routes as engagement } from '#/features/engagement/routes.tsx';
import { routes as membership } from '#/features/membership/routes.tsx';
import { routes as notification } from '#/features/notification/routes.tsx';
import { routes as search } from '#/features/search/routes.tsx';
import { Broken } from './Broken.tsx';
import { NotFound } from './NotFound.tsx';
import { Shell } from './Shell.tsx';

export const routes: RouteObject[] = [
  {
    element: <Shell />,
    errorElement: <Broken />,
    children: [
      {
        // A screen that breaks leaves the shell standing.
        errorElement: <Broken inShell />,
        children: [
          ...search,
          ...catalogue,
          ...engagement,
          ...chat,
          ...notification,
          ...membership,
          ...auth,
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
];
