import { lazy, Suspense } from 'react';
import { paths } from '#/shared/paths.ts';
import { LOOPBACK } from '../loopback.ts';

const DemoPeople = lazy(() => import('./DemoPeople.tsx'));

/** The practice people, on this computer only: elsewhere neither the code nor the list is asked for. */
export function DemoAccounts({ next = paths.home }: { next?: string }) {
  if (!(location.hostname in LOOPBACK)) return null;
  return (
    <Suspense fallback={null}>
      <DemoPeople next={next} />
    </Suspense>
  );
}
