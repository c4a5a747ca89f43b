//! A member's own agreements, in four lists.

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiQuery, Page, PageQuery, Problem, Problems},
};
use regions::Regions;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    api::rows,
    store::{self, Of},
    tray::Tray,
    view::EngagementRow,
};

/// Which list. Every agreement stands in exactly one of the first four.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Box {
    /// Waits for the caller's answer; the soonest to end first.
    Turn,
    /// Waits for the other's answer; the soonest to end first.
    Waiting,
    /// Agreed and still to come, or under way; the soonest first.
    Upcoming,
    /// Over or on hold; the latest first.
    Past,
    /// All of them, the latest change first.
    #[default]
    All,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    #[serde(default)]
    #[param(inline)]
    r#box: Box,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The caller's agreements.
#[utoipa::path(
    operation_id = "list_engagements", tag = "engagement", params(ListQuery),
    responses((status = 200, body = Page<EngagementRow>), Problems), security(("bearer" = []))
)]
#[get("/engagements")]
pub async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    ApiQuery(q): ApiQuery<ListQuery>,
) -> Result<HttpResponse, Problem> {
    let page = PageQuery { limit: q.limit, cursor: q.cursor };
    let (limit, after) = (page.limit()?, page.after()?);
    let of = match q.r#box {
        Box::Turn => Of::Tray(Tray::Turn),
        Box::Waiting => Of::Tray(Tray::Waiting),
        Box::Upcoming => Of::Tray(Tray::Upcoming),
        Box::Past => Of::Tray(Tray::Past),
        Box::All => Of::All,
    };
    let mut c = cx.read().await?;
    let found = store::page(&mut c, me.account, of, after, limit + 1).await?;
    let (keys, saved): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let rows = rows(&mut c, &regions, me.account, saved, cx.clock.now()).await?;
    let rows = keys.into_iter().zip(rows).collect();
    let page = Page::of(rows, limit, |(key, _): &(store::Key, EngagementRow)| *key, |(_, row)| row);
    Ok(HttpResponse::Ok().json(page))
}
