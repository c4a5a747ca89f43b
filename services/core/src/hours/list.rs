//! A member's sessions that are over, with what became of each.

use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiQuery, Page, PageQuery, Problem, Problems, shape},
};
use regions::Regions;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema, openapi::schema::Object};
use uuid::Uuid;

use crate::{
    engagement::{self, api::Records},
    membership::{self, api::MemberCard},
};

/// Which of them: all, on record as given or received, or not settled yet.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Filter {
    #[default]
    All,
    Given,
    Received,
    Pending,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    #[serde(default)]
    #[param(inline)]
    filter: Filter,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = HoursRole)]
enum Role {
    Given,
    Received,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct HoursRow {
    engagement_id: Uuid,
    title: String,
    other: MemberCard,
    role: Role,
    /// On record where `state` is `took_place`, else as planned.
    minutes: i32,
    /// When the session began.
    at: DateTime<Utc>,
    #[schema(schema_with = states)]
    state: &'static str,
}

fn states() -> Object {
    shape::one_of(engagement::api::RECORDS)
}

/// The caller's sessions that are over, the latest first.
#[utoipa::path(
    operation_id = "list_hours", tag = "hours", params(ListQuery),
    responses((status = 200, body = Page<HoursRow>), Problems), security(("bearer" = []))
)]
#[get("/hours")]
pub async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    ApiQuery(q): ApiQuery<ListQuery>,
) -> Result<HttpResponse, Problem> {
    let page = PageQuery { limit: q.limit, cursor: q.cursor };
    let (limit, after) = (page.limit()?, page.after()?);
    let which = match q.filter {
        Filter::All => Records::All,
        Filter::Given => Records::Given,
        Filter::Received => Records::Received,
        Filter::Pending => Records::Pending,
    };
    let mut c = cx.read().await?;
    let records = engagement::api::records(&mut c, me.account, which, after, limit + 1).await?;
    let others: Vec<Uuid> = records.iter().map(|r| r.other).collect();
    let cards = membership::api::cards(&mut c, &regions, &others).await?;
    let row = |r: engagement::api::Record| HoursRow {
        engagement_id: r.engagement,
        other: engagement::api::card_of(&cards, r.other),
        title: r.title,
        role: if r.is_donor { Role::Given } else { Role::Received },
        minutes: r.minutes,
        at: r.starts_at,
        state: r.state,
    };
    Ok(HttpResponse::Ok().json(Page::of(records, limit, |r| r.key, row)))
}
