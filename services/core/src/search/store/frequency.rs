//! How frequent letters are, so that a search can tell which way is the shorter one. Counted among the newest listings by
//! the program itself, now and then: true without a write more, without `ANALYZE`, and as soon as a database is filled. An
//! old count costs time, never a result: each way has a bound and goes over into another.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use common::db::prepared;
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Double, Integer, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::listing::ListingKind;

/// So many of the newest are counted. Where there are fewer, everything is read at once.
const SAMPLE: i64 = 1000;

/// When a count is old.
const OLD: TimeDelta = TimeDelta::minutes(10);

/// The counts of both kinds, renewed by the searches that find them old. `Data<Frequencies>` in handlers.
#[derive(Default)]
pub(crate) struct Frequencies {
    talents: Mutex<Option<Counted>>,
    needs: Mutex<Option<Counted>>,
}

/// When, and what.
type Counted = (DateTime<Utc>, Arc<Counts>);

/// What was counted of a kind.
#[derive(Debug, Default)]
pub(in crate::search) struct Counts {
    /// A search found far more than they say: they are old before their time.
    pub(super) wrong: AtomicBool,
    /// How many were looked at, and how many there may be.
    pub(super) sampled: u32,
    pub(super) rows: f64,
    /// Listings a second.
    pub(super) pace: f64,
    pub(super) anywhere: HashMap<i32, u32>,
    pub(super) titles: HashMap<i32, u32>,
    pub(super) areas: HashMap<i32, u32>,
}

#[derive(QueryableByName)]
struct Sampled {
    #[diesel(sql_type = Array<Integer>)]
    tokens: Vec<i32>,
    #[diesel(sql_type = Array<Integer>)]
    title_tokens: Vec<i32>,
    #[diesel(sql_type = Array<Integer>)]
    areas: Vec<i32>,
    #[diesel(sql_type = Timestamptz)]
    published_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = Double)]
    rows: f64,
}

impl Frequencies {
    /// The counts of a kind, not older than ten minutes. Who renews them holds nobody up: others take the old ones.
    pub(in crate::search) async fn of(
        &self,
        c: &mut AsyncPgConnection,
        kind: ListingKind,
        now: DateTime<Utc>,
    ) -> QueryResult<Arc<Counts>> {
        let held = match kind {
            ListingKind::Talent => &self.talents,
            ListingKind::Need => &self.needs,
        };
        {
            let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((at, counts)) = held.as_mut() {
                let counts = counts.clone();
                if (now - *at).abs() < OLD && !AtomicBool::swap(&counts.wrong, false, Ordering::Relaxed) {
                    return Ok(counts);
                }
                // For the others, until these are counted.
                *at = now;
            }
        }
        let counts = Arc::new(Counts::read(c, kind).await?);
        *held.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, counts.clone()));
        Ok(counts)
    }
}

impl Counts {
    async fn read(c: &mut AsyncPgConnection, kind: ListingKind) -> QueryResult<Self> {
        let sample = diesel::sql_query(
            "SELECT tokens, title_tokens, areas, published_at FROM listings WHERE kind = $1 AND state = 'open' \
             ORDER BY published_at DESC, id DESC LIMIT $2",
        );
        let sample = sample.bind::<Text, _>(kind.as_str()).bind::<BigInt, _>(SAMPLE);
        let rows: Vec<Sampled> = prepared(sample).load(c).await?;
        let mut counts = Self { sampled: u32::try_from(rows.len()).unwrap_or(u32::MAX), ..Self::default() };
        counts.rows = f64::from(counts.sampled);
        if let [newest, .., oldest] = rows.as_slice() {
            let seconds = (newest.published_at - oldest.published_at).as_seconds_f64();
            counts.pace = counts.rows / seconds.max(1.0);
        }
        for row in rows {
            count(&mut counts.anywhere, row.tokens);
            count(&mut counts.titles, row.title_tokens);
            count(&mut counts.areas, row.areas);
        }
        if i64::from(counts.sampled) >= SAMPLE {
            // Both kinds and what rests: an upper bound. Before the first `VACUUM` only the size of the file is known.
            let size = "SELECT CASE WHEN reltuples > 0 THEN reltuples ELSE pg_relation_size(oid) / 1024.0 END::float8 \
                 AS rows FROM pg_class WHERE oid = 'listings'::regclass";
            counts.rows =
                counts.rows.max(prepared(diesel::sql_query(size)).get_result::<Size>(c).await?.rows);
        }
        Ok(counts)
    }

    /// To be counted again by the next search.
    pub fn are_wrong(&self) {
        AtomicBool::store(&self.wrong, true, Ordering::Relaxed);
    }

    /// How many listings there may be.
    pub fn rows(&self) -> f64 {
        self.rows
    }

    /// How long it took to publish so many.
    pub fn time_of(&self, rows: f64) -> TimeDelta {
        const CENTURY: f64 = 100.0 * 365.0 * 86_400.0;
        let seconds = rows / self.pace.max(f64::MIN_POSITIVE);
        std::time::Duration::try_from_secs_f64(seconds.min(CENTURY))
            .ok()
            .and_then(|d| TimeDelta::from_std(d).ok())
            .unwrap_or_default()
    }

    /// How many are published in so many seconds.
    pub fn rows_in(&self, seconds: f64) -> f64 {
        self.pace * seconds
    }

    /// Which part of all holds these letters, at most: that of the rarest of them.
    pub fn anywhere(&self, letters: &[i32]) -> f64 {
        self.share(&self.anywhere, letters)
    }

    /// The same of titles.
    pub fn titles(&self, letters: &[i32]) -> f64 {
        self.share(&self.titles, letters)
    }

    /// Which part of all lies in an area.
    pub fn area(&self, area: i32) -> f64 {
        self.share(&self.areas, &[area])
    }

    fn share(&self, counts: &HashMap<i32, u32>, codes: &[i32]) -> f64 {
        let rarest = codes.iter().map(|code| counts.get(code).copied().unwrap_or(0)).min();
        // What was not seen may still be there.
        rarest.map_or(1.0, |n| (f64::from(n) + 0.5) / (f64::from(self.sampled) + 1.0))
    }
}

fn count(counts: &mut HashMap<i32, u32>, codes: Vec<i32>) {
    for code in codes {
        *counts.entry(code).or_default() += 1;
    }
}
