//! The consumer's side: one Kafka group for each consumer. An offset is stored after the database has the effects, and
//! sent to the brokers every second; a process that dies in between gets the events again, and the proofs bear that.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures_util::FutureExt;
use pg::Record;
use rdkafka::{
    Message, Offset, TopicPartitionList,
    config::FromClientConfigAndContext,
    consumer::{Consumer as _, StreamConsumer},
    error::KafkaResult,
    message::{BorrowedMessage, OwnedMessage},
};

use super::effects::{BATCH, Effects};
use crate::{
    GroupProtocol, Kafka,
    kafka::{
        client::{self, Context, Detached},
        publish, wire,
    },
    model::source_of,
};

type Client = Detached<StreamConsumer<Context>>;

/// What was read together, and where each partition stands behind it.
#[derive(Default)]
struct Batch {
    /// What has the same key is in the same lane, in its order: two transactions side by side, so that one is worked on
    /// while the other is waited for.
    lanes: [Vec<Arc<Record>>; 2],
    /// What is no event, and why.
    unreadable: Vec<(OwnedMessage, String)>,
    next: HashMap<(String, i32), i64>,
}

impl Batch {
    fn add(&mut self, message: &BorrowedMessage<'_>) {
        let place = (message.topic().to_owned(), message.partition());
        self.next.insert(place, message.offset() + 1);
        match wire::record(message) {
            Ok(record) => {
                let [even, odd] = &mut self.lanes;
                if record.key.as_u128() % 2 == 0 { even } else { odd }.push(Arc::new(record));
            }
            Err(cause) => self.unreadable.push((message.detach(), cause)),
        }
    }

    fn len(&self) -> usize {
        self.lanes.iter().map(Vec::len).sum()
    }

    fn offsets(&self) -> KafkaResult<TopicPartitionList> {
        let mut offsets = TopicPartitionList::with_capacity(self.next.len());
        for ((topic, partition), next) in &self.next {
            offsets.add_partition_offset(topic, *partition, Offset::Offset(*next))?;
        }
        Ok(offsets)
    }
}

/// Gives `effects` its events until the service stops. A client that can do no more is replaced by a new one.
pub(super) async fn run(kafka: Kafka, effects: Effects) {
    let stop = effects.cx.tasks.stopping();
    while !stop.is_cancelled() {
        match join(&kafka, &effects) {
            Ok(client) => {
                let ended = follow(&kafka, &client, &effects).await;
                client.leave().await;
                if let Some(cause) = ended {
                    tracing::warn!(consumer = effects.consumer.name(), cause, "rejoins its group");
                }
            }
            Err(error) => {
                tracing::error!(consumer = effects.consumer.name(), %error, "cannot join its group");
            }
        }
        let _ = tokio::time::timeout(Duration::from_secs(2), stop.cancelled()).await;
    }
}

fn join(kafka: &Kafka, effects: &Effects) -> anyhow::Result<Client> {
    let (broker, consumer) = (&kafka.0.broker, &effects.consumer);
    let mut config = client::config(broker, consumer.name())?;
    config
        .set("group.id", consumer.name())
        // Who joins late has everything before it.
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.offset.store", "false")
        .set("enable.auto.commit", "true")
        .set("auto.commit.interval.ms", "1000")
        .set("fetch.message.max.bytes", client::LARGEST);
    match broker.protocol {
        GroupProtocol::Consumer => config.set("group.protocol", "consumer"),
        GroupProtocol::Classic => config
            .set("group.protocol", "classic")
            .set("session.timeout.ms", "6000")
            .set("heartbeat.interval.ms", "2000")
            .set("partition.assignment.strategy", "cooperative-sticky"),
    };
    let context = Context::of_consumer(kafka.0.health.clone(), consumer.name());
    let client = Detached::new(StreamConsumer::from_config_and_context(&config, context)?);
    let topics: Vec<&str> = consumer.topics().into_iter().collect();
    client.subscribe(&topics)?;
    Ok(client)
}

/// Reads until the service stops (`None`) or the client can do no more.
async fn follow(kafka: &Kafka, client: &Client, effects: &Effects) -> Option<String> {
    let stop = effects.cx.tasks.stopping();
    loop {
        let batch = tokio::select! {
            batch = read(client) => batch,
            () = client.context().progress.stalled() => return Some("a partition is not read".to_owned()),
            () = stop.cancelled() => return None,
        };
        let batch = match batch {
            Ok(batch) => batch,
            Err(error) if client.client().fatal_error().is_some() => return Some(error.to_string()),
            Err(error) => {
                // Away or not there yet: librdkafka tries again by itself.
                tracing::debug!(consumer = effects.consumer.name(), %error, "nothing to read");
                let _ = tokio::time::timeout(Duration::from_millis(200), stop.cancelled()).await;
                continue;
            }
        };
        while let Err(cause) = take(kafka, effects, &batch).await {
            tracing::warn!(consumer = effects.consumer.name(), cause, "waiting to try again");
            if tokio::time::timeout(Duration::from_millis(500), stop.cancelled()).await.is_ok() {
                return None;
            }
        }
        // Refused for partitions that have gone to another member meanwhile: it finds the proofs.
        if let Err(error) = batch.offsets().and_then(|offsets| client.store_offsets(&offsets)) {
            tracing::debug!(consumer = effects.consumer.name(), %error, "offsets were not stored");
        }
    }
}

/// Waits for an event, and takes with it what has come already.
async fn read(client: &Client) -> KafkaResult<Batch> {
    let mut batch = Batch::default();
    batch.add(&client.recv().await?);
    while i64::try_from(batch.len()).is_ok_and(|count| count < BATCH) {
        match client.recv().now_or_never() {
            Some(Ok(message)) => batch.add(&message),
            // It comes again by the next call.
            Some(Err(_)) | None => break,
        }
    }
    Ok(batch)
}

async fn take(kafka: &Kafka, effects: &Effects, batch: &Batch) -> Result<(), String> {
    let [even, odd] = &batch.lanes;
    let (even, odd) = tokio::join!(effects.take(even, None), effects.take(odd, None));
    even.and(odd).map_err(|failure| failure.to_string())?;
    for (message, cause) in &batch.unreadable {
        let (consumer, source) = (effects.consumer.name(), source_of(message.topic()));
        publish::bury(&kafka.0, consumer, message, cause).await?;
        tracing::error!(
            consumer,
            topic = message.topic(),
            partition = message.partition(),
            offset = message.offset(),
            cause,
            "a message is no event; it lies among the dead letters"
        );
        kafka.0.metrics.unreadable(consumer, source);
    }
    Ok(())
}
