import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocName, DocRef } from '#/api/types.ts';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { Button } from '#/shared/ui/Button.tsx';
import { CheckRow } from '#/shared/ui/CheckRow.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { SkeletonList } from '#/shared/ui/Skeleton.tsx';
import { Stack } from '#/shared/ui/Stack.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { useDocuments } from '../queries.ts';
import { DocumentText } from './DocumentText.tsx';
import { StepFrame } from './StepFrame.tsx';

interface Props {
  agreed: readonly DocName[];
  onAgreed: (agreed: DocName[]) => void;
  /** The server's word on an earlier answer: a text has changed meanwhile. */
  refused: unknown;
  onDone: (consents: { doc: DocName; version: string }[]) => void;
}

export function ConsentStep({ agreed, onAgreed, refused, onDone }: Props) {
  const { t } = useTranslation('auth');
  const documents = useDocuments();
  const [missing, setMissing] = useState<readonly DocName[]>([]);
  const boxes = useRef<Partial<Record<DocName, HTMLInputElement | null>>>({});
  const items = documents.data?.items ?? [];
  const all = items.length > 0 && items.every(({ doc }) => agreed.includes(doc));

  function toggle(doc: DocName, on: boolean): void {
    onAgreed(on ? [...agreed, doc] : agreed.filter((other) => other !== doc));
    setMissing([]);
  }

  function next(): void {
    const lacking = items.filter(({ doc, required }) => required && !agreed.includes(doc));
    setMissing(lacking.map(({ doc }) => doc));
    const first = lacking[0];
    if (first !== undefined) boxes.current[first.doc]?.focus();
    else if (items.length > 0)
      onDone(items.filter(({ doc }) => agreed.includes(doc)).map(({ doc, version }) => ({ doc, version })));
  }

  return (
    <StepFrame step={2} title={t('consent.title')} act={t('signup.next')} onSubmit={next}>
      {documents.isPending && <SkeletonList rows={4} />}
      {documents.isError && <ProblemState error={documents.error} onRetry={documents.refetch} />}
      {documents.isSuccess && (
        <Stack gap={1}>
          <CheckRow
            strong
            checked={all}
            onChange={(on) => {
              onAgreed(on ? items.map(({ doc }) => doc) : []);
              setMissing([]);
            }}
          >
            {t('consent.all')}
          </CheckRow>
          {items.map((item) => (
            <CheckRow
              key={item.doc}
              ref={(node) => {
                boxes.current[item.doc] = node;
              }}
              checked={agreed.includes(item.doc)}
              onChange={(on) => toggle(item.doc, on)}
              error={missing.includes(item.doc) ? t('consent.missing') : undefined}
              end={<Read item={item} />}
            >
              {t(item.required ? 'consent.required' : 'consent.optional', { doc: t(`doc.${item.doc}`) })}
            </CheckRow>
          ))}
        </Stack>
      )}
      <ProblemLine error={refused} />
      {items.map(({ doc }) => (
        <Sheet key={doc} name={`doc-${doc}`} title={t(`doc.${doc}`)} tall>
          <DocumentText doc={doc} />
        </Sheet>
      ))}
    </StepFrame>
  );
}

/** Opens the text over the form, so that what was typed stays where it is. */
function Read({ item }: { item: DocRef }) {
  const { t } = useTranslation('auth');
  const sheet = useSheet(`doc-${item.doc}`);
  return (
    <Button
      kind="text"
      size="small"
      onClick={sheet.open}
      aria-label={t('consent.readOf', { doc: t(`doc.${item.doc}`) })}
    >
      {t('consent.read')}
    </Button>
  );
}
