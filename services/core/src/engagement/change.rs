//! How every change is written down: rows, lists, calendars, the activity book, events and the next timer, together.

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    auth::Caller,
    db::{OnConstraint, Tx},
    http::{IdempotencyKey, Problem, Reply},
    jobs::Schedule,
};
use futures_util::future::join;
use regions::Regions;
use uuid::Uuid;

use super::{
    domain::{ActualMinutes, Changed, Engagement, Fact, FactKind, Refusal, Side},
    events,
    facts::{StoredFact, numbered},
    get, problem,
    store::{self, Saved},
};
use crate::{budget, catalogue, hours, listing::ListingKind, membership};

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

/// An engagement that is locked together with the need that it is about.
#[derive(Clone, Debug)]
pub(super) struct Locked {
    pub before: Saved,
    pub side: Side,
    /// Absent where it is about a talent.
    pub need: Option<Uuid>,
}

/// Locks what a command touches that fills a need or frees its place, in the order that `store` states: the need, its
/// open offers by id, the engagement; `write` locks the two members last. Two offers to one need may be accepted at the
/// same moment by the two who were asked, while a third party cancels: the one that holds the need goes first.
///
/// # Errors
/// 404 to strangers.
pub(super) async fn lock_with_need(tx: &mut Tx<'_>, id: Uuid, me: Uuid) -> Result<Locked, Problem> {
    // Read without a lock, to know the need; what an engagement is about and its parties never change.
    let Saved { engagement, .. } = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
    let side = engagement.side_of(me)?;
    let need = (engagement.listing.kind == ListingKind::Need).then_some(engagement.listing.id);
    if let Some(need) = need {
        catalogue::api::lock_need(tx, need).await?;
        store::lock_proposals(tx, need).await?;
    }
    let before = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    Ok(Locked { before, side, need })
}

/// Writes `after`, which is `before` after `facts` (or a new engagement); its row is locked.
///
/// # Errors
/// 409 `engagement.overlap` when one of the two has another plan at this time; 422 or 409 when there is no room for the
/// minutes that somebody says it was.
pub(super) async fn write(
    tx: &mut Tx<'_>,
    before: Option<&Saved>,
    after: &Engagement,
    facts: &[Fact],
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let known = before.map_or(0, |b| b.facts);
    let new: Vec<StoredFact> =
        numbered(known, facts).map(|(sequence, fact)| StoredFact::of(sequence, fact)).collect();
    let total = new.last().map_or(known, |last| last.sequence);
    match before {
        None => {
            let key = "engagements_open_listing_id_donor_id_recipient_id_key";
            store::insert(tx, after, total, now).await.on_constraint(key, problem::open_exists(None))?;
        }
        Some(before) => {
            store::update(tx, after, total, now)?;
            if after.terms_version != before.engagement.terms_version {
                store::insert_terms(tx, after);
            }
        }
    }
    let room = match facts.iter().filter_map(|fact| fact.kind.claimed()).max() {
        Some(claimed) => Some(room(tx, after, claimed.get()).await?),
        None => None,
    };
    store::insert_facts(tx, after.id, new);
    store::put_in_folders(tx, after, now);
    match (before.is_some_and(|b| b.engagement.state.is_busy()), after.state.is_busy()) {
        (false, true) => {
            membership::api::lock_members(tx, &[after.donor, after.recipient]).await?;
            store::take_time(tx, after).await.on_constraint(store::NO_OVERLAP, problem::overlap())?;
        }
        (true, false) => store::free_time(tx, after.id).await?,
        (true, true) | (false, false) => {}
    }
    for (sequence, fact) in numbered(known, facts) {
        if let Some(by) = answers(after, fact) {
            budget::answered(tx, after.party(by.other()), after.party(by));
        }
        events::publish(tx, after, sequence, fact).await?;
        if let (FactKind::Completed { minutes }, Some(room)) = (fact.kind, room) {
            let meeting = hours::Confirmed {
                occurrence: after.id,
                donor: after.donor,
                recipient: after.recipient,
                minutes: minutes.get(),
                took_place_at: after.terms.starts_at,
                room,
            };
            hours::post(tx, events::cause(after, fact.by), &meeting).await?;
        }
    }
    match after.next_tick() {
        Some(at) => tx.schedule(TICK, after.id, at, &serde_json::json!({})).await?,
        None => tx.unschedule(TICK, after.id).await?,
    }
    // Whoever answers reads it, in the same transaction.
    Ok(tx.flush().await?)
}

/// Whose answer to a proposal this is. That the need found somebody else, or is closed, is its owner's.
const fn answers(e: &Engagement, fact: &Fact) -> Option<Side> {
    match (fact.kind, fact.by.side()) {
        (FactKind::Countered { .. } | FactKind::Scheduled { .. } | FactKind::Declined { .. }, Some(by)) => {
            Some(by)
        }
        (FactKind::Declined { .. }, None) => Some(e.listing.owner()),
        _ => None,
    }
}

/// The room that there is for the minutes of this meeting, which must hold those that are `claimed`. Locks both members:
/// until the transaction ends, nothing else of theirs goes on record.
///
/// # Errors
/// 422 or 409 with the minutes that are left.
async fn room(tx: &mut Tx<'_>, e: &Engagement, claimed: i32) -> Result<hours::Room, Problem> {
    let members = [e.donor, e.recipient];
    membership::api::lock_members(tx, &members).await?;
    let (next_at, on_that_day) =
        join(store::next_meeting(tx, e), hours::on_day(tx, members, e.terms.starts_at)).await;
    let room = hours::Room {
        agreed: ActualMinutes::most(e.terms.minutes).get(),
        next_at: next_at?,
        on_that_day: on_that_day?,
    };
    room.judge(e.terms.starts_at, claimed)?;
    Ok(room)
}
