//! The outbox: facts that are committed with their cause and wait for the relay.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::trace;
use pg::{Tx, schema::outbox};
use serde_json::json;
use tracing::Instrument;

use crate::{Actor, Event, runtime::EVENTS};

/// Telling a fact in the transaction that made it true. An extension trait, because the database knows no events.
pub trait Emit {
    /// Publishes a fact to the other services, once this transaction is committed.
    ///
    /// # Errors
    /// The statement fails.
    fn emit<E: Event>(&mut self, actor: Actor, event: &E) -> impl Future<Output = QueryResult<()>> + Send;
}

impl Emit for Tx<'_> {
    async fn emit<E: Event>(&mut self, actor: Actor, event: &E) -> QueryResult<()> {
        self.after_commit(EVENTS);
        insert(self, actor, event).await
    }
}

/// Writes `event` into the outbox.
async fn insert<E: Event>(tx: &mut Tx<'_>, actor: Actor, event: &E) -> QueryResult<()> {
    let (clock, service) = (tx.clock(), tx.service());
    let data =
        serde_json::to_value(event).map_err(|e| diesel::result::Error::SerializationError(Box::new(e)))?;
    let event_id = clock.id();
    let span = trace::created(service, E::TOPIC, E::KIND, event_id);
    let mut headers = json!({ "source": format!("/dojob/{service}"), "actor": actor });
    if let (Some(parent), Some(headers)) = (span.in_scope(trace::traceparent), headers.as_object_mut()) {
        headers.insert(trace::TRACEPARENT.to_owned(), parent.into());
    }
    diesel::insert_into(outbox::table)
        .values((
            outbox::event_id.eq(event_id),
            outbox::topic.eq(E::TOPIC),
            outbox::kind.eq(E::KIND),
            outbox::key.eq(event.key()),
            outbox::sequence.eq(event.sequence()),
            outbox::occurred_at.eq(clock.now()),
            outbox::headers.eq(headers),
            outbox::data.eq(data),
        ))
        .execute(tx)
        .instrument(span)
        .await?;
    tx.mark_usable();
    Ok(())
}
