//! What all our Kafka clients have in common: how they connect, and what they report.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use kernel::{aws, metrics::Metrics};
use rdkafka::{
    ClientConfig, ClientContext, Statistics,
    client::OAuthToken,
    config::RDKafkaLogLevel,
    consumer::{ConsumerContext, StreamConsumer},
    error::{KafkaError, RDKafkaErrorCode},
};
use secrecy::ExposeSecret;
use tokio::runtime::Handle;

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

/// Receives what one client reports, and answers where a broker asks for a token.
#[derive(Debug)]
pub(crate) struct Context {
    health: Health,
    runtime: Handle,
    /// The consumer whose lag this client knows.
    consumer: Option<&'static str>,
}

impl Context {
    pub(super) fn new(health: Health) -> Self {
        Self { health, runtime: Handle::current(), consumer: None }
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
        if statistics.brokers.values().any(|b| b.nodeid >= 0 && b.state == "UP") {
            self.health.up();
        }
        let Some(consumer) = self.consumer else { return };
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

/// Lets a consumer go. It takes an exchange with the broker, and with an unavailable one it takes for ever: on a thread of
/// its own, which nobody has to wait for.
pub(crate) async fn leave(client: StreamConsumer<Context>) {
    let (done, left) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        drop(client);
        drop(done);
    });
    let _ = tokio::time::timeout(FAREWELL, left).await;
}
