//! `GET /account`

use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    http::{Problem, Problems},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    account::{self, Email, Locale},
    consent::{self, ConsentView},
    device_session,
    gate::Member,
};

/// A member's own account.
#[derive(Serialize, ToSchema)]
pub struct AccountView {
    id: Uuid,
    /// `null` for who joined through a provider that vouches for no address.
    #[schema(required)]
    email: Option<String>,
    created_at: DateTime<Utc>,
    locale: Locale,
    /// The latest word on each document.
    consents: Vec<ConsentView>,
}

/// The caller's own account.
#[utoipa::path(operation_id = "get_account", tag = "identity",
    responses((status = 200, body = AccountView), Problems), security(("bearer" = [])))]
#[get("/account")]
pub(super) async fn handle(cx: Data<Ctx>, Member(me): Member) -> Result<HttpResponse, Problem> {
    let mut connection = cx.read().await?;
    device_session::require_live(&mut connection, &me, cx.clock.now()).await?;
    let account = account::get(&mut connection, me.account).await?;
    let consents = consent::latest(&mut connection, me.account, cx.clock.now()).await?;
    Ok(HttpResponse::Ok().json(AccountView {
        id: account.id,
        email: account.email.as_ref().map(Email::shown),
        created_at: account.created_at,
        locale: account.locale,
        consents,
    }))
}
