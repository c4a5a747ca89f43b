//! `GET /demo`

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use common::http::{Problem, Problems, RemoteAddr, is_passed_on};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A made-up person of the demo, whose password is no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DemoAccount {
    pub name: String,
    pub email: String,
    pub password: String,
}

#[derive(Serialize, ToSchema)]
pub struct DemoView {
    items: Vec<DemoAccount>,
}

/// The people that a visitor of the demo may be. Only in demo mode and only on the machine that it runs on; a request
/// that somebody passed on did not come from there.
#[utoipa::path(operation_id = "list_demo_accounts", tag = "identity",
    responses((status = 200, body = DemoView), Problems))]
#[get("/demo")]
pub(super) async fn handle(
    demo: Data<Vec<DemoAccount>>,
    from: RemoteAddr,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    if demo.is_empty() || is_passed_on(request.headers()) || !from.0.to_canonical().is_loopback() {
        return Err(Problem::not_found());
    }
    Ok(HttpResponse::Ok().json(DemoView { items: demo.to_vec() }))
}
