//! What lies directly below a region.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use common::http::{ApiPath, MaybeCaller, Problem, Problems};

use super::{
    directory::Directory,
    view::{Items, RegionView},
};

/// The regions directly below this one, by code.
#[utoipa::path(
    operation_id = "list_region_children",
    tag = "regions",
    params(("code" = String, Path)),
    responses((status = 200, body = Items<RegionView>), Problems),
    extensions(("x-no-screen" = json!("the picker finds a 동 by its name, first consonants or place, not down the tree")))
)]
#[get("/regions/{code}/children")]
pub(super) async fn handle(
    directory: Data<Directory>,
    _: MaybeCaller,
    code: ApiPath<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let region = directory.regions.get(&code.0).ok_or_else(Problem::not_found)?;
    let items = directory.regions.children(region.code).into_iter().map(RegionView::from).collect();
    Ok(directory.answer(&request, &Items { items }))
}
