import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { useDraft } from '#/shared/draft/useDraft.ts';
import type { ListingKind, Need, Talent } from '#/api/types.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { paths } from '#/shared/paths.ts';
import { DraftFound } from '#/shared/ui/DraftFound.tsx';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useMe } from '#/api/client/useMe.ts';
import { useWrite } from '#/api/client/useWrite.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { Section, Stack } from '#/shared/ui/Stack.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { bodyOf, draftOf, type ListingDraft } from '../draft.ts';
import { listingsChanged, useEdited } from '../queries.ts';
import { ListingForm } from './ListingForm.tsx';
import { Preview } from './Preview.tsx';
import { TaskFoot } from './TaskFoot.tsx';
import { useErrors } from './useErrors.ts';

export function EditListing({ kind }: { kind: ListingKind }) {
  const { t } = useTranslation('catalogue');
  const { id = '' } = useParams();
  const edited = useEdited(kind, id);
  const path = paths.listing(kind, id);
  const title = t(`${kind}Edit.title`);
  if (edited.data?.mine === true) {
    // A newer revision is a new form.
    return (
      <Form
        key={edited.data.revision}
        kind={kind}
        listing={edited.data}
        path={path}
        onReload={() => void edited.refetch()}
      />
    );
  }
  return (
    <Screen title={title} back={path}>
      {edited.isPending && <SkeletonPage />}
      {edited.isError && <ProblemState error={edited.error} onRetry={edited.refetch} />}
      {edited.isSuccess && (
        <EmptyState title={t('edit.notMine')}>
          <ButtonLink size="small" to={path} replace>
            {t('edit.see')}
          </ButtonLink>
        </EmptyState>
      )}
    </Screen>
  );
}

interface FormProps {
  kind: ListingKind;
  listing: Talent | Need;
  path: string;
  onReload: () => void;
}

function Form({ kind, listing, path, onReload }: FormProps) {
  const { t } = useTranslation(['catalogue', 'common']);
  const navigate = useNavigate();
  const me = useMe();
  const draft = useDraft<ListingDraft>(draftOf(listing));

  const save = useWrite({
    send: (written: ListingDraft) => {
      const request = {
        params: { path: { id: listing.id } },
        body: { revision: listing.revision, ...bodyOf(written) },
      };
      return kind === 'talent'
        ? ok<Talent | Need>(api.PATCH('/api/core/talents/{id}', request))
        : ok<Talent | Need>(api.PATCH('/api/core/needs/{id}', request));
    },
    onDone: () => {
      draft.clear();
      listingsChanged(kind);
      toast(t('edit.done'));
      void navigate(path, { replace: true });
    },
  });
  const { errors, check } = useErrors(save.error);
  const stale = isProblem(save.error) && save.error.code.endsWith('.stale');
  const by = me.data ?? null;

  return (
    <Screen
      title={t(`${kind}Edit.title`)}
      back={path}
      aside={
        <Section title={t('preview.title')}>
          <Preview draft={draft.value} by={by} />
        </Section>
      }
      asideBelow="none"
      foot={
        <TaskFoot
          act={t('common:act.save')}
          busy={save.isPending}
          onAct={() => {
            if (check(draft.value)) save.mutate(draft.value);
          }}
        />
      }
    >
      <Stack gap={3}>
        <DraftFound draft={draft} />
        <ListingForm kind={kind} draft={draft.value} onDraft={draft.set} errors={errors} withDays={false} />
        <ProblemLine error={Object.keys(errors).length > 0 ? null : save.error} />
        {stale && (
          <Button size="small" onClick={onReload}>
            {t('edit.reload')}
          </Button>
        )}
      </Stack>
      <Sheet name="preview" title={t('preview.title')}>
        <Preview draft={draft.value} by={by} />
      </Sheet>
    </Screen>
  );
}
