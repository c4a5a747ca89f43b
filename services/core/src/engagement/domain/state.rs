//! Where an engagement can stand, what may be done there, why something is refused, and what happened.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    outcome::{Basis, Claim, Outcome},
    values::{Actor, ActualMinutes, Side},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    Proposed { awaiting: Side },
    Scheduled,
    InProgress,
    AwaitingOutcome,
    Completed { minutes: ActualMinutes },
    DidNotTakePlace,
    NoShow { who: Side, acknowledged: bool },
    Lapsed,
    Cancelled { by: Side, late: bool, reason: CancelReason },
    Declined { reason: DeclineReason },
    Withdrawn,
    Expired,
}

impl State {
    /// No command and no clock leads out of a terminal state.
    pub const fn is_terminal(self) -> bool {
        !matches!(self, Self::Proposed { .. } | Self::Scheduled | Self::InProgress | Self::AwaitingOutcome)
    }

    /// The time is taken in both calendars.
    pub const fn is_busy(self) -> bool {
        matches!(self, Self::Scheduled | Self::InProgress)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed { .. } => "proposed",
            Self::Scheduled => "scheduled",
            Self::InProgress => "in_progress",
            Self::AwaitingOutcome => "awaiting_outcome",
            Self::Completed { .. } => "completed",
            Self::DidNotTakePlace => "did_not_take_place",
            Self::NoShow { .. } => "no_show",
            Self::Lapsed => "lapsed",
            Self::Cancelled { .. } => "cancelled",
            Self::Declined { .. } => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }
}

impl From<Outcome> for State {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Confirmed { minutes } => Self::Completed { minutes },
            Outcome::DidNotTakePlace => Self::DidNotTakePlace,
            Outcome::NoShow { who, acknowledged } => Self::NoShow { who, acknowledged },
            Outcome::Lapsed => Self::Lapsed,
        }
    }
}

/// A stopped clock, beside the state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    #[default]
    None,
    /// The answers contradict each other.
    Dispute,
}

/// Why a proposal was turned down. The last two are never a person's words: the need found someone
/// else, or was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    Time,
    Place,
    Content,
    Busy,
    Other,
    NeedFilled,
    NeedClosed,
}

impl DeclineReason {
    pub const ALL: [Self; 7] =
        [Self::Time, Self::Place, Self::Content, Self::Busy, Self::Other, Self::NeedFilled, Self::NeedClosed];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Place => "place",
            Self::Content => "content",
            Self::Busy => "busy",
            Self::Other => "other",
            Self::NeedFilled => "need_filled",
            Self::NeedClosed => "need_closed",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    Time,
    Health,
    Urgent,
    Other,
}

impl CancelReason {
    pub const ALL: [Self; 4] = [Self::Time, Self::Health, Self::Urgent, Self::Other];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Health => "health",
            Self::Urgent => "urgent",
            Self::Other => "other",
        }
    }
}

/// What a party can do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Act)]
pub enum Command {
    Accept,
    Counter,
    Decline,
    Withdraw,
    Cancel,
    Claim,
    Adjust,
    AgreeDidNotTakePlace,
}

impl Command {
    pub const ALL: [Self; 8] = [
        Self::Accept,
        Self::Counter,
        Self::Decline,
        Self::Withdraw,
        Self::Cancel,
        Self::Claim,
        Self::Adjust,
        Self::AgreeDidNotTakePlace,
    ];
}

/// What two complete answers leave to ask, before anything is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Both say held: how long was it? Each side may restate once.
    HowLong,
    /// `author` said the other was absent; the other says nobody is at fault. End it so?
    NobodysFault { author: Side },
}

/// Why a command was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    NotParty,
    WithOneself,
    StartsTooSoon,
    StartsTooFar,
    /// It has already ended, one way or another.
    Over,
    /// The command does not belong to this state.
    WrongState,
    OnHold,
    NotYourTurn,
    /// The terms changed since they were read.
    StaleTerms {
        current: i32,
    },
    SameTerms,
    TooManyVersions,
    /// A reason that only the other kind of actor can have.
    NotYourReason,
    /// Too late to cancel: it has started.
    Started,
    /// Nobody knows what happened before it is over.
    ClaimTooEarly,
    AlreadyClaimed,
    AlreadyAdjusted,
    /// Longer than what was agreed, and a quarter of an hour.
    MinutesOverPlan {
        max: ActualMinutes,
    },
    /// A restatement lies between what the two said.
    MinutesOutside {
        low: ActualMinutes,
        high: ActualMinutes,
    },
}

/// Something that happened: when, through whom, what. A clock that comes late still dates its facts
/// to the moment they were due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    pub at: DateTime<Utc>,
    pub by: Actor,
    pub kind: FactKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactKind {
    Proposed {
        awaiting: Side,
        expires_at: DateTime<Utc>,
    },
    Countered {
        terms_version: i32,
        awaiting: Side,
        expires_at: DateTime<Utc>,
    },
    Scheduled {
        terms_version: i32,
    },
    Declined {
        reason: DeclineReason,
    },
    Withdrawn,
    Expired {
        awaiting: Side,
    },
    Cancelled {
        late: bool,
        notice_seconds: i64,
        reason: CancelReason,
    },
    Started,
    Ended,
    OutcomeClaimed {
        claim: Claim,
    },
    OutcomeRestated {
        minutes: ActualMinutes,
    },
    /// Asked once, right after the second answer.
    QuestionOpened {
        question: Question,
        until: DateTime<Utc>,
    },
    SessionResolved {
        outcome: Outcome,
        basis: Basis,
    },
    Completed {
        minutes: ActualMinutes,
    },
    DidNotTakePlace,
    NoShow {
        who: Side,
        acknowledged: bool,
    },
    Lapsed,
    PutOnHold {
        hold: Hold,
    },
}

impl FactKind {
    /// How long it was, as somebody says with this fact.
    pub const fn claimed(self) -> Option<ActualMinutes> {
        match self {
            Self::OutcomeClaimed { claim } => claim.minutes(),
            Self::OutcomeRestated { minutes } | Self::Completed { minutes } => Some(minutes),
            _ => None,
        }
    }
}
