//! A client that publishes, and the thread that learns what becomes of its messages. The library's own `FutureProducer`
//! wakes ten times a second and spins for the rest of the last millisecond each time: 0.9 % of a core for nothing.

use std::{
    sync::Arc,
    thread::{self, Thread},
    time::Duration,
};

use rdkafka::{
    Message,
    config::FromClientConfigAndContext,
    message::{DeliveryResult, OwnedHeaders},
    producer::{BaseProducer, BaseRecord, Producer as _, ProducerContext, PurgeConfig},
};
use tokio::sync::oneshot;

use super::client::{self, Context, Health, LARGEST};
use crate::Broker;

/// What became of a message: the brokers have it, or the cause. Its sender is gone when the producer is.
pub(super) type Report = oneshot::Receiver<Result<(), String>>;

/// How often a client without messages is looked after: statistics, errors, tokens.
const SELDOM: Duration = Duration::from_secs(1);
const OFTEN: Duration = Duration::from_millis(100);

#[derive(Clone)]
pub(super) struct Producer {
    client: Arc<BaseProducer<Context>>,
    poller: Thread,
}

impl ProducerContext for Context {
    type DeliveryOpaque = Box<oneshot::Sender<Result<(), String>>>;

    fn delivery(&self, result: &DeliveryResult<'_>, report: Self::DeliveryOpaque) {
        let _ = report.send(match result {
            Ok(_) => Ok(()),
            Err((error, message)) => Err(format!("{}: {error}", message.topic())),
        });
    }
}

impl Producer {
    /// # Errors
    /// The settings cannot be used.
    pub(super) fn start(broker: &Broker, service: &str, health: &Health) -> anyhow::Result<Self> {
        let mut config = client::config(broker, service)?;
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("linger.ms", "0")
            .set("compression.type", "lz4")
            .set("message.max.bytes", LARGEST)
            // Never given up by itself: what is given up would be overtaken by what comes after it.
            .set("message.timeout.ms", "0")
            .set("topic.metadata.propagation.max.ms", "5000");
        let client = Arc::new(BaseProducer::from_config_and_context(&config, Context::new(health.clone()))?);
        let weak = Arc::downgrade(&client);
        let listen = move || {
            while let Some(client) = weak.upgrade() {
                if client.in_flight_count() > 0 {
                    client.poll(OFTEN);
                } else {
                    client.poll(Duration::ZERO);
                    drop(client);
                    thread::park_timeout(SELDOM);
                }
            }
        };
        let poller = thread::Builder::new().name("kafka reports".to_owned()).spawn(listen)?.thread().clone();
        Ok(Self { client, poller })
    }

    /// Hands a message over, behind those before it; what comes of it is reported.
    ///
    /// # Errors
    /// The queue is full, or the message too large.
    pub(super) fn send(
        &self,
        topic: &str,
        key: Option<&[u8]>,
        data: Option<&[u8]>,
        headers: OwnedHeaders,
    ) -> Result<Report, String> {
        let (sender, report) = oneshot::channel();
        let mut message =
            BaseRecord::<[u8], [u8], _>::with_opaque_to(topic, Box::new(sender)).headers(headers);
        (message.key, message.payload) = (key, data);
        self.client.send(message).map_err(|(error, _)| error.to_string())?;
        self.poller.unpark();
        Ok(report)
    }

    /// Forgets what the brokers have not acknowledged.
    pub(super) fn forget(&self) {
        self.client.purge(PurgeConfig::default().queue().inflight());
    }

    /// Why it will never publish again, if so.
    pub(super) fn fatal_error(&self) -> Option<String> {
        self.client.client().fatal_error().map(|(_, cause)| cause)
    }
}
