//! The producer's side: a batch is handed over in its order, and then all of it is waited for.

use std::time::Duration;

use futures_util::future::join_all;
use rdkafka::{
    message::{Header, OwnedHeaders, ToBytes},
    producer::{DeliveryFuture, FutureProducer, FutureRecord, Producer, PurgeConfig},
    util::Timeout,
};

use super::{super::Record, Inner, PATIENCE, client::Context, wire};

/// What became of a batch.
pub(in super::super) struct Delivered {
    /// Positions of what the brokers have.
    pub ids: Vec<i64>,
    /// Why they do not have the rest.
    pub cause: Option<String>,
}

/// How long a stopping process waits for brokers that do not answer: what they did not get stays in the outbox.
const FAREWELL: Duration = Duration::from_secs(5);

pub(super) async fn batch(kafka: &Inner, batch: &[Record]) -> Delivered {
    let producer = kafka.producer();
    let (mut sent, mut cause) = (Vec::with_capacity(batch.len()), None);
    for record in batch {
        match send(&producer, record) {
            Ok(delivery) => sent.push((record.position, delivery)),
            Err(error) => {
                // The queue is full or the event too large: no later event may overtake this one.
                cause = Some(error);
                break;
            }
        }
    }
    let (ids, deliveries): (Vec<i64>, Vec<DeliveryFuture>) = sent.into_iter().unzip();
    let Some(reports) = reported(kafka, &producer, join_all(deliveries)).await else {
        return Delivered { ids: Vec::new(), cause: Some("the process stops".to_owned()) };
    };
    let mut delivered = Vec::with_capacity(ids.len());
    for (id, report) in ids.into_iter().zip(reports) {
        match report {
            Ok(Ok(_)) => delivered.push(id),
            Ok(Err((error, message))) => {
                let topic = rdkafka::Message::topic(&message);
                cause.get_or_insert_with(|| format!("{topic}: {error}"));
            }
            Err(gone) => {
                cause.get_or_insert_with(|| gone.to_string());
            }
        }
    }
    match &cause {
        Some(cause) => {
            kafka.health.down(cause);
            kafka.replace_failed(&producer);
        }
        None => kafka.health.up(),
    }
    Delivered { ids: delivered, cause }
}

fn send(producer: &FutureProducer<Context>, record: &Record) -> Result<DeliveryFuture, String> {
    let (key, data) = (record.key.to_string(), record.data.to_string());
    let message = FutureRecord::to(&record.topic).key(&key).payload(&data).headers(wire::headers(record));
    producer.send_result(message).map_err(|(error, _)| error.to_string())
}

/// Waits as long as it takes, and says so; gives up only when the process stops.
async fn reported<T>(
    kafka: &Inner,
    producer: &FutureProducer<Context>,
    reports: impl Future<Output = T>,
) -> Option<T> {
    let stopping = kafka.tasks.stopping();
    let farewell = async {
        stopping.cancelled().await;
        tokio::time::sleep(FAREWELL).await;
    };
    let (mut reports, mut farewell) = (std::pin::pin!(reports), std::pin::pin!(farewell));
    loop {
        tokio::select! {
            reports = &mut reports => return Some(reports),
            () = &mut farewell => {
                producer.purge(PurgeConfig::default().queue().inflight());
                return None;
            }
            () = tokio::time::sleep(PATIENCE) => kafka.health.down("no broker has acknowledged anything for 10 s"),
        }
    }
}

/// A parked event goes to the dead letters too, for people and tools that look there.
pub(super) async fn copy_parked(kafka: &Inner, consumer: &str, record: &Record, cause: &str) {
    let (key, data) = (record.key.to_string(), record.data.to_string());
    let headers = because(wire::headers(record), consumer, cause);
    let topic = format!("{}.dlq", record.topic);
    let message = FutureRecord::to(&topic).key(&key).payload(&data).headers(headers);
    if let Err(cause) = acknowledged(kafka, message).await {
        tracing::error!(consumer, event.id = %record.event_id, cause, "a parked event has no copy among the dead letters");
    }
}

/// A message that is no event has no other place than the dead letters.
///
/// # Errors
/// The brokers did not take it.
pub(super) async fn bury(
    kafka: &Inner,
    consumer: &str,
    message: &rdkafka::message::OwnedMessage,
    cause: &str,
) -> Result<(), String> {
    use rdkafka::Message;
    let topic = format!("{}.dlq", message.topic());
    let headers = because(message.headers().cloned().unwrap_or_default(), consumer, cause);
    let mut copy = FutureRecord::<[u8], [u8]>::to(&topic).headers(headers);
    if let Some(key) = message.key() {
        copy = copy.key(key);
    }
    if let Some(data) = message.payload() {
        copy = copy.payload(data);
    }
    acknowledged(kafka, copy).await
}

/// One message, and that the brokers have it.
async fn acknowledged(
    kafka: &Inner,
    message: FutureRecord<'_, impl ToBytes + ?Sized, impl ToBytes + ?Sized>,
) -> Result<(), String> {
    let producer = kafka.producer();
    let send = producer.send(message, Timeout::After(PATIENCE));
    match tokio::time::timeout(PATIENCE, send).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err((error, _))) => Err(error.to_string()),
        Err(late) => Err(late.to_string()),
    }
}

fn because(headers: OwnedHeaders, consumer: &str, cause: &str) -> OwnedHeaders {
    headers
        .insert(Header { key: "dojob_consumer", value: Some(consumer) })
        .insert(Header { key: "dojob_cause", value: Some(cause) })
}
