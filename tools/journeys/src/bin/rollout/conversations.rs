//! The conversations: what was sent in them, and which device has received it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use dojob_journeys::chaos::{
    ledger::Write,
    load::{listing, rename},
    people::{Answer, Person, Site, word},
};
use reqwest::Method;
use serde_json::json;

/// A conversation of two people, each with several devices.
#[derive(Debug)]
pub struct Conversation {
    pub id: String,
    /// The newest message that its sender was told is kept.
    acknowledged: AtomicI64,
    /// What each device has received.
    received: Vec<Mutex<Received>>,
}

/// What a device has received of a conversation.
#[derive(Debug, Default)]
struct Received {
    /// All up to this number.
    up_to: i64,
    /// And these, behind a gap that is being closed.
    ahead: BTreeSet<i64>,
    /// Of all these, those that were read over HTTP: the socket may yet bring them.
    read: BTreeSet<i64>,
}

impl Received {
    /// False when it was received before.
    fn receive(&mut self, seq: i64) -> bool {
        if seq <= self.up_to || !self.ahead.insert(seq) {
            return false;
        }
        while self.ahead.remove(&(self.up_to + 1)) {
            self.up_to += 1;
        }
        true
    }
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
    /// Devices that were advised to read over HTTP what they missed.
    pub reloaded: usize,
    /// Sockets that ended in another way than they should, by that way, and upgrades that were refused.
    pub wrong: HashMap<String, usize>,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Conversations {
    all: Vec<Conversation>,
    tally: Mutex<Tally>,
    silenced: AtomicBool,
    /// Messages on their way to be kept.
    pub pending: AtomicUsize,
    /// Sockets that are open.
    pub open: AtomicUsize,
}

impl Conversation {
    pub fn new(id: String, devices: usize) -> Self {
        let received = (0..devices).map(|_| Mutex::default()).collect();
        Self { id, acknowledged: AtomicI64::new(0), received }
    }

    /// What is sure to be there is also known to every device; how many messages are not.
    fn missing(&self, mark: i64) -> i64 {
        (0..self.received.len()).map(|device| (mark - self.received(device)).max(0)).sum()
    }

    /// A device has received all up to this number.
    pub fn received(&self, device: usize) -> i64 {
        self.of(device).map_or(0, |received| received.up_to)
    }

    fn of(&self, device: usize) -> Option<MutexGuard<'_, Received>> {
        self.received.get(device).map(|received| received.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn keep(&self, seq: i64) {
        self.acknowledged.fetch_max(seq, Ordering::Relaxed);
    }
}

impl Conversations {
    pub fn new(conversations: Vec<Conversation>) -> Self {
        Self { all: conversations, ..Self::default() }
    }

    pub fn all(&self) -> &[Conversation] {
        &self.all
    }

    pub fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A device is sent a message.
    pub fn receive(&self, conversation: &Conversation, device: usize, seq: i64) {
        let Some(mut received) = conversation.of(device) else { return };
        let (is_new, was_read) = (received.receive(seq), received.read.remove(&seq));
        let mut tally = self.tally();
        tally.received += usize::from(is_new);
        tally.doubled += usize::from(!is_new && !was_read);
    }

    /// A device reads what it was advised to read; that it has some of it already is no fault.
    pub fn read(&self, conversation: &Conversation, device: usize, seq: i64) {
        let Some(mut received) = conversation.of(device) else { return };
        if received.receive(seq) {
            received.read.insert(seq);
            self.tally().received += 1;
        }
    }

    pub fn complain(&self, why: String) {
        *self.tally().wrong.entry(why).or_default() += 1;
    }

    /// Nobody sends anything more.
    pub fn silence(&self) {
        self.silenced.store(true, Ordering::Relaxed);
    }

    pub fn is_silenced(&self) -> bool {
        AtomicBool::load(&self.silenced, Ordering::Relaxed)
    }

    /// Waits until every device has received what was acknowledged up to now; how many messages did not come in time.
    pub async fn until_received(&self, patience: Duration) -> i64 {
        let mark =
            |conversation: &Conversation| AtomicI64::load(&conversation.acknowledged, Ordering::Relaxed);
        let marks: Vec<_> = self.all.iter().map(mark).collect();
        let missing = || {
            self.all.iter().zip(&marks).map(|(conversation, mark)| conversation.missing(*mark)).sum::<i64>()
        };
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

/// Two people sign up, one publishes a talent, the other asks about it: their conversation.
///
/// # Errors
/// Somebody could not.
pub async fn begin(site: &Site, region: &str) -> anyhow::Result<(String, [Person; 2])> {
    let join = async || Person::join(site, Duration::MAX).await?.context("nobody could sign up");
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
    site.ledger.record(Write::Listing { id: id.clone(), kind: "talent", owner, title });
    let body = json!({ "talent_id": id });
    let Answer::Done(inquiry) = asker.write(site, Method::POST, "/api/core/inquiries", &body, false).await?
    else {
        anyhow::bail!("a question about a talent was refused")
    };
    let conversation = word(&inquiry, "/id");
    site.ledger.record(Write::Inquiry { id: conversation.clone(), asker: asker.id.clone(), listing: id });
    // Chat learns of it over Kafka.
    let path = format!("/api/chat/conversations/{conversation}");
    let since = Instant::now();
    while asker.read(site, &path).await?.is_none() {
        anyhow::ensure!(since.elapsed() < Duration::from_mins(1), "chat does not know {conversation}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok((conversation, [donor, asker]))
}

#[cfg(test)]
mod tests {
    use super::{Conversation, Conversations};

    #[test]
    fn what_comes_twice_and_what_never_comes_is_counted() {
        let conversations = Conversations::new(vec![Conversation::new(String::new(), 2)]);
        let conversation = conversations.all().first().unwrap();
        let tally = || {
            let tally = conversations.tally();
            (tally.received, tally.doubled)
        };
        for seq in [1, 2, 4, 4] {
            conversations.receive(conversation, 0, seq);
        }
        assert_eq!(tally(), (3, 1));
        assert_eq!((conversation.received(0), conversation.missing(4)), (2, 2 + 4));
        // Read over HTTP, and then brought by the socket too.
        conversations.read(conversation, 0, 3);
        conversations.receive(conversation, 0, 3);
        assert_eq!(tally(), (4, 1));
        assert_eq!((conversation.received(0), conversation.missing(4)), (4, 4));
    }
}
