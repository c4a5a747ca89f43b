//! What happens to an engagement: notices for its two people, and reminders while an appointment stands.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Actor, Envelope, Failure},
};
use serde::{Deserialize, de::IgnoredAny};
use uuid::Uuid;

use super::{
    create,
    domain::{self, Happened, Listing, Pair, Params, Side},
    remind, store,
};

pub(super) const TOPIC: &str = "dojob.core.engagement.v1";

pub(super) const KINDS: [&str; 17] = [
    "EngagementProposed",
    "EngagementCountered",
    "EngagementScheduled",
    "EngagementDeclined",
    "EngagementWithdrawn",
    "EngagementExpired",
    "EngagementCancelled",
    "EngagementStarted",
    "EngagementEnded",
    "OutcomeClaimed",
    "OutcomeQuestioned",
    "OutcomeRestated",
    "SessionDidNotTakePlace",
    "EngagementNoShow",
    "EngagementLapsed",
    "EngagementPutOnHold",
    "EngagementReleased",
];

/// What this context wants to know of any engagement event.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct EngagementEvent {
    engagement_id: Uuid,
    donor_id: Uuid,
    recipient_id: Uuid,
    listing: Option<Listing>,
    by: Option<Who>,
    #[serde(default)]
    awaiting: Awaited,
    terms_version: Option<i32>,
    starts_at: Option<DateTime<Utc>>,
    minutes: Option<i32>,
    expires_at: Option<DateTime<Utc>>,
    answer_by: Option<DateTime<Utc>>,
    question: Option<String>,
    reason_code: Option<String>,
    late: Option<bool>,
    notice_seconds: Option<i64>,
    /// Who did not come.
    who: Option<Who>,
    acknowledged: Option<bool>,
}

/// One of the two, by account or by part; or neither (the clock, the system).
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Who {
    Account(Uuid),
    Side(Side),
    Acting(Actor),
    Neither(IgnoredAny),
}

/// Whose turn it is: nobody's, one's or several's.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
enum Awaited {
    Several(Vec<Who>),
    One(Who),
    #[default]
    Nobody,
}

impl Awaited {
    fn sides(&self, pair: &Pair) -> Vec<Side> {
        match self {
            Self::Several(all) => all.iter().filter_map(|who| who.side(pair)).collect(),
            Self::One(who) => who.side(pair).into_iter().collect(),
            Self::Nobody => Vec::new(),
        }
    }
}

impl Who {
    fn side(&self, pair: &Pair) -> Option<Side> {
        match self {
            Self::Account(id) | Self::Acting(Actor::Account(id)) => pair.side_of(*id),
            Self::Side(side) => Some(*side),
            Self::Acting(_) | Self::Neither(_) => None,
        }
    }
}

fn happened(kind: &str, reason_code: Option<&str>, asked: &[Side]) -> Option<Happened> {
    let awaiting = asked.first().copied();
    Some(match kind {
        "EngagementProposed" => Happened::Proposed { awaiting },
        "EngagementCountered" => Happened::Countered { awaiting },
        "EngagementScheduled" => Happened::Scheduled,
        "EngagementDeclined" => match reason_code {
            Some("need_filled") => Happened::NotChosen,
            Some("need_closed") => Happened::NeedClosed,
            _ => Happened::Declined,
        },
        "EngagementWithdrawn" => Happened::Withdrawn,
        "EngagementExpired" => Happened::Expired,
        "EngagementCancelled" => Happened::Cancelled,
        "EngagementStarted" => Happened::Started,
        "EngagementEnded" => Happened::Ended,
        "OutcomeClaimed" => Happened::OutcomeClaimed { awaiting },
        "OutcomeQuestioned" => {
            let is_asked = |side| asked.contains(&side);
            Happened::Questioned { donor: is_asked(Side::Donor), recipient: is_asked(Side::Recipient) }
        }
        "OutcomeRestated" => Happened::OutcomeRestated { awaiting },
        "SessionDidNotTakePlace" => Happened::DidNotTakePlace,
        "EngagementNoShow" => Happened::NoShow,
        "EngagementLapsed" => Happened::Lapsed,
        "EngagementPutOnHold" => Happened::PutOnHold,
        "EngagementReleased" => Happened::Released,
        _ => return None,
    })
}

pub(super) async fn handle(tx: &mut Tx<'_>, e: Envelope<EngagementEvent>) -> Result<(), Failure> {
    let data = &e.data;
    let pair = Pair { donor: data.donor_id, recipient: data.recipient_id };
    let side = |who: &Option<Who>| who.as_ref().and_then(|who| who.side(&pair));
    let acted = match e.actor {
        Some(Actor::Account(id)) => pair.side_of(id),
        _ => None,
    };
    let by = side(&data.by).or(acted);
    let asked = data.awaiting.sides(&pair);
    let Some(happened) = happened(&e.kind, data.reason_code.as_deref(), &asked) else {
        return Err(Failure::Broken(format!("no rule for {}", e.kind)));
    };
    let params = Params {
        engagement_id: Some(data.engagement_id),
        listing: data.listing.clone(),
        actor_id: by.map(|by| pair.of(by)),
        starts_at: data.starts_at,
        minutes: data.minutes,
        expires_at: data.expires_at,
        answer_by: data.answer_by,
        question: data.question.clone(),
        silent_id: asked.first().filter(|_| happened == Happened::Expired).map(|side| pair.of(*side)),
        terms_version: data.terms_version,
        reason_code: data.reason_code.clone(),
        late: data.late,
        notice_seconds: data.notice_seconds,
        absent_id: side(&data.who).map(|side| pair.of(side)),
        acknowledged: data.acknowledged,
        ..Params::default()
    };

    let before = store::lock_standing(tx, data.engagement_id).await?;
    let standing = before.after(happened, e.sequence, data.starts_at);
    if standing != before {
        store::save_standing(tx, data.engagement_id, &standing).await?;
    }
    match standing.starts_at {
        Some(starts_at) if happened == Happened::Scheduled && e.sequence == standing.sequence => {
            remind::schedule(tx, e.id, data.engagement_id, starts_at, &pair, &params).await?;
        }
        None if before.starts_at.is_some() => remind::unschedule(tx, data.engagement_id).await?,
        _ => {}
    }
    for draft in domain::notices(happened, &pair, by, &params) {
        create::run(tx, e.id, e.time, &draft).await?;
    }
    Ok(())
}
