//! Reminders of an appointment: the evening before, and three hours before.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::Failure,
    jobs::{Job, Jobs, Schedule},
};
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    create,
    domain::{self, Draft, Lead, NoticeKey, Pair, Params},
    store,
};

const EVENING: &str = "notification.remind_evening";
const SOON: &str = "notification.remind_soon";

#[derive(Serialize, Deserialize)]
struct Reminder {
    event_id: Uuid,
    engagement_id: Uuid,
    starts_at: DateTime<Utc>,
    drafts: Vec<Draft>,
}

impl Reminder {
    /// Both drafts say it; without any there is nobody to remind.
    fn lead(&self) -> Option<Lead> {
        self.drafts.first().and_then(|draft| draft.params.lead)
    }
}

/// Sets the timers of an appointment, and takes away those of one that it replaces.
pub(super) async fn schedule(
    tx: &mut Tx<'_>,
    scheduled: Uuid,
    engagement_id: Uuid,
    starts_at: DateTime<Utc>,
    pair: &Pair,
    params: &Params,
) -> Result<(), Failure> {
    unschedule(tx, engagement_id).await?;
    for (lead, at) in domain::reminders(starts_at, tx.clock().now()) {
        let params = Params {
            engagement_id: Some(engagement_id),
            listing: params.listing.clone(),
            starts_at: Some(starts_at),
            minutes: params.minutes,
            lead: Some(lead),
            ..Params::default()
        };
        let reminder = Reminder {
            event_id: domain::reminder_id(scheduled, lead),
            engagement_id,
            starts_at,
            drafts: pair.both(NoticeKey::Reminder, &params),
        };
        let kind = match lead {
            Lead::Evening => EVENING,
            Lead::Soon => SOON,
        };
        tx.schedule(kind, engagement_id, at, &reminder).await?;
    }
    Ok(())
}

pub(super) async fn unschedule(tx: &mut Tx<'_>, engagement_id: Uuid) -> Result<(), Failure> {
    tx.unschedule(EVENING, engagement_id).await?;
    tx.unschedule(SOON, engagement_id).await?;
    Ok(())
}

/// The timers of this file.
pub(super) fn jobs(jobs: Jobs) -> Jobs {
    jobs.on(EVENING, |tx, job| run(tx, job).boxed()).on(SOON, |tx, job| run(tx, job).boxed())
}

/// Reminds both, if the appointment still stands and lies ahead. Of two that are due at once (the service slept) the one
/// that matters is left: the evening before says nothing any more once three hours before is due.
async fn run(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let reminder: Reminder =
        serde_json::from_value(job.payload).map_err(|e| Failure::Permanent(e.to_string()))?;
    let now = tx.clock().now();
    let appointment = store::lock_appointment(tx, reminder.engagement_id).await?;
    let matters = domain::matters(reminder.lead(), reminder.starts_at, now);
    if appointment.starts_at == Some(reminder.starts_at) && matters {
        for draft in &reminder.drafts {
            create::run(tx, reminder.event_id, now, draft).await?;
        }
    }
    Ok(None)
}
