//! Prometheus metrics as a value: one registry per process, handed to every service.

use std::sync::Arc;

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
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
    pub method: String,
    pub route: String,
    pub status: u16,
}

/// Labels of what belongs to a service.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct ServiceLabels {
    pub service: &'static str,
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
    consumed: Family<ConsumerLabels, Counter>,
    parked: Family<ConsumerLabels, Counter>,
    jobs: Family<ServiceLabels, Counter>,
}

fn seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.000_5, 2.0, 14))
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("dojob");
        let http = Family::default();
        let http_seconds: Family<_, _, fn() -> Histogram> = Family::new_with_constructor(seconds);
        let (relayed, outbox_rows, consumed, parked, jobs) =
            (Family::default(), Family::default(), Family::default(), Family::default(), Family::default());
        registry.register("http_requests", "Answers by service, method, route and status", http.clone());
        registry.register("http_seconds", "Time to answer", http_seconds.clone());
        registry.register("relay_events", "Events moved from the outbox to the log", relayed.clone());
        registry.register(
            "outbox_rows",
            "Rows that were waiting in the outbox when the relay last looked",
            outbox_rows.clone(),
        );
        registry.register("consumer_events", "Events whose effect is committed", consumed.clone());
        registry.register("consumer_parked", "Events set aside after failing for good", parked.clone());
        registry.register("jobs_run", "Timers run", jobs.clone());
        Self(Arc::new(Inner { registry, http, http_seconds, relayed, outbox_rows, consumed, parked, jobs }))
    }
}

impl Metrics {
    pub(crate) fn answered(&self, labels: &HttpLabels, seconds: f64) {
        self.0.http_seconds.get_or_create(&ServiceLabels { service: labels.service }).observe(seconds);
        self.0.http.get_or_create(labels).inc();
    }

    pub(crate) fn relayed(&self, service: &'static str, moved: usize) {
        let labels = ServiceLabels { service };
        let moved = u64::try_from(moved).unwrap_or(u64::MAX);
        self.0.relayed.get_or_create(&labels).inc_by(moved);
        self.0.outbox_rows.get_or_create(&labels).set(i64::try_from(moved).unwrap_or(i64::MAX));
    }

    pub(crate) fn consumed(&self, consumer: &'static str, source: &str, events: usize) {
        let labels = ConsumerLabels { consumer, source: source.to_owned() };
        self.0.consumed.get_or_create(&labels).inc_by(u64::try_from(events).unwrap_or(u64::MAX));
    }

    pub(crate) fn parked(&self, consumer: &'static str, source: &str) {
        self.0.parked.get_or_create(&ConsumerLabels { consumer, source: source.to_owned() }).inc();
    }

    pub(crate) fn job_run(&self, service: &'static str) {
        self.0.jobs.get_or_create(&ServiceLabels { service }).inc();
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
