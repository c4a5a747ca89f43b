//! What happens in core opens conversations and leaves system messages in them.
//!
//! Order across topics is never assumed: whichever event comes first of an inquiry or engagement opens its
//! conversation, since each carries who takes part and what it is about. Events of one engagement arrive in their
//! order, so their messages stand in it. Should an earlier one arrive late after all (set aside and replayed), its
//! message is put at the end with the time when it happened: numbers that people have read are never moved, and no
//! fact is lost.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Actor, Consumer, Emit, Envelope, Failure},
};
use futures_util::FutureExt;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    events::{ConversationOpened, MessageStored},
    store::{self, Message, Opening, SendOutcome},
};

const TOPIC: &str = "dojob.core.engagement.v1";
const INQUIRIES: &str = "dojob.core.inquiry.v1";

/// Kinds of engagement events and the key of the message they leave. Those without one only make sure of the
/// conversation: what was answered, and what is asked about it, is between each of them and the notices; the verdict
/// has its own event.
pub const SYSTEM_KEYS: &[(&str, Option<&str>)] = &[
    ("EngagementProposed", Some("engagement.proposed")),
    ("EngagementCountered", Some("engagement.countered")),
    ("EngagementScheduled", Some("engagement.scheduled")),
    ("EngagementDeclined", Some("engagement.declined")),
    ("EngagementWithdrawn", Some("engagement.withdrawn")),
    ("EngagementExpired", Some("engagement.expired")),
    ("EngagementCancelled", Some("engagement.cancelled")),
    ("EngagementStarted", Some("engagement.started")),
    ("EngagementEnded", Some("engagement.outcome_asked")),
    ("OutcomeClaimed", None),
    ("OutcomeQuestioned", None),
    ("OutcomeRestated", None),
    ("SessionResolved", None),
    ("EngagementCompleted", Some("engagement.completed")),
    ("SessionDidNotTakePlace", Some("engagement.did_not_take_place")),
    ("EngagementNoShow", Some("engagement.no_show")),
    ("EngagementLapsed", Some("engagement.lapsed")),
    ("EngagementPutOnHold", Some("engagement.on_hold")),
    ("EngagementReleased", Some("engagement.released")),
];

pub(super) fn consumer() -> Consumer {
    let inquiries =
        Consumer::new("chat/conversation")
            .on::<InquiryOpened, _>(INQUIRIES, "InquiryOpened", |tx, e| inquiry(tx, e).boxed());
    SYSTEM_KEYS.iter().fold(inquiries, |consumer, (kind, _)| {
        consumer.on::<Engagement, _>(TOPIC, kind, |tx, e| engagement(tx, e).boxed())
    })
}

#[derive(Clone, Debug, Deserialize)]
struct Listing {
    kind: String,
    id: Uuid,
}

#[derive(Clone, Debug, Deserialize)]
struct InquiryOpened {
    inquiry_id: Uuid,
    from: Uuid,
    to: Uuid,
    listing: Listing,
}

/// What every engagement event carries, and what some do that a message mentions.
#[derive(Clone, Debug, Deserialize)]
struct Engagement {
    #[serde(rename = "engagement_id")]
    id: Uuid,
    listing: Listing,
    donor_id: Uuid,
    recipient_id: Uuid,
    /// Absent in events of before there was one conversation for all engagements of two people about a listing.
    conversation_id: Option<Uuid>,
    /// When it happened; the event may have been published later, by a timer.
    at: Option<DateTime<Utc>>,
    terms_version: Option<i64>,
    starts_at: Option<DateTime<Utc>>,
    minutes: Option<i64>,
    late: Option<bool>,
    reason_code: Option<String>,
    who: Option<Uuid>,
    acknowledged: Option<bool>,
}

/// The parameters of a message's text: only what its event says.
fn params(key: &str, e: &Engagement) -> Value {
    let given = match key {
        "engagement.proposed" | "engagement.countered" | "engagement.scheduled" => vec![
            ("terms_version", e.terms_version.map(|v| json!(v))),
            ("starts_at", e.starts_at.map(|v| json!(v))),
            ("minutes", e.minutes.map(|v| json!(v))),
        ],
        "engagement.declined" => vec![("reason_code", e.reason_code.as_deref().map(|v| json!(v)))],
        "engagement.cancelled" => vec![("late", e.late.map(|v| json!(v)))],
        "engagement.no_show" => {
            vec![("who", e.who.map(|v| json!(v))), ("acknowledged", e.acknowledged.map(|v| json!(v)))]
        }
        "engagement.completed" => vec![("minutes", e.minutes.map(|v| json!(v)))],
        _ => Vec::new(),
    };
    Value::Object(
        given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<Map<_, _>>(),
    )
}

async fn inquiry(tx: &mut Tx<'_>, e: Envelope<InquiryOpened>) -> Result<(), Failure> {
    let about = e.data;
    let participants = [about.from, about.to];
    open(tx, about.inquiry_id, None, about.listing, participants, e.time).await
}

async fn engagement(tx: &mut Tx<'_>, e: Envelope<Engagement>) -> Result<(), Failure> {
    let id = e.data.conversation_id.unwrap_or(e.data.id);
    let participants = [e.data.donor_id, e.data.recipient_id];
    let at = e.data.at.unwrap_or(e.time);
    open(tx, id, Some(e.data.id), e.data.listing.clone(), participants, at).await?;
    let key = SYSTEM_KEYS.iter().find(|(kind, _)| *kind == e.kind).and_then(|(_, key)| *key);
    let Some(key) = key else { return Ok(()) };
    let actor = match e.actor {
        Some(Actor::Account(account)) => Some(account),
        Some(Actor::Clock | Actor::System) | None => None,
    };
    let message = Message {
        conversation_id: id,
        id: e.id,
        author_id: actor,
        client_id: None,
        body: None,
        system_key: Some(key.to_owned()),
        params: Some(params(key, &e.data)),
        at,
    };
    match store::append(tx, message).await? {
        SendOutcome::Stored(appended) => {
            let stored = MessageStored {
                conversation_id: id,
                message_id: e.id,
                seq: appended.seq,
                sender_id: None,
                participants: appended.participants,
                version: appended.version,
            };
            tx.emit(Actor::System, &stored).await?;
            Ok(())
        }
        // The chassis plays an event once; that it was here before without its proof is a mistake of ours.
        SendOutcome::Known => Err(Failure::Permanent(format!("event {} has left its message before", e.id))),
        SendOutcome::Absent => Err(Failure::Permanent(format!("conversation {id} is gone"))),
    }
}

async fn open(
    tx: &mut Tx<'_>,
    id: Uuid,
    engagement_id: Option<Uuid>,
    listing: Listing,
    participants: [Uuid; 2],
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    let opening =
        Opening { id, engagement_id, listing_kind: listing.kind, listing_id: listing.id, participants, at };
    if store::open(tx, &opening).await? {
        let opened =
            ConversationOpened { conversation_id: id, participants: participants.to_vec(), version: 0 };
        tx.emit(Actor::System, &opened).await?;
    }
    Ok(())
}
