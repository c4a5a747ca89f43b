import { lazy, Suspense } from 'react';
import { useSession } from '#/api/session/useSession.ts';
import { useFirstScreenStands } from '#/shared/nav/firstScreen.ts';
import { paths } from '#/shared/paths.ts';
import { useDemoAccounts } from '../demo.ts';
import { LOOPBACK } from '../loopback.ts';

const DemoPeople = lazy(() => import('./DemoPeople.tsx'));

/** The practice people, on this computer only: elsewhere neither the code nor the list is asked for. */
export function DemoAccounts({ next = paths.home }: { next?: string }) {
  const member = useSession().status === 'member';
  const stands = useFirstScreenStands();
  // A member has other things to see first.
  const wanted = location.hostname in LOOPBACK && (!member || stands);
  // Asked for here, too, so that list and code come at the same time.
  useDemoAccounts(wanted);
  if (!wanted) return null;
  return (
    <Suspense fallback={null}>
      <DemoPeople next={next} />
    </Suspense>
  );
}
