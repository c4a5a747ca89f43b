//! What happens to an engagement: notices for its two people, and reminders while an appointment stands.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Actor, Consumer, Envelope, Failure},
};
use futures_util::FutureExt;
use serde::{Deserialize, de::IgnoredAny};
use uuid::Uuid;

use super::{
    create,
    domain::{self, Fact, Listing, Pair, Params, Side},
    remind, store,
};

const TOPIC: &str = "dojob.core.engagement.v1";

/// Reads an event; the sides are those that have to answer.
type Read = fn(&EngagementEvent, &[Side]) -> Fact;

/// Kinds of events, and what each means.
const KINDS: [(&str, Read); 17] = [
    ("EngagementProposed", |_, asked| Fact::Proposed { awaiting: asked.first().copied() }),
    ("EngagementCountered", |_, asked| Fact::Countered { awaiting: asked.first().copied() }),
    ("EngagementScheduled", |_, _| Fact::Scheduled),
    ("EngagementDeclined", |e, _| match e.reason_code.as_deref() {
        Some("need_filled") => Fact::NotChosen,
        Some("need_closed") => Fact::NeedClosed,
        _ => Fact::Declined,
    }),
    ("EngagementWithdrawn", |_, _| Fact::Withdrawn),
    ("EngagementExpired", |_, _| Fact::Expired),
    ("EngagementCancelled", |_, _| Fact::Cancelled),
    ("EngagementStarted", |_, _| Fact::Started),
    ("EngagementEnded", |_, _| Fact::Ended),
    ("OutcomeClaimed", |_, asked| Fact::OutcomeClaimed { awaiting: asked.first().copied() }),
    ("OutcomeQuestioned", |_, asked| Fact::Questioned {
        donor: asked.contains(&Side::Donor),
        recipient: asked.contains(&Side::Recipient),
    }),
    ("OutcomeRestated", |_, asked| Fact::OutcomeRestated { awaiting: asked.first().copied() }),
    ("SessionDidNotTakePlace", |_, _| Fact::DidNotTakePlace),
    ("EngagementNoShow", |_, _| Fact::NoShow),
    ("EngagementLapsed", |_, _| Fact::Lapsed),
    ("EngagementPutOnHold", |_, _| Fact::PutOnHold),
    ("EngagementReleased", |_, _| Fact::Released),
];

pub(super) fn subscribe(consumer: Consumer) -> Consumer {
    KINDS.iter().fold(consumer, |consumer, &(kind, read)| {
        consumer.on(TOPIC, kind, move |tx, e| handle(tx, e, read).boxed())
    })
}

/// What this context needs of any engagement event.
#[derive(Clone, Debug, Deserialize)]
struct EngagementEvent {
    engagement_id: Uuid,
    donor_id: Uuid,
    recipient_id: Uuid,
    listing: Option<Listing>,
    by: Option<Party>,
    #[serde(default)]
    awaiting: Awaiting,
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
    who: Option<Party>,
    acknowledged: Option<bool>,
}

/// One of the two, by account or by part; or neither (a timer, the system).
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Party {
    Account(Uuid),
    Side(Side),
    Acting(Actor),
    Neither(IgnoredAny),
}

/// Who has to answer: nobody, one or several.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
enum Awaiting {
    Several(Vec<Party>),
    One(Party),
    #[default]
    Nobody,
}

impl Awaiting {
    fn sides(&self, pair: &Pair) -> Vec<Side> {
        match self {
            Self::Several(all) => all.iter().filter_map(|who| who.side(pair)).collect(),
            Self::One(who) => who.side(pair).into_iter().collect(),
            Self::Nobody => Vec::new(),
        }
    }
}

impl Party {
    fn side(&self, pair: &Pair) -> Option<Side> {
        match self {
            Self::Account(id) | Self::Acting(Actor::Account(id)) => pair.side_of(*id),
            Self::Side(side) => Some(*side),
            Self::Acting(_) | Self::Neither(_) => None,
        }
    }
}

async fn handle(tx: &mut Tx<'_>, e: Envelope<EngagementEvent>, read: Read) -> Result<(), Failure> {
    let data = &e.data;
    let pair = Pair { donor: data.donor_id, recipient: data.recipient_id };
    let side = |who: &Option<Party>| who.as_ref().and_then(|who| who.side(&pair));
    let acted = match e.actor {
        Some(Actor::Account(id)) => pair.side_of(id),
        _ => None,
    };
    let by = side(&data.by).or(acted);
    let asked = data.awaiting.sides(&pair);
    let fact = read(data, &asked);
    let params = Params {
        engagement_id: Some(data.engagement_id),
        listing: data.listing.clone(),
        actor_id: by.map(|by| pair.of(by)),
        starts_at: data.starts_at,
        minutes: data.minutes,
        expires_at: data.expires_at,
        answer_by: data.answer_by,
        question: data.question.clone(),
        silent_id: asked.first().filter(|_| fact == Fact::Expired).map(|side| pair.of(*side)),
        terms_version: data.terms_version,
        reason_code: data.reason_code.clone(),
        late: data.late,
        notice_seconds: data.notice_seconds,
        absent_id: side(&data.who).map(|side| pair.of(side)),
        acknowledged: data.acknowledged,
        ..Params::default()
    };

    let before = store::lock_appointment(tx, data.engagement_id).await?;
    let appointment = before.after(fact, e.sequence, data.starts_at);
    if appointment != before {
        store::save_appointment(tx, data.engagement_id, &appointment).await?;
    }
    match appointment.starts_at {
        Some(starts_at) if fact == Fact::Scheduled && e.sequence == appointment.sequence => {
            remind::schedule(tx, e.id, data.engagement_id, starts_at, &pair, &params).await?;
        }
        None if before.starts_at.is_some() => remind::unschedule(tx, data.engagement_id).await?,
        _ => {}
    }
    for draft in domain::notices(fact, &pair, by, &params) {
        let meets = domain::meets(fact, e.sequence, before.sequence);
        create::run_among(tx, e.id, e.time, &draft, meets).await?;
    }
    Ok(())
}
