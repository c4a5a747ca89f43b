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

use super::{
    domain::{Engagement, Side, State},
    folders::{RECORDS, record},
    store::{self, PageKey, Scope},
};
use crate::membership::{
    self,
    api::{MemberCard, card_of},
};

/// What is on record, and what is not settled yet.
const CONFIRMED: &[&str] = &["took_place"];
const UNSETTLED: &[&str] = &["waiting", "on_hold"];

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
pub(super) struct RecordsQuery {
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
    shape::one_of(RECORDS)
}

/// The caller's sessions that are over, the latest first.
#[utoipa::path(
    operation_id = "list_hours", tag = "hours", params(RecordsQuery),
    responses((status = 200, body = Page<HoursRow>), Problems), security(("bearer" = []))
)]
#[get("/hours")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    ApiQuery(q): ApiQuery<RecordsQuery>,
) -> Result<HttpResponse, Problem> {
    let page = PageQuery { limit: q.limit, cursor: q.cursor };
    let (limit, after) = (page.limit()?, page.after()?);
    let scope = match q.filter {
        Filter::All => Scope::Records { side: None, only: None },
        Filter::Given => Scope::Records { side: Some(Side::Donor), only: Some(CONFIRMED) },
        Filter::Received => Scope::Records { side: Some(Side::Recipient), only: Some(CONFIRMED) },
        Filter::Pending => Scope::Records { side: None, only: Some(UNSETTLED) },
    };
    let mut c = cx.read().await?;
    let records = store::page(&mut c, me.account, scope, after, limit + 1).await?;
    let records: Vec<_> = records
        .into_iter()
        .filter_map(|(key, saved)| Record::of(key, saved.engagement, me.account))
        .collect();
    let others: Vec<Uuid> = records.iter().map(|r| r.other).collect();
    let cards = membership::api::cards(&c, &regions, &others).await?;
    let row = |r: Record| HoursRow {
        engagement_id: r.engagement.id,
        other: card_of(&cards, r.other),
        title: r.engagement.listing.title,
        role: if r.side == Side::Donor { Role::Given } else { Role::Received },
        minutes: match r.engagement.state {
            State::Completed { minutes } => minutes.get(),
            _ => r.engagement.terms.minutes.get(),
        },
        at: r.engagement.terms.starts_at,
        state: r.state,
    };
    Ok(HttpResponse::Ok().json(Page::of(records, limit, |r| r.key, row)))
}

/// A session that is over, of one of its parties.
struct Record {
    key: PageKey,
    engagement: Engagement,
    side: Side,
    other: Uuid,
    state: &'static str,
}

impl Record {
    fn of(key: PageKey, engagement: Engagement, me: Uuid) -> Option<Self> {
        let side = engagement.side_of(me).ok()?;
        let (other, state) = (engagement.party(side.other()), record(&engagement)?);
        Some(Self { key, engagement, side, other, state })
    }
}
