//! What the other contexts may do with accounts.

use chrono::{DateTime, Utc};
use common::db::Tx;
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    domain::{Email, Locale},
    store,
};

pub(crate) use store::{
    Account, delete, delete_pending, delete_pending_with, find_by_email, find_credential,
    find_sign_up_browser, find_verified, forget_known_devices, get, get_credential, get_may_act, insert,
    is_device_known_since, is_erasing, is_known_since, is_unreachable, lock, lock_credential,
    update_credential, update_email, update_erase_at, update_may_act, update_unreachable, update_verified,
};

/// The topic of what happens to accounts themselves.
pub(crate) const TOPIC: &str = "dojob.auth.identity.v1";

/// Whose device session it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AccountCard {
    pub id: Uuid,
    /// `null` for who joined through a provider that vouches for no address.
    #[schema(required)]
    pub email: Option<String>,
    pub locale: Locale,
    /// When the account is to be erased, if its owner has asked for it: until then they may take it back.
    #[schema(required)]
    pub erase_at: Option<DateTime<Utc>>,
}

impl From<&Account> for AccountCard {
    fn from(account: &Account) -> Self {
        let email = account.email.as_ref().map(Email::shown);
        Self { id: account.id, email, locale: account.locale, erase_at: account.erase_at }
    }
}

pub(crate) async fn card(c: &mut AsyncPgConnection, account: Uuid) -> QueryResult<AccountCard> {
    Ok((&store::get(c, account).await?).into())
}

/// The sequence of the account's next event. Locks the account for the rest of the transaction, so that events leave
/// in the order of their sequence. A transaction that also locks a device session does so after this.
pub(crate) async fn next_version(tx: &mut Tx<'_>, account: Uuid) -> QueryResult<i64> {
    store::next_version(tx, account).await
}
