import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';

const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  {
    path: '/post',
    lazy: lazyScreen('post', () => import('./PostChoiceScreen.tsx')),
    handle: handle({ tab: 'post', tabs: true }),
  },
  {
    path: '/post/talent',
    lazy: lazyScreen(['post', 'place'], () => import('./NewTalentScreen.tsx')),
    handle: handle({ tab: 'post' }),
  },
  {
    path: '/post/need',
    lazy: lazyScreen(['post', 'place'], () => import('./NewNeedScreen.tsx')),
    handle: handle({ tab: 'post' }),
  },
  {
    path: '/talents/:id/edit',
    lazy: lazyScreen(['post', 'place'], () => import('./EditTalentScreen.tsx')),
    handle: handle({ tab: 'post', members: true }),
  },
  {
    path: '/needs/:id/edit',
    lazy: lazyScreen(['post', 'place'], () => import('./EditNeedScreen.tsx')),
    handle: handle({ tab: 'post', members: true }),
  },
];
