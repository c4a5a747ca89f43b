import type { components as Addresses } from './generated/addresses.d.ts';
import type { components as Auth } from './generated/auth.d.ts';
import type { components as Chat } from './generated/chat.d.ts';
import type { components as Core } from './generated/core.d.ts';
import type { components as Notifications } from './generated/notifications.d.ts';

/** The names by which the screens call what the contracts define: aliases only, so that nothing is written twice. */
type InCore = Core['schemas'];
type InAuth = Auth['schemas'];
type InChat = Chat['schemas'];
type InNotifications = Notifications['schemas'];
type InAddresses = Addresses['schemas'];

export type Page<T> = Omit<InCore['Page_ListingRow'], 'items'> & { items: T[] };

export type MemberCard = InCore['MemberCard'];
export type Tally = InCore['Tally'];
export type Me = InCore['MeView'];
export type Member = InCore['MemberView'];

export type ListingKind = InCore['ListingKind'];
/** How two people meet. A listing may leave it open (`ListingMode`), an agreement may not. */
export type Mode = InCore['MeetingMode'];
export type ListingMode = InCore['Mode'];
export type Category = InCore['Category'];
export type Talent = InCore['TalentView'];
export type Need = InCore['NeedView'];
export type Listing = ({ kind: 'talent' } & Talent) | ({ kind: 'need' } & Need);
export type ListingRow = InCore['ListingRow'];
export type Relaxation = InCore['Relaxation'];
export type SearchPage = InCore['SearchPage'];

export type Terms = InCore['TermsView'];
export type Engagement = InCore['Engagement'];
export type EngagementRow = InCore['EngagementRow'];
export type EngagementState = InCore['EngagementState'];
export type Claim = InCore['ClaimKind'];
export type Claims = InCore['ClaimsView'];
/** What the caller is awaited for. */
export type Awaiting = InCore['Turn'];
export type DeclineReason = InCore['DeclineReason'];
export type CancelReason = InCore['CancelReason'];
export type EngagementResult = InCore['ResultView'];
export type TimelineEntry = InCore['TimelineEntry'];
export type Busy = InCore['BusyTime'];
export type HoursRow = InCore['HoursRow'];
export type Cards = InCore['Cards'];

/** The contract lists the keys and fields of today; a page that is older than its server takes any. */
export type Notice = Omit<InNotifications['NoticeView'], 'key' | 'params'> & {
  /** "engagement.proposed" */
  key: string;
  params: Record<string, unknown>;
};
export type Preference = InNotifications['PreferenceView'];

export type SystemMessage = InChat['SystemView'];
export type Conversation = InChat['ConversationView'];
export type Message = InChat['MessageView'];
export type ClientFrame = InChat['SocketFrames']['client'];
export type ServerFrame = InChat['SocketFrames']['server'];

/** A region as a picker needs it; some answers have more (where it lies, how far). */
export type RegionName = InAddresses['RegionView'];
/** A region that fits what was typed. */
export type RegionHit = InAddresses['HitView'];

export type Session = InAuth['SessionView'];
export type Account = InAuth['AccountView'];
export type Device = InAuth['DeviceView'];
/** An identity provider. */
export type Provider = InAuth['Provider'];
export type LogIns = InAuth['CredentialsView'];
/** Something that happened to the ways into one's account. */
export type SecurityEvent = InAuth['SecurityEventView'];
/** A sign-up through a provider that waits for age and consent. */
export type PendingSignUp = InAuth['PendingView'];
export type DocName = InAuth['Doc'];
export type DocRef = InAuth['DocumentRow'];
export type Doc = InAuth['DocumentView'];

/** All of them, in the order in which they are shown. The compiler demands each exactly once. */
export const CATEGORIES = Object.keys({
  music: true,
  language: true,
  computer: true,
  home: true,
  craft: true,
  cooking: true,
  exercise: true,
  study: true,
  paperwork: true,
  photo: true,
  nature: true,
  hobby: true,
} satisfies Record<Category, true>) as readonly Category[];
