import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Claim, Engagement } from '#/api/types.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { useFormat } from '#/shared/format/useFormat.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { ChipRadios } from '#/shared/ui/Chip.tsx';
import { TextField } from '#/shared/ui/Field.tsx';
import { HourRing } from '#/shared/ui/HourRing.tsx';
import { RadioRows } from '#/shared/ui/RadioRows.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { Row, Small } from '#/shared/ui/Stack.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { awaitedOf } from '../story.ts';
import { SheetFoot } from './SheetFoot.tsx';
import { useCommand } from './useCommand.ts';

const NAME = 'outcome';
const OWN = 'own';
/** What can be on record beyond what was agreed. */
const GRACE = 15;

/** "어떻게 됐나요?", and the one question that two answers may leave. */
export function OutcomeSheet({ e, now }: { e: Engagement; now: Date }) {
  switch (awaitedOf(e)) {
    case 'outcome':
      return <WhatHappened e={e} />;
    case 'adjust':
      return <HowLong e={e} now={now} />;
    case 'agree_did_not_take_place':
      return <NobodysFault e={e} now={now} />;
    default:
      return null;
  }
}

/** Another question may follow in the same sheet; without one it closes. */
function useSend(e: Engagement) {
  const { close } = useSheet(NAME);
  return useCommand(e.id, (now) => {
    if (awaitedOf(now) === null) close();
  });
}

/** Four equal rows, nothing chosen beforehand; minutes under 했어요 alone. */
function WhatHappened({ e }: { e: Engagement }) {
  const { t } = useTranslation(['engagement', 'common']);
  const format = useFormat();
  const name = e.other.name ?? t('common:person.gone');
  const [claim, setClaim] = useState<Claim | null>(null);
  const [typed, setTyped] = useState(String(e.terms.minutes));
  const [own, setOwn] = useState(false);
  const [pressed, setPressed] = useState(false);
  const send = useSend(e);
  const planned = e.terms.minutes;
  const longest = Math.min(planned + GRACE, 480);
  const offered = [planned - 15, planned, planned + 15].filter((n) => n >= 15 && n <= longest);
  const number = Number(typed);
  const minutes = Number.isInteger(number) && number >= 1 && number <= longest ? number : null;
  const choice =
    claim === null
      ? t('outcome.choose')
      : claim === 'took_place'
        ? minutes === null
          ? t('outcome.minutesRange', { max: longest })
          : t('claim.heldFor', { minutes: format.minutes(minutes) })
        : t(`claim.${claim}`, { name });

  function answer(): void {
    setPressed(true);
    if (claim === null || (claim === 'took_place' && minutes === null)) return;
    send.mutate({ act: 'claim', claim, ...(claim === 'took_place' && minutes !== null ? { minutes } : {}) });
  }

  return (
    <Sheet
      name={NAME}
      title={t('outcome.title')}
      lead={
        t('outcome.lead') +
        ' ' +
        t(e.claims.other_answered ? 'outcome.otherAnswered' : 'outcome.otherNot', { name })
      }
      foot={
        <SheetFoot>
          <Row>
            {claim === 'took_place' && minutes !== null && (
              <HourRing minutes={minutes} state="wait" size={52} />
            )}
            <b aria-live="polite">{choice}</b>
          </Row>
          <ProblemLine error={send.error} />
          <Button kind="main" wide busy={send.isPending} onClick={answer}>
            {t('outcome.send')}
          </Button>
        </SheetFoot>
      }
    >
      <RadioRows<Claim>
        legend={t('outcome.title')}
        legendHidden
        name="claim"
        value={claim}
        onChange={setClaim}
        error={pressed && claim === null ? t('outcome.choose') : undefined}
        options={[
          {
            value: 'took_place',
            title: t('claim.took_place'),
            extra: (
              <>
                <ChipRadios<string>
                  legend={t('outcome.minutes')}
                  name="held-minutes"
                  value={own ? OWN : typed}
                  options={[
                    ...offered.map((n) => ({ value: String(n), label: format.minutes(n) })),
                    { value: OWN, label: t('form.ownMinutes') },
                  ]}
                  onChange={(value) => {
                    setOwn(value === OWN);
                    if (value !== OWN) setTyped(value);
                  }}
                />
                {own && (
                  <TextField
                    label={t('form.minutesTyped')}
                    inputMode="numeric"
                    autoComplete="off"
                    value={typed}
                    onText={(text) => setTyped(text.normalize('NFKC').replace(/\D/g, '').slice(0, 3))}
                    error={minutes === null ? t('outcome.minutesRange', { max: longest }) : undefined}
                  />
                )}
              </>
            ),
          },
          {
            value: 'did_not_take_place',
            title: t('claim.did_not_take_place'),
            note: t('claim.notHeldNote', { name }),
          },
          { value: 'other_absent', title: t('claim.other_absent', { name }) },
          { value: 'i_absent', title: t('claim.i_absent') },
        ]}
      />
    </Sheet>
  );
}

/** The one adjust round: the lower, the middle, the higher. */
function HowLong({ e, now }: { e: Engagement; now: Date }) {
  const { t } = useTranslation(['engagement', 'common']);
  const format = useFormat();
  const name = e.other.name ?? t('common:person.gone');
  const [minutes, setMinutes] = useState<number | null>(null);
  const [pressed, setPressed] = useState(false);
  const send = useSend(e);
  const { adjust, deadline } = e.claims;
  if (adjust === null) return null;
  return (
    <Sheet
      name={NAME}
      title={t('sentence.adjust', { name, minutes: format.minutes(adjust.other_minutes) })}
      lead={t('note.adjustOnce', {
        day: deadline === null ? '' : format.shortDate(deadline, now),
      })}
      foot={
        <SheetFoot>
          <Row>
            {minutes !== null && <HourRing minutes={minutes} state="wait" size={52} />}
            <b aria-live="polite">
              {minutes === null
                ? t('outcome.choose')
                : t('outcome.adjustTo', { minutes: format.minutes(minutes) })}
            </b>
          </Row>
          <ProblemLine error={send.error} />
          <Button
            kind="main"
            wide
            busy={send.isPending}
            onClick={() => {
              setPressed(true);
              if (minutes !== null) send.mutate({ act: 'adjust', minutes });
            }}
          >
            {t('outcome.send')}
          </Button>
        </SheetFoot>
      }
    >
      <RadioRows<string>
        legend={t('outcome.minutes')}
        legendHidden
        name="adjust"
        value={minutes === null ? null : String(minutes)}
        onChange={(value) => setMinutes(Number(value))}
        error={pressed && minutes === null ? t('outcome.choose') : undefined}
        options={adjust.choices.map((choice) => ({
          value: String(choice),
          title: format.minutes(choice),
          ...(choice === adjust.mine_minutes
            ? { note: t('outcome.mine') }
            : choice === adjust.other_minutes
              ? { note: t('outcome.theirs', { name }) }
              : { note: t('outcome.between') }),
        }))}
      />
    </Sheet>
  );
}

/** Who reported the other absent may agree that nobody was at fault. */
function NobodysFault({ e, now }: { e: Engagement; now: Date }) {
  const { t } = useTranslation(['engagement', 'common']);
  const format = useFormat();
  const name = e.other.name ?? t('common:person.gone');
  const { close } = useSheet(NAME);
  const send = useSend(e);
  const { deadline } = e.claims;
  return (
    <Sheet
      name={NAME}
      title={t('sentence.agree', { name })}
      lead={t('note.agree', {
        name,
        day: deadline === null ? '' : format.shortDate(deadline, now),
      })}
      foot={
        <SheetFoot>
          <ProblemLine error={send.error} />
          <Button
            kind="main"
            wide
            busy={send.isPending}
            onClick={() => send.mutate({ act: 'agree-did-not-take-place' })}
          >
            {t('outcome.agree')}
          </Button>
          <Button kind="text" wide onClick={close}>
            {t('outcome.later')}
          </Button>
        </SheetFoot>
      }
    >
      <Small>{t('outcome.agreeNote')}</Small>
    </Sheet>
  );
}
