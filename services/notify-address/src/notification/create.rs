//! Makes a notice: the one way in which the inbox grows.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Actor, Emit, Failure},
};
use uuid::Uuid;

use super::{
    domain::{self, Draft, NoticeKey},
    events::{NoticeCreated, NoticesRemoved},
    store::{self, NoticeRow},
};

/// Stores the notice of `event`, once per person, unless the person switched its category off.
pub(super) async fn run(
    tx: &mut Tx<'_>,
    event: Uuid,
    at: DateTime<Utc>,
    draft: &Draft,
) -> Result<(), Failure> {
    run_or_cancel(tx, event, at, draft, None).await
}

/// As [`run`]; where an unread notice of `cancelled` about the same engagement is there, the two cancel one another, and
/// the person sees neither.
pub(super) async fn run_or_cancel(
    tx: &mut Tx<'_>,
    event: Uuid,
    at: DateTime<Utc>,
    draft: &Draft,
    cancelled: Option<NoticeKey>,
) -> Result<(), Failure> {
    let (account_id, category) = (draft.account_id, draft.key.category());
    let account = store::lock_account(tx, account_id).await?;
    if !category.is_locked() && store::is_off(tx, account_id, category).await? {
        return Ok(());
    }
    let now = tx.clock().now();
    let folded = match (cancelled, draft.params.engagement_id) {
        (Some(key), Some(engagement)) => store::fold_unread(tx, account_id, key, engagement, now).await? > 0,
        _ => false,
    };
    let folded_at = folded.then_some(now);
    let id = domain::rising(account.last_notice_id, tx.clock().id());
    let notice = NoticeRow {
        account_id,
        id,
        event_id: event,
        key: draft.key.as_str().to_owned(),
        category: category.as_str().to_owned(),
        params: serde_json::to_value(&draft.params).map_err(|e| Failure::Permanent(e.to_string()))?,
        created_at: at,
        read_at: folded_at,
        folded_at,
    };
    if !store::insert_notice(tx, &notice).await? {
        return Ok(());
    }
    if folded {
        tx.emit(Actor::System, &NoticesRemoved { account_id, version: account.version }).await?;
    } else {
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
