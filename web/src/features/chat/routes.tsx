import type { RouteObject } from 'react-router';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { lazyScreen } from '#/shared/nav/lazyScreen.ts';
import { paths } from '#/shared/paths.ts';

const screens = () => import('./screens.ts');
const handle = (handle: RouteHandle) => handle;

export const routes: RouteObject[] = [
  {
    path: paths.conversations,
    lazy: lazyScreen('chat', screens, 'ConversationsScreen'),
    handle: handle({ tab: 'chat', tabs: true, members: true, panes: true }),
  },
  {
    path: paths.conversation(':id'),
    lazy: lazyScreen('chat', screens, 'ConversationScreen'),
    handle: handle({ tab: 'chat', members: true, panes: true }),
  },
];
