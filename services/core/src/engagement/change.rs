//! How every change is written down: rows, lists, calendars, the activity book, events and the next timer, together.

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    auth::Caller,
    db::{OnConstraint, Tx},
    http::{IdempotencyKey, Problem, Reply},
};
use regions::Regions;
use uuid::Uuid;

use super::{
    domain::{Changed, Engagement, Fact, Refusal, Side, What},
    events,
    facts::{Line, numbered},
    get, problem,
    store::{self, Saved},
};
use crate::{hours, membership};

/// The timer of an engagement.
pub(super) const TICK: &str = "engagement.tick";

/// Carries out a party's command on an engagement, once for each key, and answers with how it stands then.
///
/// # Errors
/// 404 to strangers; the rule's refusal.
pub(super) async fn carry_out<C>(
    cx: &Ctx,
    regions: &Regions,
    me: &Caller,
    key: &IdempotencyKey,
    id: Uuid,
    command: C,
) -> Result<HttpResponse, Problem>
where
    C: Fn(Engagement, Side, DateTime<Utc>) -> Result<Changed, Refusal>,
{
    cx.once(me, key, async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        let before = store::lock(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
        let side = before.engagement.side_of(me.account)?;
        let (after, facts) = command(before.engagement.clone(), side, now)?;
        write(&mut tx, Some(&before), &after, &facts, now).await?;
        Reply::ok(&get::view(&mut tx, regions, after, me.account, now).await?)
    })
    .await
}

/// Writes `after`, which is `before` after `facts` (or a new engagement); its row is locked.
///
/// # Errors
/// 409 `engagement.overlap` when one of the two has another plan at this time.
pub(super) async fn write(
    tx: &mut Tx<'_>,
    before: Option<&Saved>,
    after: &Engagement,
    facts: &[Fact],
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let known = before.map_or(0, |b| b.facts);
    let lines: Vec<Line> = numbered(known, facts).map(|(sequence, fact)| Line::of(sequence, fact)).collect();
    let total = lines.last().map_or(known, |last| last.sequence);
    match before {
        None => {
            let key = "engagements_open_listing_id_donor_id_recipient_id_key";
            store::insert(tx, after, total, now).await.on_constraint(key, problem::open_exists(None))?;
        }
        Some(before) => {
            store::update(tx, after, total, now).await?;
            if after.terms_version != before.engagement.terms_version {
                store::insert_terms(tx, after).await?;
            }
        }
    }
    store::insert_lines(tx, after.id, lines).await?;
    store::put_in_trays(tx, after, now).await?;
    match (before.is_some_and(|b| b.engagement.state.is_busy()), after.state.is_busy()) {
        (false, true) => {
            membership::api::lock_members(tx, &[after.donor, after.recipient]).await?;
            store::take_time(tx, after).await.on_constraint(store::NO_OVERLAP, problem::overlap())?;
        }
        (true, false) => store::free_time(tx, after.id).await?,
        (true, true) | (false, false) => {}
    }
    for (sequence, fact) in numbered(known, facts) {
        events::say(tx, after, sequence, fact).await?;
        if let What::Completed { minutes } = fact.what {
            let meeting = hours::Confirmed {
                occurrence: after.id,
                donor: after.donor,
                recipient: after.recipient,
                minutes: minutes.get(),
                took_place_at: after.terms.starts_at,
            };
            hours::post(tx, events::cause(after, fact.by), &meeting).await?;
        }
    }
    match after.next_tick() {
        Some(at) => tx.schedule(TICK, after.id, at, &serde_json::json!({})).await?,
        None => tx.unschedule(TICK, after.id).await?,
    }
    Ok(())
}
