//! Events leave a service only through its outbox, as CloudEvents 1.0, and arrive at consumers at least once, in
//! order per key. A consumer's effect happens exactly once, because the proof that it happened is written in the
//! transaction of the effect.

pub(crate) mod outbox;

mod bell;
mod broker;
mod bus;
mod consumer;
#[cfg(feature = "kafka")]
mod kafka;
#[cfg(not(feature = "kafka"))]
#[path = "no_kafka.rs"]
mod kafka;
mod relay;
mod topic;

pub(crate) use bell::run as ring;
pub use broker::{Broker, GroupProtocol, Security};
pub use bus::{Bus, Live, LiveEvent};
pub use consumer::{Consumer, Envelope, Failure};
pub(crate) use consumer::{Running, caught, end, running};
pub use kafka::Kafka;
pub use relay::{Again, republish};
pub(crate) use relay::{Relay, measure};
pub use topic::{Retention, Topic};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// A fact that this service tells the others. Ids and coarse facts only: no name, address, number or text of a
/// person, so that nothing has to be erased from a topic.
pub trait Event: Serialize + Sync {
    /// `dojob.<service>.<context>.v1`
    const TOPIC: &'static str;
    /// Past tense: `TalentPublished`.
    const KIND: &'static str;
    /// The aggregate; events of one key keep their order.
    fn key(&self) -> Uuid;
    /// The aggregate's version: rises per key, may skip.
    fn sequence(&self) -> i64;
}

/// Who caused an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Account(Uuid),
    /// A rule that a moment in time triggers.
    Clock,
    /// A reaction to another event.
    System,
}

/// An event as it stands in a log: envelope and data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = crate::db::schema::event_log)]
pub struct Record {
    pub position: i64,
    pub event_id: Uuid,
    pub topic: String,
    pub kind: String,
    pub key: Uuid,
    pub sequence: i64,
    pub occurred_at: DateTime<Utc>,
    pub headers: Value,
    pub data: Value,
}

impl Record {
    /// The service that said it, from the topic's second part.
    pub fn source(&self) -> &str {
        source_of(&self.topic)
    }
}

/// `dojob.<service>.<context>.v1` → `<service>`.
pub(crate) fn source_of(topic: &str) -> &str {
    topic.split('.').nth(1).unwrap_or_default()
}
