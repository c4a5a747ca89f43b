import { useSession } from '#/api/session/useSession.ts';
import { lazyPart } from '#/shared/nav/lazyPart.tsx';

const LeavingBar = lazyPart(() => import('./LeavingBar.tsx'));

/** Whoever has asked to leave sees until when it can be taken back, and takes it back here. */
export function LeavingStrip() {
  const { status, account } = useSession();
  const eraseAt = status === 'member' ? (account?.erase_at ?? null) : null;
  // Not rendered for anybody else, or all would fetch it.
  return eraseAt !== null && <LeavingBar open eraseAt={eraseAt} />;
}
