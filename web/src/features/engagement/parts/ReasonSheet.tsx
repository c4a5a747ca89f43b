import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import type { Engagement } from '#/api/types.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { TextArea } from '#/shared/ui/Field.tsx';
import { RadioRows } from '#/shared/ui/RadioRows.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { Stack } from '#/shared/ui/Stack.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { sendFirstMessage } from '../firstMessage.ts';
import { SheetFoot } from './SheetFoot.tsx';
import { useCommand, type Command } from './useCommand.ts';

interface Props<R extends string> {
  e: Engagement;
  name: 'decline' | 'cancel';
  reasons: readonly { value: R; title: string }[];
  command: (reason: R | 'other') => Command;
  /** Shown above the reasons. */
  note?: ReactNode;
}

/** Ends an engagement with a reason, which is one of a few and may be left out; a word goes to the conversation. */
export function ReasonSheet<R extends string>({ e, name, reasons, command, note }: Props<R>) {
  const { t } = useTranslation(['engagement', 'common']);
  const { close } = useSheet(name);
  const [reason, setReason] = useState<R | null>(null);
  const [words, setWords] = useState('');
  const send = useCommand(e.id, (now) => {
    sendFirstMessage(now.conversation_id, words);
    close();
  });
  if (!e.acts.includes(name) && !send.isSuccess) return null;
  return (
    <Sheet
      name={name}
      title={t(`${name}.title`)}
      lead={t(`${name}.lead`, { name: e.other.name ?? t('common:person.gone') })}
      foot={
        <SheetFoot>
          <ProblemLine error={send.error} />
          <Button
            kind="main"
            wide
            busy={send.isPending}
            onClick={() => send.mutate(command(reason ?? 'other'))}
          >
            {t(`act.${name}`)}
          </Button>
        </SheetFoot>
      }
    >
      <Stack gap={3}>
        {note}
        <RadioRows<R>
          legend={t('reason.legend')}
          name={`${name}-reason`}
          value={reason}
          onChange={setReason}
          options={reasons}
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
