//! Where leaving begins and ends for who has lost the last way into their account at the provider, and for who came back. Above
//! `credential`, which marks the way in, and to be above leaving, once that is there: these two functions call it.

use common::{db::Tx, http::Problem};
use uuid::Uuid;

/// Nobody can log in to the account any more: the fourteen days of leaving are to begin here. Until then the mark on the way in is
/// all there is of it. The account is locked.
#[expect(clippy::unused_async, reason = "leaving is not there yet")]
pub(crate) async fn lost(_tx: &mut Tx<'_>, account: Uuid) -> Result<(), Problem> {
    tracing::info!(%account, "its last way in was taken away at the provider");
    Ok(())
}

/// Its owner is back, by the same way or with another one: what `lost` began is to be undone here. The account is locked.
#[expect(clippy::unused_async, reason = "leaving is not there yet")]
pub(crate) async fn back(_tx: &mut Tx<'_>, account: Uuid) -> Result<(), Problem> {
    tracing::info!(%account, "its owner came back");
    Ok(())
}
