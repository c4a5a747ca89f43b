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
    folders::Folder,
    rows::rows,
    store::{self, Scope},
    view::EngagementRow,
};

/// Which list. Every agreement stands in exactly one of the first four.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ListedFolder {
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
    r#box: ListedFolder,
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
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    ApiQuery(q): ApiQuery<ListQuery>,
) -> Result<HttpResponse, Problem> {
    let page = PageQuery { limit: q.limit, cursor: q.cursor };
    let (limit, after) = (page.limit()?, page.after()?);
    let scope = match q.r#box {
        ListedFolder::Turn => Scope::Folder(Folder::Turn),
        ListedFolder::Waiting => Scope::Folder(Folder::Waiting),
        ListedFolder::Upcoming => Scope::Folder(Folder::Upcoming),
        ListedFolder::Past => Scope::Folder(Folder::Past),
        ListedFolder::All => Scope::All,
    };
    let mut c = cx.read().await?;
    let found = store::page(&mut c, me.account, scope, after, limit + 1).await?;
    let (keys, saved): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let rows = rows(&mut c, &regions, me.account, saved, cx.clock.now()).await?;
    let rows = keys.into_iter().zip(rows).collect();
    let page = Page::of(rows, limit, |(key, _): &(store::PageKey, EngagementRow)| *key, |(_, row)| row);
    Ok(HttpResponse::Ok().json(page))
}
