//! How an engagement reads for one of its two parties.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{
    ToSchema,
    openapi::schema::{Object, ObjectBuilder, SchemaType, Type},
};
use uuid::Uuid;

use super::{
    domain::{
        self, Act, Actor, CancelReason, Claim, DeclineReason, Engagement, Hold, ListingKind, Mode, Question,
        Side, State,
    },
    facts::{CLAIMED, Line, RESOLVED},
    store::Version,
};
use crate::membership::api::MemberCard;

/// The listing with its title as it read when the proposal was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EngagementListing {
    kind: ListingKind,
    id: Uuid,
    title: String,
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
pub(crate) enum Turn {
    Answer,
    Outcome,
    Adjust,
    AgreeDidNotTakePlace,
}

#[derive(Clone, Copy, Debug, Serialize, serde::Deserialize, ToSchema)]
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
    /// One says nobody was at fault; whoever reported the other absent may agree.
    NobodysFault,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TermsView {
    version: i32,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    minutes: i32,
    mode: Mode,
    place: String,
    bring: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MyClaim {
    claim: ClaimKind,
    #[schema(required)]
    minutes: Option<i32>,
    at: DateTime<Utc>,
}

/// The one adjust round: what each says now, and the minutes to choose from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AdjustView {
    other_minutes: i32,
    mine_minutes: i32,
    choices: Vec<i32>,
    /// The caller has said its second word; the other's is awaited.
    mine_restated: bool,
}

/// What the two said happened. What the other said stays closed until both have answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ClaimsView {
    #[schema(required)]
    mine: Option<MyClaim>,
    other_answered: bool,
    /// When silence becomes an answer, while one is awaited.
    #[schema(required)]
    deadline: Option<DateTime<Utc>>,
    #[schema(required)]
    question: Option<QuestionView>,
    #[schema(required)]
    adjust: Option<AdjustView>,
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
    kind: EngagementState,
    /// On record, where it was completed.
    #[schema(required)]
    minutes: Option<i32>,
    #[schema(required)]
    by: Option<By>,
    /// Cancelled with less than a day's notice.
    #[schema(required)]
    late: Option<bool>,
    #[schema(required, schema_with = reasons)]
    reason: Option<&'static str>,
    /// The absent side says so too.
    #[schema(required)]
    acknowledged: Option<bool>,
    /// Who did not come.
    #[schema(required)]
    who: Option<Party>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TimelineEntry {
    at: DateTime<Utc>,
    kind: String,
    by: By,
    #[schema(required)]
    terms_version: Option<i32>,
    #[schema(value_type = Object)]
    params: Value,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Engagement)]
pub(crate) struct EngagementView {
    id: Uuid,
    version: i32,
    listing: EngagementListing,
    me: Side,
    other: MemberCard,
    state: EngagementState,
    #[schema(required)]
    hold: Option<HoldView>,
    /// Whose answer is awaited; the caller's own first.
    #[schema(required)]
    awaiting: Option<Party>,
    terms: TermsView,
    #[schema(required)]
    previous_terms: Option<TermsView>,
    terms_by: Party,
    /// When an open proposal ends.
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
    claims: ClaimsView,
    #[schema(required)]
    result: Option<ResultView>,
    /// What the caller may do now.
    acts: Vec<Act>,
    /// The proposed time collides with another plan of the caller.
    overlap: bool,
    timeline: Vec<TimelineEntry>,
    created_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RowTerms {
    version: i32,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    minutes: i32,
    mode: Mode,
    place: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EngagementRow {
    id: Uuid,
    listing: EngagementListing,
    me: Side,
    other: MemberCard,
    state: EngagementState,
    #[schema(required)]
    hold: Option<HoldView>,
    #[schema(required)]
    awaiting: Option<Party>,
    /// What waits for the caller.
    #[schema(required)]
    turn: Option<Turn>,
    terms: RowTerms,
    /// When an open proposal ends.
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
    /// When silence becomes an answer to "what happened?".
    #[schema(required)]
    deadline: Option<DateTime<Utc>>,
    #[schema(required)]
    result: Option<ResultView>,
    updated_at: DateTime<Utc>,
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

/// An engagement as `me` sees it at `now`; the clock has caught up.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub e: &'a Engagement,
    pub me: Side,
    pub now: DateTime<Utc>,
}

impl Seen<'_> {
    fn whose(&self, side: Side) -> Party {
        if side == self.me { Party::Me } else { Party::Other }
    }

    fn listing(&self) -> EngagementListing {
        let domain::Listing { kind, id, title } = self.e.listing.clone();
        EngagementListing { kind, id, title }
    }

    fn hold(&self) -> Option<HoldView> {
        match self.e.hold {
            Hold::None => None,
            Hold::Dispute => Some(HoldView::Dispute),
        }
    }

    fn awaiting(&self) -> Option<Party> {
        let asked = self.e.whose_turn(self.now);
        let is_mine = asked.contains(&self.me);
        if is_mine { Some(Party::Me) } else { (!asked.is_empty()).then_some(Party::Other) }
    }

    fn expires_at(&self) -> Option<DateTime<Utc>> {
        matches!(self.e.state, State::Proposed { .. }).then(|| self.e.expires_at())
    }

    fn deadline(&self) -> Option<DateTime<Utc>> {
        (self.e.state == State::AwaitingOutcome && self.e.hold == Hold::None).then(|| self.e.answers_due())
    }

    fn turn(&self) -> Option<Turn> {
        self.e.acts(self.me, self.now).into_iter().find_map(|act| match act {
            Act::Accept => Some(Turn::Answer),
            Act::Claim => Some(Turn::Outcome),
            Act::Adjust => Some(Turn::Adjust),
            Act::AgreeDidNotTakePlace => Some(Turn::AgreeDidNotTakePlace),
            Act::Counter | Act::Decline | Act::Withdraw | Act::Cancel => None,
        })
    }

    fn both_answered(&self) -> bool {
        Side::BOTH.iter().all(|side| self.e.answers.of(*side).is_some())
    }

    fn claims(&self) -> ClaimsView {
        let mine = self.e.answers.of(self.me);
        let question = self.e.question();
        let says = |side| self.e.answers.of(side).and_then(|a| a.stands().minutes()).map(i32::from);
        let adjust = match (question, says(self.me), says(self.me.other())) {
            (Some(Question::HowLong), Some(mine_minutes), Some(other_minutes)) => Some(AdjustView {
                other_minutes,
                mine_minutes,
                choices: self.e.answers.minute_choices().into_iter().map(i32::from).collect(),
                mine_restated: mine.is_some_and(|a| a.restated.is_some()),
            }),
            _ => None,
        };
        ClaimsView {
            mine: mine.map(|a| MyClaim {
                claim: a.claim.into(),
                minutes: a.claim.minutes().map(i32::from),
                at: a.claimed_at,
            }),
            other_answered: self.e.answers.of(self.me.other()).is_some(),
            deadline: self.deadline(),
            question: question.map(|q| match q {
                Question::HowLong => QuestionView::HowLong,
                Question::NobodysFault { .. } => QuestionView::NobodysFault,
            }),
            adjust,
        }
    }

    fn result(&self) -> Option<ResultView> {
        let plain = ResultView {
            kind: self.e.state.into(),
            minutes: None,
            by: None,
            late: None,
            reason: None,
            acknowledged: None,
            who: None,
        };
        let proposer = self.whose(self.e.terms_by());
        let answerer = self.whose(self.e.terms_by().other());
        Some(match self.e.state {
            State::Proposed { .. } | State::Scheduled | State::InProgress | State::AwaitingOutcome => {
                return None;
            }
            State::Completed { minutes } => ResultView { minutes: Some(minutes.get()), ..plain },
            State::DidNotTakePlace => plain,
            State::NoShow { who, acknowledged } => {
                ResultView { acknowledged: Some(acknowledged), who: Some(self.whose(who)), ..plain }
            }
            State::Lapsed | State::Expired => ResultView { by: Some(By::Clock), ..plain },
            State::Cancelled { by, late, reason } => ResultView {
                by: Some(self.whose(by).into()),
                late: Some(late),
                reason: Some(reason.as_str()),
                ..plain
            },
            State::Declined { reason } => {
                let by = match reason {
                    DeclineReason::NeedFilled | DeclineReason::NeedClosed => By::System,
                    _ => answerer.into(),
                };
                ResultView { by: Some(by), reason: Some(reason.as_str()), ..plain }
            }
            State::Withdrawn => ResultView { by: Some(proposer.into()), ..plain },
        })
    }

    fn entry(&self, line: Line) -> TimelineEntry {
        let side = |word: &str| Side::BOTH.into_iter().find(|side| side.as_str() == word);
        let by = match side(&line.actor) {
            Some(side) => self.whose(side).into(),
            None if line.actor == Actor::Clock.as_str() => By::Clock,
            None => By::System,
        };
        let is_closed = line.kind == CLAIMED && by == By::Other && !self.both_answered();
        let params = match line.params {
            _ if is_closed => Value::Object(Map::new()),
            Value::Object(params) => {
                let told = |(key, value): (String, Value)| {
                    let party =
                        matches!(key.as_str(), "who" | "awaiting").then(|| side(value.as_str()?)).flatten();
                    let value = match party.map(|side| self.whose(side)) {
                        Some(Party::Me) => Value::from("me"),
                        Some(Party::Other) => Value::from("other"),
                        None => value,
                    };
                    (key, value)
                };
                Value::Object(params.into_iter().map(told).collect())
            }
            other => other,
        };
        TimelineEntry { at: line.at, kind: line.kind, by, terms_version: line.terms_version, params }
    }

    /// The whole of it.
    pub fn view(
        &self,
        other: MemberCard,
        versions: &[Version],
        lines: Vec<Line>,
        overlap: bool,
    ) -> EngagementView {
        let previous = versions.iter().rev().find(|v| v.number < self.e.terms_version);
        EngagementView {
            id: self.e.id,
            version: self.e.version,
            listing: self.listing(),
            me: self.me,
            other,
            state: self.e.state.into(),
            hold: self.hold(),
            awaiting: self.awaiting(),
            terms: terms(self.e.terms_version, &self.e.terms),
            previous_terms: previous.map(|v| terms(v.number, &v.terms)),
            terms_by: self.whose(self.e.terms_by()),
            expires_at: self.expires_at(),
            claims: self.claims(),
            result: self.result(),
            acts: self.e.acts(self.me, self.now),
            overlap,
            timeline: lines.into_iter().filter(|l| l.kind != RESOLVED).map(|l| self.entry(l)).collect(),
            created_at: self.e.created_at,
        }
    }

    /// Its line in a list.
    pub fn row(&self, cards: &HashMap<Uuid, MemberCard>, updated_at: DateTime<Utc>) -> EngagementRow {
        let other = self.e.party(self.me.other());
        let TermsView { version, starts_at, ends_at, minutes, mode, place, .. } =
            terms(self.e.terms_version, &self.e.terms);
        EngagementRow {
            id: self.e.id,
            listing: self.listing(),
            me: self.me,
            other: card_of(cards, other),
            state: self.e.state.into(),
            hold: self.hold(),
            awaiting: self.awaiting(),
            turn: self.turn(),
            terms: RowTerms { version, starts_at, ends_at, minutes, mode, place },
            expires_at: self.expires_at(),
            deadline: self.deadline(),
            result: self.result(),
            updated_at,
        }
    }
}

/// The card of a member, among those that were read.
pub(crate) fn card_of(cards: &HashMap<Uuid, MemberCard>, id: Uuid) -> MemberCard {
    let unknown = || MemberCard { id, name: None, region: None, given_count: 0, gone: false };
    cards.get(&id).cloned().unwrap_or_else(unknown)
}

fn terms(version: i32, terms: &domain::Terms) -> TermsView {
    TermsView {
        version,
        starts_at: terms.starts_at,
        ends_at: terms.ends_at(),
        minutes: terms.minutes.get(),
        mode: terms.mode,
        place: terms.place.as_str().to_owned(),
        bring: terms.bring.as_str().to_owned(),
    }
}
