import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';

const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  { path: '/login', lazy: lazyScreen('auth', () => import('./LoginScreen.tsx')), handle: handle({}) },
  {
    path: '/signup',
    lazy: lazyScreen(['auth', 'place'], () => import('./SignUpScreen.tsx')),
    handle: handle({}),
  },
  { path: '/terms/:doc', lazy: lazyScreen('auth', () => import('./TermsScreen.tsx')), handle: handle({}) },
];
