//! `POST /account/consents`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::Tx,
    http::{ApiJson, Problem, Problems},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    consent::{self, Agreed, Choice, Documents},
    device_session,
    gate::Member,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agree {
    /// The documents that were agreed to, in the version that was shown.
    consents: Vec<Agreed>,
}

/// Agrees to documents whose text has changed. The next refresh then gives an access token.
#[utoipa::path(operation_id = "agree_to_documents", tag = "consent", request_body = Agree,
    responses((status = 204, description = "Recorded"), Problems), security(("bearer" = [])))]
#[post("/account/consents")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    documents: Data<Documents>,
    Member(me): Member,
    ApiJson(req): ApiJson<Agree>,
) -> Result<HttpResponse, Problem> {
    consent::require_current(&documents, &req.consents)?;
    cx.tx(async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        device_session::require_live(&mut tx, &me, now).await?;
        for Agreed { doc, version } in &req.consents {
            let choice = Choice { doc: *doc, version: version.clone(), granted: true };
            consent::say(&mut tx, me.account, &choice).await?;
        }
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
