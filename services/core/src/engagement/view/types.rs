//! What an engagement looks like on the wire.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::schema::{Object, ObjectBuilder, SchemaType, Type},
};
use uuid::Uuid;

use crate::{
    engagement::domain::{CancelReason, Claim, Command, DeclineReason, Mode, Side, State},
    listing::ListingKind,
    membership::api::MemberCard,
};

/// The listing with its title as it read when the proposal was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EngagementListing {
    pub(super) kind: ListingKind,
    pub(super) id: Uuid,
    pub(super) title: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Party {
    Me,
    Other,
}

/// Who did something: a party, a moment in time, or the product (a need that was filled or closed).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum By {
    Me,
    Other,
    Clock,
    System,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EngagementState {
    Proposed,
    Scheduled,
    InProgress,
    AwaitingOutcome,
    Completed,
    DidNotTakePlace,
    NoShow,
    Lapsed,
    Cancelled,
    Declined,
    Withdrawn,
    Expired,
}

/// A stopped clock: the two answers contradict each other.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HoldView {
    Dispute,
}

/// What waits for the caller.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Turn)]
pub(crate) enum Awaiting {
    Answer,
    Outcome,
    Adjust,
    AgreeDidNotTakePlace,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClaimKind {
    TookPlace,
    DidNotTakePlace,
    OtherAbsent,
    IAbsent,
}

/// What two complete answers leave to ask.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuestionView {
    /// Both say held: how long was it?
    HowLong,
    /// One says nobody was at fault; the one who reported the other absent may agree.
    NobodysFault,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TermsView {
    pub(super) version: i32,
    pub(super) starts_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
    pub(super) minutes: i32,
    pub(super) mode: Mode,
    pub(super) place: String,
    pub(super) bring: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MyClaim {
    pub(super) claim: ClaimKind,
    #[schema(required)]
    pub(super) minutes: Option<i32>,
    pub(super) at: DateTime<Utc>,
}

/// The one adjust round: what each says now, and the minutes to choose from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AdjustView {
    pub(super) other_minutes: i32,
    pub(super) mine_minutes: i32,
    pub(super) choices: Vec<i32>,
    /// The caller has said its second word; the other's is awaited.
    pub(super) mine_restated: bool,
}

/// What the two said happened. What the other said stays closed until both have answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ClaimsView {
    #[schema(required)]
    pub(super) mine: Option<MyClaim>,
    pub(super) other_answered: bool,
    /// When silence becomes an answer, while one is awaited.
    #[schema(required)]
    pub(super) deadline: Option<DateTime<Utc>>,
    #[schema(required)]
    pub(super) question: Option<QuestionView>,
    #[schema(required)]
    pub(super) adjust: Option<AdjustView>,
}

/// A person's reason or the product's; `null` where none is given.
fn reasons() -> Object {
    let words = DeclineReason::ALL.map(DeclineReason::as_str).into_iter();
    let words: BTreeSet<_> = words.chain(CancelReason::ALL.map(CancelReason::as_str)).collect();
    let words = words.into_iter().map(Value::from).chain([Value::Null]);
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .enum_values(Some(words))
        .build()
}

/// How it ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ResultView {
    pub(super) kind: EngagementState,
    /// On record, where it was completed.
    #[schema(required)]
    pub(super) minutes: Option<i32>,
    #[schema(required)]
    pub(super) by: Option<By>,
    /// Cancelled with less than a day's notice.
    #[schema(required)]
    pub(super) late: Option<bool>,
    #[schema(required, schema_with = reasons)]
    pub(super) reason: Option<&'static str>,
    /// The absent side says so too.
    #[schema(required)]
    pub(super) acknowledged: Option<bool>,
    /// Who did not come.
    #[schema(required)]
    pub(super) who: Option<Party>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TimelineEntry {
    pub(super) at: DateTime<Utc>,
    pub(super) kind: String,
    pub(super) by: By,
    #[schema(required)]
    pub(super) terms_version: Option<i32>,
    #[schema(value_type = Object)]
    pub(super) params: Value,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Engagement)]
pub(crate) struct EngagementView {
    pub(super) id: Uuid,
    /// The conversation of the two about this listing.
    pub(super) conversation_id: Uuid,
    pub(super) version: i32,
    pub(super) listing: EngagementListing,
    pub(super) me: Side,
    pub(super) other: MemberCard,
    pub(super) state: EngagementState,
    #[schema(required)]
    pub(super) hold: Option<HoldView>,
    /// Whose answer is awaited; the caller's own first.
    #[schema(required)]
    pub(super) awaiting: Option<Party>,
    pub(super) terms: TermsView,
    #[schema(required)]
    pub(super) previous_terms: Option<TermsView>,
    pub(super) terms_by: Party,
    /// When an open proposal ends.
    #[schema(required)]
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) claims: ClaimsView,
    #[schema(required)]
    pub(super) result: Option<ResultView>,
    /// What the caller may do now.
    pub(super) acts: Vec<Command>,
    /// The proposed time collides with another plan of the caller.
    pub(super) overlap: bool,
    pub(super) timeline: Vec<TimelineEntry>,
    pub(super) created_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RowTerms {
    pub(super) version: i32,
    pub(super) starts_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
    pub(super) minutes: i32,
    pub(super) mode: Mode,
    pub(super) place: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EngagementRow {
    pub(super) id: Uuid,
    pub(super) listing: EngagementListing,
    pub(super) me: Side,
    pub(super) other: MemberCard,
    pub(super) state: EngagementState,
    #[schema(required)]
    pub(super) hold: Option<HoldView>,
    #[schema(required)]
    pub(super) awaiting: Option<Party>,
    /// What waits for the caller.
    #[schema(required)]
    pub(super) turn: Option<Awaiting>,
    pub(super) terms: RowTerms,
    /// When an open proposal ends.
    #[schema(required)]
    pub(super) expires_at: Option<DateTime<Utc>>,
    /// When silence becomes an answer to "what happened?".
    #[schema(required)]
    pub(super) deadline: Option<DateTime<Utc>>,
    #[schema(required)]
    pub(super) result: Option<ResultView>,
    pub(super) updated_at: DateTime<Utc>,
}

impl From<State> for EngagementState {
    fn from(state: State) -> Self {
        match state {
            State::Proposed { .. } => Self::Proposed,
            State::Scheduled => Self::Scheduled,
            State::InProgress => Self::InProgress,
            State::AwaitingOutcome => Self::AwaitingOutcome,
            State::Completed { .. } => Self::Completed,
            State::DidNotTakePlace => Self::DidNotTakePlace,
            State::NoShow { .. } => Self::NoShow,
            State::Lapsed => Self::Lapsed,
            State::Cancelled { .. } => Self::Cancelled,
            State::Declined { .. } => Self::Declined,
            State::Withdrawn => Self::Withdrawn,
            State::Expired => Self::Expired,
        }
    }
}

impl From<Claim> for ClaimKind {
    fn from(claim: Claim) -> Self {
        match claim {
            Claim::TookPlace { .. } => Self::TookPlace,
            Claim::DidNotTakePlace => Self::DidNotTakePlace,
            Claim::OtherAbsent => Self::OtherAbsent,
            Claim::IAbsent => Self::IAbsent,
        }
    }
}

impl From<Party> for By {
    fn from(party: Party) -> Self {
        match party {
            Party::Me => Self::Me,
            Party::Other => Self::Other,
        }
    }
}
