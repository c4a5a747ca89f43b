//! What live listeners receive: every process reads the whole topic from its end, without a group, and keeps no offset.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use chrono::TimeDelta;
use kernel::time::Clock;
use pg::Record;
use rdkafka::{
    Offset, TopicPartitionList,
    config::FromClientConfigAndContext,
    consumer::{BaseConsumer, Consumer, StreamConsumer},
    error::KafkaError,
    message::Message as _,
    metadata::MetadataTopic,
    types::RDKafkaErrorCode as Code,
};
use tokio::sync::broadcast;
use uuid::Uuid;

use super::{
    client::{self, Context, Detached, LARGEST, PATIENCE},
    shared::Shared,
    wire,
};
use crate::LiveEvent;

/// Events that come twice come twice within so many.
const REMEMBERED: usize = 8192;

/// Sends what comes on `topic`, until the process stops. A gap is sent whenever something may have been missed: at
/// the first reading, too, because sockets may have been opened before it.
pub(super) async fn follow(kafka: Arc<Shared>, topic: &'static str, to: broadcast::Sender<LiveEvent>) {
    let stop = kafka.tasks.stopping();
    let mut recent = Recent::default();
    while !stop.is_cancelled() {
        let ended = match at_the_end(&kafka, topic).await {
            Ok(client) => {
                // Nobody listening is fine: the content is in the database.
                let _ = to.send(LiveEvent::Gap);
                let ended = tokio::select! {
                    error = read(&client, &to, &mut recent) => Some(error.into()),
                    () = stop.cancelled() => None,
                };
                client.leave().await;
                ended
            }
            Err(error) => Some(error),
        };
        if let Some(error) = ended {
            tracing::debug!(topic, %error, "live listening starts again");
            let _ = tokio::time::timeout(Duration::from_millis(500), stop.cancelled()).await;
        }
    }
}

/// A client that stands at the end of the topic.
async fn at_the_end(
    kafka: &Shared,
    topic: &'static str,
) -> anyhow::Result<Detached<StreamConsumer<Context>>> {
    let client: Detached<StreamConsumer<Context>> = client(kafka)?;
    // The end of now, by number: a symbolic end would be looked up at some later moment.
    tokio::task::spawn_blocking(move || {
        let mut from = TopicPartitionList::new();
        for (partition, end) in ends(&*client, topic)? {
            from.add_partition_offset(topic, partition, Offset::Offset(end))?;
        }
        client.assign(&from)?;
        Ok(client)
    })
    .await?
}

/// What was published to the topic lately, up to its end of now. A message's time is that of its publication by the system's
/// clock, so nothing that happened lately is missing.
pub(super) async fn recent(
    kafka: &Shared,
    topic: &'static str,
    lately: TimeDelta,
) -> anyhow::Result<Vec<Record>> {
    let client: Detached<BaseConsumer<Context>> = client(kafka)?;
    let since = (Clock::default().now() - lately).timestamp_millis();
    let read = move || {
        let found = read_since(&client, topic, since);
        (client, found)
    };
    let (client, found) = tokio::task::spawn_blocking(read).await?;
    client.leave().await;
    found
}

/// Reads from a time, in milliseconds of the epoch, to the end.
fn read_since(
    client: &BaseConsumer<Context>,
    topic: &'static str,
    since: i64,
) -> anyhow::Result<Vec<Record>> {
    // A token is fetched by whoever polls; nothing else can come yet.
    let _ = client.poll(Duration::from_millis(100));
    let mut ends = ends(client, topic)?;
    let mut times = TopicPartitionList::new();
    for partition in ends.keys() {
        times.add_partition_offset(topic, *partition, Offset::Offset(since))?;
    }
    let (mut from, mut wanted) = (TopicPartitionList::new(), HashMap::new());
    for place in client.offsets_for_times(times, PATIENCE)?.elements() {
        place.error()?;
        // Where nothing was published since then, the end itself is told.
        let Offset::Offset(first) = place.offset() else { continue };
        if let Some(end) = ends.remove(&place.partition()).filter(|end| first < *end) {
            from.add_partition_offset(topic, place.partition(), Offset::Offset(first))?;
            wanted.insert(place.partition(), end);
        }
    }
    client.assign(&from)?;
    let mut found = Vec::new();
    while !wanted.is_empty() {
        let message = client.poll(PATIENCE).context("the broker sends nothing")??;
        if wanted.get(&message.partition()).is_some_and(|end| message.offset() + 1 >= *end) {
            wanted.remove(&message.partition());
        }
        // What is no event is somebody else's to report.
        found.extend(wire::record(&message));
    }
    Ok(found)
}

/// A client without a group, which can be placed anywhere.
fn client<T>(kafka: &Shared) -> anyhow::Result<Detached<T>>
where
    T: FromClientConfigAndContext<Context> + Send + Sync + 'static,
{
    let mut config = client::config(&kafka.broker, kafka.name)?;
    config
        // Required and never used: nothing is subscribed or committed.
        .set("group.id", format!("{}/live", kafka.name))
        .set("enable.auto.commit", "false")
        // An offset that the broker does not know any more is a gap, and the end is looked for again.
        .set("auto.offset.reset", "error")
        .set("fetch.message.max.bytes", LARGEST);
    Ok(Detached::new(T::from_config_and_context(&config, Context::new(kafka.health.clone()))?))
}

/// Where each partition of the topic ends at the moment.
fn ends(client: &impl Consumer<Context>, topic: &str) -> anyhow::Result<HashMap<i32, i64>> {
    let metadata = client.fetch_metadata(Some(topic), PATIENCE)?;
    let mut ends = HashMap::new();
    for partition in metadata.topics().iter().flat_map(MetadataTopic::partitions) {
        let (_, end) = client.fetch_watermarks(topic, partition.id(), PATIENCE)?;
        ends.insert(partition.id(), end);
    }
    anyhow::ensure!(!ends.is_empty(), "{topic} has no partitions");
    Ok(ends)
}

/// Hands on what comes, until the client can do no more.
async fn read(
    client: &StreamConsumer<Context>,
    to: &broadcast::Sender<LiveEvent>,
    recent: &mut Recent,
) -> KafkaError {
    loop {
        match client.recv().await {
            Ok(message) => {
                let Ok(record) = wire::record(&message) else { continue };
                if record.headers.get(wire::REPLAYED).is_none() && recent.is_new(record.event_id) {
                    let _ = to.send(LiveEvent::Event(Arc::new(record)));
                }
            }
            Err(KafkaError::MessageConsumption(code)) if is_passing(code) => {}
            Err(error) => return error,
        }
    }
}

/// The broker is unavailable for now; the client goes on where it was.
fn is_passing(code: Code) -> bool {
    matches!(code, Code::BrokerTransportFailure | Code::AllBrokersDown | Code::OperationTimedOut)
}

/// The events that came last. A relay that died after a publication publishes the same again.
#[derive(Default)]
struct Recent {
    ids: HashSet<Uuid>,
    order: VecDeque<Uuid>,
}

impl Recent {
    fn is_new(&mut self, id: Uuid) -> bool {
        if !self.ids.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_new_once_and_few_are_remembered() {
        let mut recent = Recent::default();
        let count = u128::try_from(REMEMBERED).unwrap();
        assert!((0..=count).all(|n| recent.is_new(Uuid::from_u128(n))));
        assert!(!recent.is_new(Uuid::from_u128(count)) && !recent.is_new(Uuid::from_u128(1)));
        assert!(recent.is_new(Uuid::from_u128(0)), "the oldest is forgotten");
        assert_eq!(recent.ids.len(), REMEMBERED);
    }
}
