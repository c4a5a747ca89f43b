//! The bus between services: in one process the services' own logs and a signal, between processes Apache Kafka. The
//! services' code does not know the difference.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use pg::{Failure, Pool};
use tokio::sync::{broadcast, watch};

use crate::{
    kafka::Kafka,
    live::{Live, LiveEvent},
    log,
    model::{Record, source_of},
};

/// How many events a live listener may fall behind before it is told of a gap.
const LIVE_BACKLOG: usize = 4096;

/// Where events go and come from. Cheap to clone; clones are the same bus.
#[derive(Clone, Default)]
pub struct Bus(Arc<Inside>);

#[derive(Default)]
struct Inside {
    sources: Mutex<HashMap<String, Source>>,
    kafka: Option<Kafka>,
}

struct Source {
    log: Option<Pool>,
    last: watch::Sender<i64>,
    live: broadcast::Sender<LiveEvent>,
    /// Topics that are followed on Kafka for live listeners.
    followed: HashSet<&'static str>,
}

impl Default for Source {
    fn default() -> Self {
        let (last, live) = (watch::channel(0).0, broadcast::channel(LIVE_BACKLOG).0);
        Self { log: None, last, live, followed: HashSet::new() }
    }
}

impl Bus {
    /// A bus within one process.
    pub fn in_process() -> Self {
        Self::default()
    }

    /// A bus between processes.
    pub fn kafka(kafka: Kafka) -> Self {
        Self(Arc::new(Inside { kafka: Some(kafka), ..Inside::default() }))
    }

    /// Kafka, if that is what this bus is.
    pub(crate) fn over_kafka(&self) -> Option<&Kafka> {
        self.0.kafka.as_ref()
    }

    fn with<T>(&self, source: &str, act: impl FnOnce(&mut Source) -> T) -> T {
        let mut sources = self.0.sources.lock().unwrap_or_else(PoisonError::into_inner);
        act(sources.entry(source.to_owned()).or_default())
    }

    /// Makes `service`'s log readable for the consumers of this process.
    pub fn offer_log(&self, service: &str, log: Pool) {
        self.with(service, |source| source.log = Some(log));
    }

    /// Tells consumers and live listeners of what the relay has just made durable.
    pub(crate) fn announce(&self, service: &str, records: impl Iterator<Item = Arc<Record>>) {
        self.with(service, |source| {
            for record in records {
                source.last.send_replace(record.position);
                // Nobody listening is fine: the content is in the database.
                let _ = source.live.send(LiveEvent::Event(record));
            }
        });
    }

    /// Wakes whenever `service`'s log has grown.
    pub(crate) fn grown(&self, service: &str) -> watch::Receiver<i64> {
        self.with(service, |source| source.last.subscribe())
    }

    /// Copies a dead letter to its topic's companion, where there are topics. The row is the truth, so a
    /// copy that cannot be made is only a line in the log.
    pub(crate) async fn copy_dead_letter(&self, consumer: &str, record: &Record, cause: &str) {
        if let Some(kafka) = &self.0.kafka {
            kafka.copy_dead_letter(consumer, record, cause).await;
        }
    }

    /// A batch of a service's log behind `after`, in its order; nothing of a service that is not here.
    ///
    /// # Errors
    /// That service's database is unavailable.
    pub async fn read(&self, service: &str, after: i64, limit: i64) -> Result<Vec<Record>, Failure> {
        let Some(pool) = self.with(service, |source| source.log.clone()) else { return Ok(Vec::new()) };
        log::read_after(&mut pool.get().await?, after, limit).await
    }

    /// Listens to a topic from now on, without a position: for frames to sockets and streams, whose content is read
    /// from the database.
    pub fn live(&self, topic: &'static str) -> Live {
        self.with(source_of(topic), |source| {
            if let Some(kafka) = &self.0.kafka
                && source.followed.insert(topic)
            {
                kafka.follow(topic, source.live.clone());
            }
            Live { topic, receiver: source.live.subscribe() }
        })
    }
}

impl std::fmt::Debug for Bus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bus").finish_non_exhaustive()
    }
}
