//! A page of somebody's listings.

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    http::{Page, PageQuery, Problem},
};
use futures_util::future::try_join;
use regions::Regions;
use uuid::Uuid;

use super::{
    domain::Listing,
    store,
    view::{ListingRow, RowParts},
};
use crate::{listing::ListingKind, membership};

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    All,
    /// Only what stands open.
    Open,
}

/// A page of a member's listings of a kind, newest first.
pub(super) async fn of_member(
    cx: &Ctx,
    regions: &Regions,
    owner: Uuid,
    kind: ListingKind,
    shown: Shown,
    page: &PageQuery,
) -> Result<HttpResponse, Problem> {
    let limit = page.limit()?;
    let after = page.after::<(DateTime<Utc>, Uuid)>()?;
    let now = cx.clock.now();
    let c = cx.lookup().await?;
    let surplus = i64::try_from(limit + 1).unwrap_or(101);
    let open_at = (shown == Shown::Open).then_some(now);
    let (listings, card) = try_join(
        store::list_of_member(&c, owner, kind, open_at, after, surplus),
        membership::api::card(&c, regions, owner),
    )
    .await?;
    let row = |l: Listing| {
        let state = l.standing(now);
        let parts = RowParts {
            id: l.id,
            kind,
            title: l.content.title,
            minutes: l.content.minutes,
            mode: l.content.mode,
            region_code: l.content.region_code,
            times: l.content.times,
            state,
        };
        ListingRow::of(parts, card.clone(), regions)
    };
    Ok(HttpResponse::Ok().json(Page::of(listings, limit, |l| (l.published_at, l.id), row)))
}
