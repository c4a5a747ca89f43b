//! Putting a confirmed meeting on record, in the transaction that confirmed it.

use common::{
    db::{OnConstraint, Tx},
    events::{Actor, Emit},
    http::Problem,
    time::seoul,
};

use super::{
    domain::{Confirmed, Refusal},
    events::HoursPosted,
    problem, store,
};
use crate::membership;

/// Posts the meeting: the journal with its two lines, the time of both, their sums, and the event. Both members are
/// locked.
///
/// # Errors
/// 422 or 409 when there is no room for so many minutes; 500 for what the engagement's own rules never lead to.
pub(crate) async fn post(tx: &mut Tx<'_>, cause: Actor, meeting: &Confirmed) -> Result<(), Problem> {
    let history = store::history(tx, meeting.occurrence, meeting.donor).await?;
    let clock = tx.clock();
    let journal = history.post(clock.id(), meeting, clock.now())?;
    store::insert(tx, &journal).await.on_constraint(store::ONCE, Problem::from(Refusal::AlreadyPosted))?;
    store::take_time(tx, &journal).await.on_constraint(store::NO_OVERLAP, problem::overlap())?;
    membership::api::record_hours(tx, meeting.donor, meeting.recipient, 1, journal.minutes).await?;
    let posted = HoursPosted {
        engagement_id: meeting.occurrence,
        donor_id: meeting.donor,
        recipient_id: meeting.recipient,
        journal_id: journal.id,
        minutes: journal.minutes,
        local_date: seoul(meeting.took_place_at).date_naive(),
        took_place_at: meeting.took_place_at,
        sequence: journal.key.revision + 1,
    };
    tx.emit(cause, &posted).await?;
    Ok(())
}
