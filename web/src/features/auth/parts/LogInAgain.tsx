import { useSession } from '#/api/session/useSession.ts';
import { lazyPart } from '#/shared/nav/lazyPart.tsx';

const LogInAgainSheet = lazyPart(() => import('./LogInAgainSheet.tsx'));

/** Once in the shell: the session is over, the page stays. Requests wait behind it and are repeated. */
export function LogInAgain() {
  const session = useSession();
  return <LogInAgainSheet open={session.status === 'ended'} email={session.account?.email ?? ''} />;
}
