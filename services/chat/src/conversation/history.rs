//! Messages of a conversation.

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiPath, ApiQuery, PageQuery, Problem, Problems},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    problem::not_here_yet,
    store::{self, Range},
    view::MessageView,
};
use crate::problems;

/// Which messages: the newest, or those next to a number that the client has.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// The messages right before this number.
    before: Option<i64>,
    /// The messages right after this number.
    after: Option<i64>,
    /// How many, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Messages in ascending order. `more`: there are further ones in the direction that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    items: Vec<MessageView>,
    more: bool,
}

/// Messages of a conversation of mine: the newest, those before a number or those after one.
#[utoipa::path(operation_id = "list_messages", tag = "conversation", params(("id" = Uuid, Path), HistoryQuery),
    security(("bearer" = [])), responses((status = 200, body = History), Problems))]
#[get("/conversations/{id}/messages")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiQuery(query): ApiQuery<HistoryQuery>,
) -> Result<HttpResponse, Problem> {
    let limit = PageQuery { limit: query.limit, cursor: None }.limit()?;
    let range = match (query.before, query.after) {
        (None, None) => Range::Newest,
        (Some(seq), None) => Range::Before(seq),
        (None, Some(seq)) => Range::After(seq),
        (Some(_), Some(_)) => return Err(Problem::new(problems::PAGE_BOTH_ENDS)),
    };
    let mut connection = cx.read().await?;
    store::cursor(&mut connection, id, me.account).await?.ok_or_else(not_here_yet)?;
    let surplus = i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1;
    let mut rows = store::history(&mut connection, id, range, surplus).await?;
    let more = rows.len() > limit;
    if more {
        match range {
            Range::After(_) => rows.truncate(limit),
            Range::Newest | Range::Before(_) => drop(rows.drain(..1)),
        }
    }
    let items = rows.into_iter().map(MessageView::from).collect();
    Ok(HttpResponse::Ok().json(History { items, more }))
}
