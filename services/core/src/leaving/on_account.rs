//! What auth tells of those who leave. Each reaction may be repeated and changes nothing then; none needs the one before it.

use common::{
    db::Tx,
    events::{Actor, Consumer, Emit, Envelope, Failure},
    http::Problem,
};
use futures_util::FutureExt;
use serde::Deserialize;
use uuid::Uuid;

use super::{events::PersonalDataErased, store};
use crate::{budget, catalogue, engagement, membership};

const TOPIC: &str = "dojob.auth.leaving.v1";

#[derive(Clone, Copy, Debug, Deserialize)]
struct Leaving {
    account_id: Uuid,
}

pub(super) fn consumer() -> Consumer {
    Consumer::new("core/leaving")
        .on::<Leaving, _>(TOPIC, "AccountDeletionScheduled", |tx, e| leave(tx, e).boxed())
        .on::<Leaving, _>(TOPIC, "AccountDeletionCancelled", |tx, e| stay(tx, e).boxed())
        .on::<Leaving, _>(TOPIC, "AccountErasureRequested", |tx, e| erase(tx, e).boxed())
}

async fn leave(tx: &mut Tx<'_>, e: Envelope<Leaving>) -> Result<(), Failure> {
    let member = e.data.account_id;
    end(tx, member).await?;
    membership::api::leave(tx, member, e.time).await?;
    Ok(())
}

async fn stay(tx: &mut Tx<'_>, e: Envelope<Leaving>) -> Result<(), Failure> {
    membership::api::stay(tx, e.data.account_id).await?;
    Ok(())
}

async fn erase(tx: &mut Tx<'_>, e: Envelope<Leaving>) -> Result<(), Failure> {
    let member = e.data.account_id;
    // Once more: a restored backup may be from before the person asked to leave.
    end(tx, member).await?;
    catalogue::api::erase(tx, member).await?;
    engagement::api::erase(tx, member).await?;
    budget::forget_all(tx, member);
    membership::api::erase(tx, member, e.time).await?;
    store::forget_replies(tx, member).await?;
    tx.emit(Actor::System, &PersonalDataErased { account_id: member, sequence: e.sequence }).await?;
    Ok(())
}

/// Ends what the member has open. In the order of locks that `engagement` states: listings by id, engagements by id.
async fn end(tx: &mut Tx<'_>, member: Uuid) -> Result<(), Problem> {
    let needs = engagement::api::open_needs(tx, member).await?;
    catalogue::api::lock_with(tx, member, &needs).await?;
    engagement::api::end_open(tx, member).await?;
    catalogue::api::rest(tx, member).await
}
