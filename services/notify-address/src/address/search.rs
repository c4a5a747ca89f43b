//! Finds regions by what people type.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use common::{
    http::{ApiQuery, MaybeCaller, Problem, Problems},
    text,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    directory::{Directory, limit},
    view::{HitView, Items, RegionView},
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// A name or parts of it, half syllables and first consonants too; empty: every 시도.
    #[serde(default)]
    q: String,
    /// How many, 1 to 20; 10 when absent, every 시도 when nothing is typed.
    #[param(minimum = 1, maximum = 20)]
    limit: Option<u32>,
}

/// Regions that fit what was typed, best first.
#[utoipa::path(
    operation_id = "search_regions",
    tag = "regions",
    params(Search),
    responses((status = 200, body = Items<HitView>), Problems)
)]
#[get("/regions")]
pub(super) async fn handle(
    directory: Data<Directory>,
    _: MaybeCaller,
    query: ApiQuery<Search>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let words = text::words(&query.q);
    if !words.is_empty() {
        let limit = limit(query.limit, 10)?;
        return directory.found(&request, &words, limit, || {
            let items = directory.regions.search(&words, limit).into_iter().map(HitView::from).collect();
            serde_json::to_vec(&Items { items })
        });
    }
    let sido = |code: &String| {
        let region = RegionView::from(directory.regions.get(code)?);
        Some(HitView { region, r#match: None, former_name: None })
    };
    // Choosing from the top needs all of them.
    let limit = limit(query.limit, directory.sidos.len())?;
    Ok(directory
        .answer(&request, &Items { items: directory.sidos.iter().filter_map(sido).take(limit).collect() }))
}
