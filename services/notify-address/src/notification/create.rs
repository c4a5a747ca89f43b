//! Makes a notice: the one way in which the inbox grows.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Actor, Emit, Failure},
};
use uuid::Uuid;

use super::{
    domain::{self, Draft},
    events::NoticeCreated,
    store::{self, NoticeRow},
};

/// Stores the notice of `event`, once per person, unless the person switched its category off.
pub(super) async fn run(
    tx: &mut Tx<'_>,
    event: Uuid,
    at: DateTime<Utc>,
    draft: &Draft,
) -> Result<(), Failure> {
    let (account_id, category) = (draft.account_id, draft.key.category());
    let account = store::lock_account(tx, account_id).await?;
    if !category.is_locked() && store::is_off(tx, account_id, category).await? {
        return Ok(());
    }
    let id = domain::rising(account.last_notice_id, tx.clock().id());
    let notice = NoticeRow {
        account_id,
        id,
        event_id: event,
        key: draft.key.as_str().to_owned(),
        category: category.as_str().to_owned(),
        params: serde_json::to_value(&draft.params).map_err(|e| Failure::Permanent(e.to_string()))?,
        created_at: at,
        read_at: None,
    };
    if store::insert_notice(tx, &notice).await? {
        let created = NoticeCreated {
            notice_id: id,
            account_id,
            key: draft.key.as_str(),
            category: category.as_str(),
            version: account.version,
        };
        tx.emit(Actor::System, &created).await?;
    }
    Ok(())
}
