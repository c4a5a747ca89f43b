//! SQL of what no context of ours keeps: the replies of idempotent requests.

use common::db::Tx;
use diesel::{prelude::*, sql_types::Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// Forgets the replies to this account and those in which it is mentioned, which are kept for a day. A request that is repeated after
/// that is judged anew.
pub(super) async fn forget_replies(tx: &mut Tx<'_>, account: Uuid) -> QueryResult<()> {
    diesel::sql_query("DELETE FROM idempotency WHERE account_id = $1 OR strpos(body::text, $1::text) > 0")
        .bind::<SqlUuid, _>(account)
        .execute(tx)
        .await?;
    Ok(())
}
