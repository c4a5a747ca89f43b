//! `POST /address/undo`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::{OnConstraint, Tx},
    http::{ApiJson, Fields, Problem, Problems, SameOrigin},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::Refusal;
use crate::{
    account::{self, Email, Password},
    device_session::Device,
    identity,
    issuer::Issuer,
    mail::{self, Links, Purpose},
    security_log::{self, Entry, SecurityEventKind},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoAddress {
    /// What stands behind the `#` of the link.
    #[schema(max_length = 64)]
    token: String,
    /// 10 to 128 characters of any kind: whoever changed the address knew the one of now.
    #[schema(min_length = 10, max_length = 128)]
    password: String,
}

/// Takes a change of address back: the account has its former address again and a new password, and every device is logged out.
#[utoipa::path(operation_id = "undo_address", tag = "address", request_body = UndoAddress,
    responses((status = 204, description = "Taken back; every device is logged out"), Problems))]
#[post("/address/undo")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    issuer: Data<dyn Issuer>,
    links: Data<Links>,
    _: SameOrigin,
    device: Device,
    ApiJson(req): ApiJson<UndoAddress>,
) -> Result<HttpResponse, Problem> {
    new_password(&req.password, None)?;
    // Nobody has the hasher work who has no link of ours, or is told by it what is in somebody's address.
    let (account, email) =
        mail::peek(&mut *cx.read().await?, &links, Purpose::Undo, &req.token, cx.clock.now()).await?;
    let password = new_password(&req.password, Some(&email))?;
    let credential = issuer.set_password(account, &password).await?;
    cx.tx(async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        let link = mail::open(&mut tx, &links, Purpose::Undo, &req.token).await?;
        account::update_email(&mut tx, link.account.id, &link.address, now)
            .await
            .on_constraint("accounts_verified_email_idx", Problem::from(Refusal::Taken))?;
        account::delete_pending_with(&mut tx, &link.address).await?;
        mail::void_later_undos(&mut tx, &link).await?;
        let (id, place) = (link.account.id, device.place(link.account.id));
        let entry = Entry::of(SecurityEventKind::AddressRestored, place.clone());
        security_log::record(&mut tx, id, entry).await?;
        identity::replace_password(&mut tx, id, &credential, place).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn new_password(raw: &str, email: Option<&Email>) -> Result<Password, Problem> {
    let mut f = Fields::new();
    let password = f.take("/password", Password::new(raw, email));
    f.finish(password)
}
