import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '#/api/client/client.ts';
import type { DocName } from '#/api/types.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { tabSession } from '#/api/session/tab.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { Button } from '#/shared/ui/Button.tsx';
import { CheckRow } from '#/shared/ui/CheckRow.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { Section, Small, Stack } from '#/shared/ui/Stack.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { useDocument } from '../queries.ts';
import { DocumentText } from './DocumentText.tsx';

/** What has changed, the whole texts, and yes; or to log out. What was being written stays as a draft. */
export default function MustAgreePage({ docs }: { docs: readonly DocName[] }) {
  const { t } = useTranslation('auth');
  /** The version that was on the screen when they said yes. */
  const [agreed, setAgreed] = useState<ReadonlyMap<DocName, string>>(new Map());
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function agree(): Promise<void> {
    setAsked(true);
    if (docs.some((doc) => !agreed.has(doc))) return;
    setBusy(true);
    setError(null);
    try {
      const consents = docs.map((doc) => ({ doc, version: agreed.get(doc) ?? '' }));
      await ok<void>(api.POST('/api/auth/account/consents', { body: { consents } }));
      await tabSession.agreed();
    } catch (cause) {
      setError(cause);
    }
    setBusy(false);
  }

  function say(doc: DocName, version: string | null): void {
    const next = new Map(agreed);
    if (version === null) next.delete(doc);
    else next.set(doc, version);
    setAgreed(next);
  }

  async function logOut(): Promise<void> {
    setError(null);
    try {
      await ok<void>(api.POST('/api/auth/logout'));
      tabSession.logOut();
    } catch (cause) {
      setError(cause);
    }
  }

  return (
    <Screen title={t('agree.title')}>
      <Stack gap={3}>
        <p>{t('agree.lead')}</p>
        {docs.map((doc) => (
          <Changed
            key={doc}
            doc={doc}
            agreed={agreed.has(doc)}
            error={asked && !agreed.has(doc) ? t('agree.missing') : undefined}
            onSay={(version) => say(doc, version)}
          />
        ))}
        <ProblemLine error={error} />
        <Button kind="main" wide busy={busy} onClick={() => void agree()}>
          {t('agree.act')}
        </Button>
        <Button kind="text" onClick={() => void logOut()}>
          {t('agree.logOut')}
        </Button>
      </Stack>
    </Screen>
  );
}

interface Props {
  doc: DocName;
  agreed: boolean;
  error: string | undefined;
  /** Yes to the version that is on the screen, or not yet. */
  onSay: (version: string | null) => void;
}

function Changed({ doc, agreed, error, onSay }: Props) {
  const { t } = useTranslation('auth');
  const text = useDocument(doc);
  const sheet = useSheet(`doc-${doc}`);
  if (text.isPending) return <SkeletonPage />;
  if (text.isError) return <ProblemState error={text.error} onRetry={text.refetch} />;
  const { title, version, changes } = text.data;
  return (
    <Section
      title={title}
      end={
        <Button
          kind="text"
          size="small"
          onClick={sheet.open}
          aria-label={t('consent.readOf', { doc: t(`doc.${doc}`) })}
        >
          {t('consent.read')}
        </Button>
      }
    >
      <Stack gap={2}>
        <Small>{t('agree.from', { version })}</Small>
        {changes.length > 0 && (
          <ul>
            {changes.map((change) => (
              <li key={change}>{change}</li>
            ))}
          </ul>
        )}
        <CheckRow checked={agreed} onChange={(on) => onSay(on ? version : null)} error={error}>
          {t('agree.yes', { doc: t(`doc.${doc}`) })}
        </CheckRow>
      </Stack>
      <Sheet name={`doc-${doc}`} title={title} tall>
        <DocumentText doc={doc} />
      </Sheet>
    </Section>
  );
}
