//! A service has erased what it had of a person. With the last receipt the account's own rows go.
//!
//! Receipts of an account that is not in the ledger are taken as well: then this database is older than they are, and the account that
//! it still has was erased.

use common::{
    db::Tx,
    events::{Consumer, Envelope, Failure},
    jobs::Schedule,
};
use futures_util::FutureExt;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    domain::{LATE, SERVICES, missing},
    store,
};
use crate::account;

#[derive(Clone, Copy, Debug, Deserialize)]
struct PersonalDataErased {
    account_id: Uuid,
}

pub(super) fn consumer() -> Consumer {
    SERVICES.into_iter().fold(Consumer::new("auth/leaving"), |consumer, (service, topic)| {
        consumer.on::<PersonalDataErased, _>(topic, "PersonalDataErased", move |tx, e| {
            handle(tx, e, service).boxed()
        })
    })
}

async fn handle(
    tx: &mut Tx<'_>,
    e: Envelope<PersonalDataErased>,
    service: &'static str,
) -> Result<(), Failure> {
    let (id, now) = (e.data.account_id, tx.clock().now());
    // The account first, then its line in the ledger: of three receipts at once the last one sees the others.
    account::lock(tx, id).await?;
    store::put_into_ledger(tx, id, e.time).await?;
    store::insert_receipt(tx, id, service, e.time).await?;
    if !missing(&store::list_receipts(tx, id).await?).is_empty() {
        return Ok(());
    }
    account::delete(tx, id).await?;
    store::finish(tx, id, now).await?;
    tx.unschedule(LATE, id).await?;
    Ok(())
}
