//! Following the log of a service without missing anything.
//!
//! Positions are handed out before commits, so a record may become visible behind one that has been read already. A reader
//! may pass a place that is empty only when nobody can fill it any more. **The rule:** a transaction that was given
//! a position has held a lock on the table since before, and holds it until its records are visible, or never will be.
//! So whoever may still fill a place below the highest one that is seen is among those who hold such a lock *now*; once
//! they have ended, what is then still empty stays empty. Only writers of this very table count: what else is open on the
//! server, for however long, holds up nobody.
//!
//! Records are written with the `COMMIT`, so such a place is empty for a moment only; asking for locks is the exception.

use std::{
    collections::{BTreeMap, HashSet},
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};
use diesel_async::RunQueryDsl;
use pg::{Connection, Failure, Record, prepared, schema::event_log};

/// How many records are read at once.
pub(crate) const BATCH: i64 = 1000;

/// How long a place may be empty before it is asked who might fill it.
const PATIENCE: Duration = Duration::from_millis(3);

/// How often the log is looked at though nobody said that it has grown.
const SELDOM: Duration = Duration::from_secs(1);

/// So many records at most wait in memory; the log has them in any case.
const KEPT: usize = 10_000;

/// What this process has committed, with its places: its follower need not read that.
#[derive(Debug, Default)]
pub(crate) struct Inbox(Mutex<Vec<Record>>);

impl Inbox {
    pub(crate) fn put(&self, told: Vec<Record>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < KEPT {
            all.extend(told);
        }
    }

    fn take(&self) -> Vec<Record> {
        mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Reads a log in the order of its positions, each record once.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    /// Everything up to here has been given out: nothing will appear below. Unknown at the start.
    settled: Option<i64>,
    /// What was committed here and is not given out yet.
    ahead: BTreeMap<i64, Record>,
    /// The highest position that was read, given out or not: others commit, too.
    seen: i64,
    /// Since when a place is empty.
    gap: Option<Instant>,
    doubt: Option<Doubt>,
    looked: Option<Instant>,
}

/// A place that is empty, and who may still fill it.
#[derive(Debug)]
struct Doubt {
    /// Seen when the writers were asked for: it is about the places below.
    up_to: i64,
    writers: HashSet<String>,
}

impl Follower {
    /// One that goes on behind `position`, which another one has settled.
    pub(crate) fn after(position: i64) -> Self {
        Self { settled: Some(position), ..Self::default() }
    }

    /// Up to here nothing will appear any more.
    pub(crate) fn settled(&self) -> Option<i64> {
        self.settled
    }

    /// Whether more will be given out without anybody committing anything.
    pub(crate) fn is_behind(&self) -> bool {
        self.settled.is_none() || self.gap.is_some() || self.looked.is_none()
    }

    /// When to come again though nobody calls.
    pub(crate) fn patience(&self) -> Duration {
        if self.is_behind() { PATIENCE } else { SELDOM }
    }

    /// Others have grown the log: it is to be read.
    pub(crate) fn look(&mut self) {
        self.looked = None;
    }

    /// What comes next of what was committed here.
    pub(crate) fn committed(&mut self, inbox: &Inbox) -> Vec<Arc<Record>> {
        self.ahead.extend(inbox.take().into_iter().map(|record| (record.position, record)));
        let mut ready = Vec::new();
        let Some(settled) = &mut self.settled else { return ready };
        while let Some(first) = self.ahead.first_entry() {
            match first.key().saturating_sub(*settled) {
                ..=0 => drop(first.remove()),
                1 => {
                    *settled += 1;
                    ready.push(Arc::new(first.remove()));
                }
                _ => break,
            }
        }
        self.note_gap(ready.is_empty());
        if self.ahead.len() > KEPT {
            self.ahead.clear();
        }
        ready
    }

    /// Whether the log is to be read: nothing of it came in time from here.
    pub(crate) fn is_due(&self) -> bool {
        self.settled.is_none() || self.is_gap_old() || self.looked.is_none_or(|at| at.elapsed() >= SELDOM)
    }

    fn is_gap_old(&self) -> bool {
        self.gap.is_some_and(|since| since.elapsed() >= PATIENCE)
    }

    /// A place is empty if something stands behind it, from here or from elsewhere.
    fn note_gap(&mut self, is_same: bool) {
        let is_there = !self.ahead.is_empty() || self.settled.is_some_and(|settled| settled < self.seen);
        let since = self.gap.filter(|_| is_same);
        self.gap = is_there.then(|| since.unwrap_or_else(Instant::now));
    }

    /// Reads the next records, at most [`BATCH`], that can have nothing before them any more.
    ///
    /// # Errors
    /// PostgreSQL is unavailable.
    pub(crate) async fn read(&mut self, connection: &mut Connection) -> Result<Vec<Arc<Record>>, Failure> {
        let Some(mut settled) = self.settled else {
            self.settled = self.begin(connection).await?;
            return Ok(Vec::new());
        };
        // Before reading: those who have ended by now have shown everything to whoever reads now.
        let is_doubtful = self.still_doubtful(connection).await?;
        let sure = self.doubt.as_ref().filter(|_| !is_doubtful).map_or(settled, |doubt| doubt.up_to);
        let rows = read_after(connection, settled, i64::MAX, BATCH).await?;
        let last = rows.last().map_or(settled, |record| record.position);
        self.seen = last;
        let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= BATCH);
        self.looked = (!is_full).then(Instant::now);
        let mut ready = Vec::new();
        for record in rows {
            if record.position > sure && record.position != settled + 1 {
                break;
            }
            settled = record.position;
            ready.push(Arc::new(record));
        }
        self.settled = Some(settled);
        self.doubt = self.doubt.take().filter(|doubt| settled < doubt.up_to);
        if last > settled && self.is_gap_old() && self.doubt.is_none() {
            self.doubt = Some(Doubt { up_to: last, writers: writers(connection).await? });
        }
        self.note_gap(ready.is_empty());
        Ok(ready)
    }

    /// From the end of the log on, and from what was committed here before. None while it is not known what the end is.
    async fn begin(&mut self, connection: &mut Connection) -> Result<Option<i64>, Failure> {
        if self.still_doubtful(connection).await? {
            return Ok(None);
        }
        let Some(doubt) = self.doubt.take() else {
            let end = event_log::table.select(diesel::dsl::max(event_log::position));
            let up_to = end.first::<Option<i64>>(&mut **connection).await?.unwrap_or(0);
            let writers = writers(connection).await?;
            self.doubt = Some(Doubt { up_to, writers });
            return Box::pin(self.begin(connection)).await;
        };
        let first = self.ahead.first_key_value().map_or(i64::MAX, |(first, _)| first - 1);
        Ok(Some(doubt.up_to.min(first)))
    }

    /// Whether somebody who may fill the place is still there.
    async fn still_doubtful(&mut self, connection: &mut Connection) -> Result<bool, Failure> {
        let Some(doubt) = &mut self.doubt else { return Ok(false) };
        if !doubt.writers.is_empty() {
            let there = writers(connection).await?;
            doubt.writers.retain(|writer| there.contains(writer));
        }
        Ok(!doubt.writers.is_empty())
    }
}

/// A batch of what stands behind `after` and not behind `last`, in its order.
///
/// # Errors
/// PostgreSQL is unavailable.
pub(crate) async fn read_after(
    connection: &mut Connection,
    after: i64,
    last: i64,
    limit: i64,
) -> Result<Vec<Record>, Failure> {
    let log = event_log::table.filter(event_log::position.gt(after)).filter(event_log::position.le(last));
    let log = log.order(event_log::position).limit(limit).select(Record::as_select());
    Ok(log.load(&mut **connection).await?)
}

/// What `topic` has had since then, in any order: read from the end of the log on, whose times rise with its positions but for
/// the length of a transaction.
///
/// # Errors
/// PostgreSQL is unavailable.
pub(crate) async fn read_since(
    connection: &mut Connection,
    topic: &str,
    since: DateTime<Utc>,
) -> Result<Vec<Record>, Failure> {
    let (mut found, mut before) = (Vec::new(), i64::MAX);
    loop {
        let log = event_log::table.filter(event_log::position.lt(before)).order(event_log::position.desc());
        let batch: Vec<Record> = log.limit(BATCH).select(Record::as_select()).load(&mut **connection).await?;
        let Some(earliest) = batch.last() else { return Ok(found) };
        before = earliest.position;
        let is_all = earliest.occurred_at < since;
        found.extend(batch.into_iter().filter(|record| record.topic == topic && record.occurred_at >= since));
        if is_all {
            return Ok(found);
        }
    }
}

/// The transactions that may have been given positions and have not ended.
async fn writers(connection: &mut Connection) -> Result<HashSet<String>, Failure> {
    #[derive(QueryableByName)]
    struct Writer {
        #[diesel(sql_type = sql_types::Text)]
        virtualtransaction: String,
    }
    let ask = diesel::sql_query(
        "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND relation = 'event_log'::regclass \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
         AND mode = 'RowExclusiveLock' AND granted",
    );
    let writers: Vec<Writer> = prepared(ask).load(&mut **connection).await?;
    Ok(writers.into_iter().map(|writer| writer.virtualtransaction).collect())
}
