//! What a listing may say.

use common::{
    http::{FieldCode, FieldError},
    text::{self, Kind},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{listing::Category, problems::field};

/// How the two may meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    InPerson,
    Online,
    Either,
}

impl Mode {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InPerson => "in_person",
            Self::Online => "online",
            Self::Either => "either",
        }
    }

    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        [Self::InPerson, Self::Online, Self::Either]
            .into_iter()
            .find(|m| m.as_str() == raw)
            .ok_or_else(|| FieldError::plain(field::MODE_UNKNOWN))
    }
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const BANDS: [&str; 3] = ["morning", "afternoon", "evening"];

/// Parts of the week that suit: bit 3 · weekday + band. None at all means "to be agreed".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times(i32);

impl Times {
    const MASK: i32 = (1 << 21) - 1;

    /// Reads `tue-evening` and its like; one that is named twice counts once.
    pub fn parse(raw: &[String]) -> Result<Self, FieldError> {
        let bit = |slot: &String| {
            let (day, band) = slot.split_once('-')?;
            let day = WEEKDAYS.iter().position(|d| *d == day)?;
            Some(1 << (day * 3 + BANDS.iter().position(|b| *b == band)?))
        };
        let bits = raw.iter().map(bit).try_fold(0, |all, bit| Some(all | bit?));
        bits.map(Self).ok_or_else(|| FieldError::plain(field::TIMES_UNKNOWN))
    }

    /// The three parts of one weekday.
    pub fn weekday(raw: &str) -> Result<Self, FieldError> {
        let day = WEEKDAYS
            .iter()
            .position(|d| *d == raw)
            .ok_or_else(|| FieldError::plain(field::WEEKDAY_UNKNOWN))?;
        Ok(Self(0b111 << (day * 3)))
    }

    pub const fn of_bits(bits: i32) -> Self {
        Self(bits & Self::MASK)
    }

    pub const fn bits(self) -> i32 {
        self.0
    }

    /// Monday morning first.
    pub fn words(self) -> Vec<String> {
        let slots = WEEKDAYS.iter().flat_map(|day| BANDS.iter().map(move |band| format!("{day}-{band}")));
        slots.enumerate().filter(|(bit, _)| self.0 & (1 << bit) != 0).map(|(_, slot)| slot).collect()
    }
}

/// What a listing says. Read from a request by `catalogue::content`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Content {
    pub title: String,
    pub body: String,
    pub category: Category,
    pub minutes: i32,
    pub mode: Mode,
    pub region_code: String,
    pub times: Times,
    pub bring: String,
}

/// 2 to 60 characters.
pub(crate) fn parse_title(raw: &str) -> Result<String, FieldError> {
    text::parse(raw, Kind::Line, 2, 60)
}

/// 10 to 2,000 characters.
pub(crate) fn parse_body(raw: &str) -> Result<String, FieldError> {
    text::parse(raw, Kind::Body, 10, 2000)
}

/// At most 200 characters; empty means nothing.
pub(crate) fn parse_bring(raw: &str) -> Result<String, FieldError> {
    text::parse(raw, Kind::Line, 0, 200)
}

/// A quarter of an hour to eight hours.
pub(crate) fn parse_minutes(raw: i32) -> Result<i32, FieldError> {
    in_range(raw, 15, 480, field::MINUTES_OUT_OF_RANGE)
}

/// A need stands 1 to 60 days.
pub(crate) fn parse_days(raw: i32) -> Result<i64, FieldError> {
    in_range(raw, 1, 60, field::DAYS_OUT_OF_RANGE).map(i64::from)
}

fn in_range(raw: i32, min: i32, max: i32, code: FieldCode) -> Result<i32, FieldError> {
    if (min..=max).contains(&raw) {
        Ok(raw)
    } else {
        Err(FieldError::new(code, json!({ "min": min, "max": max })))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_of_the_week_are_a_set() {
        let raw = |slots: &[&str]| slots.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let times =
            Times::parse(&raw(&["sun-evening", "tue-evening", "tue-evening", "mon-morning"])).unwrap();
        assert_eq!(times.words(), ["mon-morning", "tue-evening", "sun-evening"]);
        assert!(times.bits() & Times::weekday("tue").unwrap().bits() != 0);
        assert!(times.bits() & Times::weekday("wed").unwrap().bits() == 0);
        for bad in ["tue", "tue-night", "TUE-evening", "", "tue-evening-x"] {
            assert_eq!(Times::parse(&raw(&[bad])).unwrap_err().code, "times.unknown", "{bad}");
        }
    }

    proptest! {
        #[test]
        fn times_survive_their_words(bits in 0..(1 << 21)) {
            let times = Times::of_bits(bits);
            prop_assert_eq!(Times::parse(&times.words()).unwrap(), times);
        }
    }
}
