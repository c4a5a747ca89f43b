//! Telling a fact: it is written into the service's log with the commit of its cause.

use diesel::QueryResult;
use kernel::trace;
use pg::{Record, Tx};
use serde_json::json;

use crate::{Actor, Event, runtime::EVENTS};

/// Telling a fact in the transaction that made it true. An extension trait, because the database knows no events.
pub trait Emit {
    /// Publishes a fact to the other services, once this transaction is committed.
    ///
    /// # Errors
    /// The event cannot be written as JSON.
    fn emit<E: Event>(&mut self, actor: Actor, event: &E) -> impl Future<Output = QueryResult<()>> + Send;
}

impl Emit for Tx<'_> {
    fn emit<E: Event>(&mut self, actor: Actor, event: &E) -> impl Future<Output = QueryResult<()>> + Send {
        std::future::ready(record(self, actor, event).map(|record| {
            self.after_commit(EVENTS);
            self.tell(record);
        }))
    }
}

fn record<E: Event>(tx: &Tx<'_>, actor: Actor, event: &E) -> QueryResult<Record> {
    let (clock, service) = (tx.clock(), tx.service());
    let data =
        serde_json::to_value(event).map_err(|e| diesel::result::Error::SerializationError(Box::new(e)))?;
    let event_id = clock.id();
    let span = trace::created(service, E::TOPIC, E::KIND, event_id);
    let mut headers = json!({ "source": format!("/dojob/{service}"), "actor": actor });
    if let (Some(parent), Some(headers)) = (span.in_scope(trace::traceparent), headers.as_object_mut()) {
        headers.insert(trace::TRACEPARENT.to_owned(), parent.into());
    }
    Ok(Record {
        position: 0,
        event_id,
        topic: E::TOPIC.to_owned(),
        kind: E::KIND.to_owned(),
        key: event.key(),
        sequence: event.sequence(),
        occurred_at: clock.now(),
        headers,
        data,
    })
}
