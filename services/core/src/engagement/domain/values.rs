//! The words of an agreement, each parsed once so that nothing invalid exists afterwards.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
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

/// Why a value was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    TooShort { min: usize },
    TooLong { max: usize },
    Hidden,
    OutOfRange { min: i32, max: i32 },
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooShort { min } => write!(f, "shorter than {min} characters"),
            Self::TooLong { max } => write!(f, "longer than {max} characters"),
            Self::Hidden => write!(f, "holds a control, direction or invisible character"),
            Self::OutOfRange { min, max } => write!(f, "outside {min} to {max}"),
        }
    }
}

/// One line of text of `MIN` to `MAX` characters: NFC, trimmed, without control, direction-changing
/// or invisible characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlainText<const MIN: usize, const MAX: usize>(String);

/// Where to meet; seen by the two alone.
pub type Place = PlainText<0, 80>;
/// What to bring.
pub type Bring = PlainText<0, 200>;

impl<const MIN: usize, const MAX: usize> PlainText<MIN, MAX> {
    pub fn parse(raw: &str) -> Result<Self, Unfit> {
        let text: String = raw.trim().nfc().collect();
        match text.chars().count() {
            _ if text.chars().any(is_hidden) => Err(Unfit::Hidden),
            n if n < MIN => Err(Unfit::TooShort { min: MIN }),
            n if n > MAX => Err(Unfit::TooLong { max: MAX }),
            _ => Ok(Self(text)),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> TryFrom<String> for PlainText<MIN, MAX> {
    type Error = Unfit;
    fn try_from(raw: String) -> Result<Self, Unfit> {
        Self::parse(&raw)
    }
}

impl<const MIN: usize, const MAX: usize> From<PlainText<MIN, MAX>> for String {
    fn from(text: PlainText<MIN, MAX>) -> Self {
        text.0
    }
}

/// Characters that a reader cannot see but that change what is read; the Hangul fillers are among them.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
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

    pub const fn parse(minutes: i32) -> Result<Self, Unfit> {
        if MIN <= minutes && minutes <= Self::MAX {
            Ok(Self(minutes))
        } else {
            Err(Unfit::OutOfRange { min: MIN, max: Self::MAX })
        }
    }

    pub const fn get(self) -> i32 {
        self.0
    }
}

impl ActualMinutes {
    /// What one side alone may have recorded: never more than a quarter of an hour over the plan.
    #[must_use]
    pub fn at_most_planned(self, planned: PlannedMinutes) -> Self {
        self.min(Self(planned.get() + 15))
    }

    /// The halfway point in steps of five, for two people who remember differently.
    #[must_use]
    pub const fn middle(self, other: Self) -> Self {
        let middle = i32::midpoint(self.0, other.0);
        Self(if middle < 5 { middle } else { middle - middle % 5 })
    }
}

impl<const MIN: i32> TryFrom<i32> for Minutes<MIN> {
    type Error = Unfit;
    fn try_from(minutes: i32) -> Result<Self, Unfit> {
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
