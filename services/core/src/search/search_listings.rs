//! Finding talents and needs: what stands open, by words, place, time and kind.

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    http::{ApiQuery, MaybeCaller, Problem, Problems},
};
use regions::Regions;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    finder::Finder,
    relax::{self, Relaxation},
    request::{Asked, SearchQuery},
    store::Frequencies,
};
use crate::{catalogue::api::ListingRow, listing::ListingKind};

/// A page of what was found.
#[derive(Debug, Serialize, ToSchema)]
struct SearchPage {
    items: Vec<ListingRow>,
    #[schema(required)]
    next: Option<String>,
    reach: ReachView,
    /// What to let go of; only where nothing was found.
    relax: Vec<Relaxation>,
}

/// How far the search went.
#[derive(Debug, Serialize, ToSchema)]
struct ReachView {
    /// `null`: everywhere.
    #[schema(required)]
    km: Option<u32>,
    /// It went farther than the first 3 km by itself, because they did not hold enough.
    grown: bool,
}

/// Searches talents. In person within reach, online from anywhere.
#[utoipa::path(
    operation_id = "search_talents", tag = "search", params(SearchQuery),
    responses((status = 200, body = SearchPage), Problems), security((), ("bearer" = [])),
)]
#[get("/talents")]
pub(super) async fn talents(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    frequencies: Data<Frequencies>,
    _who: MaybeCaller,
    ApiQuery(query): ApiQuery<SearchQuery>,
) -> Result<HttpResponse, Problem> {
    search(&cx, &regions, &frequencies, query.parse(ListingKind::Talent, &regions)?).await
}

/// Searches needs. In person within reach, online from anywhere.
#[utoipa::path(
    operation_id = "search_needs", tag = "search", params(SearchQuery),
    responses((status = 200, body = SearchPage), Problems), security((), ("bearer" = [])),
)]
#[get("/needs")]
pub(super) async fn needs(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    frequencies: Data<Frequencies>,
    _who: MaybeCaller,
    ApiQuery(query): ApiQuery<SearchQuery>,
) -> Result<HttpResponse, Problem> {
    search(&cx, &regions, &frequencies, query.parse(ListingKind::Need, &regions)?).await
}

async fn search(
    cx: &Ctx,
    regions: &Regions,
    frequencies: &Frequencies,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let Asked { search, limit, position } = asked;
    let first = position.is_none();
    let mut c = cx.read().await?;
    let mut finder = Finder { c: &mut c, regions, frequencies, now: cx.clock.now() };
    let found = finder.page(&search, position, limit).await?;
    let nothing = first && found.rows.is_empty();
    let relax =
        if nothing { relax::suggest(&mut finder, &search, found.reach_km).await? } else { Vec::new() };
    Ok(HttpResponse::Ok().json(SearchPage {
        items: found.rows,
        next: found.next,
        reach: ReachView { km: found.reach_km, grown: found.grown },
        relax,
    }))
}
