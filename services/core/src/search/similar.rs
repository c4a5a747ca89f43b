//! Others like a listing: where it has ended, or to compare.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    http::{ApiPath, MaybeCaller, Problem, Problems},
};
use regions::Regions;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    finder::Finder,
    request::{Place, Reach, Search, Sort},
    store::Frequencies,
};
use crate::{
    catalogue::{self, api::ListingRow},
    listing::{Index, ListingKind, Query},
};

const AT_MOST: usize = 5;

/// So many of the same category are compared, the nearest first.
const COMPARED: usize = 60;

/// A few rows.
#[derive(Debug, Serialize, ToSchema)]
struct Similar {
    items: Vec<ListingRow>,
}

/// Up to five open talents of the same category, those whose titles are most alike first, then the nearest.
#[utoipa::path(
    operation_id = "similar_talents", tag = "search", params(("id" = Uuid, Path)),
    responses((status = 200, body = Similar), Problems), security((), ("bearer" = [])),
)]
#[get("/talents/{id}/similar")]
pub(super) async fn talents(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    frequencies: Data<Frequencies>,
    _who: MaybeCaller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    similar(&cx, &regions, &frequencies, ListingKind::Talent, id).await
}

/// Up to five open needs of the same category, those whose titles are most alike first, then the nearest.
#[utoipa::path(
    operation_id = "similar_needs", tag = "search", params(("id" = Uuid, Path)),
    responses((status = 200, body = Similar), Problems), security((), ("bearer" = [])),
)]
#[get("/needs/{id}/similar")]
pub(super) async fn needs(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    frequencies: Data<Frequencies>,
    _who: MaybeCaller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    similar(&cx, &regions, &frequencies, ListingKind::Need, id).await
}

async fn similar(
    cx: &Ctx,
    regions: &Regions,
    frequencies: &Frequencies,
    kind: ListingKind,
    id: Uuid,
) -> Result<HttpResponse, Problem> {
    let mut c = cx.read().await?;
    let to = catalogue::api::likeness(&mut c, kind, id).await?.ok_or_else(Problem::not_found)?;
    let place = regions.get(&to.region_code).map_or(Place::Anywhere, |r| Place::Around {
        code: r.code.to_owned(),
        lat: r.lat,
        lon: r.lon,
    });
    let search = Search {
        kind,
        query: Query::default(),
        category: Some(to.category),
        mode: None,
        weekday: None,
        sort: if place == Place::Anywhere { Sort::Newest } else { Sort::Near },
        place,
        reach: Reach::All,
    };
    let mut finder = Finder { c: &mut c, regions, frequencies, now: cx.clock.now() };
    let found = finder.page(&search, None, COMPARED).await?;
    let title = codes(&to.title, &to);
    let mut rows: Vec<(usize, ListingRow)> = found
        .rows
        .into_iter()
        .filter(|row| row.id != id)
        .map(|row| (codes(row.title(), &to).intersection(&title).count(), row))
        .collect();
    // Stable: among the equally alike the nearest stay first.
    rows.sort_by_key(|(alike, _)| std::cmp::Reverse(*alike));
    let items = rows.into_iter().take(AT_MOST).map(|(_, row)| row).collect();
    Ok(HttpResponse::Ok().json(Similar { items }))
}

/// The codes of a title; those of the category are the same on both sides.
fn codes(title: &str, to: &catalogue::api::Likeness) -> BTreeSet<i32> {
    Index::of(title, to.category, "").title_tokens.into_iter().collect()
}
