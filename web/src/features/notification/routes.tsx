import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';
import { paths } from '#/shared/paths.ts';

const screens = () => import('./screens.ts');
const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  {
    path: paths.inbox,
    lazy: lazyScreen('notification', screens, 'InboxScreen'),
    handle: handle({ tab: 'home', members: true }),
  },
];
