//! `POST /internal/auth/mails/{id}/bounced`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::Tx,
    http::{ApiPath, Problem, Problems},
};
use uuid::Uuid;

use super::{domain::UNREACHABLE, guard::Internal, store};
use crate::account;

/// A mail came back for good, or its receiver complained: for thirty days nothing is sent to the account's address. Saying it
/// again changes nothing. A mail to another address than the account's says nothing about the account.
#[utoipa::path(operation_id = "mail_bounced", tag = "mail", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Noted"), Problems))]
#[post("/mails/{id}/bounced")]
pub(super) async fn handle(_: Internal, cx: Data<Ctx>, id: ApiPath<Uuid>) -> Result<HttpResponse, Problem> {
    cx.tx(async |mut tx: Tx<'_>| {
        let mail = store::find_mail(&mut tx, id.0).await?.ok_or_else(Problem::not_found)?;
        let until = tx.clock().now() + UNREACHABLE;
        if mail.address.is_none() && mail.unreachable_until.is_none_or(|before| before < until) {
            account::update_unreachable(&mut tx, mail.account, until).await?;
        }
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
