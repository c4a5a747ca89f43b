//! The outbox: facts that are committed with their cause and wait for the relay.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use tracing::Instrument;

use super::{Actor, Event};
use crate::{
    db::{Tx, schema::outbox},
    trace,
};

/// Writes `event` into the outbox.
pub(crate) async fn insert<E: Event>(tx: &mut Tx<'_>, actor: Actor, event: &E) -> QueryResult<()> {
    let (clock, service) = (tx.clock(), tx.service());
    let data =
        serde_json::to_value(event).map_err(|e| diesel::result::Error::SerializationError(Box::new(e)))?;
    let event_id = clock.id();
    let span = trace::created(service, E::TOPIC, E::KIND, event_id);
    let mut headers = json!({ "source": format!("/dojob/{service}"), "actor": actor });
    if let (Some(parent), Some(headers)) = (span.in_scope(trace::traceparent), headers.as_object_mut()) {
        headers.insert("traceparent".to_owned(), parent.into());
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
    tx.sound();
    Ok(())
}
