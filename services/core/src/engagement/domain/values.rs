//! The words of an agreement, each parsed once so that nothing invalid exists afterwards.

use chrono::{DateTime, TimeDelta, Utc};
use common::{
    http::FieldError,
    text::{self, Kind},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::listing::ListingKind;

/// The two parties: who gives the hour and who receives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Donor,
    Recipient,
}

impl Side {
    pub const BOTH: [Self; 2] = [Self::Donor, Self::Recipient];

    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Donor => Self::Recipient,
            Self::Recipient => Self::Donor,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Donor => "donor",
            Self::Recipient => "recipient",
        }
    }
}

/// Who made a change: a party, the clock, or the product itself (a need that was filled or closed).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Side(Side),
    Clock,
    System,
}

impl Actor {
    pub const fn side(self) -> Option<Side> {
        match self {
            Self::Side(side) => Some(side),
            Self::Clock | Self::System => None,
        }
    }
}

impl Actor {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Side(side) => side.as_str(),
            Self::Clock => "clock",
            Self::System => "system",
        }
    }
}

impl From<Side> for Actor {
    fn from(side: Side) -> Self {
        Self::Side(side)
    }
}

/// How the two meet. A listing may offer either; an agreement names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MeetingMode)]
pub enum Mode {
    InPerson,
    Online,
}

impl Mode {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InPerson => "in_person",
            Self::Online => "online",
        }
    }
}

/// What the agreement grew from, with the title as it read at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    pub kind: ListingKind,
    pub id: Uuid,
    pub title: String,
}

impl Listing {
    /// The side that published it; the other side proposes.
    pub const fn owner(&self) -> Side {
        match self.kind {
            ListingKind::Talent => Side::Donor,
            ListingKind::Need => Side::Recipient,
        }
    }
}

/// One line of at most `MAX` characters that the [text policy](common::text) takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlainText<const MAX: usize>(String);

/// Where to meet; seen by the two alone.
pub type Place = PlainText<80>;
/// What to bring.
pub type Bring = PlainText<200>;

impl<const MAX: usize> PlainText<MAX> {
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        text::parse(raw, Kind::Line, 0, MAX).map(Self)
    }

    /// As the row keeps it: taken when it was written, by the policy of then.
    pub fn of(stored: String) -> Self {
        Self(stored)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> From<PlainText<MAX>> for String {
    fn from(text: PlainText<MAX>) -> Self {
        text.0
    }
}

/// A number that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange {
    pub min: i32,
    pub max: i32,
}

impl std::fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "outside {} to {}", self.min, self.max)
    }
}

/// Whole minutes from `MIN` to eight hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct Minutes<const MIN: i32>(i32);

/// What is agreed: fifteen minutes to eight hours.
pub type PlannedMinutes = Minutes<15>;
/// What took place may be shorter than anything one would plan.
pub type ActualMinutes = Minutes<1>;

impl<const MIN: i32> Minutes<MIN> {
    pub const MAX: i32 = 480;

    pub const fn parse(minutes: i32) -> Result<Self, OutOfRange> {
        if MIN <= minutes && minutes <= Self::MAX {
            Ok(Self(minutes))
        } else {
            Err(OutOfRange { min: MIN, max: Self::MAX })
        }
    }

    pub const fn get(self) -> i32 {
        self.0
    }
}

impl ActualMinutes {
    /// The most that can be confirmed of such a plan: a quarter of an hour over it. Longer takes a new version of the
    /// terms, agreed before the end.
    pub const fn most(planned: PlannedMinutes) -> Self {
        let most = planned.get() + 15;
        Self(if most > Self::MAX { Self::MAX } else { most })
    }

    /// Never more than can be confirmed of this plan.
    #[must_use]
    pub fn at_most_planned(self, planned: PlannedMinutes) -> Self {
        self.min(Self::most(planned))
    }

    /// The halfway point in steps of five, for two people who remember differently.
    #[must_use]
    pub const fn middle(self, other: Self) -> Self {
        let middle = i32::midpoint(self.0, other.0);
        Self(if middle < 5 { middle } else { middle - middle % 5 })
    }
}

impl<const MIN: i32> TryFrom<i32> for Minutes<MIN> {
    type Error = OutOfRange;
    fn try_from(minutes: i32) -> Result<Self, OutOfRange> {
        Self::parse(minutes)
    }
}

impl<const MIN: i32> From<Minutes<MIN>> for i32 {
    fn from(minutes: Minutes<MIN>) -> Self {
        minutes.0
    }
}

/// What the two agree on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub starts_at: DateTime<Utc>,
    pub minutes: PlannedMinutes,
    pub mode: Mode,
    pub place: Place,
    pub bring: Bring,
}

impl Terms {
    pub fn ends_at(&self) -> DateTime<Utc> {
        self.starts_at + TimeDelta::minutes(self.minutes.get().into())
    }
}
