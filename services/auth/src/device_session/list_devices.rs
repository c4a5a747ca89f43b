//! `GET /devices`

use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    http::{Problem, Problems},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{api, store};
use crate::gate::Member;

/// A device that is logged in.
#[derive(Serialize, ToSchema)]
pub struct DeviceView {
    id: Uuid,
    /// "Chrome · Windows"; `null` when the device does not say what it is.
    #[schema(required)]
    label: Option<String>,
    created_at: DateTime<Utc>,
    /// When it last went on with its session.
    last_seen_at: DateTime<Utc>,
    /// The device that asks.
    current: bool,
}

#[derive(Serialize, ToSchema)]
pub struct DevicesView {
    items: Vec<DeviceView>,
}

/// The caller's devices that are logged in, the latest used first; a hundred at most.
#[utoipa::path(operation_id = "list_devices", tag = "session",
    responses((status = 200, body = DevicesView), Problems), security(("bearer" = [])))]
#[get("/devices")]
pub(super) async fn handle(cx: Data<Ctx>, Member(me): Member) -> Result<HttpResponse, Problem> {
    let (now, mut connection) = (cx.clock.now(), cx.read().await?);
    api::require_live(&mut connection, &me, now).await?;
    let items = store::list(&mut connection, me.account, now).await?.into_iter().map(|d| DeviceView {
        id: d.id,
        label: d.label,
        created_at: d.created_at,
        last_seen_at: d.last_seen_at,
        current: d.id == me.session,
    });
    Ok(HttpResponse::Ok().json(DevicesView { items: items.collect() }))
}
