//! The terms as a client sends them.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use common::http::{FieldError, Fields, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    domain::{Bring, Mode, Place, PlannedMinutes, Terms},
    problem::out_of_range,
};
use crate::problems::field;

/// When, how long, how and where.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TermsInput {
    /// A whole minute, three hours to half a year ahead.
    starts_at: DateTime<Utc>,
    #[schema(minimum = 15, maximum = 480)]
    minutes: i32,
    mode: Mode,
    /// Where to meet; seen by the two alone.
    #[serde(default)]
    #[schema(max_length = 80)]
    place: String,
    #[serde(default)]
    #[schema(max_length = 200)]
    bring: String,
}

impl TermsInput {
    /// # Errors
    /// 422 with a pointer for each value that is not taken.
    pub fn parse(&self) -> Result<Terms, Problem> {
        let mut f = Fields::new();
        let starts_at = f.take("/terms/starts_at", whole_minute(self.starts_at));
        let minutes = f.take("/terms/minutes", PlannedMinutes::parse(self.minutes).map_err(out_of_range));
        let place = f.take("/terms/place", Place::parse(&self.place));
        let bring = f.take("/terms/bring", Bring::parse(&self.bring));
        let taken = starts_at.zip(minutes).zip(place).zip(bring);
        let (((starts_at, minutes), place), bring) = f.finish(taken)?;
        Ok(Terms { starts_at, minutes, mode: self.mode, place, bring })
    }
}

fn whole_minute(at: DateTime<Utc>) -> Result<DateTime<Utc>, FieldError> {
    let within = TimeDelta::seconds(at.timestamp().rem_euclid(60));
    if within.is_zero() {
        Ok(at.trunc_subsecs(0))
    } else {
        Err(FieldError::plain(field::STARTS_AT_NOT_A_WHOLE_MINUTE))
    }
}
