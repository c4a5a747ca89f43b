//! Prometheus metrics as a value: one registry per process, handed to every service.

use std::sync::{Arc, atomic::AtomicU64};

use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeMetric, text::encode},
    metrics::{
        TypedMetric,
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

/// Labels of an HTTP answer. `route` is the pattern, never the path, so the set stays bounded.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct HttpLabels {
    pub service: &'static str,
    pub method: &'static str,
    pub route: String,
    pub status: u16,
}

/// Labels of what belongs to a service.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct ServiceLabels {
    pub service: &'static str,
}

/// Labels of a service's connections in one state.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct StateLabels {
    pub service: &'static str,
    pub state: &'static str,
}

/// Labels of connections that clients keep open.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct OpenLabels {
    pub service: &'static str,
    pub kind: &'static str,
}

/// Labels of what belongs to a consumer of one source's events.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct ConsumerLabels {
    pub consumer: &'static str,
    pub source: String,
}

/// The process's metrics. Cheap to clone; clones write to the same registry.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    http: Family<HttpLabels, Counter>,
    http_seconds: Family<ServiceLabels, Histogram, fn() -> Histogram>,
    relayed: Family<ServiceLabels, Counter>,
    outbox_rows: Family<ServiceLabels, Gauge>,
    outbox_seconds: Family<ServiceLabels, Gauge<f64, AtomicU64>>,
    leads: Family<ServiceLabels, Gauge>,
    kafka_up: Family<ServiceLabels, Gauge>,
    consumed: Family<ConsumerLabels, Counter>,
    ignored: Family<ConsumerLabels, Counter>,
    unreadable: Family<ConsumerLabels, Counter>,
    consumer_lag: Family<ConsumerLabels, Gauge>,
    dead_letters: Family<ConsumerLabels, Counter>,
    pool: Family<StateLabels, Gauge>,
    pool_max: Family<ServiceLabels, Gauge>,
    open: Family<OpenLabels, Gauge>,
    jobs: Family<ServiceLabels, Counter>,
    jobs_failed: Family<ServiceLabels, Counter>,
    revoked: Family<ServiceLabels, Gauge>,
    late_receipts: Family<ServiceLabels, Counter>,
}

/// The connections of a pool, and the callers that wait for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connections {
    pub max: usize,
    pub in_use: usize,
    pub idle: usize,
    pub waiting: usize,
}

/// A connection that is open and counted.
#[must_use = "it is counted for as long as this lives"]
#[derive(Debug)]
pub struct Opened(Gauge);

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.000_5, 2.0, 14))
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("dojob");
        let http: Family<HttpLabels, Counter> = Family::default();
        let http_seconds: Family<_, _, fn() -> Histogram> = Family::new_with_constructor(seconds);
        registry.register("http_requests", "Answers by service, method, route and status", http.clone());
        registry.register("http_seconds", "Time to answer", http_seconds.clone());
        let inner = Inner {
            http,
            http_seconds,
            relayed: listed(&mut registry, "relay_events", "Events that the relay has handed on"),
            outbox_rows: listed(
                &mut registry,
                "outbox_rows",
                "Events of the log that are not published, 100,000 at most",
            ),
            outbox_seconds: listed(
                &mut registry,
                "outbox_seconds",
                "Age of the oldest event that is not published",
            ),
            leads: listed(&mut registry, "relay_leads", "Whether this process leads the service's relay"),
            kafka_up: listed(&mut registry, "kafka_up", "Whether a Kafka broker answers this process"),
            consumed: listed(&mut registry, "consumer_events", "Events whose effect is committed"),
            ignored: listed(
                &mut registry,
                "consumer_ignored",
                "Events of a kind or version that the consumer does not react to",
            ),
            unreadable: listed(&mut registry, "consumer_unreadable", "Messages that are no events"),
            consumer_lag: listed(&mut registry, "consumer_lag", "Events that the consumer has yet to take"),
            dead_letters: listed(&mut registry, "consumer_parked", "Events set aside after failing for good"),
            pool: listed(
                &mut registry,
                "pool_connections",
                "Database connections in use and idle, and callers that wait for one",
            ),
            pool_max: listed(&mut registry, "pool_max", "Database connections that the pool may open"),
            open: listed(&mut registry, "open_connections", "Sockets and streams that clients keep open"),
            jobs: listed(&mut registry, "jobs_run", "Timers run, failed ones too"),
            jobs_failed: listed(
                &mut registry,
                "jobs_failed",
                "Timers whose work failed and that are tried again",
            ),
            revoked: listed(
                &mut registry,
                "revoked_sessions",
                "Ended device sessions whose access tokens are refused, as of the last half minute",
            ),
            late_receipts: listed(
                &mut registry,
                "late_receipts",
                "Times that a service was found not to have answered, an hour or more after it should have",
            ),
            registry,
        };
        Self(Arc::new(inner))
    }
}

/// A family, registered.
fn listed<L, M>(registry: &mut Registry, name: &str, help: &str) -> Family<L, M>
where
    L: EncodeLabelSet + Clone + std::hash::Hash + Eq + std::fmt::Debug + Send + Sync + 'static,
    M: EncodeMetric + TypedMetric + Default + std::fmt::Debug + Send + Sync + 'static,
{
    let family = Family::<L, M>::default();
    registry.register(name, help, family.clone());
    family
}

impl Metrics {
    /// Counts an answer and the time that it took.
    pub fn answered(&self, labels: &HttpLabels, seconds: f64) {
        self.0.http_seconds.get_or_create(&ServiceLabels { service: labels.service }).observe(seconds);
        self.0.http.get_or_create(labels).inc();
    }

    /// Counts events that the relay has handed on.
    pub fn relayed(&self, service: &'static str, moved: usize) {
        let moved = u64::try_from(moved).unwrap_or(u64::MAX);
        self.0.relayed.get_or_create(&ServiceLabels { service }).inc_by(moved);
    }

    /// What waits to be published: rows, and the age of the oldest.
    pub fn outbox(&self, service: &'static str, rows: i64, age: std::time::Duration) {
        self.0.outbox_rows.get_or_create(&ServiceLabels { service }).set(rows);
        self.0.outbox_seconds.get_or_create(&ServiceLabels { service }).set(age.as_secs_f64());
    }

    /// Whether this process leads its service's relay.
    pub fn leads(&self, service: &'static str, leads: bool) {
        self.0.leads.get_or_create(&ServiceLabels { service }).set(i64::from(leads));
    }

    /// Whether a broker answers.
    pub fn kafka_up(&self, service: &'static str, up: bool) {
        self.0.kafka_up.get_or_create(&ServiceLabels { service }).set(i64::from(up));
    }

    /// Counts an event that a consumer has taken, or has no interest in.
    pub fn consumed(&self, consumer: &'static str, source: &str, ignored: bool) {
        let labels = ConsumerLabels { consumer, source: source.to_owned() };
        let family = if ignored { &self.0.ignored } else { &self.0.consumed };
        family.get_or_create(&labels).inc();
    }

    /// Events that a consumer has yet to take, in the partitions that this process reads.
    pub fn consumer_lag(&self, consumer: &'static str, source: &str, events: i64) {
        self.0
            .consumer_lag
            .get_or_create(&ConsumerLabels { consumer, source: source.to_owned() })
            .set(events);
    }

    /// A message that cannot be read as an event.
    pub fn unreadable(&self, consumer: &'static str, source: &str) {
        self.0.unreadable.get_or_create(&ConsumerLabels { consumer, source: source.to_owned() }).inc();
    }

    /// Counts an event that became a dead letter.
    pub fn dead_letter(&self, consumer: &'static str, source: &str) {
        self.0.dead_letters.get_or_create(&ConsumerLabels { consumer, source: source.to_owned() }).inc();
    }

    /// How a pool stands at the moment.
    pub fn pool(&self, service: &'static str, pool: Connections) {
        let gauge = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.0.pool_max.get_or_create(&ServiceLabels { service }).set(gauge(pool.max));
        for (state, count) in [("in_use", pool.in_use), ("idle", pool.idle), ("waiting", pool.waiting)] {
            self.0.pool.get_or_create(&StateLabels { service, state }).set(gauge(count));
        }
    }

    /// Counts a connection that a client keeps open, of one `kind` (`socket`, `stream`), for as long as what this
    /// returns lives.
    pub fn opened(&self, service: &'static str, kind: &'static str) -> Opened {
        let gauge = self.0.open.get_or_create(&OpenLabels { service, kind }).clone();
        gauge.inc();
        Opened(gauge)
    }

    /// Counts a run of a timer.
    pub fn job_run(&self, service: &'static str, passed: bool) {
        self.0.jobs.get_or_create(&ServiceLabels { service }).inc();
        if !passed {
            self.0.jobs_failed.get_or_create(&ServiceLabels { service }).inc();
        }
    }

    /// Ended device sessions whose tokens this process refuses.
    pub fn revoked(&self, service: &'static str, sessions: usize) {
        let sessions = i64::try_from(sessions).unwrap_or(i64::MAX);
        self.0.revoked.get_or_create(&ServiceLabels { service }).set(sessions);
    }

    /// From now on answers of this service are waited for: it has a count, of zero, so that the first late one is seen to be more.
    pub fn receipts_awaited(&self, service: &'static str) {
        let _none_yet = self.0.late_receipts.get_or_create(&ServiceLabels { service });
    }

    /// Counts that a service was found not to have answered in time what it was asked for by an event.
    pub fn late_receipt(&self, service: &'static str) {
        self.0.late_receipts.get_or_create(&ServiceLabels { service }).inc();
    }

    /// What [`Self::text`] is.
    pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// The registry as Prometheus (OpenMetrics) text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut out, &self.0.registry);
        out
    }
}
