import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';
import { paths } from '#/shared/paths.ts';

const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  { path: paths.login, lazy: lazyScreen('auth', () => import('./LoginScreen.tsx')), handle: handle({}) },
  {
    path: paths.signup,
    lazy: lazyScreen(['auth', 'address'], () => import('./SignUpScreen.tsx')),
    handle: handle({}),
  },
  {
    path: paths.document(':doc'),
    lazy: lazyScreen('auth', () => import('./TermsScreen.tsx')),
    handle: handle({}),
  },
];
