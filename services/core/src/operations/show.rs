//! A listing as somebody sees it: what the catalogue keeps, and what engagements and inquiries know of the two.

use chrono::{DateTime, Utc};
use common::http::Problem;
use diesel_async::AsyncPgConnection;
use futures_util::future::try_join;
use regions::Regions;
use uuid::Uuid;

use crate::{
    catalogue::{
        self,
        api::{Listing, View, Viewer},
    },
    engagement, inquiry,
    listing::{ListingKind, ListingRef},
    membership,
};

/// The listing that was just written, as its owner sees it at `now`.
pub(super) async fn show_own(
    c: &AsyncPgConnection,
    regions: &Regions,
    listing: Listing,
    now: DateTime<Utc>,
) -> Result<View, Problem> {
    let owner = membership::api::card(c, regions, listing.owner).await?;
    let viewer = Viewer::Owner { offers_waiting: offers_waiting(c, &listing).await? };
    Ok(View::of(listing, owner, viewer, regions, now))
}

/// A listing as `who` (nobody, without an account) sees it at `now`: for a neighbour and for nobody in one flight.
///
/// # Errors
/// 404 when there is none of this kind, or its owner leaves.
pub(super) async fn show(
    c: &AsyncPgConnection,
    regions: &Regions,
    of: ListingRef,
    who: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<View, Problem> {
    let (found, mut viewer) =
        try_join(async { Ok(catalogue::api::find(c, regions, of).await?) }, between(c, of.id, who)).await?;
    let (listing, owner) = found.ok_or_else(Problem::not_found)?;
    if owner.gone && who != Some(listing.owner) {
        return Err(Problem::not_found());
    }
    if who == Some(listing.owner) {
        viewer = Viewer::Owner { offers_waiting: offers_waiting(c, &listing).await? };
    }
    Ok(View::of(listing, owner, viewer, regions, now))
}

/// What `who` has under way with a listing that is somebody else's.
async fn between(c: &AsyncPgConnection, listing: Uuid, who: Option<Uuid>) -> Result<Viewer, Problem> {
    let Some(who) = who else { return Ok(Viewer::Nobody) };
    let (open_engagement_id, inquiry_id) = try_join(engagement::api::under_way(c, listing, who), async {
        Ok(inquiry::api::find(c, listing, who).await?)
    })
    .await?;
    Ok(Viewer::Member { open_engagement_id, inquiry_id })
}

/// How many offers wait for the owner of a need.
async fn offers_waiting(c: &AsyncPgConnection, listing: &Listing) -> Result<Option<i64>, Problem> {
    match listing.kind {
        ListingKind::Talent => Ok(None),
        ListingKind::Need => Ok(Some(engagement::api::count_offers(c, listing.id).await?)),
    }
}
