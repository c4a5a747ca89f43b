import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { resumeAfterLogin } from '#/shared/draft/useDraft.ts';
import type { Engagement, Listing, ListingKind } from '#/api/types.ts';
import { signupPath } from '#/api/session/next.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { paths } from '#/shared/paths.ts';
import { DraftFound } from '#/shared/ui/DraftFound.tsx';
import { resolverOf, useRefusal } from '#/api/problem/formProblems.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useMe } from '#/api/client/useMe.ts';
import { Reaching } from '#/api/session/Reaching.tsx';
import { useRequireLogin, useSession } from '#/api/session/useSession.ts';
import { useWrite } from '#/api/client/useWrite.ts';
import { useDraftForm } from '#/shared/draft/useDraftForm.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { HourRing } from '#/shared/ui/HourRing.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { Row, Small, Stack } from '#/shared/ui/Stack.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { engagementChanged, useBusy, useEngagement, useProposedTo } from '../queries.ts';
import {
  clashOf,
  fieldOf,
  lacking,
  minutesOf,
  newDraft,
  startOf,
  termsOf,
  type TermsDraft,
} from '../terms.ts';
import { sendFirstMessage } from '../firstMessage.ts';
import { Summary } from './Summary.tsx';
import { TermsForm } from './TermsForm.tsx';

const RESOLVER = resolverOf<TermsDraft>((draft) => lacking(draft, new Date()), fieldOf);

/** To a talent a time is proposed, to a need help is offered: the same page. */
export function Proposal({ kind }: { kind: ListingKind }) {
  const { id = '' } = useParams();
  return <To key={id} kind={kind} id={id} />;
}

function To({ kind, id }: { kind: ListingKind; id: string }) {
  const { t } = useTranslation(['engagement', 'common']);
  const session = useSession();
  const me = useMe();
  const listing = useProposedTo(kind, id);
  const open = useEngagement(listing.data?.open_engagement_id ?? null);
  const title = t(kind === 'talent' ? 'propose.title' : 'help.title');
  const here = paths.listing(kind, id);

  // Who it is decides what can be done: a proposal that is already open, one's own listing.
  const waits =
    listing.isPending ||
    session.status === 'starting' ||
    session.status === 'unreachable' ||
    (session.status === 'member' && me.isPending) ||
    (open.isPending && open.fetchStatus === 'fetching');
  // Decided once: a form that is being filled in does not disappear because something was fetched again.
  const [decided, setDecided] = useState<Decided | null>(null);
  if (decided === null && !waits && listing.data !== undefined)
    setDecided({ about: listing.data, under: open.data ?? null });
  if (decided === null) {
    return (
      <Screen title={title} back={here}>
        {listing.isError ? (
          <ProblemState error={listing.error} onRetry={listing.refetch} />
        ) : session.status === 'unreachable' ? (
          <Reaching />
        ) : (
          <SkeletonPage />
        )}
      </Screen>
    );
  }
  const { about, under } = decided;
  const done = (text: string, to: string, act: string) => (
    <Screen title={title} back={here}>
      <EmptyState title={text}>
        <ButtonLink size="small" to={to} replace>
          {act}
        </ButtonLink>
      </EmptyState>
    </Screen>
  );
  if (about.mine) return done(t('blocked.mine'), here, t('act.seeListing'));
  if (under?.state === 'proposed')
    return done(
      t(under.awaiting === 'me' ? 'blocked.answer' : 'blocked.sent'),
      paths.engagement(under.id),
      t('act.seeProposal'),
    );
  if (about.state !== 'published' && about.state !== 'open')
    return done(
      t(kind === 'talent' ? 'blocked.talentEnded' : 'blocked.needEnded'),
      here,
      t('act.seeSimilar'),
    );
  return (
    <Form key={id} title={title} listing={about} incomplete={me.data?.complete === false} agreed={under} />
  );
}

interface Decided {
  about: Listing;
  /** What is under way with this listing already. */
  under: Engagement | null;
}

interface FormProps {
  title: string;
  listing: Listing;
  incomplete: boolean;
  /** An agreement about the same listing that is still to come. */
  agreed: Engagement | null;
}

function Form({ title, listing, incomplete, agreed }: FormProps) {
  const { t } = useTranslation(['engagement', 'common']);
  const navigate = useNavigate();
  const requireLogin = useRequireLogin();
  const now = useNow();
  const busy = useBusy(now);
  const { form, values, draft } = useDraftForm<TermsDraft>(newDraft(listing, now), RESOLVER);
  const owner = listing.kind === 'talent' ? listing.donor : listing.recipient;
  const name = owner.name ?? t('common:person.gone');
  const path = paths.propose(listing.kind, listing.id);

  const propose = useWrite({
    send: (terms: ReturnType<typeof termsOf>, key) =>
      ok<Engagement>(
        api.POST('/api/core/engagements', {
          params: { header: { 'Idempotency-Key': key } },
          body: {
            ...(listing.kind === 'talent' ? { talent_id: listing.id } : { need_id: listing.id }),
            terms,
          },
        }),
      ),
    onDone: (made) => {
      engagementChanged(made);
      sendFirstMessage(made.conversation_id, values.words);
      draft.clear();
      toast(t('propose.done'));
      void navigate(paths.engagement(made.id), { replace: true });
    },
  });
  useRefusal(form, propose.error, fieldOf);
  const named = Object.keys(form.formState.errors).length > 0;
  const lacksProfile = incomplete || isProblem(propose.error, 'profile.incomplete');
  const exists = existing(propose.error);
  const clash = clashOf(startOf(values), minutesOf(values), busy);

  return (
    <Screen
      title={title}
      back={paths.listing(listing.kind, listing.id)}
      foot={
        <>
          <Summary draft={values} region={listing.region.name} now={now} />
          {lacksProfile ? (
            <ButtonLink kind="main" wide to={signupPath(path)} onClick={() => resumeAfterLogin(path)}>
              {t('act.complete')}
            </ButtonLink>
          ) : (
            <Button
              kind="main"
              wide
              busy={propose.isPending}
              onClick={() =>
                void form.handleSubmit((terms) => {
                  if (requireLogin(path)) propose.mutate(termsOf(terms));
                })()
              }
            >
              {t(listing.kind === 'talent' ? 'propose.send' : 'help.send')}
            </Button>
          )}
        </>
      }
    >
      <Stack gap={3}>
        <Row between>
          <Row>
            <Avatar id={owner.id} name={name} />
            <div>
              <b>{listing.title}</b>
              <Small>{owner.name === null ? name : t('common:person.name', { name })}</Small>
            </div>
          </Row>
          <HourRing
            minutes={minutesOf(values) ?? 0}
            size={52}
            label={t('common:ring.offer', { minutes: minutesOf(values) ?? 0 })}
          />
        </Row>
        <DraftFound draft={draft} />
        {agreed !== null && (
          <Card tone="sky" row>
            <div>{t('propose.agreed')}</div>
            <ButtonLink size="small" to={paths.engagement(agreed.id)}>
              {t('common:act.show')}
            </ButtonLink>
          </Card>
        )}
        {lacksProfile && (
          <Card tone="sky" role="status">
            {t('propose.incomplete')}
          </Card>
        )}
        <TermsForm about={listing} region={listing.region.name} form={form} clash={clash} now={now} />
        <ProblemLine error={named || lacksProfile ? null : propose.error} />
        {exists !== null && (
          <ButtonLink size="small" to={paths.engagement(exists)}>
            {t('act.seeProposal')}
          </ButtonLink>
        )}
      </Stack>
    </Screen>
  );
}

/** The proposal that is already there, as the refusal names it. */
function existing(error: unknown): string | null {
  if (!isProblem(error, 'engagement.open_exists')) return null;
  const id = error.errors[0]?.params['engagement_id'];
  return typeof id === 'string' ? id : null;
}
