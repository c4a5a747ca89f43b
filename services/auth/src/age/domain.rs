//! Who may join and act: how old somebody is.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use common::{http::FieldError, time::seoul};
use serde::Serialize;
use utoipa::ToSchema;

use crate::problems::field;

/// Nobody below this age can have an account (Personal Information Protection Act, article 22-2).
const MIN_AGE: i32 = 14;

/// How old somebody must be to join here: what the operator says, and never less than the law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeastAge(i32);

impl LeastAge {
    /// Nothing if the law asks for more, or nobody could join.
    pub fn of(years: i32) -> Option<Self> {
        (MIN_AGE..=120).contains(&years).then_some(Self(years))
    }

    pub const fn years(self) -> i32 {
        self.0
    }
}

impl Default for LeastAge {
    /// Of age (성년): whoever is, needs nobody's consent to what they agree here.
    fn default() -> Self {
        Self(19)
    }
}

/// Whether somebody is old enough to publish and propose. Who has joined is, unless the operator asks for more since.
pub(crate) fn may_act(born: NaiveDate, today: NaiveDate, least: LeastAge) -> bool {
    years(born, today) >= least.0
}

/// Full years (만 나이): a year is full on the birthday, and somebody born on 29 February has it on 1 March of other
/// years, as the Civil Act counts.
fn years(born: NaiveDate, today: NaiveDate) -> i32 {
    let before_birthday = (today.month(), today.day()) < (born.month(), born.day());
    today.year() - born.year() - i32::from(before_birthday)
}

/// Somebody's date of birth, if it allows an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BirthDate(NaiveDate);

/// Why a date of birth does not allow an account.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NoAccount {
    /// Too young by today's date in Seoul.
    UnderAge,
    /// Not a date that somebody living can be born on.
    Invalid(FieldError),
}

impl BirthDate {
    /// Reads `1990-03-14`, of somebody who is old enough to join here.
    pub fn of_age(raw: &str, now: DateTime<Utc>, least: LeastAge) -> Result<Self, NoAccount> {
        let today = seoul(now).date_naive();
        let invalid = || NoAccount::Invalid(FieldError::plain(field::DATE_INVALID));
        let shape = raw.len() == 10 && raw.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let born: NaiveDate = Some(raw).filter(|_| shape).and_then(|r| r.parse().ok()).ok_or_else(invalid)?;
        match years(born, today) {
            _ if born > today => Err(invalid()),
            years if years < least.0 => Err(NoAccount::UnderAge),
            ..=130 => Ok(Self(born)),
            _ => Err(invalid()),
        }
    }

    pub fn date(self) -> NaiveDate {
        self.0
    }
}

/// How old somebody is, coarsely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub enum AgeBand {
    #[serde(rename = "14_18")]
    From14,
    #[serde(rename = "19_24")]
    From19,
    #[serde(rename = "25_34")]
    From25,
    #[serde(rename = "35_44")]
    From35,
    #[serde(rename = "45_54")]
    From45,
    #[serde(rename = "55_64")]
    From55,
    #[serde(rename = "65_plus")]
    From65,
}

impl AgeBand {
    /// The band of somebody born on that day, on this day in Seoul.
    pub fn of(born: NaiveDate, today: NaiveDate) -> Self {
        match years(born, today) {
            ..19 => Self::From14,
            19..25 => Self::From19,
            25..35 => Self::From25,
            35..45 => Self::From35,
            45..55 => Self::From45,
            55..65 => Self::From55,
            65.. => Self::From65,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn born(raw: &str) -> Result<BirthDate, NoAccount> {
        // 23 November in London, 24 November in Seoul.
        BirthDate::of_age(raw, "2026-11-23T15:00:00Z".parse().unwrap(), LeastAge(MIN_AGE))
    }

    #[test]
    fn the_day_in_seoul_decides() {
        assert!(born("2012-11-24").is_ok());
        assert_eq!(born("2012-11-25"), Err(NoAccount::UnderAge));
        assert_eq!(born("2026-11-24"), Err(NoAccount::UnderAge));
    }

    #[test]
    fn a_date_of_birth_is_a_day_that_was() {
        let invalid = Err(NoAccount::Invalid(FieldError::plain(field::DATE_INVALID)));
        for bad in [
            "2026-11-25",
            "1890-01-01",
            "1990-02-30",
            "19900314",
            "1990-3-14",
            "",
            "+1990-03-4",
            "１９９０-03",
        ] {
            assert_eq!(born(bad), invalid, "{bad}");
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_year_is_full_on_the_birthday() {
        assert_eq!(years(day("2012-11-23"), day("2026-11-22")), 13);
        assert_eq!(years(day("2012-11-23"), day("2026-11-23")), 14);
        assert_eq!(years(day("2012-12-31"), day("2027-01-01")), 14);
    }

    #[test]
    fn the_operator_may_ask_for_more_than_the_law_and_never_for_less() {
        assert_eq!(LeastAge::of(13), None);
        assert_eq!(LeastAge::of(121), None);
        assert_eq!(LeastAge::of(14).map(LeastAge::years), Some(14));
        assert_eq!(LeastAge::default().years(), 19);
        let now = "2026-11-23T15:00:00Z".parse().unwrap();
        let least = LeastAge::default();
        assert_eq!(BirthDate::of_age("2007-11-25", now, least), Err(NoAccount::UnderAge));
        assert!(BirthDate::of_age("2007-11-24", now, least).is_ok());
        assert!(BirthDate::of_age("2007-11-25", now, LeastAge(MIN_AGE)).is_ok());
    }

    #[test]
    fn who_joined_before_the_operator_asked_for_more_acts_from_a_birthday_on() {
        let (born, least) = (day("2010-03-14"), LeastAge::default());
        assert!(!may_act(born, day("2029-03-13"), least));
        assert!(may_act(born, day("2029-03-14"), least));
        assert!(may_act(born, day("2026-11-24"), LeastAge(MIN_AGE)));
    }

    #[test]
    fn a_leap_days_child_is_a_year_older_on_the_first_of_march() {
        assert_eq!(years(day("2012-02-29"), day("2026-02-28")), 13);
        assert_eq!(years(day("2012-02-29"), day("2026-03-01")), 14);
        assert_eq!(years(day("2012-02-29"), day("2028-02-29")), 16);
    }

    #[test]
    fn bands_begin_on_a_birthday() {
        assert_eq!(AgeBand::of(day("2007-11-24"), day("2026-11-23")), AgeBand::From14);
        assert_eq!(AgeBand::of(day("2007-11-23"), day("2026-11-23")), AgeBand::From19);
        assert_eq!(AgeBand::of(day("1961-11-23"), day("2026-11-23")), AgeBand::From65);
        assert_eq!(serde_json::to_value(AgeBand::From14).unwrap(), "14_18");
    }

    proptest! {
        #[test]
        fn only_a_day_that_was_is_read_as_a_date(
            raw in prop_oneof![".{0,12}", "(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]"]
        ) {
            if let Ok(date) = born(&raw) {
                prop_assert_eq!(date.date().to_string(), raw);
            }
        }
    }
}
