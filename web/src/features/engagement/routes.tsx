import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';
import { paths } from '#/shared/paths.ts';

const screens = () => import('./screens.ts');
const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  {
    path: paths.propose('talent', ':id'),
    lazy: lazyScreen('engagement', screens, 'ProposeScreen'),
    handle: handle({ tab: 'find' }),
  },
  {
    path: paths.propose('need', ':id'),
    lazy: lazyScreen('engagement', screens, 'OfferHelpScreen'),
    handle: handle({ tab: 'find' }),
  },
  {
    path: paths.offers(':id'),
    lazy: lazyScreen('engagement', screens, 'OffersScreen'),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.engagements(),
    lazy: lazyScreen('engagement', screens, 'EngagementsScreen'),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.engagement(':id'),
    lazy: lazyScreen('engagement', screens, 'EngagementScreen'),
    handle: handle({ tab: 'me', members: true }),
  },
  {
    path: paths.counter(':id'),
    lazy: lazyScreen('engagement', screens, 'CounterScreen'),
    handle: handle({ tab: 'me', members: true }),
  },
];
