//! Where the regions come from.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use common::http::{MaybeCaller, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::directory::Directory;

#[derive(Serialize, ToSchema)]
pub struct DatasetView<'a> {
    /// The date of the official list that the codes agree with.
    version: &'a str,
    /// Whom to name wherever points or distances are shown.
    attribution: &'a str,
    /// How many regions there are.
    count: usize,
}

/// The list that the regions come from.
#[utoipa::path(
    operation_id = "get_dataset",
    tag = "regions",
    responses((status = 200, body = DatasetView), Problems),
    extensions(("x-no-screen" = json!("who made the region data, and when, is for operators and the documentation")))
)]
#[get("/dataset")]
pub(super) async fn handle(
    directory: Data<Directory>,
    _: MaybeCaller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let regions = &directory.regions;
    let view = DatasetView {
        version: regions.dataset_version(),
        attribution: regions.attribution(),
        count: regions.len(),
    };
    Ok(directory.answer(&request, &view))
}
