//! `PUT /account/consents/news`

use actix_web::{HttpResponse, put, web::Data};
use common::{
    Ctx,
    db::Tx,
    http::{ApiJson, Problem, Problems},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    consent::{self, Agreed, Choice, Doc, Documents},
    device_session,
    gate::Member,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetNews {
    granted: bool,
    /// The version that was shown.
    #[schema(example = "2026-11-01")]
    version: String,
}

/// Says yes or no to news. Yes is to the text of today; no is always possible, whichever text was shown. Saying the
/// same again changes nothing.
#[utoipa::path(operation_id = "set_news_consent", tag = "consent", request_body = SetNews,
    responses((status = 204, description = "Recorded"), Problems), security(("bearer" = [])))]
#[put("/account/consents/news")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    documents: Data<Documents>,
    Member(me): Member,
    ApiJson(req): ApiJson<SetNews>,
) -> Result<HttpResponse, Problem> {
    if req.granted {
        consent::require_current(&documents, &[Agreed { doc: Doc::News, version: req.version }])?;
    }
    let version = documents.version(Doc::News).to_owned();
    let choice = Choice { doc: Doc::News, version, granted: req.granted };
    cx.tx(async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        device_session::require_live(&mut tx, &me, now).await?;
        consent::say(&mut tx, me.account, &choice).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
