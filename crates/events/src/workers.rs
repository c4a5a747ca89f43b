//! What a service runs in the background for its events and jobs.

use futures_util::{FutureExt, future::BoxFuture};

use crate::{
    Consumer, Runtime, consumer,
    jobs::Jobs,
    notifier,
    relay::{self, Relay},
};

/// Relay, consumers and jobs of a service, each to be run until the service stops.
pub fn workers(cx: &Runtime, consumers: &[Consumer], jobs: &Jobs) -> Vec<BoxFuture<'static, ()>> {
    let mut workers = vec![Relay::new(cx.clone()).run().boxed(), jobs.clone().run(cx.clone()).boxed()];
    if jobs.has_calls() {
        workers.push(jobs.clone().run_calls(cx.clone()).boxed());
    }
    if cx.bus.over_kafka().is_some() {
        workers.push(relay::measure(cx.clone()).boxed());
        workers.push(notifier::run(cx.clone()).boxed());
    }
    workers.extend(consumer::running(cx, consumers));
    workers
}
