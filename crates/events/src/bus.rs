//! The bus between services: in one process the services' own logs and a signal, between processes Apache Kafka. The
//! services' code does not know the difference.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use pg::{Failure, Pool, Record};
use tokio::sync::{broadcast, watch};

use crate::{
    kafka::Kafka,
    live::{Live, LiveEvent},
    log,
    model::source_of,
};

/// How many events a live listener may fall behind before it is told of a gap.
const LIVE_BACKLOG: usize = 4096;

/// How many of the last events stay in memory, so that consumers that keep up read nothing.
const RECENT: usize = 1024;

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
    /// The newest events up to `last`, all of those behind `before`.
    recent: VecDeque<Arc<Record>>,
    before: i64,
    /// Up to here the log may be read: nothing will appear any more.
    last: watch::Sender<i64>,
    live: broadcast::Sender<LiveEvent>,
    /// Topics that are followed on Kafka for live listeners.
    followed: HashSet<&'static str>,
}

impl Default for Source {
    fn default() -> Self {
        let (last, live) = (watch::channel(0).0, broadcast::channel(LIVE_BACKLOG).0);
        let (recent, before) = (VecDeque::new(), i64::MAX);
        Self { log: None, recent, before, last, live, followed: HashSet::new() }
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

    /// Tells consumers and live listeners of what is new in `service`'s log, which is settled up to `last` by that.
    pub(crate) fn announce(&self, service: &str, records: Vec<Arc<Record>>, last: i64) {
        self.with(service, |source| {
            if source.before == i64::MAX {
                source.before = records.first().map_or(last, |first| first.position - 1);
            }
            for record in records {
                // Nobody listening is fine: the content is in the database.
                let _ = source.live.send(LiveEvent::Event(record.clone()));
                source.recent.push_back(record);
                if source.recent.len() > RECENT {
                    source.before = source.recent.pop_front().map_or(last, |oldest| oldest.position);
                }
            }
            source.last.send_if_modified(|known| std::mem::replace(known, last) != last);
        });
    }

    /// How far `service`'s log is announced here; nothing before its relay has begun.
    pub fn last(&self, service: &str) -> Option<i64> {
        self.with(service, |source| (source.before != i64::MAX).then(|| *source.last.borrow()))
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
    pub async fn read(&self, service: &str, after: i64, limit: i64) -> Result<Vec<Arc<Record>>, Failure> {
        let from = self.with(service, |source| {
            if after >= source.before {
                let recent =
                    source.recent.iter().skip(source.recent.partition_point(|r| r.position <= after));
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                return Err(recent.take(limit).cloned().collect());
            }
            Ok((source.log.clone(), *source.last.borrow()))
        });
        let (log, last) = match from {
            Ok(from) => from,
            Err(recent) => return Ok(recent),
        };
        let Some(pool) = log else { return Ok(Vec::new()) };
        let records = log::read_after(&mut pool.get().await?, after, last, limit).await?;
        Ok(records.into_iter().map(Arc::new).collect())
    }

    /// What a topic has had lately, for so long before the clock's `now`, in any order: for a live listener whose knowledge must
    /// be complete. It listens first, reads this then, and again after every gap.
    ///
    /// # Errors
    /// The brokers, or the database of the service in this process, are unavailable.
    pub async fn recent(
        &self,
        topic: &'static str,
        lately: TimeDelta,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<Record>> {
        if let Some(kafka) = &self.0.kafka {
            return kafka.recent(topic, lately).await;
        }
        let Some(log) = self.with(source_of(topic), |source| source.log.clone()) else {
            return Ok(Vec::new());
        };
        Ok(log::read_since(&mut log.get().await?, topic, now - lately).await?)
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
