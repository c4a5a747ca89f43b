import { describe, expect, it } from 'vitest';
import type { Engagement } from '#/api/types.ts';
import { isGuest, nextMoment, ringOf, sentenceOf, awaitedOf } from './story.ts';

const BASE: Engagement = {
  id: 'e',
  conversation_id: 'e',
  version: 1,
  listing: { kind: 'talent', id: 't', title: '통기타' },
  me: 'recipient',
  other: { id: 'd', name: '도윤', region: null, given_count: 0, gone: false },
  state: 'proposed',
  hold: null,
  awaiting: 'other',
  terms: {
    version: 1,
    starts_at: '2026-11-28T01:00:00Z',
    ends_at: '2026-11-28T02:00:00Z',
    minutes: 60,
    mode: 'online',
    place: '',
    bring: '',
  },
  previous_terms: null,
  terms_by: 'me',
  expires_at: '2026-11-27T23:00:00Z',
  claims: {
    mine: null,
    other_answered: false,
    deadline: '2026-12-05T02:00:00Z',
    question: null,
    adjust: null,
  },
  result: null,
  acts: [],
  overlap: false,
  timeline: [],
  created_at: '2026-11-23T00:00:00Z',
};
const RESULT = {
  kind: 'completed',
  minutes: null,
  by: null,
  late: null,
  reason: null,
  acknowledged: null,
  who: null,
} as const;
const of = (part: Partial<Engagement>): Engagement => ({ ...BASE, ...part });
const claimed = (part: Partial<Engagement['claims']>) => ({
  ...BASE.claims,
  mine: { claim: 'took_place', minutes: 60, at: '' } as const,
  ...part,
});

describe('one sentence for each state', () => {
  const rows: [string, Partial<Engagement>][] = [
    ['sentence.waits', {}],
    ['sentence.proposed', { awaiting: 'me' }],
    ['sentence.offered', { awaiting: 'me', listing: { ...BASE.listing, kind: 'need' } }],
    ['sentence.countered', { awaiting: 'me', terms: { ...BASE.terms, version: 2 } }],
    ['sentence.scheduled', { state: 'scheduled' }],
    ['sentence.inProgress', { state: 'in_progress' }],
    ['sentence.asked', { state: 'awaiting_outcome' }],
    ['sentence.waitsOutcome', { state: 'awaiting_outcome', claims: claimed({}) }],
    [
      'sentence.adjust',
      {
        state: 'awaiting_outcome',
        claims: claimed({
          question: 'how_long',
          adjust: { other_minutes: 90, mine_minutes: 60, choices: [60, 75, 90], mine_restated: false },
        }),
      },
    ],
    [
      'sentence.adjusted',
      {
        state: 'awaiting_outcome',
        claims: claimed({
          question: 'how_long',
          adjust: { other_minutes: 90, mine_minutes: 75, choices: [75, 80, 90], mine_restated: true },
        }),
      },
    ],
    [
      'sentence.agree',
      {
        state: 'awaiting_outcome',
        claims: claimed({ question: 'nobodys_fault' }),
        acts: ['agree_did_not_take_place'],
      },
    ],
    ['sentence.waitsAgree', { state: 'awaiting_outcome', claims: claimed({ question: 'nobodys_fault' }) }],
    ['sentence.on_hold', { state: 'awaiting_outcome', hold: 'dispute' }],
    ['sentence.completed', { state: 'completed', result: { ...RESULT, minutes: 60 } }],
    ['sentence.notHeld', { state: 'did_not_take_place' }],
    ['sentence.otherAbsent', { state: 'no_show', result: { ...RESULT, acknowledged: true, who: 'other' } }],
    ['sentence.iAbsent', { state: 'no_show', result: { ...RESULT, acknowledged: true, who: 'me' } }],
    ['sentence.absentOneWord', { state: 'no_show', result: { ...RESULT, acknowledged: false, who: 'me' } }],
    ['sentence.lapsedBoth', { state: 'lapsed' }],
    ['sentence.lapsedOther', { state: 'lapsed', claims: claimed({}) }],
    ['sentence.lapsedMe', { state: 'lapsed', claims: { ...BASE.claims, other_answered: true } }],
    ['sentence.cancelledMe', { state: 'cancelled', result: { ...RESULT, by: 'me' } }],
    ['sentence.cancelledOther', { state: 'cancelled', result: { ...RESULT, by: 'other' } }],
    ['sentence.declinedOther', { state: 'declined', result: { ...RESULT, by: 'other', reason: 'time' } }],
    [
      'sentence.needFilled',
      { state: 'declined', result: { ...RESULT, by: 'system', reason: 'need_filled' } },
    ],
    [
      'sentence.needClosed',
      { state: 'declined', result: { ...RESULT, by: 'system', reason: 'need_closed' } },
    ],
    ['sentence.withdrawnOther', { state: 'withdrawn', result: { ...RESULT, by: 'other' } }],
    ['sentence.expired', { state: 'expired' }],
  ];
  it.each(rows)('%s', (sentence, part) => expect(sentenceOf(of(part))).toBe(sentence));
});

it('draws the ring as the hour stands', () => {
  const ring = (part: Partial<Engagement>) => ringOf(of(part));
  expect(ring({})).toEqual({ minutes: 60, state: 'wait' });
  expect(ring({ state: 'scheduled' }).state).toBe('agreed');
  expect(ring({ state: 'awaiting_outcome', hold: 'dispute' }).state).toBe('on_hold');
  expect(ring({ state: 'completed', result: { ...RESULT, minutes: 75 } })).toEqual({
    minutes: 75,
    state: 'took_place',
  });
  for (const state of [
    'did_not_take_place',
    'no_show',
    'lapsed',
    'cancelled',
    'declined',
    'expired',
  ] as const)
    expect(ring({ state }).state).toBe('did_not_take_place');
});

it('knows when the clock matters next, and that it stands still on hold', () => {
  expect(nextMoment(of({}))).toBe(BASE.expires_at);
  expect(nextMoment(of({ state: 'scheduled' }))).toBe(BASE.terms.starts_at);
  expect(nextMoment(of({ state: 'in_progress' }))).toBe(BASE.terms.ends_at);
  expect(nextMoment(of({ state: 'awaiting_outcome' }))).toBe(BASE.claims.deadline);
  expect(nextMoment(of({ state: 'awaiting_outcome', hold: 'dispute' }))).toBeNull();
  expect(nextMoment(of({ state: 'completed' }))).toBeNull();
});

it('reads the turn from the acts, and who came to whose listing', () => {
  expect(awaitedOf({ acts: ['accept', 'counter'] })).toBe('answer');
  expect(awaitedOf({ acts: ['withdraw'] })).toBeNull();
  expect(isGuest({ me: 'recipient', listing: BASE.listing })).toBe(true);
  expect(isGuest({ me: 'recipient', listing: { ...BASE.listing, kind: 'need' } })).toBe(false);
});
