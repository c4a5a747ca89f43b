//! What is said in the conversations, and who has heard it.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use dojob_journeys::bad_days::{
    ledger::Kept,
    load::{listing, rename},
    people::{Answer, Person, Site, word},
};
use reqwest::Method;
use serde_json::json;

/// A conversation of two people, each with several devices.
#[derive(Debug)]
pub struct Talk {
    pub id: String,
    /// The newest message that its sender was told is kept.
    acknowledged: AtomicI64,
    /// The newest that each device has heard.
    heard: Vec<AtomicI64>,
}

/// What happened to messages and sockets since it was last read.
#[derive(Debug, Default)]
pub struct Tally {
    pub sent: usize,
    pub received: usize,
    pub lost: i64,
    pub doubled: usize,
    pub closed: usize,
    pub returned: usize,
    pub slowest: Duration,
    /// Sockets that ended in another way than they should, by that way, and upgrades that were refused.
    pub wrong: HashMap<String, usize>,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Talks {
    all: Vec<Talk>,
    tally: Mutex<Tally>,
    hushed: AtomicBool,
    /// Messages on their way to be kept.
    pub pending: AtomicUsize,
    /// Sockets that are open.
    pub open: AtomicUsize,
}

impl Talk {
    pub fn new(id: String, devices: usize) -> Self {
        let heard = (0..devices).map(|_| AtomicI64::new(0)).collect();
        Self { id, acknowledged: AtomicI64::new(0), heard }
    }

    /// What is sure to be there is also known to every device; how many messages are not.
    fn missing(&self, mark: i64) -> i64 {
        self.heard.iter().map(|heard| (mark - AtomicI64::load(heard, Ordering::Relaxed)).max(0)).sum()
    }

    pub fn heard(&self, device: usize) -> i64 {
        self.heard.get(device).map_or(0, |heard| AtomicI64::load(heard, Ordering::Relaxed))
    }

    pub fn keep(&self, seq: i64) {
        self.acknowledged.fetch_max(seq, Ordering::Relaxed);
    }
}

impl Talks {
    pub fn new(talks: Vec<Talk>) -> Self {
        Self { all: talks, ..Self::default() }
    }

    pub fn all(&self) -> &[Talk] {
        &self.all
    }

    pub fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A device hears a message: the next one, one that it has already, or one behind a gap.
    pub fn hear(&self, talk: &Talk, device: usize, seq: i64) {
        let Some(heard) = talk.heard.get(device) else { return };
        let before = heard.fetch_max(seq, Ordering::Relaxed);
        let mut tally = self.tally();
        if seq > before {
            tally.received += 1;
            tally.lost += seq - before - 1;
        } else {
            tally.doubled += 1;
        }
    }

    pub fn complain(&self, why: String) {
        *self.tally().wrong.entry(why).or_default() += 1;
    }

    /// Nobody says anything more.
    pub fn hush(&self) {
        self.hushed.store(true, Ordering::Relaxed);
    }

    pub fn is_hushed(&self) -> bool {
        AtomicBool::load(&self.hushed, Ordering::Relaxed)
    }

    /// Waits until every device has heard what was acknowledged up to now; how many messages did not come in time.
    pub async fn until_heard(&self, patience: Duration) -> i64 {
        let mark = |talk: &Talk| AtomicI64::load(&talk.acknowledged, Ordering::Relaxed);
        let marks: Vec<_> = self.all.iter().map(mark).collect();
        let missing = || self.all.iter().zip(&marks).map(|(talk, mark)| talk.missing(*mark)).sum::<i64>();
        wait(patience, || missing() == 0).await;
        missing()
    }

    /// Waits until nothing is on its way to be kept; false when that takes too long.
    pub async fn until_kept(&self, patience: Duration) -> bool {
        wait(patience, || AtomicUsize::load(&self.pending, Ordering::Relaxed) == 0).await
    }

    /// Waits until so many sockets are open; false when that takes too long.
    pub async fn until_open(&self, sockets: usize, patience: Duration) -> bool {
        wait(patience, || AtomicUsize::load(&self.open, Ordering::Relaxed) >= sockets).await
    }
}

async fn wait(patience: Duration, met: impl Fn() -> bool) -> bool {
    let since = Instant::now();
    while !met() {
        if since.elapsed() > patience {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    true
}

/// Two people sign up, one gives something, the other asks about it: their conversation.
///
/// # Errors
/// Somebody could not.
pub async fn begin(site: &Site, region: &str) -> anyhow::Result<(String, [Person; 2])> {
    let join = async || Person::join(site).await?.context("nobody could sign up");
    let (mut donor, mut asker) = (join().await?, join().await?);
    for person in [&mut donor, &mut asker] {
        while !rename(site, person, region).await? {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let title = format!("통기타 첫걸음 {}", site.number());
    let body = listing(&title, region);
    let Answer::Done(talent) = donor.write(site, Method::POST, "/api/core/talents", &body, false).await?
    else {
        anyhow::bail!("a talent was refused")
    };
    let (id, owner) = (word(&talent, "/id"), donor.id.clone());
    site.ledger.keep(Kept::Listing { id: id.clone(), kind: "talent", owner, title });
    let body = json!({ "talent_id": id });
    let Answer::Done(inquiry) = asker.write(site, Method::POST, "/api/core/inquiries", &body, false).await?
    else {
        anyhow::bail!("a question about a talent was refused")
    };
    let conversation = word(&inquiry, "/id");
    site.ledger.keep(Kept::Inquiry { id: conversation.clone(), asker: asker.id.clone(), listing: id });
    // Chat hears of it over Kafka.
    let path = format!("/api/chat/conversations/{conversation}");
    let since = Instant::now();
    while asker.read(site, &path).await?.is_none() {
        anyhow::ensure!(since.elapsed() < Duration::from_mins(1), "chat does not hear of {conversation}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok((conversation, [donor, asker]))
}
