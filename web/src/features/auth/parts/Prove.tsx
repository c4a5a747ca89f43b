import { useSyncExternalStore } from 'react';
import { tabProof } from '#/api/session/tab.ts';
import { useSession } from '#/api/session/useSession.ts';
import { lazyPart } from '#/shared/nav/lazyPart.tsx';

const ProveSheet = lazyPart(() => import('./ProveSheet.tsx'));

/** Once in the shell: an act needs a fresh proof of who the person is. It waits behind the sheet and is repeated. */
export function Prove() {
  const asked = useSyncExternalStore(tabProof.subscribe, tabProof.isAsked);
  const session = useSession();
  return <ProveSheet open={asked} email={session.account?.email ?? ''} />;
}
