import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CancelReason, DeclineReason, Engagement } from '#/api/types.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { Button } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { TextArea } from '#/shared/ui/Field.tsx';
import { RadioRows } from '#/shared/ui/RadioRows.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { Stack } from '#/shared/ui/Stack.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { sendFirstMessage } from '../firstMessage.ts';
import { SheetFoot } from './SheetFoot.tsx';
import { useCommand } from './useCommand.ts';

const DECLINE: readonly DeclineReason[] = ['time', 'place', 'content', 'busy', 'other'];
const CANCEL: readonly CancelReason[] = ['time', 'health', 'urgent', 'other'];
const DAY = 24 * 3_600_000;

/** 거절하기. The reason is one of a few and may stay unsaid; a word goes to the conversation. */
export function DeclineSheet({ e }: { e: Engagement }) {
  const { t } = useTranslation(['engagement', 'common']);
  const { close } = useSheet('decline');
  const [reason, setReason] = useState<DeclineReason | null>(null);
  const [words, setWords] = useState('');
  const act = useCommand(e.id, (now) => {
    sendFirstMessage(now.id, words);
    close();
  });
  if (!e.acts.includes('decline') && !act.isSuccess) return null;
  return (
    <Sheet
      name="decline"
      title={t('decline.title')}
      lead={t('decline.lead', { name: e.other.name ?? t('common:person.gone') })}
      foot={
        <SheetFoot>
          <ProblemLine error={act.error} />
          <Button
            kind="main"
            wide
            busy={act.isPending}
            onClick={() => act.mutate({ act: 'decline', reason: reason ?? 'other' })}
          >
            {t('act.decline')}
          </Button>
        </SheetFoot>
      }
    >
      <Stack gap={3}>
        <RadioRows<DeclineReason>
          legend={t('reason.legend')}
          name="decline-reason"
          value={reason}
          onChange={setReason}
          options={DECLINE.map((value) => ({ value, title: t(`decline.${value}`) }))}
        />
        <TextArea
          label={t('form.words')}
          hint={t('reason.words')}
          optional
          rows={2}
          value={words}
          onText={setWords}
        />
      </Stack>
    </Sheet>
  );
}

/** 약속 취소하기: says beforehand whether it is late. */
export function CancelSheet({ e, now }: { e: Engagement; now: Date }) {
  const { t } = useTranslation(['engagement', 'common']);
  const { close } = useSheet('cancel');
  const [reason, setReason] = useState<CancelReason | null>(null);
  const [words, setWords] = useState('');
  const act = useCommand(e.id, (now) => {
    sendFirstMessage(now.id, words);
    close();
  });
  if (!e.acts.includes('cancel') && !act.isSuccess) return null;
  const late = new Date(e.terms.starts_at).getTime() - now.getTime() < DAY;
  return (
    <Sheet
      name="cancel"
      title={t('cancel.title')}
      lead={t('cancel.lead', { name: e.other.name ?? t('common:person.gone') })}
      foot={
        <SheetFoot>
          <ProblemLine error={act.error} />
          <Button
            kind="main"
            wide
            busy={act.isPending}
            onClick={() => act.mutate({ act: 'cancel', reason: reason ?? 'other' })}
          >
            {t('act.cancel')}
          </Button>
        </SheetFoot>
      }
    >
      <Stack gap={3}>
        {late && <Card tone="kaki">{t('cancel.late')}</Card>}
        <RadioRows<CancelReason>
          legend={t('reason.legend')}
          name="cancel-reason"
          value={reason}
          onChange={setReason}
          options={CANCEL.map((value) => ({ value, title: t(`cancel.${value}`) }))}
        />
        <TextArea
          label={t('form.words')}
          hint={t('reason.words')}
          optional
          rows={2}
          value={words}
          onText={setWords}
        />
      </Stack>
    </Sheet>
  );
}

/** 제안 거두기: asked once more, for it cannot be undone. */
export function WithdrawSheet({ e }: { e: Engagement }) {
  const { t } = useTranslation(['engagement', 'common']);
  const { close } = useSheet('withdraw');
  const act = useCommand(e.id, close);
  if (!e.acts.includes('withdraw') && !act.isSuccess) return null;
  return (
    <Sheet
      name="withdraw"
      title={t('withdraw.title')}
      lead={t('withdraw.lead', { name: e.other.name ?? t('common:person.gone') })}
      foot={
        <SheetFoot>
          <ProblemLine error={act.error} />
          <Button kind="main" wide busy={act.isPending} onClick={() => act.mutate({ act: 'withdraw' })}>
            {t('act.withdraw')}
          </Button>
        </SheetFoot>
      }
    />
  );
}
