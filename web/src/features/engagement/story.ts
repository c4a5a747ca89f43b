import type { Claims, Engagement, EngagementRow, EngagementState, Awaiting } from '#/api/types.ts';
import type { RingState } from '#/shared/ui/HourRing.tsx';

type Told = Pick<
  Engagement,
  'me' | 'state' | 'hold' | 'awaiting' | 'listing' | 'result' | 'terms_by' | 'terms'
> & { claims: Pick<Claims, 'mine' | 'other_answered' | 'question' | 'adjust'> } & Pick<Engagement, 'acts'>;

/** How the hour stands, as its ring: length is minutes, style is state. */
export function ringOf(
  e: Pick<EngagementRow, 'state' | 'hold' | 'result'> & { terms: { minutes: number } },
): {
  minutes: number;
  state: RingState;
} {
  return { minutes: e.result?.minutes ?? e.terms.minutes, state: ringState(e) };
}

function ringState(e: Pick<EngagementRow, 'state' | 'hold'>): RingState {
  if (e.hold !== null) return 'on_hold';
  switch (e.state) {
    case 'proposed':
    case 'awaiting_outcome':
      return 'wait';
    case 'scheduled':
    case 'in_progress':
      return 'agreed';
    case 'completed':
      return 'took_place';
    default:
      return 'did_not_take_place';
  }
}

export function isOver(state: EngagementState): boolean {
  return !['proposed', 'scheduled', 'in_progress', 'awaiting_outcome'].includes(state);
}

/** When the clock changes it next. */
export function nextMoment(e: Engagement): string | null {
  if (e.hold !== null) return null;
  switch (e.state) {
    case 'proposed':
      return e.expires_at;
    case 'scheduled':
      return e.terms.starts_at;
    case 'in_progress':
      return e.terms.ends_at;
    case 'awaiting_outcome':
      return e.claims.deadline;
    default:
      return null;
  }
}

/** Did the viewer write to the listing (and did not publish it)? */
export function isGuest(e: Pick<Engagement, 'me' | 'listing'>): boolean {
  return e.listing.kind === 'talent' ? e.me === 'recipient' : e.me === 'donor';
}

/**
 * Which sentence describes it: a key of the texts. One for each state as one of the two sees it; `domain.md`'s
 * table of answers decides which.
 */
export type Sentence = `sentence.${SentenceName}`;
type SentenceName =
  | 'proposed'
  | 'offered'
  | 'countered'
  | 'waits'
  | 'scheduled'
  | 'inProgress'
  | 'asked'
  | 'waitsOutcome'
  | 'adjust'
  | 'adjusted'
  | 'agree'
  | 'waitsAgree'
  | 'on_hold'
  | 'completed'
  | 'notHeld'
  | 'otherAbsent'
  | 'iAbsent'
  | 'absentOneWord'
  | 'lapsedBoth'
  | 'lapsedOther'
  | 'lapsedMe'
  | 'cancelledMe'
  | 'cancelledOther'
  | 'declinedMe'
  | 'declinedOther'
  | 'needFilled'
  | 'needClosed'
  | 'withdrawnMe'
  | 'withdrawnOther'
  | 'expired';

export function sentenceOf(e: Told): Sentence {
  return `sentence.${nameOf(e)}`;
}

function nameOf(e: Told): SentenceName {
  if (e.hold !== null) return 'on_hold';
  const { result, claims } = e;
  switch (e.state) {
    case 'proposed':
      if (e.awaiting !== 'me') return 'waits';
      if (e.terms.version > 1) return 'countered';
      return e.listing.kind === 'talent' ? 'proposed' : 'offered';
    case 'scheduled':
      return 'scheduled';
    case 'in_progress':
      return 'inProgress';
    case 'awaiting_outcome':
      if (claims.mine === null) return 'asked';
      if (claims.question === 'how_long')
        return claims.adjust?.mine_restated === true ? 'adjusted' : 'adjust';
      if (claims.question === 'nobodys_fault')
        return e.acts.includes('agree_did_not_take_place') ? 'agree' : 'waitsAgree';
      return 'waitsOutcome';
    case 'completed':
      return 'completed';
    case 'did_not_take_place':
      return 'notHeld';
    case 'no_show':
      if (result?.acknowledged !== true) return 'absentOneWord';
      return result.who === 'me' ? 'iAbsent' : 'otherAbsent';
    case 'lapsed':
      if (claims.mine !== null) return 'lapsedOther';
      return claims.other_answered ? 'lapsedMe' : 'lapsedBoth';
    case 'cancelled':
      return result?.by === 'me' ? 'cancelledMe' : 'cancelledOther';
    case 'declined':
      if (result?.reason === 'need_filled') return 'needFilled';
      if (result?.reason === 'need_closed') return 'needClosed';
      return result?.by === 'me' ? 'declinedMe' : 'declinedOther';
    case 'withdrawn':
      return result?.by === 'me' ? 'withdrawnMe' : 'withdrawnOther';
    case 'expired':
      return 'expired';
  }
}

/** What waits for me, as in the server's lists; the screens read it from the acts. */
export function awaitedOf(e: Pick<Engagement, 'acts'>): Awaiting | null {
  if (e.acts.includes('accept')) return 'answer';
  if (e.acts.includes('claim')) return 'outcome';
  if (e.acts.includes('adjust')) return 'adjust';
  if (e.acts.includes('agree_did_not_take_place')) return 'agree_did_not_take_place';
  return null;
}
