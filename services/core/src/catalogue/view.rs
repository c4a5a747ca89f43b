//! What is shown of listings.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use common::http::shape;
use regions::Regions;
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::schema::{Array, Object},
};
use uuid::Uuid;

use super::domain::{Listing, Mode, State, Times};
use crate::{
    listing::{Category, ListingKind},
    membership::api::MemberCard,
    region::RegionView,
};

fn times() -> Array {
    let every = Times::of_bits(i32::MAX).words();
    Array::new(shape::one_of(every.iter().map(String::as_str)))
}

fn talent_states() -> Object {
    shape::one_of(State::words(ListingKind::Talent))
}

fn need_states() -> Object {
    shape::one_of(State::words(ListingKind::Need))
}

fn states() -> Object {
    let words: BTreeSet<_> =
        State::words(ListingKind::Talent).chain(State::words(ListingKind::Need)).collect();
    shape::one_of(words)
}

/// What talents and needs show alike.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListingView {
    id: Uuid,
    title: String,
    body: String,
    category: Category,
    minutes: i32,
    mode: Mode,
    region: RegionView,
    /// `tue-evening` and its like, Monday morning first; none means "to be agreed".
    #[schema(schema_with = times)]
    times: Vec<String>,
    /// Empty: nothing.
    bring: String,
    published_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    revision: i32,
    mine: bool,
    /// What the caller has under way with this listing.
    #[schema(required)]
    open_engagement_id: Option<Uuid>,
    /// The caller's question about it.
    #[schema(required)]
    inquiry_id: Option<Uuid>,
}

/// An hour that is offered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TalentView {
    #[serde(flatten)]
    listing: ListingView,
    donor: MemberCard,
    #[schema(schema_with = talent_states)]
    state: &'static str,
}

/// An hour that is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NeedView {
    #[serde(flatten)]
    listing: ListingView,
    recipient: MemberCard,
    #[schema(schema_with = need_states)]
    state: &'static str,
    /// One, always.
    slots: i32,
    /// How many offers wait for the owner; nobody else is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    offers_waiting: Option<i64>,
}

/// Either of them, as JSON.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum View {
    Talent(Box<TalentView>),
    Need(Box<NeedView>),
}

/// Who looks at a listing, and what the contexts above this one know of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Viewer {
    Nobody,
    Owner {
        /// Of a need: how many offers wait.
        offers_waiting: Option<i64>,
    },
    Member {
        open_engagement_id: Option<Uuid>,
        inquiry_id: Option<Uuid>,
    },
}

impl View {
    /// As `viewer` sees it at `now`; `owner` is its owner's card.
    pub fn of(
        listing: Listing,
        owner: MemberCard,
        viewer: Viewer,
        regions: &Regions,
        now: DateTime<Utc>,
    ) -> Self {
        let (mine, open_engagement_id, inquiry_id, offers_waiting) = match viewer {
            Viewer::Nobody => (false, None, None, None),
            Viewer::Owner { offers_waiting } => (true, None, None, offers_waiting),
            Viewer::Member { open_engagement_id, inquiry_id } => {
                (false, open_engagement_id, inquiry_id, None)
            }
        };
        let kind = listing.kind;
        let state = listing.standing(now).word(kind);
        let view = ListingView {
            id: listing.id,
            title: listing.content.title,
            body: listing.content.body,
            category: listing.content.category,
            minutes: listing.content.minutes,
            mode: listing.content.mode,
            region: RegionView::of(regions, &listing.content.region_code),
            times: listing.content.times.words(),
            bring: listing.content.bring,
            published_at: listing.published_at,
            expires_at: listing.expires_at,
            revision: listing.revision,
            mine,
            open_engagement_id,
            inquiry_id,
        };
        match kind {
            ListingKind::Talent => Self::Talent(Box::new(TalentView { listing: view, donor: owner, state })),
            ListingKind::Need => Self::Need(Box::new(NeedView {
                listing: view,
                recipient: owner,
                state,
                slots: 1,
                offers_waiting,
            })),
        }
    }
}

/// A listing in one line, in searches and lists.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListingRow {
    pub id: Uuid,
    kind: ListingKind,
    by: MemberCard,
    title: String,
    /// Where the title shows what was searched: ranges of UTF-16 code units, ends excluded.
    #[schema(schema_with = shape::spans)]
    title_marks: Vec<(usize, usize)>,
    minutes: i32,
    mode: Mode,
    region: RegionView,
    #[schema(schema_with = times)]
    times: Vec<String>,
    /// Between the points of two 동; `null` where distance does not matter or is not known.
    #[schema(required)]
    distance_km: Option<f64>,
    /// Of a talent or of a need.
    #[schema(schema_with = states)]
    state: &'static str,
}

/// What a row is made of.
#[derive(Clone, Debug)]
pub(crate) struct RowParts {
    pub id: Uuid,
    pub kind: ListingKind,
    pub title: String,
    pub minutes: i32,
    pub mode: Mode,
    pub region_code: String,
    pub times: Times,
    /// At the moment of asking.
    pub state: State,
}

impl ListingRow {
    pub fn of(parts: RowParts, by: MemberCard, regions: &Regions) -> Self {
        Self {
            id: parts.id,
            kind: parts.kind,
            by,
            title: parts.title,
            title_marks: Vec::new(),
            minutes: parts.minutes,
            mode: parts.mode,
            region: RegionView::of(regions, &parts.region_code),
            times: parts.times.words(),
            distance_km: None,
            state: parts.state.word(parts.kind),
        }
    }

    pub fn title(&self) -> &str {
        &self.title
    }

    /// The same row with what a search knows of it.
    #[must_use]
    pub fn found(self, title_marks: Vec<(usize, usize)>, distance_km: Option<f64>) -> Self {
        Self { title_marks, distance_km, ..self }
    }
}
