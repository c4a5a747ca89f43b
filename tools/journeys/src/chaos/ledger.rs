//! What the program has acknowledged.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// A write that was answered with success.
#[derive(Clone, Debug)]
pub enum Write {
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
pub struct Ledger(Mutex<Vec<(Instant, Write)>>);

impl Ledger {
    fn rows(&self) -> MutexGuard<'_, Vec<(Instant, Write)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn record(&self, write: Write) {
        // Under the lock, so that the moments are in order, too.
        let mut rows = self.rows();
        rows.push((Instant::now(), write));
    }

    pub fn count(&self) -> usize {
        self.rows().len()
    }

    /// What a mutation needs and nobody has done yet: one of every kind of write, among them an agreement and a look at
    /// what somebody else wrote.
    pub fn lacks(&self) -> Vec<&'static str> {
        type Is<'a> = &'a dyn Fn(&Write) -> bool;
        let all = self.all();
        let has_read = |kept: &Write| {
            let Write::Read { conversation, account, seq: read } = kept else { return false };
            all.iter().any(|kept| {
                matches!(kept, Write::Message { conversation: talk, seq, author, .. }
                    if talk == conversation && author != account && seq.parse().is_ok_and(|seq: i64| seq <= *read))
            })
        };
        let needs: [(&'static str, Is<'_>); 8] = [
            ("a name", &|kept| matches!(kept, Write::Name { .. })),
            ("a listing", &|kept| matches!(kept, Write::Listing { .. })),
            ("an inquiry", &|kept| matches!(kept, Write::Inquiry { .. })),
            ("an engagement", &|kept| matches!(kept, Write::Engagement { .. })),
            ("a counter-proposal", &|kept| matches!(kept, Write::Counter { .. })),
            ("an agreement", &|kept| matches!(kept, Write::Act { fact: "scheduled", .. })),
            ("a message", &|kept| matches!(kept, Write::Message { .. })),
            ("a message read by another", &has_read),
        ];
        needs.iter().filter(|(_, is_it)| !all.iter().any(is_it)).map(|(what, _)| *what).collect()
    }

    pub fn all(&self) -> Vec<Write> {
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

#[cfg(test)]
mod tests {
    use super::{Ledger, Write};

    fn message(author: &str, seq: i64) -> Write {
        let (conversation, id, client, text) = Default::default();
        Write::Message { conversation, id, seq: seq.to_string(), client, author: author.to_owned(), text }
    }

    #[test]
    fn reading_only_ones_own_messages_is_not_reading() {
        let ledger = Ledger::default();
        assert_eq!(ledger.lacks().len(), 8, "nothing happened yet");
        let read = |seq| Write::Read { conversation: String::new(), account: "one".to_owned(), seq };
        for kept in [message("one", 1), read(1), message("other", 2)] {
            ledger.record(kept);
        }
        assert!(ledger.lacks().contains(&"a message read by another"));
        assert!(!ledger.lacks().contains(&"a message"));
        ledger.record(read(2));
        assert!(!ledger.lacks().contains(&"a message read by another"));
    }
}
