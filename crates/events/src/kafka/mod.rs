//! The bus between processes: Apache Kafka through librdkafka. Order holds per key, because a key has one partition
//! and the producer is idempotent; events may come twice, and the proofs in the consumers' databases bear that.

pub(crate) mod client;
mod live;
mod producer;
pub(crate) mod publish;
mod shared;
mod topics;
pub(crate) mod wire;

use std::sync::Arc;

use chrono::TimeDelta;
use kernel::{metrics::Metrics, tasks::Tasks};
use pg::Record;
use tokio::sync::broadcast;

use self::{publish::Delivered, shared::Shared};
use crate::{Broker, LiveEvent, Topic};

/// Apache Kafka, as one service's process uses it. Cheap to clone; clones share a producer.
#[derive(Clone)]
pub struct Kafka(pub(crate) Arc<Shared>);

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
        Ok(Self(Arc::new(Shared::start(broker, service, metrics, tasks)?)))
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
    pub(crate) async fn publish(&self, batch: &[Arc<Record>]) -> Delivered {
        publish::batch(&self.0, batch).await
    }

    pub(crate) async fn copy_dead_letter(&self, consumer: &str, record: &Record, cause: &str) {
        publish::copy_dead_letter(&self.0, consumer, record, cause).await;
    }

    /// What was published to `topic` lately.
    pub(crate) async fn recent(&self, topic: &'static str, lately: TimeDelta) -> anyhow::Result<Vec<Record>> {
        live::recent(&self.0, topic, lately).await
    }

    /// Sends what comes on `topic` from now on, for as long as the process lives.
    pub(crate) fn follow(&self, topic: &'static str, to: broadcast::Sender<LiveEvent>) {
        self.0.tasks.spawn(live::follow(self.0.clone(), topic, to));
    }
}
