import { useSession } from '#/api/session/useSession.ts';
import { lazyPart } from '#/shared/nav/lazyPart.tsx';

const MustAgreePage = lazyPart(() => import('./MustAgreePage.tsx'));

/** In the place of every page, for a member who must agree to documents that have changed. */
export function MustAgree() {
  const { status, mustAgree } = useSession();
  return <MustAgreePage open={status === 'held'} docs={mustAgree ?? []} />;
}
