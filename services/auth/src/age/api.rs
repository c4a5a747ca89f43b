//! What the other contexts may do with ages.

use chrono::NaiveDate;
use common::{
    Ctx,
    db::Tx,
    events::{Actor, Emit},
    http::Problem,
    time::seoul,
};
use uuid::Uuid;

use super::{
    domain::{LeastAge, may_act},
    events::MayActChanged,
};
use crate::account;

/// Tells the other services if this account may act now and could not before, or the other way round. Done whenever a token is handed
/// out: who acts has one of the last ten minutes, so no timer is needed for birthdays. `told` is what they believe.
pub(crate) async fn keep_told(
    cx: &Ctx,
    account_id: Uuid,
    born: NaiveDate,
    told: bool,
    least: LeastAge,
) -> Result<(), Problem> {
    let may_act = may_act(born, seoul(cx.clock.now()).date_naive(), least);
    if may_act == told {
        return Ok(());
    }
    cx.tx(async |mut tx: Tx<'_>| {
        // Locks the account: of two at once one tells it.
        let version = account::next_version(&mut tx, account_id).await?;
        if account::update_may_act(&mut tx, account_id, may_act).await? {
            tx.emit(Actor::System, &MayActChanged { account_id, may_act, version }).await?;
        }
        Ok(())
    })
    .await
}
