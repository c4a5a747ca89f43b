//! Makes a notice: the one way in which the inbox grows.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Actor, Emit, Failure},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    domain::{self, Draft, Meets},
    events::{NoticeCreated, NoticesRemoved},
    store::{self, NoticeRow},
};

/// Stores the notice of `event`, once per person, unless the person switched its category off or has left.
pub(super) async fn run(
    tx: &mut Tx<'_>,
    event: Uuid,
    at: DateTime<Utc>,
    draft: &Draft,
) -> Result<(), Failure> {
    run_among(tx, event, at, draft, Meets::Nothing).await
}

/// As [`run`], beside the unread ones that it meets.
pub(super) async fn run_among(
    tx: &mut Tx<'_>,
    event: Uuid,
    at: DateTime<Utc>,
    draft: &Draft,
    meets: Meets,
) -> Result<(), Failure> {
    let (account_id, category) = (draft.account_id, draft.key.category());
    let account = store::lock_account(tx, account_id).await?;
    if account.erased_at.is_some() {
        return Ok(());
    }
    if !category.is_locked() && store::is_off(tx, account_id, category).await? {
        return Ok(());
    }
    let now = tx.clock().now();
    let of_person = json!({ "other_id": draft.params.other_id });
    let of_engagement = json!({ "engagement_id": draft.params.engagement_id });
    // Whether it is hidden, and whether others became so.
    let (folded, removed) = match meets {
        Meets::Nothing => (false, false),
        Meets::Cancels(key) => {
            let cancelled = store::fold_unread(tx, account_id, key, of_engagement, now).await? > 0;
            (cancelled, cancelled)
        }
        Meets::Replaces(key) => (false, store::fold_unread(tx, account_id, key, of_person, now).await? > 0),
        Meets::YieldsTo(keys) => (store::has_unread(tx, account_id, keys, of_person).await?, false),
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
    if !folded {
        let created = NoticeCreated {
            notice_id: id,
            account_id,
            key: draft.key.as_str(),
            category: category.as_str(),
            version: account.version,
        };
        tx.emit(Actor::System, &created).await?;
    } else if removed {
        tx.emit(Actor::System, &NoticesRemoved { account_id, version: account.version }).await?;
    }
    Ok(())
}
