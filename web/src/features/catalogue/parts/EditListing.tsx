import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { useDraftForm } from '#/shared/draft/useDraftForm.ts';
import type { ListingKind, Need, Talent } from '#/api/types.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { paths } from '#/shared/paths.ts';
import { DraftFound } from '#/shared/ui/DraftFound.tsx';
import { resolverOf, useRefusal } from '#/api/problem/formProblems.ts';
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
import { bodyOf, draftOf, fieldOf, lacking, type ListingDraft } from '../draft.ts';
import { listingsChanged, useEdited } from '../queries.ts';
import { ListingForm } from './ListingForm.tsx';
import { Preview } from './Preview.tsx';
import { TaskFoot } from './TaskFoot.tsx';

const RESOLVER = resolverOf(lacking, fieldOf);

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
  const { form, values, draft } = useDraftForm<ListingDraft>(draftOf(listing), RESOLVER);

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
  useRefusal(form, save.error, fieldOf);
  const named = Object.keys(form.formState.errors).length > 0;
  const stale = isProblem(save.error) && save.error.code.endsWith('.stale');
  const by = me.data ?? null;

  return (
    <Screen
      title={t(`${kind}Edit.title`)}
      back={path}
      aside={
        <Section title={t('preview.title')}>
          <Preview draft={values} by={by} />
        </Section>
      }
      asideBelow="none"
      foot={
        <TaskFoot
          act={t('common:act.save')}
          busy={save.isPending}
          onAct={() => void form.handleSubmit((written) => save.mutate(written))()}
        />
      }
    >
      <Stack gap={3}>
        <DraftFound draft={draft} />
        <ListingForm kind={kind} form={form} withDays={false} />
        <ProblemLine error={named ? null : save.error} />
        {stale && (
          <Button size="small" onClick={onReload}>
            {t('edit.reload')}
          </Button>
        )}
      </Stack>
      <Sheet name="preview" title={t('preview.title')}>
        <Preview draft={values} by={by} />
      </Sheet>
    </Screen>
  );
}
