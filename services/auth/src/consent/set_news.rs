//! `PUT /account/consents/news`

use actix_web::{HttpResponse, put, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::{Actor, Emit},
    http::{ApiJson, Problem, Problems},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    api,
    document::{Doc, Documents},
    domain::{Choice, Refusal},
    events::ConsentChanged,
    store,
};
use crate::{account::next_version, device_session};

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
    me: Caller,
    ApiJson(req): ApiJson<SetNews>,
) -> Result<HttpResponse, Problem> {
    let current = documents.version(Doc::News);
    if req.granted && req.version != current {
        return Err(Refusal::Version(Doc::News).into());
    }
    let choice = Choice { doc: Doc::News, version: current.to_owned(), granted: req.granted };
    cx.tx(async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        device_session::require_live(&mut tx, &me, now).await?;
        // Locks the account: of two words at once the later one counts, and is the later row.
        let sequence = next_version(&mut tx, me.account).await?;
        let before = api::latest(&mut tx, me.account).await?;
        let same = |view: &api::ConsentView| {
            view.doc == Doc::News
                && view.granted == choice.granted
                && (!choice.granted || view.version == choice.version)
        };
        if before.iter().any(same) {
            return Ok(());
        }
        store::insert(&mut tx, me.account, &choice).await?;
        let event = ConsentChanged {
            account_id: me.account,
            doc: choice.doc,
            version: choice.version.clone(),
            granted: choice.granted,
            sequence,
        };
        tx.emit(Actor::Account(me.account), &event).await?;
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
