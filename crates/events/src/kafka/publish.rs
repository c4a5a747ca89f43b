//! The producer's side: a batch is handed over in its order, and then all of it is waited for.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use pg::Record;
use rdkafka::message::{Header, OwnedHeaders};

use super::{
    client::PATIENCE,
    producer::{Producer, Report},
    shared::Shared,
    wire,
};

/// What became of a batch.
pub(crate) struct Delivered {
    /// How many events the brokers have.
    pub count: usize,
    /// Why they do not have the rest.
    pub cause: Option<String>,
}

/// How long a stopping process waits for brokers that do not answer: what they did not get stays in the outbox.
const FAREWELL: Duration = Duration::from_secs(5);

pub(super) async fn batch(kafka: &Shared, batch: &[Arc<Record>]) -> Delivered {
    let producer = kafka.producer();
    let (mut sent, mut cause) = (Vec::with_capacity(batch.len()), None);
    for record in batch {
        match send(&producer, record) {
            Ok(delivery) => sent.push(delivery),
            Err(error) => {
                // The queue is full or the event too large: no later event may overtake this one.
                cause = Some(error);
                break;
            }
        }
    }
    let Some(reports) = reported(kafka, &producer, join_all(sent)).await else {
        return Delivered { count: 0, cause: Some("the process stops".to_owned()) };
    };
    let mut count = 0;
    for report in reports {
        match report {
            Ok(Ok(())) => count += 1,
            Ok(Err(refused)) => drop(cause.get_or_insert(refused)),
            Err(gone) => drop(cause.get_or_insert_with(|| gone.to_string())),
        }
    }
    match &cause {
        Some(cause) => {
            kafka.health.down(cause);
            kafka.replace_failed(&producer);
        }
        None => kafka.health.up(),
    }
    Delivered { count, cause }
}

fn send(producer: &Producer, record: &Record) -> Result<Report, String> {
    let (key, data) = (record.key.to_string(), record.data.to_string());
    producer.send(&record.topic, Some(key.as_bytes()), Some(data.as_bytes()), wire::headers(record))
}

/// Waits as long as it takes, and reports it; gives up only when the process stops.
async fn reported<T>(kafka: &Shared, producer: &Producer, reports: impl Future<Output = T>) -> Option<T> {
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
                producer.forget();
                return None;
            }
            () = tokio::time::sleep(PATIENCE) => kafka.health.down("no broker has acknowledged anything for 10 s"),
        }
    }
}

/// A dead letter goes to its topic's companion too, for people and tools that look there.
pub(super) async fn copy_dead_letter(kafka: &Shared, consumer: &str, record: &Record, cause: &str) {
    let (key, data) = (record.key.to_string(), record.data.to_string());
    let headers = because(wire::headers(record), consumer, cause);
    let topic = format!("{}.dlq", record.topic);
    let report = kafka.producer().send(&topic, Some(key.as_bytes()), Some(data.as_bytes()), headers);
    if let Err(cause) = acknowledged(report).await {
        tracing::error!(consumer, event.id = %record.event_id, cause, "a dead letter has no copy in its topic");
    }
}

/// A message that is no event has no other place than the dead letters.
///
/// # Errors
/// The brokers did not take it.
pub(crate) async fn bury(
    kafka: &Shared,
    consumer: &str,
    message: &rdkafka::message::OwnedMessage,
    cause: &str,
) -> Result<(), String> {
    use rdkafka::Message;
    let topic = format!("{}.dlq", message.topic());
    let headers = because(message.headers().cloned().unwrap_or_default(), consumer, cause);
    acknowledged(kafka.producer().send(&topic, message.key(), message.payload(), headers)).await
}

/// That the brokers have it.
async fn acknowledged(report: Result<Report, String>) -> Result<(), String> {
    let report = tokio::time::timeout(PATIENCE, report?).await;
    report.map_err(|late| late.to_string())?.map_err(|gone| gone.to_string())?
}

fn because(headers: OwnedHeaders, consumer: &str, cause: &str) -> OwnedHeaders {
    headers
        .insert(Header { key: "dojob_consumer", value: Some(consumer) })
        .insert(Header { key: "dojob_cause", value: Some(cause) })
}
