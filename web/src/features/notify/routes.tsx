import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';

const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  {
    path: '/inbox',
    lazy: lazyScreen('notify', () => import('./InboxScreen.tsx')),
    handle: handle({ tab: 'home', members: true }),
  },
];
