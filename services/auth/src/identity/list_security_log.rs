//! `GET /account/security-log`

use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    http::{ApiQuery, Page, PageQuery, Problem, Problems},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    device_session::{self, Device},
    gate::Member,
    provider::Provider,
    security_log::{self, Logged, SecurityEventKind},
};

/// Something that happened to the ways into an account.
#[derive(Serialize, ToSchema)]
pub struct SecurityEventView {
    id: Uuid,
    kind: SecurityEventKind,
    at: DateTime<Utc>,
    /// Of what is added up: the latest. Else the same as `at`.
    last_at: DateTime<Utc>,
    /// How many log-ins failed, or devices were logged out; else 1.
    times: i32,
    /// "Chrome · Windows": the device on which it was done, or that was logged out.
    #[schema(required)]
    device: Option<String>,
    #[schema(required)]
    provider: Option<Provider>,
    /// Whether it came from the network that asks now. `false` also where that is not known: no address is kept.
    same_network: bool,
}

/// What happened to the ways into the caller's account within half a year, the latest first.
#[utoipa::path(operation_id = "list_security_log", tag = "identity", params(PageQuery),
    responses((status = 200, body = Page<SecurityEventView>), Problems), security(("bearer" = [])))]
#[get("/account/security-log")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    Member(me): Member,
    device: Device,
    page: ApiQuery<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (limit, before) = (page.limit()?, page.after::<Uuid>()?);
    let surplus = i64::try_from(limit + 1).map_err(Problem::internal)?;
    let mut connection = cx.read().await?;
    device_session::require_live(&mut connection, &me, cx.clock.now()).await?;
    let rows = security_log::list(&mut connection, me.account, before, surplus).await?;
    let here = device.place(me.account).network;
    let view = |row: Logged| SecurityEventView {
        id: row.id,
        kind: row.kind,
        at: row.at,
        last_at: row.last_at,
        times: row.times,
        device: row.device,
        provider: row.provider,
        same_network: row.network.as_deref() == here.as_ref().map(<[u8; 16]>::as_slice),
    };
    Ok(HttpResponse::Ok().json(Page::of(rows, limit, |row| row.id, view)))
}
