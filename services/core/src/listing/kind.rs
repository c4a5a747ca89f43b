//! The two kinds of listings, and how a listing is named.

use common::http::FieldError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problems::field;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ListingKind {
    Talent,
    Need,
}

impl ListingKind {
    pub const ALL: [Self; 2] = [Self::Talent, Self::Need];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Talent => "talent",
            Self::Need => "need",
        }
    }
}

/// What was published, by kind and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ListingRef {
    pub kind: ListingKind,
    pub id: Uuid,
}

impl ListingRef {
    /// The one listing that a request names.
    ///
    /// # Errors
    /// `listing.one_of` when it names none or both.
    pub fn one_of(talent: Option<Uuid>, need: Option<Uuid>) -> Result<Self, FieldError> {
        match (talent, need) {
            (Some(id), None) => Ok(Self { kind: ListingKind::Talent, id }),
            (None, Some(id)) => Ok(Self { kind: ListingKind::Need, id }),
            _ => Err(FieldError::plain(field::LISTING_ONE_OF)),
        }
    }
}
