import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';
import { paths } from '#/shared/paths.ts';

const screens = () => import('./screens.ts');
const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  {
    path: paths.home,
    lazy: lazyScreen(['search', 'address'], screens, 'HomeScreen'),
    handle: handle({ tab: 'home', tabs: true }),
  },
  {
    path: paths.search(),
    lazy: lazyScreen(['search', 'address'], screens, 'SearchScreen'),
    handle: handle({ tab: 'find', tabs: true }),
  },
];
