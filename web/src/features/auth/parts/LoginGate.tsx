import { useSearchParams } from 'react-router';
import { safeNext } from '#/api/session/next.ts';
import { useSession } from '#/api/session/useSession.ts';
import { lazyPart } from '#/shared/nav/lazyPart.tsx';

const LoginGateSheet = lazyPart(() => import('./LoginGateSheet.tsx'));

/** Once in the shell: the sheet that `useRequireLogin` opens (`?gate=<next>`). */
export function LoginGate() {
  const [params] = useSearchParams();
  const session = useSession();
  const gate = params.get('gate');
  const known = session.status === 'member' || session.status === 'held';
  return <LoginGateSheet open={gate !== null && !known} next={safeNext(gate)} />;
}
