import type { RouteHandle } from '#/shared/nav/handle.ts';
import { paths } from '#/shared/paths.ts';
import type { IconName } from '#/shared/ui/Icon.tsx';

export type Tab = NonNullable<RouteHandle['tab']>;

/** The five places where a visit begins; public/boot.js repeats their addresses. */
export const TABS: readonly { tab: Tab; to: string; icon: IconName }[] = [
  { tab: 'home', to: paths.home, icon: 'home' },
  { tab: 'find', to: paths.search(), icon: 'find' },
  { tab: 'post', to: paths.post, icon: 'plus' },
  { tab: 'chat', to: paths.conversations, icon: 'chat' },
  { tab: 'me', to: paths.me, icon: 'me' },
];
