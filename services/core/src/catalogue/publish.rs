//! Publishing a talent, opening a need.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::Actor,
    http::{ApiJson, Fields, IdempotencyKey, Problem, Problems, Reply},
};
use regions::Regions;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    content::{self, Draft},
    domain::{Act, Category, Content, Kind, Listing, Mode, NEED_DAYS, TALENT_DAYS, parse_days},
    event, expire, store,
    view::{NeedView, TalentView, View},
};
use crate::{membership, region::Dong};

/// An hour to offer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PublishTalent {
    #[schema(min_length = 2, max_length = 60, example = "통기타 첫걸음, 코드 세 개로 한 곡")]
    title: String,
    #[schema(min_length = 10, max_length = 2000)]
    body: String,
    #[schema(value_type = Category)]
    category: String,
    #[schema(minimum = 15, maximum = 480)]
    minutes: i32,
    #[schema(value_type = Mode)]
    mode: String,
    /// A 읍면동; a former code becomes today's.
    region_code: String,
    /// `mon`…`sun` - `morning`, `afternoon`, `evening`; none means "to be agreed".
    #[serde(default)]
    times: Vec<String>,
    /// Empty: nothing.
    #[serde(default)]
    #[schema(max_length = 200)]
    bring: String,
}

/// An hour to ask for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenNeed {
    #[schema(min_length = 2, max_length = 60, example = "할머니 휴대폰 사진을 옮겨 주실 분")]
    title: String,
    #[schema(min_length = 10, max_length = 2000)]
    body: String,
    #[schema(value_type = Category)]
    category: String,
    #[schema(minimum = 15, maximum = 480)]
    minutes: i32,
    #[schema(value_type = Mode)]
    mode: String,
    /// A 읍면동; a former code becomes today's.
    region_code: String,
    /// `mon`…`sun` - `morning`, `afternoon`, `evening`; none means "to be agreed".
    #[serde(default)]
    times: Vec<String>,
    /// Empty: nothing.
    #[serde(default)]
    #[schema(max_length = 200)]
    bring: String,
    /// 14 when absent.
    #[schema(minimum = 1, maximum = 60)]
    expires_in_days: Option<i32>,
}

/// Publishes a talent. It stands for 180 days; a complete member may keep fifty.
#[utoipa::path(
    operation_id = "publish_talent", tag = "catalogue", request_body = PublishTalent,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = TalentView), Problems), security(("bearer" = [])),
)]
#[post("/talents")]
pub(super) async fn talent(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    key: IdempotencyKey,
    ApiJson(req): ApiJson<PublishTalent>,
) -> Result<HttpResponse, Problem> {
    let PublishTalent { title, body, category, minutes, mode, region_code, times, bring } = req;
    let draft = Draft { title, body, category, minutes, mode, region_code, times, bring };
    let mut f = Fields::new();
    let read = content::read(&mut f, &regions, &draft);
    publish(&cx, &regions, &me, &key, Kind::Talent, TALENT_DAYS, f.finish(read)?).await
}

/// Opens a need. It stands for 14 days unless it says otherwise, and takes one person.
#[utoipa::path(
    operation_id = "open_need", tag = "catalogue", request_body = OpenNeed,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = NeedView), Problems), security(("bearer" = [])),
)]
#[post("/needs")]
pub(super) async fn need(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    key: IdempotencyKey,
    ApiJson(req): ApiJson<OpenNeed>,
) -> Result<HttpResponse, Problem> {
    let OpenNeed { title, body, category, minutes, mode, region_code, times, bring, expires_in_days } = req;
    let draft = Draft { title, body, category, minutes, mode, region_code, times, bring };
    let mut f = Fields::new();
    let read = content::read(&mut f, &regions, &draft);
    let days = expires_in_days.map_or(Some(NEED_DAYS), |days| f.take("/expires_in_days", parse_days(days)));
    let (days, read) = f.finish(days.zip(read))?;
    publish(&cx, &regions, &me, &key, Kind::Need, days, read).await
}

async fn publish(
    cx: &Ctx,
    regions: &Regions,
    me: &Caller,
    key: &IdempotencyKey,
    kind: Kind,
    days: i64,
    (content, dong): (Content, Dong),
) -> Result<HttpResponse, Problem> {
    cx.once(me, key, async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        membership::api::lock_complete(&mut tx, me.account).await?;
        let open = store::count_open(&mut tx, me.account, kind).await?;
        let id = tx.clock().id();
        let listing = Listing::publish((id, kind, me.account), content.clone(), days, open, now)?;
        store::save(&mut tx, &listing, &dong).await?;
        expire::set_timer(&mut tx, &listing).await?;
        event::say(&mut tx, Actor::Account(me.account), &listing, Act::Published).await?;
        let view = View::of(&mut tx, regions, listing, Some(me.account), now).await?;
        Reply::created(format!("/api/core/{}s/{id}", kind.as_str()), &view)
    })
    .await
}
