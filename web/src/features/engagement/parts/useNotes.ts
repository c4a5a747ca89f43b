import { useTranslation } from 'react-i18next';
import type { Engagement, EngagementResult } from '#/api/types.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { sentenceOf, type Sentence } from '../story.ts';

/** What is shown about an engagement: the one sentence, and under it what happens if nothing happens. */
export function useStory(e: Engagement, now: Date): { sentence: string; notes: string[] } {
  const { t } = useTranslation(['engagement', 'common']);
  const format = useFormat();
  const name = e.other.name ?? t('common:person.gone');
  const { claims, terms, result } = e;
  const key: Sentence = sentenceOf(e);
  const day = claims.deadline === null ? '' : format.shortDate(claims.deadline, now);
  const sentence = t(key, {
    name,
    time: format.soon(terms.starts_at, now) + format.zoneNote(),
    minutes: format.minutes(
      key === 'sentence.adjust' ? (claims.adjust?.other_minutes ?? 0) : (result?.minutes ?? terms.minutes),
    ),
  });

  const notes: string[] = [];
  switch (key) {
    case 'sentence.proposed':
    case 'sentence.offered':
    case 'sentence.countered':
    case 'sentence.waits':
      if (e.expires_at !== null)
        notes.push(t('note.expires', { time: format.soon(e.expires_at, now) + format.zoneNote() }));
      if (e.awaiting === 'me' && !e.acts.includes('counter')) notes.push(t('note.tooMany'));
      break;
    case 'sentence.inProgress':
      notes.push(t('note.inProgress', { time: format.clock(terms.ends_at) + format.zoneNote() }));
      break;
    case 'sentence.asked':
      notes.push(
        t(claims.other_answered ? 'note.otherAnswered' : 'note.otherNot', { name }),
        t('note.noRecord', { day }),
      );
      break;
    case 'sentence.waitsOutcome':
      if (claims.mine !== null) {
        notes.push(
          t(`note.until.${claims.mine.claim}`, { day }),
          mine(claims.mine.claim, claims.mine.minutes),
        );
      }
      break;
    case 'sentence.adjust':
      notes.push(t('note.adjustOnce', { day }), mine('took_place', claims.adjust?.mine_minutes ?? null));
      break;
    case 'sentence.adjusted':
      notes.push(t('note.adjusted', { day }), mine('took_place', claims.adjust?.mine_minutes ?? null));
      break;
    case 'sentence.agree':
      notes.push(t('note.agree', { name, day }));
      break;
    case 'sentence.waitsAgree':
      notes.push(t('note.waitsAgree', { name, day }));
      break;
    case 'sentence.completed':
      notes.push(
        t(e.me === 'donor' ? 'note.given' : 'note.received', {
          minutes: format.minutes(result?.minutes ?? 0),
        }),
      );
      break;
    case 'sentence.cancelledMe':
    case 'sentence.cancelledOther':
    case 'sentence.declinedMe':
    case 'sentence.declinedOther':
      if (result !== null) notes.push(...reason(e.state, result));
      if (result?.late === true) notes.push(t('note.late'));
      break;
    default:
  }
  return { sentence, notes };

  function mine(
    claim: 'took_place' | 'did_not_take_place' | 'other_absent' | 'i_absent',
    minutes: number | null,
  ): string {
    const answer =
      claim === 'took_place'
        ? t('claim.heldFor', { minutes: format.minutes(minutes ?? 0) })
        : t(`claim.${claim}`, { name });
    return t('note.mine', { answer });
  }

  function reason(state: string, { reason }: EngagementResult): string[] {
    switch (reason) {
      case 'time':
        return [t('note.reason', { reason: t(state === 'cancelled' ? 'cancel.time' : 'decline.time') })];
      case 'place':
      case 'content':
      case 'busy':
        return [t('note.reason', { reason: t(`decline.${reason}`) })];
      case 'health':
      case 'urgent':
        return [t('note.reason', { reason: t(`cancel.${reason}`) })];
      default:
        return [];
    }
  }
}
