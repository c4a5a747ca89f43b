import type { Notice } from '#/api/types.ts';
import { paths } from '#/shared/paths.ts';

/** What a notice mentions; the server sends ids, moments and numbers only. */
export interface Facts {
  engagement: string | null;
  inquiry: string | null;
  talent: string | null;
  need: string | null;
  other: string | null;
  startsAt: string | null;
  answerBy: string | null;
  minutes: number | null;
  lead: string | null;
  question: string | null;
  reason: string | null;
}

export function factsOf(notice: Notice): Facts {
  const text = (name: string) => {
    const value = notice.params[name];
    return typeof value === 'string' ? value : null;
  };
  const { listing, minutes } = notice.params;
  const ref =
    typeof listing === 'object' && listing !== null ? (listing as { kind?: unknown; id?: unknown }) : {};
  const listed = typeof ref.id === 'string' ? ref.id : null;
  return {
    engagement: text('engagement_id'),
    inquiry: text('inquiry_id'),
    talent: text('talent_id') ?? (ref.kind === 'talent' ? listed : null),
    need: text('need_id') ?? (ref.kind === 'need' ? listed : null),
    other: text('other_id') ?? text('actor_id'),
    startsAt: text('starts_at'),
    answerBy: text('answer_by'),
    minutes: typeof minutes === 'number' ? minutes : null,
    lead: text('lead'),
    question: text('question'),
    reason: text('reason_code'),
  };
}

/** Where a notice leads. */
export function pathOf(notice: Notice, facts: Facts): string {
  if (notice.key.startsWith('security.identity_')) return paths.logIns;
  if (notice.key.startsWith('security.')) return paths.devices;
  if (facts.inquiry !== null) return paths.conversation(facts.inquiry);
  if (facts.engagement !== null) {
    const asks = ['engagement.ended', 'engagement.outcome_claimed', 'engagement.question'].includes(
      notice.key,
    );
    return asks ? paths.outcome(facts.engagement) : paths.engagement(facts.engagement);
  }
  if (facts.talent !== null) return paths.listing('talent', facts.talent);
  if (facts.need !== null) return paths.listing('need', facts.need);
  return paths.home;
}
