//! What is shown of members.

use chrono::{DateTime, Utc};
use common::http::shape;
use regions::Regions;
use serde::{Deserialize, Serialize};
use utoipa::{ToSchema, openapi::schema::Array};
use uuid::Uuid;

use super::domain::Profile;
use crate::region::RegionView;

/// How often, and how long together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Tally {
    pub count: i32,
    pub minutes: i32,
}

/// Both sides of a member's hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub given: Tally,
    pub received: Tally,
}

impl From<(i32, i32, i32, i32)> for Totals {
    fn from((given_count, given_minutes, received_count, received_minutes): (i32, i32, i32, i32)) -> Self {
        Self {
            given: Tally { count: given_count, minutes: given_minutes },
            received: Tally { count: received_count, minutes: received_minutes },
        }
    }
}

/// What a card is made of, as `members` holds it.
#[derive(Clone, Debug)]
pub(crate) struct CardParts {
    pub id: Uuid,
    pub name: Option<String>,
    pub region_code: Option<String>,
    pub given_count: i32,
    pub gone_at: Option<DateTime<Utc>>,
}

/// The columns of [`CardParts`], in its order.
pub(crate) type CardColumns = (Uuid, Option<String>, Option<String>, i32, Option<DateTime<Utc>>);

impl From<CardColumns> for CardParts {
    fn from((id, name, region_code, given_count, gone_at): CardColumns) -> Self {
        Self { id, name, region_code, given_count, gone_at }
    }
}

/// An empty profile lacks every required field.
fn missing() -> Array {
    Array::new(shape::one_of(Profile::new(Uuid::nil(), DateTime::UNIX_EPOCH).missing()))
}

/// The caller's own profile.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeView {
    id: Uuid,
    #[schema(required)]
    name: Option<String>,
    bio: String,
    #[schema(required)]
    region: Option<RegionView>,
    languages: Vec<String>,
    /// Only complete members publish, ask and propose.
    complete: bool,
    /// `name`, `region`: what is missing to be complete.
    #[schema(schema_with = missing)]
    missing: Vec<&'static str>,
    given: Tally,
    received: Tally,
}

impl MeView {
    pub fn of(profile: Profile, totals: Totals, regions: &Regions) -> Self {
        let missing = profile.missing();
        Self {
            id: profile.id,
            name: profile.name,
            bio: profile.bio,
            region: profile.region_code.as_deref().map(|code| RegionView::of(regions, code)),
            languages: profile.languages,
            complete: missing.is_empty(),
            missing,
            given: totals.given,
            received: totals.received,
        }
    }
}
