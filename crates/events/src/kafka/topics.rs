//! Topics are made by `migrate`, as the services declare them, and by nobody else.

use anyhow::{Context as _, bail, ensure};
use rdkafka::{
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    config::FromClientConfig,
    error::RDKafkaErrorCode,
    producer::{BaseProducer, Producer},
};

use super::client::{self, LARGEST, PATIENCE};
use crate::{Broker, Retention, Topic};

pub(super) async fn ensure(broker: &Broker, topics: &[Topic]) -> anyhow::Result<Vec<String>> {
    let unreachable = || format!("Kafka at {} did not answer", broker.brokers);
    let present = present(broker).await.with_context(unreachable)?;
    let mut made = Vec::new();
    for topic in topics {
        let dead_letters = format!("{}.dlq", topic.name);
        let retention = retention(topic.retention);
        let cleanup = if topic.compacted { "compact" } else { "delete" };
        let topic_settings = [("retention.ms", retention.as_str()), ("cleanup.policy", cleanup)];
        // What is no event lies there alone, so it stays; and it must hold what was just too large elsewhere.
        let letters_settings = [("retention.ms", "-1"), ("max.message.bytes", LARGEST)];
        let wanted = [
            (topic.name, i32::from(topic.partitions), topic_settings.as_slice()),
            (dead_letters.as_str(), 1, letters_settings.as_slice()),
        ];
        for (name, partitions, settings) in wanted {
            if let Some((_, found)) = present.iter().find(|(known, _)| known == name) {
                ensure!(
                    *found == partitions,
                    "{name} has {found} partitions and is declared with {partitions}: a key's order would be lost, \
                     so make a .v2 of it"
                );
            } else if make(broker, name, partitions, settings).await? {
                made.push(format!("{name}: {partitions} partitions"));
            }
        }
    }
    Ok(made)
}

/// Names and numbers of partitions of the topics that are there.
async fn present(broker: &Broker) -> anyhow::Result<Vec<(String, i32)>> {
    let client = BaseProducer::from_config(&client::config(broker, "migrate")?)?;
    let read = move || {
        let metadata = client.client().fetch_metadata(None, PATIENCE)?;
        let topic = |t: &rdkafka::metadata::MetadataTopic| {
            Ok((t.name().to_owned(), i32::try_from(t.partitions().len())?))
        };
        metadata.topics().iter().map(topic).collect()
    };
    tokio::task::spawn_blocking(read).await?
}

/// False when it is there already: another migration was quicker, or the broker that told us what is there did not know
/// of it yet.
async fn make(
    broker: &Broker,
    name: &str,
    partitions: i32,
    settings: &[(&str, &str)],
) -> anyhow::Result<bool> {
    let admin = AdminClient::<DefaultClientContext>::from_config(&client::config(broker, "migrate")?)?;
    let mut topic = NewTopic::new(name, partitions, TopicReplication::Fixed(broker.replication));
    for (key, value) in settings {
        topic = topic.set(key, value);
    }
    let options = AdminOptions::new().request_timeout(Some(PATIENCE)).operation_timeout(Some(PATIENCE));
    let mut made = false;
    for answer in admin.create_topics([&topic], &options).await? {
        match answer {
            Ok(_) => made = true,
            Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((name, code)) => bail!("{name} cannot be made: {code}"),
        }
    }
    Ok(made)
}

fn retention(of: Retention) -> String {
    match of {
        Retention::Forever => "-1".to_owned(),
        Retention::Days(days) => (i64::from(days) * 24 * 60 * 60 * 1000).to_string(),
    }
}
