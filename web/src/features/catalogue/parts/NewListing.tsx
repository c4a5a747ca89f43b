import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { useDraftForm } from '#/shared/draft/useDraftForm.ts';
import type { ListingKind, Me, Need, Talent } from '#/api/types.ts';
import { signupPath } from '#/api/session/next.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { paths } from '#/shared/paths.ts';
import { DraftFound } from '#/shared/ui/DraftFound.tsx';
import { resolverOf, useRefusal } from '#/api/problem/formProblems.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { useMe } from '#/api/client/useMe.ts';
import { Reaching } from '#/api/session/Reaching.tsx';
import { useRequireLogin, useSession } from '#/api/session/useSession.ts';
import { useWrite } from '#/api/client/useWrite.ts';
import { usePlace, type Place } from '#/features/address/index.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { ButtonLink } from '#/shared/ui/Button.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { Section, Stack } from '#/shared/ui/Stack.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { bodyOf, emptyDraft, fieldOf, lacking, type ListingDraft } from '../draft.ts';
import { listingsChanged } from '../queries.ts';
import { ListingForm } from './ListingForm.tsx';
import { Preview } from './Preview.tsx';
import { TaskFoot } from './TaskFoot.tsx';

const RESOLVER = resolverOf(lacking, fieldOf);

/** A visitor may write, too; only publishing asks who it is. */
export function NewListing({ kind }: { kind: ListingKind }) {
  const { t } = useTranslation('catalogue');
  const session = useSession();
  const me = useMe();
  const looked = usePlace();
  // The place of the profile is the first guess; it must be known before the draft begins.
  const unreachable = session.status === 'unreachable';
  if (session.status === 'starting' || unreachable || (session.status === 'member' && me.isPending)) {
    return (
      <Screen title={t(`${kind}.title`)} back={paths.post}>
        {unreachable ? <Reaching /> : <SkeletonPage />}
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
  const { form, values, draft } = useDraftForm<ListingDraft>(emptyDraft(home), RESOLVER);

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
  useRefusal(form, publish.error, fieldOf);
  const named = Object.keys(form.formState.errors).length > 0;
  const path = paths.postListing(kind);
  const incomplete = isProblem(publish.error, 'profile.incomplete');

  return (
    <Screen
      title={t(`${kind}.title`)}
      back={paths.post}
      aside={
        <Section title={t('preview.title')}>
          <Preview draft={values} by={me} />
        </Section>
      }
      asideBelow="none"
      foot={
        <TaskFoot
          act={t('act.publish')}
          busy={publish.isPending}
          onAct={() =>
            void form.handleSubmit((written) => {
              if (requireLogin(path)) publish.mutate(written);
            })()
          }
        />
      }
    >
      <Stack gap={3}>
        <DraftFound draft={draft} />
        <ListingForm kind={kind} form={form} withDays={kind === 'need'} />
        <ProblemLine error={named && !incomplete ? null : publish.error} />
        {incomplete && (
          <ButtonLink size="small" to={signupPath(path)}>
            {t('act.complete')}
          </ButtonLink>
        )}
      </Stack>
      <Sheet name="preview" title={t('preview.title')}>
        <Preview draft={values} by={me} />
      </Sheet>
    </Screen>
  );
}
