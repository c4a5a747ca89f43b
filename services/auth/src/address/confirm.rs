//! `POST /address/confirm`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::{OnConstraint, Tx},
    http::{ApiJson, Problem, Problems},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::Refusal;
use crate::{
    account,
    device_session::{self, Device},
    mail::{self, About, Links, MailKind, Purpose},
    security_log::{self, Entry, SecurityEventKind},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmAddress {
    /// What stands behind the `#` of the link.
    #[schema(max_length = 64)]
    token: String,
}

/// Gives the caller's account the address that the link was sent to. Whoever reads the mails there must also be logged in to the
/// account that asked: else a stranger could have somebody put their own address on the stranger's account, and share it from
/// then on. The former address is told, with a link that takes the change back. Links that were sent before do nothing any more.
#[utoipa::path(operation_id = "confirm_address", tag = "address", request_body = ConfirmAddress,
    responses((status = 204, description = "Changed"), Problems), security(("bearer" = [])))]
#[post("/address/confirm")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    links: Data<Links>,
    me: Caller,
    device: Device,
    ApiJson(req): ApiJson<ConfirmAddress>,
) -> Result<HttpResponse, Problem> {
    cx.tx(async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        device_session::require_live(&mut tx, &me, now).await?;
        let link = mail::open(&mut tx, &links, Purpose::Change, &req.token).await?;
        let id = link.account.id;
        if id != me.account {
            return Err(Refusal::AnotherAccount.into());
        }
        account::update_email(&mut tx, id, &link.address, now)
            .await
            .on_constraint("accounts_verified_email_idx", Problem::from(Refusal::Taken))?;
        account::delete_pending_with(&mut tx, &link.address).await?;
        mail::void_links(&mut tx, id).await?;
        // Who had none before has nobody to be told.
        if let Some(former) = &link.account.email {
            let about = About { address: Some(former), ..About::link(Purpose::Undo) };
            mail::request(&mut tx, id, MailKind::AddressChanged, about).await?;
        }
        let entry = Entry::of(SecurityEventKind::AddressChanged, device.place(id));
        security_log::record(&mut tx, id, entry).await?;
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
