//! What lies directly below a region.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use common::http::{ApiPath, MaybeCaller, Problem, Problems};

use super::{
    Book,
    view::{Items, RegionView},
};

/// The regions directly below this one, by code.
#[utoipa::path(
    operation_id = "list_region_children",
    tag = "regions",
    params(("code" = String, Path)),
    responses((status = 200, body = Items<RegionView>), Problems)
)]
#[get("/regions/{code}/children")]
pub async fn handle(
    book: Data<Book>,
    _: MaybeCaller,
    code: ApiPath<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let region = book.regions.get(&code.0).ok_or_else(Problem::not_found)?;
    let items = book.regions.children(region.code).into_iter().map(RegionView::from).collect();
    Ok(book.answer(&request, &Items { items }))
}
