import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';
import { paths } from '#/shared/paths.ts';

const screens = () => import('./screens.ts');
const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  {
    path: paths.me,
    lazy: lazyScreen('membership', screens, 'MeScreen'),
    handle: handle({ tab: 'me', tabs: true, members: true }),
  },
  {
    path: paths.hours,
    lazy: lazyScreen('membership', screens, 'HoursScreen'),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.myListings,
    lazy: lazyScreen('membership', screens, 'PostsScreen'),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.profile,
    lazy: lazyScreen(['membership', 'address'], screens, 'ProfileScreen'),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.settings,
    lazy: lazyScreen('membership', screens, 'SettingsScreen'),
    handle: handle({ tab: 'me' }),
  },
  {
    path: paths.leave,
    lazy: lazyScreen('membership', screens, 'LeaveScreen'),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.devices,
    lazy: lazyScreen('membership', screens, 'DevicesScreen'),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.logIns,
    lazy: lazyScreen('membership', screens, 'LogInsScreen'),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.securityLog,
    lazy: lazyScreen('membership', screens, 'SecurityLogScreen'),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.member(':id'),
    lazy: lazyScreen('membership', screens, 'PersonScreen'),
    handle: handle({ tab: 'find' }),
  },
];
