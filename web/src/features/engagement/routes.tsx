import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';
import { paths } from '#/shared/paths.ts';

const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  {
    path: paths.propose('talent', ':id'),
    lazy: lazyScreen('engagement', () => import('./ProposeScreen.tsx')),
    handle: handle({ tab: 'find' }),
  },
  {
    path: paths.propose('need', ':id'),
    lazy: lazyScreen('engagement', () => import('./OfferHelpScreen.tsx')),
    handle: handle({ tab: 'find' }),
  },
  {
    path: paths.offers(':id'),
    lazy: lazyScreen('engagement', () => import('./OffersScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.engagements(),
    lazy: lazyScreen('engagement', () => import('./EngagementsScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.engagement(':id'),
    lazy: lazyScreen('engagement', () => import('./EngagementScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.counter(':id'),
    lazy: lazyScreen('engagement', () => import('./CounterScreen.tsx')),
    handle: handle({ tab: 'me', members: true }),
  },
];
