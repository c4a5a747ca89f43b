import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { useDraft } from '#/shared/draft/useDraft.ts';
import type { ListingKind, Me, Need, Talent } from '#/api/types.ts';
import { signupPath } from '#/api/session/next.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { paths } from '#/shared/paths.ts';
import { DraftFound } from '#/shared/ui/DraftFound.tsx';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { useMe } from '#/api/client/useMe.ts';
import { useRequireLogin, useSession } from '#/api/session/useSession.ts';
import { useWrite } from '#/api/client/useWrite.ts';
import { usePlace, type Place } from '#/features/address/index.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { ButtonLink } from '#/shared/ui/Button.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { Section, Stack } from '#/shared/ui/Stack.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { bodyOf, emptyDraft, type ListingDraft } from '../draft.ts';
import { listingsChanged } from '../queries.ts';
import { ListingForm } from './ListingForm.tsx';
import { Preview } from './Preview.tsx';
import { TaskFoot } from './TaskFoot.tsx';
import { useErrors } from './useErrors.ts';

/** A visitor may write, too; only publishing asks who it is. */
export function NewListing({ kind }: { kind: ListingKind }) {
  const { t } = useTranslation('catalogue');
  const session = useSession();
  const me = useMe();
  const looked = usePlace();
  // The place of the profile is the first guess; it must be known before the draft begins.
  if (session.status === 'starting' || (session.status === 'member' && me.isPending)) {
    return (
      <Screen title={t(`${kind}.title`)} back={paths.post}>
        <SkeletonPage />
      </Screen>
    );
  }
  const region = me.data?.region ?? null;
  const home = region === null ? looked : { code: region.code, name: region.name, path: region.path };
  return <Form kind={kind} me={me.data ?? null} home={home} />;
}

function Form({ kind, me, home }: { kind: ListingKind; me: Me | null; home: Place | null }) {
  const { t } = useTranslation('catalogue');
  const navigate = useNavigate();
  const requireLogin = useRequireLogin();
  const draft = useDraft<ListingDraft>(emptyDraft(home));

  const publish = useWrite({
    send: (written: ListingDraft, key) => {
      const params = { header: { 'Idempotency-Key': key } };
      const body = bodyOf(written);
      return kind === 'talent'
        ? ok<Talent | Need>(api.POST('/api/core/talents', { params, body }))
        : ok<Talent | Need>(
            api.POST('/api/core/needs', { params, body: { ...body, expires_in_days: written.days } }),
          );
    },
    onDone: ({ id }) => {
      draft.clear();
      listingsChanged(kind);
      toast(t(`${kind}.done`));
      void navigate(paths.listing(kind, id), { replace: true });
    },
  });
  const { errors, check } = useErrors(publish.error);
  const path = paths.postListing(kind);
  const incomplete = isProblem(publish.error, 'profile.incomplete');

  return (
    <Screen
      title={t(`${kind}.title`)}
      back={paths.post}
      aside={
        <Section title={t('preview.title')}>
          <Preview draft={draft.value} by={me} />
        </Section>
      }
      asideBelow="none"
      foot={
        <TaskFoot
          act={t('act.publish')}
          busy={publish.isPending}
          onAct={() => {
            if (check(draft.value) && requireLogin(path)) publish.mutate(draft.value);
          }}
        />
      }
    >
      <Stack gap={3}>
        <DraftFound draft={draft} />
        <ListingForm
          kind={kind}
          draft={draft.value}
          onDraft={draft.set}
          errors={errors}
          withDays={kind === 'need'}
        />
        <ProblemLine error={Object.keys(errors).length > 0 && !incomplete ? null : publish.error} />
        {incomplete && (
          <ButtonLink size="small" to={signupPath(path)}>
            {t('act.complete')}
          </ButtonLink>
        )}
      </Stack>
      <Sheet name="preview" title={t('preview.title')}>
        <Preview draft={draft.value} by={me} />
      </Sheet>
    </Screen>
  );
}
