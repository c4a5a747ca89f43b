import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { signupPath } from '#/api/session/next.ts';
import type { Listing } from '#/api/types.ts';
import { queryClient } from '#/api/client/query.ts';
import { useRequireLogin } from '#/api/session/useSession.ts';
import { useWrite } from '#/api/client/useWrite.ts';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink, ButtonRow } from '#/shared/ui/Button.tsx';
import { isOpen } from '../queries.ts';

/** What others than the owner may do with a listing: ask, and propose or help. What is under way already is led to. */
export function useVisitorActions(listing: Listing): { foot: ReactNode; error: unknown } {
  const { t } = useTranslation('catalogue');
  const navigate = useNavigate();
  const requireLogin = useRequireLogin();
  const here = paths.listing(listing.kind, listing.id);
  const ask = useWrite({
    send: (about: { talent_id: string } | { need_id: string }, key) =>
      ok<{ id: string }>(
        api.POST('/api/core/inquiries', { params: { header: { 'Idempotency-Key': key } }, body: about }),
      ),
    onDone: ({ id }) => {
      void queryClient.invalidateQueries({ queryKey: keys.conversations });
      void queryClient.invalidateQueries({ queryKey: keys[listing.kind === 'talent' ? 'talents' : 'needs'] });
      void navigate(paths.conversation(id));
    },
  });

  const open = isOpen(listing);
  const incomplete = isProblem(ask.error, 'profile.incomplete');
  const act = paths.propose(listing.kind, listing.id);
  const talk = () => {
    if (listing.inquiry_id !== null) void navigate(paths.conversation(listing.inquiry_id));
    else if (requireLogin(here))
      ask.mutate(listing.kind === 'talent' ? { talent_id: listing.id } : { need_id: listing.id });
  };

  // An ended listing takes no new questions; only existing conversations go on.
  if (!open && listing.inquiry_id === null && listing.open_engagement_id === null)
    return { foot: undefined, error: null };

  const foot = (
    <ButtonRow>
      {incomplete ? (
        <ButtonLink kind="main" wide to={signupPath(here)}>
          {t('act.complete')}
        </ButtonLink>
      ) : (
        <>
          {(open || listing.inquiry_id !== null) && (
            <Button wide busy={ask.isPending} onClick={talk}>
              {t(listing.inquiry_id === null ? 'act.ask' : 'act.talk')}
            </Button>
          )}
          {listing.open_engagement_id !== null ? (
            <ButtonLink kind="main" wide to={paths.engagement(listing.open_engagement_id)}>
              {t('act.seeEngagement')}
            </ButtonLink>
          ) : (
            open && (
              <Button
                kind="main"
                wide
                onClick={() => {
                  if (requireLogin(act)) void navigate(act);
                }}
              >
                {t(listing.kind === 'talent' ? 'act.propose' : 'act.help')}
              </Button>
            )
          )}
        </>
      )}
    </ButtonRow>
  );
  return { foot, error: ask.error };
}
