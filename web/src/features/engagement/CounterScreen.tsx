import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import type { Engagement } from '#/api/types.ts';
import { isDefinite } from '#/api/problem/problem.ts';
import { paths } from '#/shared/paths.ts';
import { DraftFound } from '#/shared/ui/DraftFound.tsx';
import { resolverOf, useRefusal } from '#/api/problem/formProblems.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useWrite } from '#/api/client/useWrite.ts';
import { useDraftForm } from '#/shared/draft/useDraftForm.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { useBack } from '#/shared/nav/useBack.ts';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Diff } from '#/shared/ui/Diff.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { Section, Stack } from '#/shared/ui/Stack.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { Summary } from './parts/Summary.tsx';
import { TermsForm } from './parts/TermsForm.tsx';
import { useTermLabels } from './parts/useTermLabels.ts';
import { engagementChanged, lookAgain, useBusy, useEngagement, useProposedTo } from './queries.ts';
import {
  clashOf,
  fieldOf,
  lacking,
  draftOf,
  minutesOf,
  startOf,
  termsOf,
  type About,
  type TermsDraft,
} from './terms.ts';
import { sendFirstMessage } from './firstMessage.ts';

const RESOLVER = resolverOf<TermsDraft>((draft) => lacking(draft, new Date()), fieldOf);

/** The same page as the first proposal, with the terms on the table in it. */
export default function CounterScreen() {
  const { id = '' } = useParams();
  const { t } = useTranslation('engagement');
  const engagement = useEngagement(id);
  const e = engagement.data;
  const listing = useProposedTo(e?.listing.kind ?? 'talent', e?.listing.id ?? '');
  const here = paths.engagement(id);
  if (e === undefined || listing.isPending) {
    return (
      <Screen title={t('counter.title')} back={here}>
        {engagement.isError ? (
          <ProblemState error={engagement.error} onRetry={engagement.refetch} />
        ) : (
          <SkeletonPage />
        )}
      </Screen>
    );
  }
  return (
    <Form
      key={id}
      e={e}
      // A listing that is gone by now leaves the form without its times.
      about={listing.data ?? { minutes: e.terms.minutes, mode: 'either', times: [], bring: '' }}
      region={listing.data?.region.name ?? null}
    />
  );
}

function Form({ e, about, region }: { e: Engagement; about: About; region: string | null }) {
  const { t } = useTranslation('engagement');
  const here = paths.engagement(e.id);
  const back = useBack(here);
  const now = useNow();
  const busy = useBusy(now);
  const words = useTermLabels(now);
  // The terms that are being answered: what comes meanwhile is another proposal.
  const [read] = useState(e.terms);
  const { form, values, draft } = useDraftForm<TermsDraft>(draftOf(read), RESOLVER);
  const complete = startOf(values) !== null && minutesOf(values) !== null;
  const next = termsOf(values);
  const differences = complete ? words.diff(read, next) : [];
  const differs = differences.some((line) => line.changed);

  const counter = useWrite({
    send: (terms: ReturnType<typeof termsOf>, key) =>
      ok<Engagement>(
        api.POST('/api/core/engagements/{id}/counter', {
          params: { path: { id: e.id }, header: { 'Idempotency-Key': key } },
          body: { terms_version: read.version, terms },
        }),
      ),
    onDone: (made) => {
      engagementChanged(made);
      sendFirstMessage(made.conversation_id, values.words);
      draft.clear();
      toast(t('propose.done'));
      back();
    },
    onRefused: (cause) => (isDefinite(cause) ? lookAgain(e.id) : undefined),
  });
  useRefusal(form, counter.error, fieldOf);
  const named = Object.keys(form.formState.errors).length > 0;
  const moved = e.terms.version !== read.version;

  if (!counter.isPending && !counter.isSuccess && (moved || !e.acts.includes('counter'))) {
    return (
      <Screen title={t('counter.title')} back={here}>
        <EmptyState title={moved ? t('stale.title') : t('counter.not')}>
          <ButtonLink size="small" to={here} replace>
            {t('act.seeEngagement')}
          </ButtonLink>
        </EmptyState>
      </Screen>
    );
  }

  return (
    <Screen
      title={t('counter.title')}
      back={here}
      foot={
        <>
          <Summary draft={values} region={region} now={now} />
          <Button
            kind="main"
            wide
            busy={counter.isPending}
            onClick={() => void form.handleSubmit((terms) => counter.mutate(termsOf(terms)))()}
          >
            {t('counter.send')}
          </Button>
        </>
      }
    >
      <Stack gap={3}>
        <DraftFound draft={draft} />
        <TermsForm
          about={about}
          region={region}
          form={form}
          clash={clashOf(startOf(values), minutesOf(values), busy, e.id)}
          again
          now={now}
        />
      </Stack>
      {differs && (
        <Section title={t('counter.changes')}>
          <Card flush>
            <Diff lines={differences} before={t('diff.before')} now={t('diff.mine')} />
          </Card>
        </Section>
      )}
      <ProblemLine error={named ? null : counter.error} />
    </Screen>
  );
}
