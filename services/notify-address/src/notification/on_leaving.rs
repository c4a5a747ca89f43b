//! Somebody has left for good: their inbox goes, and none is made again.

use common::{
    db::Tx,
    events::{Actor, Consumer, Emit, Envelope, Failure},
};
use futures_util::FutureExt;
use serde::Deserialize;
use uuid::Uuid;

use super::{events::PersonalDataErased, store};

#[derive(Clone, Copy, Debug, Deserialize)]
struct AccountErasureRequested {
    account_id: Uuid,
}

pub(super) fn consumer() -> Consumer {
    Consumer::new("notify-address/leaving").on::<AccountErasureRequested, _>(
        "dojob.auth.leaving.v1",
        "AccountErasureRequested",
        |tx, e| erase(tx, e).boxed(),
    )
}

async fn erase(tx: &mut Tx<'_>, e: Envelope<AccountErasureRequested>) -> Result<(), Failure> {
    let account = e.data.account_id;
    store::erase(tx, account, e.time).await?;
    tx.emit(Actor::System, &PersonalDataErased { account_id: account, sequence: e.sequence }).await?;
    Ok(())
}
