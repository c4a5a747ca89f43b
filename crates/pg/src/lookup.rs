//! One connection for all look-ups of a thread: statements of several requests are in flight on it at once, and PostgreSQL
//! answers them in order, without being woken for each.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;

use crate::{connect::Connector, statements::Statements, wire::Wire};

/// So many at once; more take a connection on loan, so that a server that does not answer is noticed by them as by others.
const AT_ONCE: usize = 32;

/// Where a thread's connection for look-ups is kept.
pub(crate) struct Slot {
    connector: Arc<Connector>,
    runtime: Handle,
    state: Arc<Mutex<State>>,
}

enum State {
    Absent,
    Opening,
    Open(Arc<Wire>),
    Closed,
}

impl Slot {
    pub fn new(connector: Arc<Connector>, runtime: Handle) -> Self {
        Self { connector, runtime, state: Arc::new(Mutex::new(State::Absent)) }
    }

    /// The connection, unless it has enough to do. Opened when it is first asked for, and again after it was lost; until
    /// then there is none.
    pub fn take(&self) -> Option<Arc<Wire>> {
        let mut state = lock(&self.state);
        match &*state {
            State::Open(wire) if wire.is_alive() => {
                // One is ours.
                return (Arc::strong_count(wire) <= AT_ONCE).then(|| wire.clone());
            }
            State::Opening | State::Closed => return None,
            State::Open(_) | State::Absent => *state = State::Opening,
        }
        let (connector, runtime, slot) = (self.connector.clone(), self.runtime.clone(), self.state.clone());
        self.runtime.spawn(async move {
            // Who looks up meanwhile has a connection on loan, which tells what is wrong.
            let opened = Wire::open(connector, &runtime, Statements::shared()).await;
            let mut state = lock(&slot);
            if matches!(*state, State::Opening) {
                *state = opened.map_or(State::Absent, |wire| State::Open(Arc::new(wire)));
            }
        });
        None
    }

    /// Whether somebody looks up; nothing while there is no connection.
    pub fn is_used(&self) -> Option<bool> {
        match &*lock(&self.state) {
            State::Open(wire) => Some(Arc::strong_count(wire) > 1),
            State::Absent | State::Opening | State::Closed => None,
        }
    }

    /// Look-ups under way finish first.
    pub fn close(&self) {
        *lock(&self.state) = State::Closed;
    }
}

/// Held for a moment, never across an await.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
