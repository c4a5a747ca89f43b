//! A provider that fails again and again is left alone for a while, so that nobody waits for what will not come.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// So many failures in a row open it.
const FAILURES: u32 = 5;

/// For so long nothing is asked then. After that everybody tries, and the first failure opens it again.
const PAUSE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(super) struct Circuit(Mutex<State>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// In a row.
    failures: u32,
    open_until: Option<Instant>,
}

impl Circuit {
    /// Whether the provider may be asked at this time.
    pub fn is_closed(&self, now: Instant) -> bool {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.open_until.is_none_or(|until| until <= now)
    }

    /// It was asked, and was there or not.
    pub fn note(&self, was_there: bool, now: Instant) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if was_there {
            *state = State::default();
        } else {
            state.failures = state.failures.saturating_add(1);
            state.open_until = (state.failures >= FAILURES).then_some(now + PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_in_a_row_open_it_for_ten_seconds() {
        let (circuit, start) = (Circuit::default(), Instant::now());
        for _ in 0..4 {
            circuit.note(false, start);
        }
        circuit.note(true, start);
        for _ in 0..4 {
            circuit.note(false, start);
        }
        assert!(circuit.is_closed(start), "an answer between them begins anew");
        circuit.note(false, start);
        assert!(!circuit.is_closed(start));
        assert!(circuit.is_closed(start + PAUSE));
        circuit.note(false, start + PAUSE);
        assert!(!circuit.is_closed(start + PAUSE), "still unavailable: no five people wait again");
        circuit.note(true, start + PAUSE);
        assert!(circuit.is_closed(start + PAUSE));
    }
}
