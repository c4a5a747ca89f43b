//! `GET /providers`

use actix_web::{HttpResponse, get, http::header, web::Data};
use common::http::{Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Providers, domain::Provider};

/// A provider at which people may log in.
#[derive(Serialize, ToSchema)]
pub struct ProviderRow {
    provider: Provider,
}

#[derive(Serialize, ToSchema)]
pub struct ProvidersView {
    items: Vec<ProviderRow>,
}

/// The identity providers that this service is registered with, in the order in which they are shown.
#[utoipa::path(operation_id = "list_providers", tag = "provider",
    responses((status = 200, body = ProvidersView), Problems))]
#[get("/providers")]
pub(super) async fn handle(providers: Data<Providers>) -> Result<HttpResponse, Problem> {
    let items = providers.offered().map(|provider| ProviderRow { provider }).collect();
    let age = (header::CACHE_CONTROL, "public, max-age=300");
    Ok(HttpResponse::Ok().insert_header(age).json(ProvidersView { items }))
}
