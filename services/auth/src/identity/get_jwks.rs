//! `GET /jwks.json`

use actix_web::{HttpResponse, get, http::header, web::Data};
use common::http::{Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use crate::issuer::Issuer;

/// A JSON Web Key Set (RFC 7517).
#[derive(Serialize, ToSchema)]
pub struct JwksView {
    #[schema(value_type = Vec<Object>)]
    keys: Vec<()>,
}

/// The public keys that verify access tokens.
#[utoipa::path(operation_id = "get_jwks", tag = "identity", responses((status = 200, body = JwksView), Problems),
    extensions(("x-no-screen" = json!("services check tokens with it; a browser only carries them"))))]
#[get("/jwks.json")]
pub(super) async fn handle(issuer: Data<dyn Issuer>) -> Result<HttpResponse, Problem> {
    let age = (header::CACHE_CONTROL, "public, max-age=300");
    Ok(HttpResponse::Ok().insert_header(age).json(issuer.keys()))
}
