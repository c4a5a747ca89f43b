import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';
import { paths } from '#/shared/paths.ts';

const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  {
    path: paths.post,
    lazy: lazyScreen('catalogue', () => import('./PostChoiceScreen.tsx')),
    handle: handle({ tab: 'post', tabs: true }),
  },
  {
    path: paths.postListing('talent'),
    lazy: lazyScreen(['catalogue', 'address'], () => import('./NewTalentScreen.tsx')),
    handle: handle({ tab: 'post' }),
  },
  {
    path: paths.postListing('need'),
    lazy: lazyScreen(['catalogue', 'address'], () => import('./NewNeedScreen.tsx')),
    handle: handle({ tab: 'post' }),
  },
  {
    path: paths.editListing('talent', ':id'),
    lazy: lazyScreen(['catalogue', 'address'], () => import('./EditTalentScreen.tsx')),
    handle: handle({ tab: 'post', members: true }),
  },
  {
    path: paths.editListing('need', ':id'),
    lazy: lazyScreen(['catalogue', 'address'], () => import('./EditNeedScreen.tsx')),
    handle: handle({ tab: 'post', members: true }),
  },
  {
    path: paths.listing('talent', ':id'),
    lazy: lazyScreen('catalogue', () => import('./TalentScreen.tsx')),
    handle: handle({ tab: 'find' }),
  },
  {
    path: paths.listing('need', ':id'),
    lazy: lazyScreen('catalogue', () => import('./NeedScreen.tsx')),
    handle: handle({ tab: 'find' }),
  },
];
