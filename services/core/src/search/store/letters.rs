//! Searches for letters, or in an area: the ways, and which one is taken. All of them give the same hits in the same
//! order, so a page may be found by another way than the page before it.
//!
//! - **At once**: everything that the letters find is read and sorted. For what is rare.
//! - **In slices** ([`slices`](super::slices)): the index of letters is asked for the letters *and* a slice of the order
//!   that is wanted: the last hours, the nearest 동. Each slice is as large as it takes to fill the page at the frequency
//!   of the letters, whatever the number of listings.
//! - **Testing**: the newest listings, or those of the nearest 동, are read and tested. For letters that a tenth of all
//!   listings holds or more: their part of the index is large, and a few rows show as much.
//!
//! [`Counts`] tell how frequent the letters are; they may be wrong. So each way has a bound and goes over into the next:
//! a test looks at [`TESTED`] rows, then come slices; a slice that did not fill the page is followed by a larger one, sized
//! by what it held; after three, or as soon as little is left, the rest is read at once.

use chrono::{DateTime, TimeDelta, Utc};
use common::db::prepared;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer, Nullable},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use regions::Regions;
use uuid::Uuid;

use super::{
    frequency::Counts,
    slices::{self, Time},
    steps::merge,
    walk::{BEHIND_ALL, Class, Hit, Part, TESTED, Walk, Within},
};
use crate::search::{
    rank::{self, FRESH, HALF_KM, NEAR, days},
    request::{ENOUGH, PageKey, Place, REACHES, Search, Sort},
};

/// So many hits are read at once rather than in slices.
const AT_ONCE: f64 = 300.0;

/// Who reads so many at once was misled by the counts.
const TOO_MANY: f64 = 5.0 * AT_ONCE;

/// A slice holds so much more than it should need.
const AMPLE: f64 = 1.5;

/// Beyond so many codes a slice costs more than it saves.
const CODES: usize = 96;

/// What a filter that is not counted lets through, roughly.
const FILTERED: f64 = 0.25;

/// How many listings are online, roughly.
const ARE_ONLINE: f64 = 0.2;

/// The last of [`REACHES`].
const FARTHEST: u32 = 40;

/// There are five thousand 동.
const DONGS: f64 = 5000.0;

/// What the letters or the area find, and the reach in km that it was held to.
pub(in crate::search) async fn by_letters(
    c: &mut AsyncPgConnection,
    walk: Walk<'_>,
    within: Within,
    regions: &Regions,
    counts: &Counts,
) -> QueryResult<(Vec<Hit>, Option<u32>)> {
    let mut ways = Ways { c, walk, within, regions, counts };
    if ways.there_are(Class::Anywhere) <= AT_ONCE {
        return ways.at_once(Part::default()).await;
    }
    let mut near = None;
    if within == Within::Growing {
        let found = ways.nearest().await?;
        let reach = least_reach(&found);
        ways.within = Within::Km(reach);
        near = Some(found.into_iter().filter(|hit| hit.k <= f64::from(reach)).collect());
    }
    let reach = ways.within.km();
    let mut hits = match (walk.search.sort, &walk.search.place) {
        (Sort::Near, Place::Around { .. }) => ways.by_distance(Class::Anywhere, near).await?,
        (Sort::Near | Sort::Newest, _) => ways.by_time(Class::Anywhere, None).await?,
        (Sort::Recommended, place) => {
            let classes: &[_] =
                if walk.search.query.is_empty() { &[Class::Anywhere] } else { &[Class::Title, Class::Body] };
            let mut hits = Vec::new();
            for class in classes {
                let n = walk.n - hits.len();
                ways.walk = Walk { n, ..walk };
                if n > 0 && !ways.is_behind(*class) {
                    let more = match place {
                        Place::Around { .. } => ways.by_points(*class).await?,
                        Place::Anywhere | Place::Within(_) => ways.by_time(*class, None).await?,
                    };
                    hits.extend(more);
                }
            }
            hits
        }
    };
    hits.truncate(walk.n);
    Ok((hits, reach))
}

/// What the letters find, all of it.
#[cfg(test)]
pub(in crate::search) async fn all_by_letters(
    c: &mut AsyncPgConnection,
    walk: Walk<'_>,
    within: Within,
) -> QueryResult<Vec<Hit>> {
    walk.by_letters("", within, &Part::default()).load(c).await
}

struct Ways<'w> {
    c: &'w mut AsyncPgConnection,
    walk: Walk<'w>,
    within: Within,
    regions: &'w Regions,
    counts: &'w Counts,
}

#[derive(QueryableByName)]
struct Reached {
    #[diesel(embed)]
    hit: Hit,
    #[diesel(sql_type = Nullable<Integer>)]
    reach_km: Option<i32>,
    #[diesel(sql_type = BigInt)]
    read: i64,
}

impl Ways<'_> {
    /// Which part of all listings the letters and the area find, at most.
    fn share(&self, class: Class) -> f64 {
        let letters = self.walk.search.query.all_of();
        let letters = match class {
            Class::Title => self.counts.titles(letters),
            Class::Anywhere | Class::Body => self.counts.anywhere(letters),
        };
        letters * if let Place::Within(area) = self.walk.search.place { self.counts.area(area) } else { 1.0 }
    }

    /// How many listings the letters and the area find, at most.
    fn there_are(&self, class: Class) -> f64 {
        self.share(class) * self.counts.rows()
    }

    /// What remains of that behind the other filters, roughly.
    fn filtered(&self) -> f64 {
        let search = self.walk.search;
        let some = [search.category.is_some(), search.mode.is_some(), search.weekday.is_some()];
        some.into_iter().filter(|some| *some).map(|_| FILTERED).product()
    }

    /// The key lies behind the whole class.
    fn is_behind(&self, class: Class) -> bool {
        class == Class::Title && self.walk.after.is_some_and(|key| key.k() >= BEHIND_ALL)
    }

    async fn at_once(&mut self, part: Part) -> QueryResult<(Vec<Hit>, Option<u32>)> {
        let query = self.walk.by_letters("", self.within, &part);
        let rows: Vec<Reached> = prepared(query).load(self.c).await?;
        if rows.as_slice().first().is_some_and(|row| row.read > whole(TOO_MANY)) {
            self.counts.are_wrong();
        }
        let km = rows.as_slice().first().and_then(|row| row.reach_km).and_then(|km| u32::try_from(km).ok());
        Ok((rows.into_iter().map(|row| row.hit).take(self.walk.n).collect(), km))
    }

    /// The first by distance, enough to tell the reach by.
    async fn nearest(&mut self) -> QueryResult<Vec<Hit>> {
        let search = Search { sort: Sort::Near, ..self.walk.search.clone() };
        let n = match self.walk.search.sort {
            Sort::Near => self.walk.n.max(ENOUGH),
            Sort::Newest | Sort::Recommended => ENOUGH,
        };
        let mut ways = Ways {
            c: self.c,
            walk: Walk { search: &search, n, ..self.walk },
            within: Within::Km(FARTHEST),
            regions: self.regions,
            counts: self.counts,
        };
        ways.near(Class::Anywhere).await
    }

    /// By distance, and online ones behind every place. Those by distance may have been found already.
    async fn by_distance(&mut self, class: Class, near: Option<Vec<Hit>>) -> QueryResult<Vec<Hit>> {
        let mut hits = match near {
            Some(near) => near,
            None if self.walk.after.is_none_or(|key| key.k() < BEHIND_ALL) => self.near(class).await?,
            None => Vec::new(),
        };
        if hits.len() < self.walk.n {
            self.walk.n -= hits.len();
            hits.extend(self.by_time(class, Some(true)).await?);
        }
        Ok(hits)
    }

    /// By age: all, or those online.
    async fn by_time(&mut self, class: Class, online: Option<bool>) -> QueryResult<Vec<Hit>> {
        let part = Part { class, online, ..Part::default() };
        let online = online == Some(true);
        let some = if online { ARE_ONLINE } else { 1.0 };
        let share = self.share(class) * some * self.filtered() * if online { 1.0 } else { self.reached() };
        if self.there_are(class) * some <= AT_ONCE {
            return Ok(self.at_once(part).await?.0);
        }
        let n = self.walk.n;
        let anywhere = class == Class::Anywhere && !online && self.within == Within::All;
        if anywhere && !self.walk.search.within_area() && float(n) <= share * float(TESTED) / AMPLE {
            let mut hits: Vec<Hit> = prepared(self.walk.tested("")).load(self.c).await?;
            if hits.len() >= n {
                hits.truncate(n);
                return Ok(hits);
            }
        }
        let mut hits = Vec::new();
        let mut rows = float(n) / share * AMPLE;
        let mut read = rows;
        let mut time = Time::until(self.begin(class, online), self.counts.time_of(rows));
        let mut before = None;
        for _ in 0..3 {
            let slices = time.codes();
            if slices.len() > CODES {
                break;
            }
            hits.extend(self.at_once(Part { slices, ..part.clone() }).await?.0);
            before = Some(time.start());
            let Some(more) = self.more(hits.len(), read) else { break };
            (rows, read) = (more, read + more);
            time = time.earlier(self.counts.time_of(rows));
        }
        if hits.len() < n {
            hits.extend(self.at_once(Part { before, ..part }).await?.0);
        }
        hits.truncate(n);
        Ok(hits)
    }

    /// By the points that are known before a listing is read: those for nearness and freshness. Who has so many is near, or
    /// young enough to make up for being online or farther away than that. So a slice of each is read, and what has fewer
    /// points is left to the next.
    async fn by_points(&mut self, class: Class) -> QueryResult<Vec<Hit>> {
        const DAY: f64 = 86_400.0;
        const FEWEST: f64 = 10.5;
        let part = Part { class, ..Part::default() };
        let (n, base, as_of) = (self.walk.n, base(class), self.walk.as_of);
        let around = if self.there_are(class) > AT_ONCE {
            let km = self.within.km().map_or(whole_km(HALF_KM), |km| km.min(whole_km(HALF_KM)));
            self.walk.search.dongs(self.regions, Some(km))
        } else {
            Vec::new()
        };
        let a_day = self.counts.rows_in(DAY) * self.share(class) * self.filtered();
        let at_each = a_day * (1.0 - ARE_ONLINE) / DONGS;
        let expected = |points: f64| {
            let near = around.iter().map(|(_, km)| days(points - rank::near(*km))).sum::<f64>();
            at_each * near + a_day * ARE_ONLINE * days(points - rank::near(HALF_KM))
        };
        let mut points = self.walk.after.map_or(NEAR + FRESH, |key| base - key.k()).min(NEAR + FRESH);
        let mut wanted = expected(points) + float(n) * AMPLE;
        for _ in 0..3 {
            while points > FEWEST && expected(points) < wanted {
                points -= 0.25;
            }
            if points <= FEWEST || around.is_empty() {
                break;
            }
            let since = |points: f64| {
                let length =
                    TimeDelta::try_milliseconds(whole(days(points) * DAY * 1000.0)).unwrap_or_default();
                Time::until(as_of, length).codes()
            };
            let near = around.iter().filter(|(_, km)| days(points - rank::near(*km)) > 0.0);
            let slices: Vec<i32> = near.filter_map(|(code, _)| slices::dong(code)).collect();
            let mut hits = Vec::new();
            if !slices.is_empty() {
                let and = if points > NEAR { since(points - NEAR) } else { Vec::new() };
                hits = self.at_once(Part { online: Some(false), slices, and, ..part.clone() }).await?.0;
            }
            if points < rank::near(HALF_KM) + FRESH {
                let slices = since(points - rank::near(HALF_KM));
                // Within this reach everything else is among the near ones.
                let online = self.within.km().is_some_and(|km| f64::from(km) <= HALF_KM).then_some(true);
                let young = self.at_once(Part { online, slices, ..part.clone() }).await?.0;
                hits = merge(vec![hits, young], 2 * n);
                hits.dedup_by_key(|hit| hit.id);
            }
            hits.retain(|hit| base - hit.k > points + 1e-6);
            if hits.len() >= n {
                hits.truncate(n);
                return Ok(hits);
            }
            wanted = 2.0 * expected(points) + float(n) * AMPLE;
        }
        Ok(self.at_once(part).await?.0)
    }

    /// By distance: what is met in person.
    async fn near(&mut self, class: Class) -> QueryResult<Vec<Hit>> {
        /// Farther than the error of a distance, nearer than any two points.
        const SAME_KM: f64 = 1e-6;
        const FIRST_KM: u32 = 5;
        let part = Part { class, online: Some(false), ..Part::default() };
        if self.there_are(class) <= AT_ONCE {
            return Ok(self.at_once(part).await?.0);
        }
        let (n, base, walk) = (self.walk.n, base(class), self.walk);
        let from = walk.after.map_or(-1.0, |key| key.k() - base);
        let at_each = self.counts.rows() * (1.0 - ARE_ONLINE) / DONGS;
        let mut rows = float(n) / (self.share(class) * self.filtered()) * AMPLE;
        let mut read = rows;
        let last = self.within.km().map_or(FARTHEST, |km| km.min(FARTHEST));
        let mut known = last.min(FIRST_KM);
        let mut dongs = walk.search.dongs(self.regions, Some(known));
        if dongs.last().is_none_or(|(_, km)| *km < from) || float(dongs.len()) * at_each < rows {
            known = last;
            dongs = walk.search.dongs(self.regions, Some(known));
        }
        let mut left = dongs.get(dongs.partition_point(|(_, km)| *km < from - SAME_KM)..).unwrap_or_default();
        // The newest of each 동 are not what lies behind a key: only a first page tests.
        let is_frequent = walk.after.is_none() && float(n) <= self.share(class) * float(TESTED) / AMPLE;
        let mut hits = Vec::new();
        for _ in 0..3 {
            let end = count(rows / at_each).clamp(1, CODES).min(left.len());
            let Some((_, edge)) = end.checked_sub(1).and_then(|last| left.get(last)) else { break };
            let edge = edge + SAME_KM;
            let (ring, rest) =
                left.split_at_checked(left.partition_point(|(_, km)| *km <= edge)).unwrap_or((left, &[]));
            let mut ring_part = part.clone();
            if is_frequent && hits.is_empty() {
                ring_part.tested_at = ring.iter().map(|(code, _)| (*code).to_owned()).collect();
            } else {
                ring_part.slices = ring.iter().filter_map(|(code, _)| slices::dong(code)).collect();
            }
            hits.extend(self.at_once(ring_part).await?.0);
            left = rest;
            // The rest begins behind this ring.
            self.walk.after = Some(PageKey { k: (base + edge).to_bits(), at: 0, id: Uuid::nil() });
            let Some(more) = self.more(hits.len(), read) else { break };
            (rows, read) = (more, read + more);
        }
        if hits.len() < n && !(left.is_empty() && self.within == Within::Km(known)) {
            hits.extend(self.at_once(part).await?.0);
        }
        self.walk = walk;
        hits.truncate(n);
        Ok(hits)
    }

    /// How many rows the next slice should hold, if so many hits were found in so many rows; none if the page is full or
    /// the rest is small enough.
    fn more(&self, found: usize, read: f64) -> Option<f64> {
        let missing = self.walk.n.checked_sub(found).filter(|missing| *missing > 0)?;
        let share = (float(found) + 0.5) / read;
        let rest = share / self.filtered() * (self.counts.rows() - read);
        (rest > AT_ONCE).then(|| (float(missing) * AMPLE / share).clamp(2.0 * read, 16.0 * read))
    }

    /// Which part of the listings lies within reach, online ones included.
    fn reached(&self) -> f64 {
        match self.within.km() {
            Some(km) => {
                let near = float(self.walk.search.dongs(self.regions, Some(km)).len()) / DONGS;
                (near + ARE_ONLINE).min(1.0)
            }
            None => 1.0,
        }
    }

    /// From when on a walk by age goes back.
    fn begin(&self, class: Class, online: bool) -> DateTime<Utc> {
        let (as_of, sort) = (self.walk.as_of, self.walk.search.sort);
        let Some(key) = self.walk.after else { return as_of };
        let k = key.k() - base(class);
        match sort {
            Sort::Near if online => {
                if k >= BEHIND_ALL {
                    key.at()
                } else {
                    as_of
                }
            }
            Sort::Recommended => {
                if k >= 0.0 {
                    key.at()
                } else {
                    as_of
                }
            }
            Sort::Near | Sort::Newest => key.at(),
        }
    }
}

/// Where hits of a class begin in the recommended order.
fn base(class: Class) -> f64 {
    if class == Class::Body { BEHIND_ALL } else { 0.0 }
}

/// The least reach that holds enough of these.
fn least_reach(nearest: &[Hit]) -> u32 {
    let enough = nearest.get(ENOUGH - 1).map(|hit| hit.k);
    REACHES.into_iter().find(|km| enough.is_some_and(|enough| enough <= f64::from(*km))).unwrap_or(FARTHEST)
}

fn float(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::MAX, f64::from)
}

/// A number of things, rounded up.
fn count(n: f64) -> usize {
    usize::try_from(whole(n.ceil())).unwrap_or(0)
}

fn whole_km(km: f64) -> u32 {
    u32::try_from(whole(km)).unwrap_or(0)
}

/// The whole part of a number that is not negative.
fn whole(n: f64) -> i64 {
    std::time::Duration::try_from_secs_f64(n)
        .ok()
        .and_then(|d| i64::try_from(d.as_secs()).ok())
        .unwrap_or(i64::MAX)
}
