import type { TimeSlot } from '#/shared/format/weekTimes.ts';

/**
 * The web's names for what the API returns, as the contract says. Screens import from here, never from
 * `types/`, so that a renamed schema touches one file.
 */
export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Region {
  code: string;
  /** "망원동" */
  name: string;
  /** "서울특별시 마포구 망원동" */
  path: string;
  /** "서울 마포구" */
  short: string;
}

export interface MemberCard {
  id: string;
  /** `null`: the profile is not complete, or the member is gone. */
  name: string | null;
  region: Region | null;
  given_count: number;
  gone: boolean;
}

export interface Tally {
  count: number;
  minutes: number;
}

export interface Me {
  id: string;
  name: string | null;
  bio: string;
  region: Region | null;
  languages: string[];
  complete: boolean;
  missing: ('name' | 'region')[];
  given: Tally;
  received: Tally;
}

export interface Member {
  id: string;
  name: string | null;
  bio: string;
  region: Region | null;
  languages: string[];
  given_count: number;
  joined_at: string;
  gone: boolean;
}

export type ListingKind = 'talent' | 'need';
export type Mode = 'in_person' | 'online';
export type ListingMode = Mode | 'either';

export const CATEGORIES = [
  'music',
  'language',
  'computer',
  'home',
  'craft',
  'cooking',
  'exercise',
  'study',
  'paperwork',
  'photo',
  'nature',
  'hobby',
] as const;
export type Category = (typeof CATEGORIES)[number];

interface Listing {
  id: string;
  title: string;
  body: string;
  category: Category;
  minutes: number;
  mode: ListingMode;
  region: Region;
  times: TimeSlot[];
  /** "" = nothing to bring. */
  bring: string;
  published_at: string;
  expires_at: string;
  revision: number;
  mine: boolean;
  /** The caller's own, if there is one. */
  open_engagement_id: string | null;
  inquiry_id: string | null;
}

export type TalentState = 'published' | 'paused' | 'expired';
export type NeedState = 'open' | 'paused' | 'filled' | 'closed' | 'expired';

export interface Talent extends Listing {
  donor: MemberCard;
  state: TalentState;
}

export interface Need extends Listing {
  recipient: MemberCard;
  state: NeedState;
  slots: number;
  /** Only for the owner. */
  offers_waiting?: number | null;
}

/** A line of a search or of a person's listings. */
export interface ListingRow {
  id: string;
  kind: ListingKind;
  by: MemberCard;
  title: string;
  /** Where the words of the search stand: [start, end) in UTF-16 code units. */
  title_marks: [number, number][];
  minutes: number;
  mode: ListingMode;
  region: Region;
  times: TimeSlot[];
  distance_km: number | null;
  state: TalentState | NeedState;
}

export interface Relaxation {
  kind: 'reach' | 'mode' | 'weekday' | 'category' | 'q';
  /** The next wider reach, in km or everywhere; `null` for any other filter. */
  value: number | 'all' | null;
  count: number;
}

export interface SearchPage extends Page<ListingRow> {
  reach: { km: number | null; grown: boolean };
  /** Only where nothing was found. */
  relax: Relaxation[];
}

export interface ListingRef {
  kind: ListingKind;
  id: string;
  title: string;
}

export interface Terms {
  version: number;
  starts_at: string;
  ends_at: string;
  minutes: number;
  mode: Mode;
  place: string;
  bring: string;
}

export type EngagementState =
  | 'proposed'
  | 'scheduled'
  | 'in_progress'
  | 'awaiting_outcome'
  | 'completed'
  | 'did_not_take_place'
  | 'no_show'
  | 'lapsed'
  | 'cancelled'
  | 'declined'
  | 'withdrawn'
  | 'expired';

export type Party = 'me' | 'other';
export type Claim = 'took_place' | 'did_not_take_place' | 'other_absent' | 'i_absent';
export type Act =
  'accept' | 'counter' | 'decline' | 'withdraw' | 'cancel' | 'claim' | 'adjust' | 'agree_did_not_take_place';
export type Turn = 'answer' | 'outcome' | 'adjust' | 'agree_did_not_take_place';

/** Who did something: a party, a moment in time, or the product (a need that was filled or closed). */
export type By = Party | 'clock' | 'system';
export type DeclineReason = 'time' | 'place' | 'content' | 'busy' | 'other';
export type CancelReason = 'time' | 'health' | 'urgent' | 'other';

export interface EngagementResult {
  kind: EngagementState;
  /** On record, where it was completed. */
  minutes: number | null;
  by: By | null;
  /** Cancelled with less than a day's notice. */
  late: boolean | null;
  reason: DeclineReason | CancelReason | 'need_filled' | 'need_closed' | null;
  /** The absent side says so too. */
  acknowledged: boolean | null;
  who: Party | null;
}

/** What the two said happened. What the other said stays closed until both have answered. */
export interface Claims {
  mine: { claim: Claim; minutes: number | null; at: string } | null;
  other_answered: boolean;
  /** When silence becomes an answer, while one is awaited. */
  deadline: string | null;
  question: 'how_long' | 'nobodys_fault' | null;
  /** The one adjust round. */
  adjust: {
    other_minutes: number;
    mine_minutes: number;
    choices: number[];
    /** My second word is said; the other's is awaited. */
    mine_restated: boolean;
  } | null;
}

export interface TimelineEntry {
  at: string;
  kind: string;
  by: By;
  terms_version: number | null;
  params: Record<string, unknown>;
}

export interface Engagement {
  id: string;
  version: number;
  listing: ListingRef;
  me: 'donor' | 'recipient';
  other: MemberCard;
  state: EngagementState;
  hold: 'dispute' | null;
  awaiting: Party | null;
  terms: Terms;
  previous_terms: Terms | null;
  terms_by: Party;
  expires_at: string | null;
  claims: Claims;
  result: EngagementResult | null;
  /** What the caller may do now; the screen offers nothing else. */
  acts: Act[];
  /** The caller's own other plans collide with the current terms. */
  overlap: boolean;
  timeline: TimelineEntry[];
  created_at: string;
}

export interface EngagementRow {
  id: string;
  listing: ListingRef;
  me: 'donor' | 'recipient';
  other: MemberCard;
  state: EngagementState;
  hold: 'dispute' | null;
  awaiting: Party | null;
  turn: Turn | null;
  terms: Omit<Terms, 'bring'>;
  expires_at: string | null;
  /** When silence becomes an answer to "what happened?". */
  deadline: string | null;
  result: EngagementResult | null;
  updated_at: string;
}

export interface Busy {
  engagement_id: string;
  starts_at: string;
  ends_at: string;
}

export interface HoursRow {
  engagement_id: string;
  title: string;
  other: MemberCard;
  role: 'given' | 'received';
  minutes: number;
  at: string;
  state: 'took_place' | 'waiting' | 'on_hold' | 'did_not_take_place' | 'lapsed' | 'no_show';
}

export interface Cards {
  members: MemberCard[];
  engagements: {
    id: string;
    title: string;
    listing: { kind: ListingKind; id: string };
    donor_id: string;
    recipient_id: string;
    state: EngagementState;
    starts_at: string;
    minutes: number;
  }[];
  talents: { id: string; title: string }[];
  needs: { id: string; title: string }[];
}

export interface Notice {
  id: string;
  /** "engagement.proposed" */
  key: string;
  category: 'engagement' | 'listing' | 'security' | 'hours';
  params: Record<string, unknown>;
  created_at: string;
  read_at: string | null;
}

export interface Preference {
  category: Notice['category'];
  on: boolean;
  locked: boolean;
}

export interface SystemLine {
  key: string;
  actor_id: string | null;
  params: Record<string, unknown>;
}

export interface Conversation {
  id: string;
  kind: 'inquiry' | 'engagement';
  listing: { kind: ListingKind; id: string };
  participants: [string, string];
  other_id: string;
  last_seq: number;
  last: {
    seq: number;
    at: string;
    sender_id: string | null;
    text: string | null;
    system: SystemLine | null;
  } | null;
  unread: number;
  read_seq: number;
  other_read_seq: number;
  opened_at: string;
}

export interface Message {
  conversation_id: string;
  seq: number;
  id: string;
  client_id: string | null;
  sender_id: string | null;
  text: string | null;
  system: SystemLine | null;
  at: string;
}

/** A region as the table has it. */
export interface RegionName {
  code: string;
  name: string;
  path: string;
  /** "서울 마포구"; "" for a 시도. */
  parent: string;
  level: 'sido' | 'sigungu' | 'eupmyeondong' | 'ri';
}

/** A region that fits what was typed. */
export interface RegionHit extends RegionName {
  /** Where the typed part stands in `name`. */
  match: [number, number][] | null;
  former_name: string | null;
}

export interface Session {
  access_token: string;
  expires_at: string;
  account: { id: string; email: string; locale: 'ko' | 'en' };
  device_session_id: string;
}

export interface Account {
  id: string;
  email: string;
  created_at: string;
  locale: 'ko' | 'en';
  consents: { doc: DocName; version: string; granted: boolean; at: string }[];
}

export interface Device {
  id: string;
  /** `null`: a browser that says nothing we know. */
  label: string | null;
  created_at: string;
  last_seen_at: string;
  current: boolean;
}

export type DocName = 'terms' | 'privacy' | 'news';

export interface DocRef {
  doc: DocName;
  version: string;
  required: boolean;
}

export interface Doc {
  doc: DocName;
  version: string;
  lang: 'ko' | 'en';
  title: string;
  sections: { heading: string; paragraphs: string[] }[];
}
