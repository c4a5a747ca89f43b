//! The workers of services by hand.

use pg::Failure;

use crate::{Consumer, Runtime, consumer::Running, jobs::Jobs, relay::Relay};

/// Runs relays, reactions and due jobs in a fixed order: for tests and for the demo, which start nothing in the background.
/// Not beside [`crate::workers`]: each consumer is the only one that moves its position.
#[derive(Default)]
pub struct Pump {
    relays: Vec<Relay>,
    consumers: Vec<Running>,
    jobs: Vec<(Runtime, Jobs)>,
}

impl Pump {
    /// Adds the workers of a service.
    pub fn add(&mut self, cx: &Runtime, consumers: &[Consumer], jobs: &Jobs) {
        self.relays.push(Relay::new(cx.clone()));
        self.consumers.extend(Running::of(cx, consumers));
        self.jobs.push((cx.clone(), jobs.clone()));
    }

    /// Goes round until nothing moves. Returns how many events and jobs were handled.
    ///
    /// # Errors
    /// PostgreSQL is unavailable.
    pub async fn run(&mut self) -> Result<usize, Failure> {
        let mut total = 0;
        loop {
            let mut moved = 0;
            for relay in &mut self.relays {
                moved += relay.step_to_the_end().await?;
            }
            for consumer in &mut self.consumers {
                moved += consumer.step().await?;
            }
            for (cx, jobs) in &self.jobs {
                moved += usize::from(jobs.step(cx).await?);
            }
            if moved == 0 {
                return Ok(total);
            }
            total += moved;
        }
    }
}
