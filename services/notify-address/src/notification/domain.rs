//! Who hears of what, and when. Pure: events go in, drafts of notices come out.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use common::time::seoul;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a person can switch on and off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    Engagement,
    Listing,
    Hours,
    Security,
}

impl Category {
    pub const ALL: [Self; 4] = [Self::Engagement, Self::Listing, Self::Hours, Self::Security];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Engagement => "engagement",
            Self::Listing => "listing",
            Self::Hours => "hours",
            Self::Security => "security",
        }
    }

    /// Whoever took an account over must not be able to silence it.
    pub const fn is_locked(self) -> bool {
        matches!(self, Self::Security)
    }
}

/// What a notice says; the web has a text for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Key {
    #[serde(rename = "engagement.proposed")]
    Proposed,
    #[serde(rename = "engagement.countered")]
    Countered,
    #[serde(rename = "engagement.scheduled")]
    Scheduled,
    #[serde(rename = "engagement.declined")]
    Declined,
    /// The request found somebody else.
    #[serde(rename = "engagement.not_chosen")]
    NotChosen,
    /// The request was closed.
    #[serde(rename = "engagement.need_closed")]
    NeedClosed,
    #[serde(rename = "engagement.withdrawn")]
    Withdrawn,
    #[serde(rename = "engagement.expired")]
    Expired,
    #[serde(rename = "engagement.cancelled")]
    Cancelled,
    #[serde(rename = "engagement.reminder")]
    Reminder,
    /// "What happened?"
    #[serde(rename = "engagement.ended")]
    Ended,
    /// The other has answered, this person has not.
    #[serde(rename = "engagement.outcome_claimed")]
    OutcomeClaimed,
    /// The two answers leave a question to this person.
    #[serde(rename = "engagement.question")]
    Questioned,
    /// The other restated the minutes; now it is this person's turn.
    #[serde(rename = "engagement.outcome_restated")]
    OutcomeRestated,
    #[serde(rename = "engagement.did_not_take_place")]
    DidNotTakePlace,
    #[serde(rename = "engagement.no_show")]
    NoShow,
    #[serde(rename = "engagement.lapsed")]
    Lapsed,
    #[serde(rename = "engagement.on_hold")]
    OnHold,
    /// The hold is over: deadlines run again.
    #[serde(rename = "engagement.released")]
    Released,
    #[serde(rename = "inquiry.opened")]
    InquiryOpened,
    #[serde(rename = "talent.expiring_soon")]
    TalentExpiringSoon,
    #[serde(rename = "talent.expired")]
    TalentExpired,
    #[serde(rename = "need.expiring_soon")]
    NeedExpiringSoon,
    #[serde(rename = "need.expired")]
    NeedExpired,
    #[serde(rename = "hours.recorded")]
    HoursRecorded,
    #[serde(rename = "security.new_device")]
    NewDevice,
    #[serde(rename = "security.password_changed")]
    PasswordChanged,
    /// A device was logged out because its session may have been copied.
    #[serde(rename = "security.session_reused")]
    SessionReused,
}

impl Key {
    pub const ALL: [Self; 28] = [
        Self::Proposed,
        Self::Countered,
        Self::Scheduled,
        Self::Declined,
        Self::NotChosen,
        Self::NeedClosed,
        Self::Withdrawn,
        Self::Expired,
        Self::Cancelled,
        Self::Reminder,
        Self::Ended,
        Self::OutcomeClaimed,
        Self::Questioned,
        Self::OutcomeRestated,
        Self::DidNotTakePlace,
        Self::NoShow,
        Self::Lapsed,
        Self::OnHold,
        Self::Released,
        Self::InquiryOpened,
        Self::TalentExpiringSoon,
        Self::TalentExpired,
        Self::NeedExpiringSoon,
        Self::NeedExpired,
        Self::HoursRecorded,
        Self::NewDevice,
        Self::PasswordChanged,
        Self::SessionReused,
    ];

    /// As stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "engagement.proposed",
            Self::Countered => "engagement.countered",
            Self::Scheduled => "engagement.scheduled",
            Self::Declined => "engagement.declined",
            Self::NotChosen => "engagement.not_chosen",
            Self::NeedClosed => "engagement.need_closed",
            Self::Withdrawn => "engagement.withdrawn",
            Self::Expired => "engagement.expired",
            Self::Cancelled => "engagement.cancelled",
            Self::Reminder => "engagement.reminder",
            Self::Ended => "engagement.ended",
            Self::OutcomeClaimed => "engagement.outcome_claimed",
            Self::Questioned => "engagement.question",
            Self::OutcomeRestated => "engagement.outcome_restated",
            Self::DidNotTakePlace => "engagement.did_not_take_place",
            Self::NoShow => "engagement.no_show",
            Self::Lapsed => "engagement.lapsed",
            Self::OnHold => "engagement.on_hold",
            Self::Released => "engagement.released",
            Self::InquiryOpened => "inquiry.opened",
            Self::TalentExpiringSoon => "talent.expiring_soon",
            Self::TalentExpired => "talent.expired",
            Self::NeedExpiringSoon => "need.expiring_soon",
            Self::NeedExpired => "need.expired",
            Self::HoursRecorded => "hours.recorded",
            Self::NewDevice => "security.new_device",
            Self::PasswordChanged => "security.password_changed",
            Self::SessionReused => "security.session_reused",
        }
    }

    pub const fn category(self) -> Category {
        match self {
            Self::TalentExpiringSoon | Self::TalentExpired | Self::NeedExpiringSoon | Self::NeedExpired => {
                Category::Listing
            }
            Self::HoursRecorded => Category::Hours,
            Self::NewDevice | Self::PasswordChanged | Self::SessionReused => Category::Security,
            Self::Proposed
            | Self::Countered
            | Self::Scheduled
            | Self::Declined
            | Self::NotChosen
            | Self::NeedClosed
            | Self::Withdrawn
            | Self::Expired
            | Self::Cancelled
            | Self::Reminder
            | Self::Ended
            | Self::OutcomeClaimed
            | Self::Questioned
            | Self::OutcomeRestated
            | Self::DidNotTakePlace
            | Self::NoShow
            | Self::Lapsed
            | Self::OnHold
            | Self::Released
            | Self::InquiryOpened => Category::Engagement,
        }
    }
}

/// A part in an engagement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Donor,
    Recipient,
}

impl Side {
    pub const fn other(self) -> Self {
        match self {
            Self::Donor => Self::Recipient,
            Self::Recipient => Self::Donor,
        }
    }
}

/// What a notice is about: a talent or a need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Listing {
    /// `talent` or `need`.
    pub kind: String,
    pub id: Uuid,
}

/// Which reminder it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lead {
    /// The evening before.
    Evening,
    /// Three hours before.
    Soon,
}

/// What a notice's text may mention: ids, numbers and times. Which ones there are depends on the key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Params {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engagement_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inquiry_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talent_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_session_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<Listing>,
    /// The part that the addressee has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Side>,
    /// The other person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_id: Option<Uuid>,
    /// Who did it; absent when the clock did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms_version: Option<i32>,
    /// Until when an answer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<DateTime<Utc>>,
    /// What is asked: `how_long` or `nobodys_fault`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Who did not answer in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent_id: Option<Uuid>,
    /// A code, never a person's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_seconds: Option<i64>,
    /// Who did not come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent_id: Option<Uuid>,
    /// Whether the absent one said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<Lead>,
}

/// A notice that is not stored yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub account_id: Uuid,
    pub key: Key,
    pub params: Params,
}

/// The two of an engagement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub donor: Uuid,
    pub recipient: Uuid,
}

impl Pair {
    pub const fn of(&self, side: Side) -> Uuid {
        match side {
            Side::Donor => self.donor,
            Side::Recipient => self.recipient,
        }
    }

    pub fn side_of(&self, account: Uuid) -> Option<Side> {
        if account == self.donor {
            Some(Side::Donor)
        } else {
            (account == self.recipient).then_some(Side::Recipient)
        }
    }

    /// The notice of one side, with what this side needs to know of the other.
    pub fn draft(&self, to: Side, key: Key, params: &Params) -> Draft {
        let params = Params { role: Some(to), other_id: Some(self.of(to.other())), ..params.clone() };
        Draft { account_id: self.of(to), key, params }
    }

    /// One notice each. In order of account, so that two transactions lock accounts in the same order.
    pub fn both(&self, key: Key, params: &Params) -> Vec<Draft> {
        let mut drafts = vec![self.draft(Side::Donor, key, params), self.draft(Side::Recipient, key, params)];
        drafts.sort_by_key(|draft| draft.account_id);
        drafts
    }
}

/// What happened to an engagement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    Proposed {
        awaiting: Option<Side>,
    },
    Countered {
        awaiting: Option<Side>,
    },
    Scheduled,
    Declined,
    /// The need found somebody else.
    NotChosen,
    NeedClosed,
    Withdrawn,
    Expired,
    Cancelled,
    Started,
    Ended,
    /// Unless the other has answered too.
    OutcomeClaimed {
        awaiting: Option<Side>,
    },
    Questioned {
        donor: bool,
        recipient: bool,
    },
    /// Unless that settled it.
    OutcomeRestated {
        awaiting: Option<Side>,
    },
    DidNotTakePlace,
    NoShow,
    Lapsed,
    PutOnHold,
    Released,
}

/// Who hears of it. What one person did, the other hears; what the clock did, both do.
pub fn notices(happened: Happened, pair: &Pair, by: Option<Side>, params: &Params) -> Vec<Draft> {
    let both = |key| pair.both(key, params);
    let other = |key| match by {
        Some(by) => vec![pair.draft(by.other(), key, params)],
        None => pair.both(key, params),
    };
    let one = |to: Option<Side>, key| to.map(|to| pair.draft(to, key, params)).into_iter().collect();
    let next = by.map(Side::other);
    match happened {
        Happened::Proposed { awaiting } => one(awaiting.or(next), Key::Proposed),
        Happened::Countered { awaiting } => one(awaiting.or(next), Key::Countered),
        Happened::Scheduled => other(Key::Scheduled),
        Happened::Declined => other(Key::Declined),
        // The recipient's own need: they know.
        Happened::NotChosen => vec![pair.draft(Side::Donor, Key::NotChosen, params)],
        Happened::NeedClosed => vec![pair.draft(Side::Donor, Key::NeedClosed, params)],
        Happened::Withdrawn => other(Key::Withdrawn),
        Happened::Expired => both(Key::Expired),
        Happened::Cancelled => other(Key::Cancelled),
        Happened::Ended => both(Key::Ended),
        Happened::OutcomeClaimed { awaiting } => one(awaiting, Key::OutcomeClaimed),
        Happened::OutcomeRestated { awaiting } => one(awaiting, Key::OutcomeRestated),
        Happened::Questioned { donor: true, recipient: true } => both(Key::Questioned),
        Happened::Questioned { donor: true, .. } => one(Some(Side::Donor), Key::Questioned),
        Happened::Questioned { recipient: true, .. } => one(Some(Side::Recipient), Key::Questioned),
        Happened::Started | Happened::Questioned { .. } => Vec::new(),
        Happened::DidNotTakePlace => both(Key::DidNotTakePlace),
        Happened::NoShow => both(Key::NoShow),
        Happened::Lapsed => both(Key::Lapsed),
        Happened::PutOnHold => both(Key::OnHold),
        Happened::Released => both(Key::Released),
    }
}

/// Whether the two of an engagement are to meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The highest sequence heard of.
    pub sequence: i64,
    /// Set while they are to meet.
    pub starts_at: Option<DateTime<Utc>>,
}

impl Standing {
    /// Takes an event in: the one of the highest sequence decides, whenever it arrives.
    #[must_use]
    pub fn after(self, happened: Happened, sequence: i64, starts_at: Option<DateTime<Utc>>) -> Self {
        if sequence < self.sequence {
            return self;
        }
        Self { sequence, starts_at: starts_at.filter(|_| happened == Happened::Scheduled) }
    }
}

/// The reminders that still lie ahead: the evening before at eight in Seoul, and three hours before.
pub fn reminders(starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Vec<(Lead, DateTime<Utc>)> {
    let evening = evening_before(starts_at).map(|at| (Lead::Evening, at));
    let soon = (Lead::Soon, starts_at - TimeDelta::hours(3));
    evening.into_iter().chain([soon]).filter(|(_, at)| *at > now).collect()
}

fn evening_before(starts_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let there = seoul(starts_at);
    let evening = there.date_naive().pred_opt()?.and_time(NaiveTime::from_hms_opt(20, 0, 0)?);
    evening.and_local_timezone(there.timezone()).single().map(|at| at.to_utc())
}

/// The reminder's own event: the appointment's, told apart by its lead.
pub fn reminder_id(scheduled: Uuid, lead: Lead) -> Uuid {
    let mark = match lead {
        Lead::Evening => 1,
        Lead::Soon => 2,
    };
    Uuid::from_u128(scheduled.as_u128() ^ mark)
}

/// An id above the account's last one, whichever process made that and however its clock stood.
pub fn rising(last: Option<Uuid>, fresh: Uuid) -> Uuid {
    match last {
        Some(last) if last >= fresh => Uuid::from_u128(last.as_u128().wrapping_add(1)),
        _ => fresh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAIR: Pair = Pair { donor: Uuid::from_u128(1), recipient: Uuid::from_u128(2) };

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn told(happened: Happened, by: Option<Side>) -> Vec<(u128, &'static str)> {
        let drafts = notices(happened, &PAIR, by, &Params::default());
        drafts.iter().map(|d| (d.account_id.as_u128(), d.key.as_str())).collect()
    }

    #[test]
    fn what_one_person_does_the_other_hears() {
        for (happened, key) in [
            (Happened::Scheduled, "engagement.scheduled"),
            (Happened::Declined, "engagement.declined"),
            (Happened::Withdrawn, "engagement.withdrawn"),
            (Happened::Cancelled, "engagement.cancelled"),
        ] {
            assert_eq!(told(happened, Some(Side::Donor)), [(2, key)]);
            assert_eq!(told(happened, Some(Side::Recipient)), [(1, key)]);
            assert_eq!(told(happened, None), [(1, key), (2, key)]);
        }
    }

    #[test]
    fn a_proposal_goes_to_the_side_that_must_answer_and_never_to_both() {
        let proposed = |awaiting| Happened::Proposed { awaiting };
        assert_eq!(told(proposed(Some(Side::Recipient)), None), [(2, "engagement.proposed")]);
        assert_eq!(told(proposed(None), Some(Side::Recipient)), [(1, "engagement.proposed")]);
        assert_eq!(told(proposed(None), None), []);
    }

    #[test]
    fn the_donor_alone_hears_that_the_need_found_somebody_else() {
        assert_eq!(told(Happened::NotChosen, Some(Side::Recipient)), [(1, "engagement.not_chosen")]);
        assert_eq!(told(Happened::NeedClosed, None), [(1, "engagement.need_closed")]);
    }

    #[test]
    fn whoever_is_awaited_is_asked_and_nobody_else() {
        for (happened, key) in [
            (Happened::OutcomeClaimed { awaiting: Some(Side::Donor) }, "engagement.outcome_claimed"),
            (Happened::OutcomeRestated { awaiting: Some(Side::Donor) }, "engagement.outcome_restated"),
            (Happened::Questioned { donor: true, recipient: false }, "engagement.question"),
        ] {
            assert_eq!(told(happened, Some(Side::Recipient)), [(1, key)]);
        }
        assert_eq!(told(Happened::Questioned { donor: true, recipient: true }, None).len(), 2);
        assert_eq!(told(Happened::OutcomeClaimed { awaiting: None }, Some(Side::Donor)), []);
        assert_eq!(told(Happened::OutcomeRestated { awaiting: None }, Some(Side::Donor)), []);
        assert_eq!(told(Happened::Started, None), []);
    }

    #[test]
    fn the_addressee_learns_the_own_part_and_the_other_person() {
        let draft = PAIR.draft(Side::Donor, Key::Ended, &Params::default());
        assert_eq!(draft.params.role, Some(Side::Donor));
        assert_eq!(draft.params.other_id, Some(PAIR.recipient));
    }

    #[test]
    fn the_evening_before_is_eight_in_seoul() {
        let now = at("2026-11-01T00:00:00Z");
        // 00:30 on the 28th in Seoul.
        let early = at("2026-11-27T15:30:00Z");
        assert_eq!(
            reminders(early, now),
            [(Lead::Evening, at("2026-11-27T11:00:00Z")), (Lead::Soon, at("2026-11-27T12:30:00Z"))]
        );
        // 23:30 on the 27th in Seoul.
        let late = at("2026-11-27T14:30:00Z");
        assert_eq!(reminders(late, now)[0], (Lead::Evening, at("2026-11-26T11:00:00Z")));
    }

    #[test]
    fn reminders_in_the_past_are_left_out() {
        let starts_at = at("2026-11-28T05:00:00Z");
        let leads = |now| reminders(starts_at, at(now)).iter().map(|(lead, _)| *lead).collect::<Vec<_>>();
        assert_eq!(leads("2026-11-27T11:00:00Z"), [Lead::Soon]);
        assert_eq!(leads("2026-11-28T02:00:00Z"), []);
    }

    #[test]
    fn categories_and_keys_keep_their_words() {
        for key in Key::ALL {
            let json = format!("\"{}\"", key.as_str());
            assert_eq!(serde_json::to_string(&key).unwrap(), json);
            assert_eq!(serde_json::from_str::<Key>(&json).unwrap(), key);
        }
        for category in Category::ALL {
            assert_eq!(serde_json::to_string(&category).unwrap(), format!("\"{}\"", category.as_str()));
        }
    }

    fn happenings() -> impl Strategy<Value = Vec<(Happened, i64)>> {
        let kinds = prop_oneof![
            Just(Happened::Proposed { awaiting: None }),
            Just(Happened::Scheduled),
            Just(Happened::Cancelled),
            Just(Happened::Started),
        ];
        proptest::collection::vec(kinds, 1..8).prop_map(|events| events.into_iter().zip(1..).collect())
    }

    proptest! {
        #[test]
        fn the_standing_does_not_depend_on_the_order_of_events(
            (events, shuffled) in happenings().prop_flat_map(|e| (Just(e.clone()), Just(e).prop_shuffle()))
        ) {
            let start = Some(at("2026-11-28T05:00:00Z"));
            let all = |events: &[(Happened, i64)]| events.iter().fold(
                Standing::default(),
                |standing, (happened, sequence)| standing.after(*happened, *sequence, start),
            );
            let last = events.last().is_some_and(|(happened, _)| *happened == Happened::Scheduled);
            prop_assert_eq!(all(&shuffled).starts_at.is_some(), last);
            prop_assert_eq!(all(&events), all(&shuffled));
        }

        #[test]
        fn ids_rise_whatever_the_clocks_say(ids in proptest::collection::vec(any::<u64>(), 1..50)) {
            let mut last = None;
            for fresh in ids {
                let next = rising(last, Uuid::from_u128(u128::from(fresh)));
                prop_assert!(last.is_none_or(|last| next > last));
                last = Some(next);
            }
        }
    }
}
