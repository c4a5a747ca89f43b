import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';

const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  {
    path: '/talents/:id/propose',
    lazy: lazyScreen('engage', () => import('./ProposeScreen.tsx')),
    handle: handle({ tab: 'find' }),
  },
  {
    path: '/needs/:id/help',
    lazy: lazyScreen('engage', () => import('./OfferHelpScreen.tsx')),
    handle: handle({ tab: 'find' }),
  },
  {
    path: '/needs/:id/offers',
    lazy: lazyScreen('engage', () => import('./OffersScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: '/engagements',
    lazy: lazyScreen('engage', () => import('./EngagementsScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: '/engagements/:id',
    lazy: lazyScreen('engage', () => import('./EngagementScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: '/engagements/:id/counter',
    lazy: lazyScreen('engage', () => import('./CounterScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
];
