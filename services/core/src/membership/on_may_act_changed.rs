//! auth says whether a member is old enough to publish and propose.

use common::{
    db::Tx,
    events::{Envelope, Failure},
};
use serde::Deserialize;
use uuid::Uuid;

use super::store;

#[derive(Clone, Debug, Deserialize)]
pub(super) struct MayActChanged {
    account_id: Uuid,
    may_act: bool,
}

pub(super) async fn handle(tx: &mut Tx<'_>, e: Envelope<MayActChanged>) -> Result<(), Failure> {
    store::upsert_may_act(tx, e.data.account_id, e.data.may_act, e.time).await?;
    Ok(())
}
