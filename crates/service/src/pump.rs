//! Services by hand.

use crate::Service;

/// Runs relays, reactions and due jobs by hand, in a fixed order: for tests and for the demo, which starts nothing in
/// the background. Not beside [`Service::start`]: each consumer is the only one that moves its position.
pub struct Pump(events::Pump);

impl Pump {
    pub fn of(services: &[Service]) -> Self {
        let mut pump = events::Pump::default();
        for service in services {
            pump.add(&service.cx, &service.consumers, &service.jobs);
        }
        Self(pump)
    }

    /// Goes round until nothing moves. Returns how many events and jobs were handled.
    ///
    /// # Errors
    /// PostgreSQL is unavailable.
    pub async fn run(&mut self) -> anyhow::Result<usize> {
        Ok(self.0.run().await?)
    }
}
