//! What the clones of a [`super::Kafka`] share.

use std::sync::{Mutex, PoisonError};

use kernel::{metrics::Metrics, tasks::Tasks};

use super::{client::Health, producer::Producer};
use crate::Broker;

/// One service's process at the brokers: its producer, and what all its clients need.
pub(crate) struct Shared {
    pub(crate) broker: Broker,
    /// The service, and the first part of the client ids.
    pub(crate) name: &'static str,
    producer: Mutex<Producer>,
    pub(crate) health: Health,
    pub(crate) metrics: Metrics,
    pub(super) tasks: Tasks,
}

impl Shared {
    /// # Errors
    /// The settings cannot be used.
    pub(super) fn start(
        broker: &Broker,
        service: &'static str,
        metrics: Metrics,
        tasks: Tasks,
    ) -> anyhow::Result<Self> {
        let health = Health::new(service, metrics.clone());
        let producer = Mutex::new(Producer::start(broker, service, &health)?);
        Ok(Self { broker: broker.clone(), name: service, producer, health, metrics, tasks })
    }

    pub(super) fn producer(&self) -> Producer {
        self.producer.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A producer that has failed for good, because the brokers have lost what it had told them, fails for ever: a new
    /// one takes its place. What it was to publish is still in the outbox.
    pub(super) fn replace_failed(&self, failed: &Producer) {
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
