//! `GET /account/credentials`

use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    auth::Caller,
    http::{Problem, Problems},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::store;
use crate::{
    account, device_session,
    provider::{Provider, Providers},
};

/// A provider at which the caller can log in to this account.
#[derive(Serialize, ToSchema)]
pub struct CredentialView {
    provider: Provider,
    added_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
}

/// The ways into an account.
#[derive(Serialize, ToSchema)]
pub struct CredentialsView {
    items: Vec<CredentialView>,
    has_password: bool,
}

/// How the caller can log in to their account. A provider that is not offered any more is not shown.
#[utoipa::path(operation_id = "list_credentials", tag = "credential",
    responses((status = 200, body = CredentialsView), Problems), security(("bearer" = [])))]
#[get("/account/credentials")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    providers: Data<Providers>,
    me: Caller,
) -> Result<HttpResponse, Problem> {
    let mut connection = cx.read().await?;
    device_session::require_live(&mut connection, &me, cx.clock.now()).await?;
    let (_, password) = account::get_credential(&mut connection, me.account).await?;
    let rows = store::list(&mut connection, me.account).await?;
    let view = |row: store::Listed| {
        let row = Some(row).filter(|row| row.unlinked_at.is_none())?;
        let provider = providers.of_issuer(&row.issuer)?;
        Some(CredentialView { provider, added_at: row.added_at, last_used_at: row.last_used_at })
    };
    let items = rows.into_iter().filter_map(view).collect();
    Ok(HttpResponse::Ok().json(CredentialsView { items, has_password: password.is_some() }))
}
