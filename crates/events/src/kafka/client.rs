//! What all our Kafka clients have in common: how they connect, and what they report.

use std::{
    convert::Infallible,
    error::Error,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
        mpsc,
    },
    time::Duration,
};

use anyhow::Context as _;
use kernel::{aws, metrics::Metrics};
use rdkafka::{
    ClientConfig, ClientContext, Statistics,
    client::OAuthToken,
    config::RDKafkaLogLevel,
    consumer::ConsumerContext,
    error::{KafkaError, RDKafkaErrorCode},
};
use secrecy::ExposeSecret;
use tokio::{
    runtime::Handle,
    sync::{Notify, oneshot},
};

use crate::{Broker, Security, model::source_of};

/// The largest message: a refused one of a megabyte, with the reason in its headers, must fit too.
pub(crate) const LARGEST: &str = "2097152";

/// How long to wait for a broker before reporting that it cannot be reached.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The settings of every client.
pub(crate) fn config(broker: &Broker, client: &str) -> anyhow::Result<ClientConfig> {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &broker.brokers)
        .set("client.id", format!("dojob {client}"))
        .set("socket.keepalive.enable", "true")
        // A broker that comes back is noticed within two seconds, one that goes within ten.
        .set("reconnect.backoff.max.ms", "2000")
        .set("topic.metadata.refresh.interval.ms", "10000")
        .set("statistics.interval.ms", "5000");
    let protocol = match (broker.security, broker.tls) {
        (Security::Plaintext, false) => "plaintext",
        (Security::Plaintext, true) => "ssl",
        (Security::Scram, false) => "sasl_plaintext",
        (Security::Scram | Security::MskIam, _) => "sasl_ssl",
    };
    config.set("security.protocol", protocol);
    if let Some(file) = &broker.ca_file {
        config.set("ssl.ca.location", file.display().to_string());
    }
    match broker.security {
        Security::Plaintext => {}
        Security::Scram => {
            let (user, password) = (broker.username.as_ref(), broker.password.as_ref());
            config
                .set("sasl.mechanism", "SCRAM-SHA-512")
                .set("sasl.username", user.context("KAFKA_USERNAME must be set")?)
                .set("sasl.password", password.context("KAFKA_PASSWORD must be set")?.expose_secret());
        }
        Security::MskIam => {
            config.set("sasl.mechanism", "OAUTHBEARER");
        }
    }
    Ok(config)
}

/// Whether the brokers answer this process; logged when it changes, not while it stays.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    service: &'static str,
    metrics: Metrics,
    state: Arc<AtomicU8>,
}

const UNKNOWN: u8 = 0;
const UP: u8 = 1;
const DOWN: u8 = 2;

impl Health {
    pub(super) fn new(service: &'static str, metrics: Metrics) -> Self {
        Self { service, metrics, state: Arc::new(AtomicU8::new(UNKNOWN)) }
    }

    pub(super) fn up(&self) {
        let before = self.state.swap(UP, Ordering::AcqRel);
        self.metrics.kafka_up(self.service, true);
        if before == DOWN {
            tracing::info!(service = self.service, "Kafka is back");
        }
    }

    pub(super) fn down(&self, cause: &str) {
        let before = self.state.swap(DOWN, Ordering::AcqRel);
        self.metrics.kafka_up(self.service, false);
        if before != DOWN {
            tracing::error!(service = self.service, cause, "Kafka is unavailable: events wait in the outbox");
        }
    }
}

/// Whether a consumer reads the partitions that it was given. librdkafka asks once where to begin in a new one: a
/// coordinator that has just moved refuses as a whole, nothing asks again, and the partition is never read
/// (librdkafka#5586). Its lag stays unknown then, so that nothing else shows it either.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Reports in a row with an assigned partition that is not read although a broker answers.
    idle: AtomicU8,
    stalled: Notify,
}

impl Progress {
    /// So many reports, five seconds apart: where to begin is known within one.
    const PATIENCE: u8 = 4;

    fn report(&self, statistics: &Statistics) {
        let mut partitions = statistics.topics.values().flat_map(|topic| topic.partitions.values());
        let is_idle = is_up(statistics) && partitions.any(|p| p.desired && p.fetch_state == "none");
        // One thread reports, one report after the other.
        let idle = if is_idle { self.idle.load(Ordering::Acquire) + 1 } else { 0 };
        let has_stalled = idle >= Self::PATIENCE;
        self.idle.store(if has_stalled { 0 } else { idle }, Ordering::Release);
        if has_stalled {
            self.stalled.notify_one();
        }
    }

    /// Resolves when a partition has not been read for too long: only a new client begins to.
    pub(crate) async fn stalled(&self) {
        self.stalled.notified().await;
    }
}

/// A broker of the cluster answers.
fn is_up(statistics: &Statistics) -> bool {
    statistics.brokers.values().any(|broker| broker.nodeid >= 0 && broker.state == "UP")
}

/// Receives what one client reports, and answers where a broker asks for a token.
#[derive(Debug)]
pub(crate) struct Context {
    health: Health,
    runtime: Handle,
    /// The consumer whose lag this client knows.
    consumer: Option<&'static str>,
    pub(crate) progress: Progress,
}

impl Context {
    pub(super) fn new(health: Health) -> Self {
        Self { health, runtime: Handle::current(), consumer: None, progress: Progress::default() }
    }

    pub(crate) fn of_consumer(health: Health, consumer: &'static str) -> Self {
        Self { consumer: Some(consumer), ..Self::new(health) }
    }
}

impl ClientContext for Context {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    /// Called on whatever thread polls the client, which may be one of the runtime's: those must not wait for it.
    fn generate_oauth_token(&self, _: Option<&str>) -> Result<OAuthToken, Box<dyn Error>> {
        let runtime = self.runtime.clone();
        let ask = move || runtime.block_on(async { aws::Signer::new()?.msk_token().await });
        let token = std::thread::spawn(ask).join().map_err(|_panic| "the signer panicked")??;
        Ok(OAuthToken {
            token: token.value.expose_secret().to_owned(),
            principal_name: "dojob".to_owned(),
            lifetime_ms: token.expires_at.timestamp_millis(),
        })
    }

    fn log(&self, level: RDKafkaLogLevel, part: &str, line: &str) {
        // The library repeats itself while a broker is unavailable: `Health` logs what changes.
        tracing::debug!(?level, part, line, "librdkafka");
    }

    fn error(&self, error: KafkaError, reason: &str) {
        use RDKafkaErrorCode::{AllBrokersDown, Authentication, Resolve, SSL};
        if let Some(AllBrokersDown | Authentication | Resolve | SSL) = error.rdkafka_error_code() {
            self.health.down(reason);
        } else {
            tracing::debug!(%error, reason, "librdkafka");
        }
    }

    fn stats(&self, statistics: Statistics) {
        if is_up(&statistics) {
            self.health.up();
        }
        let Some(consumer) = self.consumer else { return };
        self.progress.report(&statistics);
        let mut lags = std::collections::BTreeMap::<&str, i64>::new();
        for (name, topic) in &statistics.topics {
            // An unknown lag is −1.
            let lag: i64 = topic.partitions.values().map(|p| p.consumer_lag.max(0)).sum();
            *lags.entry(source_of(name)).or_default() += lag;
        }
        for (source, lag) in lags {
            self.health.metrics.consumer_lag(consumer, source, lag);
        }
    }
}

impl ConsumerContext for Context {}

/// How long a client may take to say good-bye.
const FAREWELL: Duration = Duration::from_secs(3);

/// A consumer whose good-bye nobody has to wait for. It takes an exchange with the broker, and with an unavailable one it takes for
/// ever: a thread of its own has the last share of the client, also where a task is cancelled with it in its hands.
pub(crate) struct Detached<C> {
    client: Arc<C>,
    /// Dropped behind the client, which the thread's share outlives by that.
    held: mpsc::Sender<Infallible>,
    left: oneshot::Receiver<()>,
}

impl<C: Send + Sync + 'static> Detached<C> {
    pub(crate) fn new(client: C) -> Self {
        let client = Arc::new(client);
        let last = Arc::clone(&client);
        let ((held, released), (done, left)) = (mpsc::channel(), oneshot::channel());
        std::thread::spawn(move || {
            let _ = released.recv();
            drop(last);
            drop(done);
        });
        Self { client, held, left }
    }

    /// Lets it go, and waits for a moment.
    pub(crate) async fn leave(self) {
        let Self { client, held, left } = self;
        drop(client);
        drop(held);
        let _ = tokio::time::timeout(FAREWELL, left).await;
    }
}

impl<C> Deref for Detached<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.client
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use rdkafka::statistics::{Broker, Partition, Topic};

    use super::*;

    /// A client whose good-bye never ends.
    struct Stuck;

    impl Drop for Stuck {
        fn drop(&mut self) {
            loop {
                std::thread::park();
            }
        }
    }

    #[test]
    fn nobody_waits_for_a_client_that_never_ends() {
        let (done, ended) = mpsc::channel();
        std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_multi_thread();
            let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
            runtime.block_on(Detached::new(Stuck).leave());
            let (held, is_held) = oneshot::channel();
            runtime.spawn(async {
                let _client = Detached::new(Stuck);
                held.send(()).unwrap();
                std::future::pending::<()>().await;
            });
            runtime.block_on(is_held).unwrap();
            drop(runtime);
            done.send(()).unwrap();
        });
        ended
            .recv_timeout(FAREWELL * 5)
            .expect("leaving ends, and so does the runtime of a task that is cancelled");
    }

    fn report(broker: &str, partitions: &[(bool, &str)]) -> Statistics {
        let partition = |(n, (desired, state)): (usize, &(bool, &str))| {
            let n = i32::try_from(n).unwrap();
            (n, Partition { desired: *desired, fetch_state: (*state).to_owned(), ..Partition::default() })
        };
        let topic =
            Topic { partitions: partitions.iter().enumerate().map(partition).collect(), ..Topic::default() };
        let broker = Broker { nodeid: 1, state: broker.to_owned(), ..Broker::default() };
        Statistics {
            brokers: [("b".to_owned(), broker)].into(),
            topics: [("t".to_owned(), topic)].into(),
            ..Statistics::default()
        }
    }

    #[test]
    fn a_partition_that_is_not_read_is_noticed_in_time_and_nothing_else_is() {
        let progress = Progress::default();
        let has_stalled = || progress.stalled().now_or_never().is_some();
        let stuck = report("UP", &[(true, "active"), (true, "none")]);
        for healthy in [
            report("UP", &[(true, "active"), (false, "none")]),
            report("UP", &[]),
            // Without a broker there is nothing to begin with.
            report("DOWN", &[(true, "none")]),
        ] {
            for _ in 1..Progress::PATIENCE {
                progress.report(&stuck);
            }
            progress.report(&healthy);
            progress.report(&stuck);
            assert!(!has_stalled());
            progress.report(&healthy);
        }
        for _ in 0..Progress::PATIENCE {
            assert!(!has_stalled());
            progress.report(&stuck);
        }
        assert!(has_stalled());
        assert!(!has_stalled(), "once, and then the next client has as long");
    }
}
