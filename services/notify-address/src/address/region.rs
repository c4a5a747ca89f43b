//! One region.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use common::http::{ApiPath, MaybeCaller, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::{directory::Directory, view::RegionView};

#[derive(Serialize, ToSchema)]
pub struct PlaceView<'a> {
    #[serde(flatten)]
    region: RegionView<'a>,
    lat: f64,
    lon: f64,
    /// The point is a stand-in: the middle of the parts or that of a region above.
    approximate: bool,
    /// Keep it beside a stored code.
    dataset_version: &'a str,
}

/// The region with this code, or the one that took its place.
#[utoipa::path(
    operation_id = "get_region",
    tag = "regions",
    params(("code" = String, Path)),
    responses((status = 200, body = PlaceView), Problems)
)]
#[get("/regions/{code}")]
pub(super) async fn handle(
    directory: Data<Directory>,
    _: MaybeCaller,
    code: ApiPath<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let region = directory.regions.get(&code.0).ok_or_else(Problem::not_found)?;
    let view = PlaceView {
        lat: region.lat,
        lon: region.lon,
        approximate: region.approximate,
        dataset_version: directory.regions.dataset_version(),
        region: region.into(),
    };
    Ok(directory.answer(&request, &view))
}
