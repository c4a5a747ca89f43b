//! What the program has acknowledged.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

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

/// Everything acknowledged so far, in order, and when.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Vec<(Instant, Kept)>>);

impl Ledger {
    fn rows(&self) -> MutexGuard<'_, Vec<(Instant, Kept)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn keep(&self, kept: Kept) {
        // Under the lock, so that the moments are in order, too.
        let mut rows = self.rows();
        rows.push((Instant::now(), kept));
    }

    pub fn count(&self) -> usize {
        self.rows().len()
    }

    pub fn all(&self) -> Vec<Kept> {
        self.rows().iter().map(|(_, kept)| kept.clone()).collect()
    }

    /// When each was acknowledged.
    pub fn moments(&self) -> Vec<Instant> {
        self.rows().iter().map(|(at, _)| *at).collect()
    }

    /// Strikes out what a restore did not bring back, by its place.
    pub fn strike(&self, lost: &BTreeSet<usize>) {
        let mut at = 0;
        self.rows().retain(|_| {
            at += 1;
            !lost.contains(&(at - 1))
        });
    }
}
