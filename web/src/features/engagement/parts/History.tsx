import { useTranslation } from 'react-i18next';
import type { Engagement, TimelineEntry } from '#/api/types.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { Section } from '#/shared/ui/Stack.tsx';
import { Timeline } from '#/shared/ui/Timeline.tsx';

/** 지금까지: what happened, newest first, each with who did it. */
export function History({ e, now }: { e: Engagement; now: Date }) {
  const { t } = useTranslation('engagement');
  const line = useLine(e);
  const last = e.timeline.length - 1;
  const entries = e.timeline
    .map((entry, index) => ({
      key: String(index),
      text: line(entry),
      at: entry.at,
      open: index === last && e.awaiting !== null,
    }))
    .filter((entry) => entry.text !== '')
    .reverse();
  return (
    <Section title={t('history.title')}>
      <Timeline entries={entries} now={now} />
    </Section>
  );
}

/** One line of the story; a kind that this page does not know is left out rather than shown raw. */
function useLine(e: Engagement): (entry: TimelineEntry) => string {
  const { t } = useTranslation(['engagement', 'common']);
  const format = useFormat();
  const name = e.other.name ?? t('common:person.gone');
  const minutesOf = (value: unknown) => format.minutes(typeof value === 'number' ? value : 0);

  return ({ kind, by, params }) => {
    const mine = by === 'me';
    switch (kind) {
      case 'proposed':
        return t(mine ? 'line.proposedMe' : 'line.proposedOther', { name });
      case 'countered':
        return t(mine ? 'line.counteredMe' : 'line.counteredOther', { name });
      case 'scheduled':
        return t(mine ? 'line.scheduledMe' : 'line.scheduledOther', { name });
      case 'declined':
        if (by === 'system')
          return t(params['reason'] === 'need_filled' ? 'line.needFilled' : 'line.needClosed');
        return t(mine ? 'line.declinedMe' : 'line.declinedOther', { name });
      case 'withdrawn':
        return t(mine ? 'line.withdrawnMe' : 'line.withdrawnOther', { name });
      case 'expired':
        return t('line.expired');
      case 'cancelled':
        return t(mine ? 'line.cancelledMe' : 'line.cancelledOther', { name });
      case 'started':
        return t('line.started');
      case 'ended':
        return t('line.ended');
      case 'claimed':
        return claimed(mine, params);
      case 'adjusted':
        return t(mine ? 'line.adjustedMe' : 'line.adjustedOther', {
          name,
          minutes: minutesOf(params['minutes']),
        });
      case 'asked':
        return t(params['question'] === 'how_long' ? 'line.askedMinutes' : 'line.askedFault');
      case 'completed':
        return t('line.completed', { minutes: minutesOf(params['minutes']) });
      case 'did_not_take_place':
        return t('line.notHeld');
      case 'no_show':
        return t(params['who'] === 'me' ? 'line.absentMe' : 'line.absentOther', { name });
      case 'lapsed':
        return t('line.lapsed');
      case 'on_hold':
        return t('line.onHold');
      default:
        return '';
    }
  };

  function claimed(mine: boolean, params: Record<string, unknown>): string {
    switch (params['claim']) {
      case 'took_place':
        return t(mine ? 'line.heldMe' : 'line.heldOther', { name, minutes: minutesOf(params['minutes']) });
      case 'did_not_take_place':
        return t(mine ? 'line.noFaultMe' : 'line.noFaultOther', { name });
      case 'other_absent':
        return t(mine ? 'line.saidAbsentMe' : 'line.saidAbsentOther', { name });
      case 'i_absent':
        return t(mine ? 'line.ownAbsentMe' : 'line.ownAbsentOther', { name });
      default:
        // The other's answer stays closed until both have answered.
        return t(mine ? 'line.answeredMe' : 'line.answeredOther', { name });
    }
  }
}
