/**
 * Holds the names of `model.ts` against the contracts, at compile time. A type fits when each could stand for the other:
 * what arrives has every field that the screens read, and none that they do not know. Nothing of this file runs.
 *
 * What deliberately differs:
 * - `Notice`: the contract lists every key, and every field that `params` can have; the screens take a key they do not
 *   know yet and read `params` as an object. What arrives only.
 * - `RegionName`: some answers have more than a picker shows (where it lies, how far). What arrives only.
 */
import type * as Model from './model.ts';
import type { components as Addresses } from './types/addresses.d.ts';
import type { components as Auth } from './types/auth.d.ts';
import type { components as Chat } from './types/chat.d.ts';
import type { components as Core } from './types/core.d.ts';
import type { components as Notifications } from './types/notifications.d.ts';

type CoreSchema = Core['schemas'];
type AuthSchema = Auth['schemas'];
type ChatSchema = Chat['schemas'];
type NotificationSchema = Notifications['schemas'];
type AddressSchema = Addresses['schemas'];

/** What arrives is what the model says. */
type Arrives<Contract extends Named, Named> = [Contract, Named];

/** …and the model says all that arrives. `Back` is the contract again: a constraint may not go in a circle. */
type Same<Contract extends Named, Named extends Back, Back = Contract> = [Contract, Named, Back];

export type Checks = [
  Same<CoreSchema['RegionView'], Model.Region>,
  Same<CoreSchema['MemberCard'], Model.MemberCard>,
  Same<CoreSchema['Tally'], Model.Tally>,
  Same<CoreSchema['MeView'], Model.Me>,
  Same<CoreSchema['MemberView'], Model.Member>,
  Same<CoreSchema['ListingKind'], Model.ListingKind>,
  Same<CoreSchema['MeetingMode'], Model.Mode>,
  Same<CoreSchema['Mode'], Model.ListingMode>,
  Same<CoreSchema['Category'], Model.Category>,
  Same<CoreSchema['TalentView'], Model.Talent>,
  Same<CoreSchema['NeedView'], Model.Need>,
  Same<CoreSchema['TalentView']['state'], Model.TalentState>,
  Same<CoreSchema['NeedView']['state'], Model.NeedState>,
  Same<CoreSchema['ListingRow'], Model.ListingRow>,
  Same<CoreSchema['Page_ListingRow'], Model.Page<Model.ListingRow>>,
  Same<CoreSchema['Relaxation'], Model.Relaxation>,
  Same<CoreSchema['SearchPage'], Model.SearchPage>,
  Same<CoreSchema['EngagementListing'], Model.ListingRef>,
  Same<CoreSchema['TermsView'], Model.Terms>,
  Same<CoreSchema['EngagementState'], Model.EngagementState>,
  Same<CoreSchema['Party'], Model.Party>,
  Same<CoreSchema['ClaimKind'], Model.Claim>,
  Same<CoreSchema['Act'], Model.Act>,
  Same<CoreSchema['Turn'], Model.Turn>,
  Same<CoreSchema['By'], Model.By>,
  Same<CoreSchema['DeclineReason'], Model.DeclineReason>,
  Same<CoreSchema['CancelReason'], Model.CancelReason>,
  Same<CoreSchema['ResultView'], Model.EngagementResult>,
  Same<CoreSchema['ClaimsView'], Model.Claims>,
  Same<CoreSchema['TimelineEntry'], Model.TimelineEntry>,
  Same<CoreSchema['Engagement'], Model.Engagement>,
  Same<CoreSchema['EngagementRow'], Model.EngagementRow>,
  Same<CoreSchema['Page_EngagementRow'], Model.Page<Model.EngagementRow>>,
  Same<CoreSchema['BusyTime'], Model.Busy>,
  Same<CoreSchema['HoursRow'], Model.HoursRow>,
  Same<CoreSchema['Page_HoursRow'], Model.Page<Model.HoursRow>>,
  Same<CoreSchema['Cards'], Model.Cards>,

  Arrives<NotificationSchema['NoticeView'], Model.Notice>,
  Same<NotificationSchema['Category'], Model.Notice['category']>,
  Same<NotificationSchema['PreferenceView'], Model.Preference>,

  Same<ChatSchema['SystemView'], Model.SystemLine>,
  Same<ChatSchema['ConversationView'], Model.Conversation>,
  Same<ChatSchema['MessageView'], Model.Message>,

  Arrives<AddressSchema['RegionView'], Model.RegionName>,
  Arrives<AddressSchema['NearView'], Model.RegionName>,
  Arrives<AddressSchema['PlaceView'], Model.RegionName>,
  Arrives<AddressSchema['HitView'], Model.RegionHit>,

  Same<AuthSchema['SessionView'], Model.Session>,
  Same<AuthSchema['AccountView'], Model.Account>,
  Same<AuthSchema['DeviceView'], Model.Device>,
  Same<AuthSchema['Doc'], Model.DocName>,
  Same<AuthSchema['DocumentRow'], Model.DocRef>,
  Same<AuthSchema['DocumentView'], Model.Doc>,
];
