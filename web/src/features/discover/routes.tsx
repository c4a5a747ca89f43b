import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';

const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  {
    path: '/',
    lazy: lazyScreen(['discover', 'place', 'auth'], () => import('./HomeScreen.tsx')),
    handle: handle({ tab: 'home', tabs: true }),
  },
  {
    path: '/search',
    lazy: lazyScreen(['discover', 'place'], () => import('./SearchScreen.tsx')),
    handle: handle({ tab: 'find', tabs: true }),
  },
  {
    path: '/talents/:id',
    lazy: lazyScreen('discover', () => import('./TalentScreen.tsx')),
    handle: handle({ tab: 'find' }),
  },
  {
    path: '/needs/:id',
    lazy: lazyScreen('discover', () => import('./NeedScreen.tsx')),
    handle: handle({ tab: 'find' }),
  },
  {
    path: '/people/:id',
    lazy: lazyScreen('discover', () => import('./PersonScreen.tsx')),
    handle: handle({ tab: 'find' }),
  },
];
