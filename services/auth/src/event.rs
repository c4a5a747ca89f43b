//! What this service tells the others. Every event of an account has the account as its key, so that whoever listens
//! hears "a device was logged in" and "all devices were logged out" in the order in which they happened.

use chrono::NaiveDate;
use common::events::Event;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub use crate::session::Cause;
use crate::{
    consent::Doc,
    identity::{Locale, years},
};

const IDENTITY: &str = "dojob.auth.identity.v1";
const SESSION: &str = "dojob.auth.session.v1";

/// A document in one version, agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Granted {
    pub doc: Doc,
    pub version: String,
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

/// Somebody joined.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountRegistered {
    pub account_id: Uuid,
    pub locale: Locale,
    pub age_band: AgeBand,
    pub consents: Vec<Granted>,
    #[serde(skip)]
    pub version: i64,
}

/// The password was changed by its owner.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PasswordChanged {
    pub account_id: Uuid,
    #[serde(skip)]
    pub version: i64,
}

/// Something was agreed to, or taken back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsentChanged {
    pub account_id: Uuid,
    pub doc: Doc,
    /// The text's version.
    pub version: String,
    pub granted: bool,
    #[serde(skip)]
    pub sequence: i64,
}

/// A device was logged in. `first` at sign-up: then it is no news to its owner.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeviceSessionStarted {
    pub account_id: Uuid,
    pub device_session_id: Uuid,
    pub first: bool,
    #[serde(skip)]
    pub version: i64,
}

/// One device was logged out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeviceSessionRevoked {
    pub account_id: Uuid,
    pub device_session_id: Uuid,
    pub cause: Cause,
    #[serde(skip)]
    pub version: i64,
}

/// Every device was logged out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AllDeviceSessionsRevoked {
    pub account_id: Uuid,
    pub cause: Cause,
    #[serde(skip)]
    pub version: i64,
}

macro_rules! says {
    ($($event:ident on $topic:ident at $sequence:ident;)+) => { $(
        impl Event for $event {
            const TOPIC: &'static str = $topic;
            const KIND: &'static str = stringify!($event);

            fn key(&self) -> Uuid {
                self.account_id
            }

            fn sequence(&self) -> i64 {
                self.$sequence
            }
        }
    )+ };
}

says! {
    AccountRegistered on IDENTITY at version;
    PasswordChanged on IDENTITY at version;
    ConsentChanged on IDENTITY at sequence;
    DeviceSessionStarted on SESSION at version;
    DeviceSessionRevoked on SESSION at version;
    AllDeviceSessionsRevoked on SESSION at version;
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
