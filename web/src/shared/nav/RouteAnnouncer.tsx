import { useSyncExternalStore } from 'react';
import { Hidden } from '#/shared/ui/Stack.tsx';
import { lastArrival, subscribeArrivals } from './announcer.ts';

/** Once in the shell: a screen reader is told which page was reached, as a full page load would tell it. */
export function RouteAnnouncer() {
  const { path, title } = useSyncExternalStore(subscribeArrivals, lastArrival);
  return (
    <Hidden>
      <span data-route-announcer aria-live="polite">
        {/* A new node, for two pages may have the same title. */}
        <span key={path}>{title}</span>
      </span>
    </Hidden>
  );
}
