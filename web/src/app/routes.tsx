import type { RouteObject } from 'react-router';
import { routes as auth } from '#/features/auth/routes.tsx';
import { routes as chat } from '#/features/chat/routes.tsx';
import { routes as discover } from '#/features/discover/routes.tsx';
import { routes as engage } from '#/features/engage/routes.tsx';
import { routes as me } from '#/features/me/routes.tsx';
import { routes as notify } from '#/features/notify/routes.tsx';
import { routes as post } from '#/features/post/routes.tsx';
import { Broken } from './Broken.tsx';
import { NotFound } from './NotFound.tsx';
import { Shell } from './Shell.tsx';
import { Starting } from './Starting.tsx';

export const routes: RouteObject[] = [
  {
    element: <Shell />,
    errorElement: <Broken />,
    hydrateFallbackElement: <Starting />,
    children: [
      {
        // A screen that breaks leaves the shell standing.
        errorElement: <Broken inShell />,
        children: [
          ...discover,
          ...post,
          ...engage,
          ...chat,
          ...notify,
          ...me,
          ...auth,
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
];
