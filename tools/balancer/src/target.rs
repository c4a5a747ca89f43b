//! One target: how it is, and the connections kept open to it.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use hyper::{body::Incoming, client::conn::http1::SendRequest};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::table::{Address, HealthCheck};

/// What the balancer thinks of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Registered, and not yet through its first checks.
    Initial,
    Healthy,
    Unhealthy,
    /// Taken out: finishes what it has begun, gets nothing new.
    Draining,
}

pub(crate) type Connection = SendRequest<Incoming>;

#[derive(Debug)]
pub(crate) struct Target {
    pub address: Address,
    /// Cancelled when it is taken out: no more checks.
    pub draining: CancellationToken,
    /// Cancelled when the deregistration delay is over: nothing goes on.
    pub gone: CancellationToken,
    checked: Mutex<Checked>,
    /// Kept-alive connections nobody uses, and since when.
    idle: Mutex<Vec<(Connection, Instant)>>,
    in_flight: AtomicUsize,
}

/// How the checks went.
#[derive(Debug)]
struct Checked {
    health: Health,
    passed: u32,
    failed: u32,
}

impl Checked {
    fn note(&mut self, well: bool, rule: &HealthCheck) {
        if well {
            (self.passed, self.failed) = (self.passed.saturating_add(1), 0);
        } else {
            (self.passed, self.failed) = (0, self.failed.saturating_add(1));
        }
        if self.passed >= rule.healthy {
            self.health = Health::Healthy;
        } else if self.failed >= rule.unhealthy {
            self.health = Health::Unhealthy;
        }
    }
}

impl Target {
    pub fn new(address: Address, stopped: &CancellationToken) -> Self {
        let gone = stopped.child_token();
        Self {
            address,
            draining: gone.child_token(),
            gone,
            checked: Mutex::new(Checked { health: Health::Initial, passed: 0, failed: 0 }),
            idle: Mutex::default(),
            in_flight: AtomicUsize::new(0),
        }
    }

    pub fn health(&self) -> Health {
        if self.draining.is_cancelled() {
            return Health::Draining;
        }
        self.checked.lock().unwrap_or_else(PoisonError::into_inner).health
    }

    /// Takes the result of a check in; the new state, when it is another.
    pub fn note(&self, well: bool, rule: &HealthCheck) -> Option<Health> {
        let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        let before = checked.health;
        checked.note(well, rule);
        (checked.health != before).then_some(checked.health)
    }

    /// A kept connection that still looks open and has not been silent for too long.
    pub fn take_idle(&self, limit: Duration) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(connection, since)| !connection.is_closed() && since.elapsed() < limit);
        idle.pop().map(|(connection, _)| connection)
    }

    pub fn keep(&self, connection: Connection) {
        if !self.draining.is_cancelled() {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push((connection, Instant::now()));
        }
    }

    /// Closes the connections nobody uses.
    pub fn forget_idle(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }
}

/// Counts a request or socket for as long as it lives.
#[derive(Debug)]
pub(crate) struct InFlight(std::sync::Arc<Target>);

impl InFlight {
    pub fn on(target: std::sync::Arc<Target>) -> Self {
        target.in_flight.fetch_add(1, Ordering::Relaxed);
        Self(target)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Checked, Health};
    use crate::table::HealthCheck;

    #[test]
    fn thresholds_count_checks_in_a_row() {
        let rule = HealthCheck { healthy: 2, unhealthy: 3, ..HealthCheck::default() };
        let mut checked = Checked { health: Health::Initial, passed: 0, failed: 0 };
        let mut after = |results: &[bool]| {
            for &well in results {
                checked.note(well, &rule);
            }
            checked.health
        };
        assert_eq!(after(&[true, false, true]), Health::Initial);
        assert_eq!(after(&[true]), Health::Healthy);
        assert_eq!(after(&[false, false, true, false, false]), Health::Healthy);
        assert_eq!(after(&[false]), Health::Unhealthy);
        assert_eq!(after(&[true, false, true]), Health::Unhealthy);
        assert_eq!(after(&[true]), Health::Healthy);
    }
}
