import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';
import { paths } from '#/shared/paths.ts';

const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  {
    path: paths.me,
    lazy: lazyScreen('membership', () => import('./MeScreen.tsx')),
    handle: handle({ tab: 'me', tabs: true, members: true }),
  },
  {
    path: paths.hours,
    lazy: lazyScreen('membership', () => import('./hours/HoursScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.myListings,
    lazy: lazyScreen('membership', () => import('./PostsScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.profile,
    lazy: lazyScreen(['membership', 'address'], () => import('./ProfileScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.settings,
    lazy: lazyScreen('membership', () => import('./SettingsScreen.tsx')),
    handle: handle({ tab: 'me' }),
  },
  {
    path: paths.devices,
    lazy: lazyScreen('membership', () => import('./DevicesScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.member(':id'),
    lazy: lazyScreen('membership', () => import('./PersonScreen.tsx')),
    handle: handle({ tab: 'find' }),
  },
];
