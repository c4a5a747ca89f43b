//! A listing as somebody sees it: what the catalogue keeps, and what engagements and inquiries know of the two.

use chrono::{DateTime, Utc};
use common::http::Problem;
use diesel_async::AsyncPgConnection;
use regions::Regions;
use uuid::Uuid;

use crate::{
    catalogue::api::{Listing, View, Viewer},
    engagement, inquiry,
    listing::ListingKind,
    membership,
};

/// The listing as `who` (nobody, without an account) sees it at `now`.
pub(super) async fn show(
    c: &mut AsyncPgConnection,
    regions: &Regions,
    listing: Listing,
    who: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<View, Problem> {
    let owner = membership::api::card(c, regions, listing.owner).await?;
    let viewer = match who {
        None => Viewer::Nobody,
        Some(who) if who == listing.owner => {
            let offers_waiting = match listing.kind {
                ListingKind::Talent => None,
                ListingKind::Need => Some(engagement::api::count_offers(c, listing.id).await?),
            };
            Viewer::Owner { offers_waiting }
        }
        Some(who) => Viewer::Member {
            open_engagement_id: engagement::api::under_way(c, listing.id, who).await?,
            inquiry_id: inquiry::api::find(c, listing.id, who).await?,
        },
    };
    Ok(View::of(listing, owner, viewer, regions, now))
}
