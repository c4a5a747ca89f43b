//! What the program has acknowledged.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A write that was answered with success.
#[derive(Clone, Debug)]
pub enum Kept {
    Account {
        id: String,
        email: String,
    },
    Session {
        id: String,
        account: String,
    },
    Name {
        account: String,
        name: String,
    },
    Listing {
        id: String,
        kind: &'static str,
        owner: String,
        title: String,
    },
    Inquiry {
        id: String,
        asker: String,
        listing: String,
    },
    /// With its first terms, whose place is nobody else's.
    Engagement {
        id: String,
        proposer: String,
        listing: String,
        place: String,
    },
    Counter {
        engagement: String,
        by: String,
        place: String,
    },
    /// `fact` is the kind of fact that it leaves.
    Act {
        engagement: String,
        by: String,
        fact: &'static str,
    },
    Message {
        conversation: String,
        id: String,
        seq: String,
        client: String,
        author: String,
        text: String,
    },
    Read {
        conversation: String,
        account: String,
        seq: i64,
    },
}

/// Everything acknowledged so far, in order.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Vec<Kept>>);

impl Ledger {
    fn rows(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn keep(&self, kept: Kept) {
        self.rows().push(kept);
    }

    pub fn count(&self) -> usize {
        self.rows().len()
    }

    pub fn all(&self) -> Vec<Kept> {
        self.rows().clone()
    }
}
