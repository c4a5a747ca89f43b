#![doc = include_str!("../README.md")]

mod broker;
mod bus;
mod consumer;
mod emit;
pub mod jobs;
#[cfg(feature = "kafka")]
mod kafka;
#[cfg(not(feature = "kafka"))]
#[path = "kafka_absent.rs"]
mod kafka;
mod live;
mod log;
mod model;
mod notifier;
mod pump;
mod relay;
mod runtime;
mod topic;
mod workers;

pub use broker::{Broker, GroupProtocol, Security};
pub use bus::Bus;
pub use consumer::{Consumer, Envelope};
pub use emit::Emit;
pub use kafka::Kafka;
pub use live::{Live, LiveEvent};
pub use model::{Actor, Event};
pub use pg::{Failure, Record};
pub use pump::Pump;
pub use relay::{Again, republish};
pub use runtime::Runtime;
pub use topic::{Retention, Topic};
pub use workers::workers;
