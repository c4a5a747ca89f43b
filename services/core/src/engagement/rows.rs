//! Rows of a member's lists.

use chrono::{DateTime, Utc};
use common::http::Problem;
use diesel_async::AsyncPgConnection;
use regions::Regions;
use uuid::Uuid;

use super::{
    domain::{Engagement, Side},
    store::Saved,
    view::{EngagementRow, Viewer},
};
use crate::membership;

/// What `me` sees of these engagements, with the others' cards in one query.
pub(super) async fn rows(
    c: &mut AsyncPgConnection,
    regions: &Regions,
    me: Uuid,
    saved: Vec<Saved>,
    now: DateTime<Utc>,
) -> Result<Vec<EngagementRow>, Problem> {
    let mut seen = Vec::with_capacity(saved.len());
    for row in saved {
        let side = row.engagement.side_of(me)?;
        seen.push((row.engagement.tick(now).0, side, row.updated_at));
    }
    let others: Vec<Uuid> = seen.iter().map(|(e, side, _)| e.party(side.other())).collect();
    let cards = membership::api::cards(c, regions, &others).await?;
    let row =
        |(e, me, updated_at): &(Engagement, Side, _)| Viewer { e, me: *me, now }.row(&cards, *updated_at);
    Ok(seen.iter().map(row).collect())
}
