import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';

const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  {
    path: '/me',
    lazy: lazyScreen('me', () => import('./MeScreen.tsx')),
    handle: handle({ tab: 'me', tabs: true, members: true }),
  },
  {
    path: '/me/hours',
    lazy: lazyScreen('me', () => import('./HoursScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: '/me/posts',
    lazy: lazyScreen('me', () => import('./PostsScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: '/me/profile',
    lazy: lazyScreen(['me', 'place'], () => import('./ProfileScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: '/me/settings',
    lazy: lazyScreen('me', () => import('./SettingsScreen.tsx')),
    handle: handle({ tab: 'me' }),
  },
  {
    path: '/me/devices',
    lazy: lazyScreen('me', () => import('./DevicesScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
];
