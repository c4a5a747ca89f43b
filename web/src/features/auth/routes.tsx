import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';
import { paths } from '#/shared/paths.ts';

const screens = () => import('./screens.ts');
const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  { path: paths.login, lazy: lazyScreen('auth', screens, 'LoginScreen'), handle: handle({}) },
  {
    path: paths.signup,
    lazy: lazyScreen(['auth', 'address'], screens, 'SignUpScreen'),
    handle: handle({}),
  },
  { path: paths.verify, lazy: lazyScreen('auth', screens, 'VerifyScreen'), handle: handle({}) },
  { path: paths.forgotten, lazy: lazyScreen('auth', screens, 'ForgottenScreen'), handle: handle({}) },
  { path: paths.reset, lazy: lazyScreen('auth', screens, 'ResetScreen'), handle: handle({}) },
  {
    path: paths.confirmAddress,
    lazy: lazyScreen('auth', screens, 'ConfirmAddressScreen'),
    handle: handle({}),
  },
  { path: paths.undoAddress, lazy: lazyScreen('auth', screens, 'UndoAddressScreen'), handle: handle({}) },
  { path: paths.left, lazy: lazyScreen('auth', screens, 'LeftScreen'), handle: handle({}) },
  { path: paths.loginBack, lazy: lazyScreen('auth', screens, 'LoginBackScreen'), handle: handle({}) },
  {
    path: paths.joinByProvider,
    lazy: lazyScreen('auth', screens, 'JoinByProviderScreen'),
    handle: handle({}),
  },
  {
    path: paths.document(':doc'),
    lazy: lazyScreen('auth', screens, 'TermsScreen'),
    handle: handle({}),
  },
];
