//! What a consumer reacts to.

use std::{collections::BTreeSet, fmt, sync::Arc};

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use pg::{Failure, Record, Tx};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{Actor, model::source_of};

/// An event with the data that this consumer wants of it.
#[derive(Clone, Debug)]
pub struct Envelope<T> {
    pub id: Uuid,
    pub kind: String,
    pub key: Uuid,
    pub sequence: i64,
    pub time: DateTime<Utc>,
    pub actor: Option<Actor>,
    pub data: T,
}

pub(super) type React =
    Arc<dyn for<'a, 'b> Fn(&'a mut Tx<'b>, &'a Record) -> BoxFuture<'a, Result<(), Failure>> + Send + Sync>;

/// What one context of this service does about others' events.
#[derive(Clone)]
pub struct Consumer {
    pub(super) name: &'static str,
    reactions: Vec<(&'static str, &'static str, React)>,
}

impl Consumer {
    /// `<service>/<context>`: names its position, its proofs and its Kafka group, so never rename it.
    pub fn new(name: &'static str) -> Self {
        Self { name, reactions: Vec::new() }
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Reacts to `kind` on `topic`. `T` is this consumer's own minimal shape of the data. The reaction runs in the
    /// chassis' transaction and must touch nothing outside it.
    #[must_use]
    pub fn on<T, F>(mut self, topic: &'static str, kind: &'static str, react: F) -> Self
    where
        T: DeserializeOwned + Send + 'static,
        F: for<'a, 'b> Fn(&'a mut Tx<'b>, Envelope<T>) -> BoxFuture<'a, Result<(), Failure>>
            + Send
            + Sync
            + 'static,
    {
        let react: React = Arc::new(move |tx, record| match envelope::<T>(record) {
            Ok(envelope) => react(tx, envelope),
            Err(failure) => Box::pin(std::future::ready(Err(failure))),
        });
        self.reactions.push((topic, kind, react));
        self
    }

    /// `(topic, kind)` of everything that it reacts to.
    pub fn subscriptions(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.reactions.iter().map(|(topic, kind, _)| (*topic, *kind))
    }

    /// Services whose events it reads.
    pub(crate) fn sources(&self) -> BTreeSet<&'static str> {
        self.reactions.iter().map(|(topic, ..)| source_of(topic)).collect()
    }

    /// Topics that it reads.
    #[cfg(feature = "kafka")]
    pub(crate) fn topics(&self) -> BTreeSet<&'static str> {
        self.reactions.iter().map(|(topic, ..)| *topic).collect()
    }

    pub(super) fn reaction(&self, record: &Record) -> Option<&React> {
        self.reactions
            .iter()
            .find(|(topic, kind, _)| *topic == record.topic && *kind == record.kind)
            .map(|(.., r)| r)
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").field("name", &self.name).finish_non_exhaustive()
    }
}

fn envelope<T: DeserializeOwned>(record: &Record) -> Result<Envelope<T>, Failure> {
    let data =
        T::deserialize(&record.data).map_err(|e| Failure::Permanent(format!("{}: {e}", record.kind)))?;
    Ok(Envelope {
        id: record.event_id,
        kind: record.kind.clone(),
        key: record.key,
        sequence: record.sequence,
        time: record.occurred_at,
        actor: record.headers.get("actor").and_then(|a| serde_json::from_value(a.clone()).ok()),
        data,
    })
}
