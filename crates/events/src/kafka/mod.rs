//! The bus between processes: Apache Kafka through librdkafka. Order holds per key, because a key has one partition
//! and the producer is idempotent; events may come twice, and the proofs in the consumers' databases bear that.

mod client;
mod group;
mod live;
mod producer;
mod publish;
mod topics;
mod wire;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kernel::{metrics::Metrics, tasks::Tasks};
use tokio::sync::broadcast;

use self::publish::Delivered;
use self::{client::Health, producer::Producer};
use crate::{Broker, LiveEvent, Record, Topic, consumer::Effects};

/// The largest message: a refused one of a megabyte, with the reason in its headers, must fit too.
const LARGEST: &str = "2097152";

/// How long to wait for a broker before reporting that it cannot be reached.
const PATIENCE: Duration = Duration::from_secs(10);

impl Inner {
    fn producer(&self) -> Producer {
        self.producer.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A producer that has failed for good, because the brokers have lost what it had told them, fails for ever: a new
    /// one takes its place. What it was to publish is still in the outbox.
    fn replace_failed(&self, failed: &Producer) {
        let Some(cause) = failed.fatal_error() else { return };
        match Producer::start(&self.broker, self.name, &self.health) {
            Ok(new) => {
                tracing::warn!(service = self.name, cause, "the producer failed for good; a new one goes on");
                *self.producer.lock().unwrap_or_else(PoisonError::into_inner) = new;
            }
            Err(error) => tracing::error!(service = self.name, %error, "no new producer can be made"),
        }
    }
}

/// Apache Kafka, as one service's process uses it. Cheap to clone; clones share a producer.
#[derive(Clone)]
pub struct Kafka(Arc<Inner>);

struct Inner {
    broker: Broker,
    /// The service, and the first part of the client ids.
    name: &'static str,
    producer: Mutex<Producer>,
    health: Health,
    metrics: Metrics,
    tasks: Tasks,
}

impl std::fmt::Debug for Kafka {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kafka").field("brokers", &self.0.broker.brokers).finish_non_exhaustive()
    }
}

impl Kafka {
    /// A client of these brokers for `service`. It connects in the background: an unavailable broker is no error.
    ///
    /// # Errors
    /// The settings cannot be used.
    pub fn connect(
        broker: &Broker,
        service: &'static str,
        metrics: Metrics,
        tasks: Tasks,
    ) -> anyhow::Result<Self> {
        let health = Health::new(service, metrics.clone());
        let producer = Mutex::new(Producer::start(broker, service, &health)?);
        let broker = broker.clone();
        Ok(Self(Arc::new(Inner { broker, name: service, producer, health, metrics, tasks })))
    }

    /// Makes the topics that are missing, and their companions for dead letters; returns in words what it made. Only
    /// `migrate` calls it.
    ///
    /// # Errors
    /// No broker answers, it refuses, or a topic stands there with another number of partitions.
    pub async fn ensure_topics(broker: &Broker, topics: &[Topic]) -> anyhow::Result<Vec<String>> {
        topics::ensure(broker, topics).await
    }

    /// Hands a batch to the brokers, in its order, and waits until it is known what they have.
    pub(crate) async fn publish(&self, batch: &[Record]) -> Delivered {
        publish::batch(&self.0, batch).await
    }

    pub(crate) async fn copy_dead_letter(&self, consumer: &str, record: &Record, cause: &str) {
        publish::copy_dead_letter(&self.0, consumer, record, cause).await;
    }

    /// Sends what comes on `topic` from now on, for as long as the process lives.
    pub(crate) fn follow(&self, topic: &'static str, to: broadcast::Sender<LiveEvent>) {
        self.0.tasks.spawn(live::follow(self.clone(), topic, to));
    }

    /// Gives a consumer its events until the service stops.
    pub(crate) async fn consume(self, effects: Effects) {
        group::run(self, effects).await;
    }
}
