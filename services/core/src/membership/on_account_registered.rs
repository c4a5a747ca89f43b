//! A new account is a new member, who speaks the language that they signed up in.

use common::{
    db::Tx,
    events::{Envelope, Failure},
};
use serde::Deserialize;
use uuid::Uuid;

use super::store;

#[derive(Clone, Debug, Deserialize)]
pub(super) struct AccountRegistered {
    account_id: Uuid,
    locale: String,
}

pub(super) async fn handle(tx: &mut Tx<'_>, e: Envelope<AccountRegistered>) -> Result<(), Failure> {
    let language = if e.data.locale.starts_with("en") { "en" } else { "ko" };
    store::register(tx, e.data.account_id, language, e.time).await?;
    Ok(())
}
