//! The bus between processes, in a program that was built without it: there is no value of this type.

use std::{convert::Infallible, sync::Arc};

use chrono::TimeDelta;
use kernel::{metrics::Metrics, tasks::Tasks};
use pg::Record;
use tokio::sync::broadcast;

use crate::{Broker, LiveEvent, Topic};

/// See the module of the same name with the feature `kafka`.
#[derive(Clone, Debug)]
pub struct Kafka(Infallible);

/// What became of a batch.
pub(crate) struct Delivered {
    pub count: usize,
    pub cause: Option<String>,
}

impl Kafka {
    /// Refuses: this program was built without the feature `kafka`.
    ///
    /// # Errors
    /// Always.
    pub fn connect(_: &Broker, _: &'static str, _: Metrics, _: Tasks) -> anyhow::Result<Self> {
        anyhow::bail!("this program was built without Kafka: build it with --features kafka")
    }

    /// Refuses, as [`Self::connect`].
    ///
    /// # Errors
    /// Always.
    #[expect(clippy::unused_async, reason = "the signature of the real one")]
    pub async fn ensure_topics(_: &Broker, _: &[Topic]) -> anyhow::Result<Vec<String>> {
        anyhow::bail!("this program was built without Kafka: build it with --features kafka")
    }

    pub(crate) async fn publish(&self, _: &[Arc<Record>]) -> Delivered {
        std::future::ready(()).await;
        match self.0 {}
    }

    pub(crate) async fn copy_dead_letter(&self, _: &str, _: &Record, _: &str) {
        std::future::ready(()).await;
        match self.0 {}
    }

    pub(crate) async fn recent(&self, _: &'static str, _: TimeDelta) -> anyhow::Result<Vec<Record>> {
        std::future::ready(()).await;
        match self.0 {}
    }

    pub(crate) fn follow(&self, _: &'static str, _: broadcast::Sender<LiveEvent>) {
        match self.0 {}
    }

    /// For what would use it elsewhere in this crate.
    pub(crate) fn absent(&self) -> ! {
        match self.0 {}
    }
}
