//! The consumer's side of Kafka, in a program that was built without it: nobody can call it.

use super::effects::Effects;
use crate::Kafka;

/// See the module of the same name with the feature `kafka`.
pub(super) async fn run(kafka: Kafka, _: Effects) {
    std::future::ready(()).await;
    kafka.absent()
}
