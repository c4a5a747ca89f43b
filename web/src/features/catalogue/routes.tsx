import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';
import { paths } from '#/shared/paths.ts';

const writing = () => import('./writing.ts');
const reading = () => import('./reading.ts');
const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  {
    path: paths.post,
    lazy: lazyScreen('catalogue', writing, 'PostChoiceScreen'),
    handle: handle({ tab: 'post', tabs: true }),
  },
  {
    path: paths.postListing('talent'),
    lazy: lazyScreen(['catalogue', 'address'], writing, 'NewTalentScreen'),
    handle: handle({ tab: 'post' }),
  },
  {
    path: paths.postListing('need'),
    lazy: lazyScreen(['catalogue', 'address'], writing, 'NewNeedScreen'),
    handle: handle({ tab: 'post' }),
  },
  {
    path: paths.editListing('talent', ':id'),
    lazy: lazyScreen(['catalogue', 'address'], writing, 'EditTalentScreen'),
    handle: handle({ tab: 'post', members: true }),
  },
  {
    path: paths.editListing('need', ':id'),
    lazy: lazyScreen(['catalogue', 'address'], writing, 'EditNeedScreen'),
    handle: handle({ tab: 'post', members: true }),
  },
  {
    path: paths.listing('talent', ':id'),
    lazy: lazyScreen('catalogue', reading, 'TalentScreen'),
    handle: handle({ tab: 'find' }),
  },
  {
    path: paths.listing('need', ':id'),
    lazy: lazyScreen('catalogue', reading, 'NeedScreen'),
    handle: handle({ tab: 'find' }),
  },
];
