//! What Kafka holds: the topics from their beginning, and how far each group has come.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
    message::{BorrowedMessage, Headers},
    types::RDKafkaErrorCode,
};

use super::{invariants::Invariants, observations::Event};

/// How long one question to the broker may take.
const ANSWER: Duration = Duration::from_secs(20);

/// Consumers by name, with the topics that each reads.
pub type Groups = BTreeMap<&'static str, BTreeSet<&'static str>>;

/// A look from outside: joins no group.
pub struct Topics {
    config: ClientConfig,
    reader: Arc<BaseConsumer>,
}

/// An event as it stands in a topic.
struct Delivery {
    id: String,
    key: String,
    sequence: i64,
}

impl Topics {
    /// # Errors
    /// The address cannot be used.
    pub fn of(brokers: &str) -> anyhow::Result<Self> {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", brokers).set("reconnect.backoff.max.ms", "1000");
        let reader = Arc::new(config.clone().set("group.id", "dojob-chaos").create()?);
        Ok(Self { config, reader })
    }

    /// `topic partition` with the offset of its end.
    fn ends(reader: &BaseConsumer, topic: &str) -> anyhow::Result<Vec<(i32, i64)>> {
        let metadata = reader.fetch_metadata(Some(topic), ANSWER)?;
        let topic_of = metadata.topics().first().with_context(|| format!("there is no topic {topic}"))?;
        let mut ends = Vec::new();
        for partition in topic_of.partitions() {
            let (_, end) = reader.fetch_watermarks(topic, partition.id(), ANSWER)?;
            ends.push((partition.id(), end));
        }
        Ok(ends)
    }

    /// How many messages each group has not confirmed; those that have confirmed all are left out.
    ///
    /// # Errors
    /// The broker does not answer.
    pub async fn lag(&self, groups: &Groups) -> anyhow::Result<BTreeMap<&'static str, i64>> {
        let (config, reader, groups) = (self.config.clone(), self.reader.clone(), groups.clone());
        let ask = move || {
            let mut lags = BTreeMap::new();
            for (group, topics) in groups {
                let member: BaseConsumer = config.clone().set("group.id", group).create()?;
                let (mut ends, mut asked) = (BTreeMap::new(), TopicPartitionList::new());
                for topic in topics {
                    for (partition, end) in Self::ends(&reader, topic)? {
                        asked.add_partition(topic, partition);
                        ends.insert((topic.to_owned(), partition), end);
                    }
                }
                let mut lag = 0;
                for at in member.committed_offsets(asked, ANSWER)?.elements() {
                    let end = ends.get(&(at.topic().to_owned(), at.partition())).copied().unwrap_or_default();
                    lag += match at.offset() {
                        Offset::Offset(offset) => end - offset,
                        _ => end,
                    };
                }
                if lag != 0 {
                    lags.insert(group, lag);
                }
            }
            anyhow::Ok(lags)
        };
        tokio::task::spawn_blocking(ask).await?
    }

    /// Waits until every group has confirmed everything; what is left after so long.
    ///
    /// # Errors
    /// The broker does not answer.
    pub async fn until_no_lag(&self, groups: &Groups, patience: Duration) -> anyhow::Result<Vec<String>> {
        let since = Instant::now();
        loop {
            let lags = self.lag(groups).await?;
            if lags.is_empty() || since.elapsed() > patience {
                return Ok(lags.into_iter().map(|(group, lag)| format!("{group}: {lag}")).collect());
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }

    /// Lets every group begin again. Its members must have gone.
    ///
    /// # Errors
    /// Members stay, or the broker does not answer.
    pub async fn forget(&self, groups: &Groups) -> anyhow::Result<()> {
        let admin: AdminClient<DefaultClientContext> = self.config.create()?;
        let since = Instant::now();
        let mut left: Vec<&str> = groups.keys().copied().collect();
        while !left.is_empty() {
            let options = AdminOptions::new().request_timeout(Some(ANSWER));
            let mut refused = Vec::new();
            for answer in admin.delete_groups(&left, &options).await? {
                match answer {
                    // One that is not there has nothing to forget.
                    Ok(_) | Err((_, RDKafkaErrorCode::GroupIdNotFound)) => {}
                    Err((group, RDKafkaErrorCode::NonEmptyGroup)) => refused.push(group),
                    Err((group, error)) => bail!("group {group} cannot be deleted: {error}"),
                }
            }
            ensure!(since.elapsed() < Duration::from_mins(2), "members have not left: {refused:?}");
            left.retain(|group| refused.iter().any(|refused| refused == group));
            if !left.is_empty() {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
        Ok(())
    }

    /// A topic from its beginning to where it ends now: first deliveries in their order, and how many came again.
    async fn read(&self, topic: String) -> anyhow::Result<(Vec<Delivery>, usize)> {
        let config = self.config.clone();
        let read = move || {
            let reader: BaseConsumer =
                config.clone().set("group.id", "dojob-chaos").set("enable.auto.commit", "false").create()?;
            let (mut places, mut left) = (TopicPartitionList::new(), BTreeMap::new());
            for (partition, end) in Self::ends(&reader, &topic)? {
                places.add_partition_offset(&topic, partition, Offset::Beginning)?;
                if end > 0 {
                    left.insert(partition, end);
                }
            }
            reader.assign(&places)?;
            let (mut first, mut again, mut known) = (Vec::new(), 0, HashSet::new());
            while !left.is_empty() {
                let message = reader.poll(ANSWER).with_context(|| format!("{topic} ends too early"))??;
                if left.get(&message.partition()).is_some_and(|end| message.offset() + 1 >= *end) {
                    left.remove(&message.partition());
                }
                let delivery = delivery(&message)?;
                if known.insert(delivery.id.clone()) {
                    first.push(delivery);
                } else {
                    again += 1;
                }
            }
            anyhow::Ok((first, again))
        };
        tokio::task::spawn_blocking(read).await?
    }

    /// Every event of the logs is in its topic, nothing else is there, and those of one key came in the order in which
    /// they were published. How many came again: what a crash or a replay sends again is what dedup is for.
    ///
    /// # Errors
    /// The broker does not answer, or a topic ends too early.
    pub async fn compare(&self, events: &[Event], invariants: &mut Invariants) -> anyhow::Result<usize> {
        let topics: BTreeSet<&str> = events.iter().map(|event| event.topic.as_str()).collect();
        let (mut there, mut looked_at, mut twice, mut disorder) = (Vec::new(), 0, 0, Vec::new());
        for topic in topics {
            let (deliveries, again) = self.read(topic.to_owned()).await?;
            twice += again;
            looked_at += deliveries.len();
            there.extend(deliveries.iter().map(|delivery| format!("{topic} {}", delivery.id)));

            let mut last: BTreeMap<&str, i64> = BTreeMap::new();
            for Delivery { id, key, sequence } in &deliveries {
                let before = last.insert(key, *sequence).unwrap_or(i64::MIN);
                if before >= *sequence {
                    disorder.push(format!("{topic} {key}: {sequence} ({id}) after {before}"));
                }
            }
        }
        let published = events.iter().map(|event| format!("{} {}", event.topic, event.id)).collect();
        invariants.same("events in Kafka", published, there);
        invariants.add("order in Kafka", looked_at, disorder);
        Ok(twice)
    }
}

fn delivery(message: &BorrowedMessage<'_>) -> anyhow::Result<Delivery> {
    let header = |name: &str| {
        let headers = message.headers().context("an event has headers")?;
        let found = headers.iter().find(|h| h.key == name).and_then(|h| h.value);
        let text = std::str::from_utf8(found.with_context(|| format!("an event has no {name}"))?)?;
        anyhow::Ok(text.to_owned())
    };
    let key = String::from_utf8(message.key().context("an event has a key")?.to_vec())?;
    Ok(Delivery { id: header("ce_id")?, key, sequence: header("ce_sequence")?.parse()? })
}
