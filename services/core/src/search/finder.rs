//! Turns walks into pages. A walk gives keys in an order that an index can follow; what it found is then read once
//! more, because letters may match by accident, and in the recommended order it is weighed: a hundred at a time, in
//! the order of the walk, so that every listing has its place on exactly one page and a page costs the same wherever
//! it lies.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use common::http::{Cursor, Problem};
use diesel_async::AsyncPgConnection;
use regions::Regions;
use uuid::Uuid;

use super::{
    rank::{Signals, Way, points},
    request::{ENOUGH, PageKey, Place, Position, REACHES, Reach, Search, Sort},
    store::{self, Candidate, Frequencies, Hit, Walk, Within},
};
use crate::{
    catalogue::api::{ListingRow, Mode, RowParts},
    listing::Entry,
    membership::api::MemberCard,
};

/// What the formula weighs against one another.
const WINDOW: usize = 101;

/// Accidents of letters are rare; a page that is still not full after so many windows goes out as it is.
const MAX_WINDOWS: usize = 8;

/// What a search found.
pub(super) struct Found {
    pub rows: Vec<ListingRow>,
    pub next: Option<String>,
    pub reach_km: Option<u32>,
    pub grown: bool,
}

/// A listing with its place on a page.
struct Placed {
    candidate: Candidate,
    points: f64,
    km: Option<f64>,
    key: PageKey,
}

/// What a page needs from its surroundings.
pub(super) struct Finder<'f> {
    pub c: &'f mut AsyncPgConnection,
    pub regions: &'f Regions,
    pub frequencies: &'f Frequencies,
    pub now: DateTime<Utc>,
}

impl Finder<'_> {
    /// A page of a search.
    pub async fn page(
        &mut self,
        search: &Search,
        position: Option<Position>,
        limit: usize,
    ) -> Result<Found, Problem> {
        let as_of =
            position.map_or(self.now, |p| DateTime::from_timestamp_micros(p.as_of).unwrap_or(self.now));
        let mut within = match position {
            Some(p) => p.reach.map_or(Within::All, Within::Km),
            None => self.reach(search, as_of).await?,
        };
        let growing = search.reach == Reach::Grow;
        let (mut from, mut given) = position.map_or((None, None), |p| (p.from, p.given));
        let window = match search.sort {
            Sort::Recommended => WINDOW,
            Sort::Near | Sort::Newest => limit + 1,
        };
        let mut page: Vec<(Placed, Option<PageKey>)> = Vec::new();
        let mut ended = false;
        for _ in 0..MAX_WINDOWS {
            let walk = Walk { search, as_of, now: self.now, after: from, n: window };
            let (hits, reached) = self.walk(walk, within).await?;
            if within == Within::Growing {
                within = Within::Km(reached.unwrap_or(REACHES.iter().max().copied().unwrap_or(40)));
            }
            ended = hits.len() < window;
            let last = hits.last().map(Hit::key);
            let mut placed = self.place(search, as_of, hits).await?;
            if search.sort == Sort::Recommended {
                placed
                    .sort_by(|a, b| b.points.total_cmp(&a.points).then(b.candidate.id.cmp(&a.candidate.id)));
                if let Some((bits, id)) = given.take() {
                    let given = f64::from_bits(bits);
                    placed.retain(|p| p.points.total_cmp(&given).then(p.candidate.id.cmp(&id)).is_lt());
                }
                page.extend(placed.into_iter().map(|p| (p, from)));
            } else {
                page.extend(placed.into_iter().map(|p| (p, None)));
            }
            from = last.or(from);
            if ended || page.len() > limit {
                break;
            }
        }
        let position = |from, given| Position {
            sort: search.sort,
            as_of: as_of.timestamp_micros(),
            reach: within.km(),
            grown: growing,
            from,
            given,
        };
        let next = if page.len() > limit {
            page.truncate(limit);
            page.last().map(|(last, window)| match search.sort {
                Sort::Recommended => position(*window, Some((last.points.to_bits(), last.candidate.id))),
                Sort::Near | Sort::Newest => position(Some(last.key), None),
            })
        } else {
            (!ended).then(|| position(from, None))
        };
        let grown = position_grew(growing, within);
        Ok(Found {
            rows: page.into_iter().map(|(placed, _)| self.row(search, placed)).collect(),
            next: next.map(|position| Cursor::encode(&position)),
            reach_km: within.km(),
            grown,
        })
    }

    /// How many there are, at most `most`.
    pub async fn count(&mut self, search: &Search, most: usize) -> Result<usize, Problem> {
        // The cheapest order: only how many there are matters.
        let around = search.query.is_empty() && matches!(search.place, Place::Around { .. });
        let search = Search { sort: if around { Sort::Near } else { Sort::Newest }, ..search.clone() };
        let within = self.reach(&search, self.now).await?;
        let walk = Walk { search: &search, as_of: self.now, now: self.now, after: None, n: most };
        let (hits, _) = self.walk(walk, within).await?;
        if search.query.is_empty() {
            return Ok(hits.len());
        }
        Ok(self.place(&search, self.now, hits).await?.len())
    }

    /// The reach of a first page. With letters the walk itself finds out.
    async fn reach(&mut self, search: &Search, as_of: DateTime<Utc>) -> Result<Within, Problem> {
        match search.reach {
            Reach::All => Ok(Within::All),
            Reach::Km(km) => Ok(Within::Km(km)),
            Reach::Grow if !search.query.is_empty() => Ok(Within::Growing),
            Reach::Grow => {
                let last = REACHES.iter().max().copied().unwrap_or(40);
                let dongs = search.dongs(self.regions, Some(last));
                let walk = Walk { search, as_of, now: self.now, after: None, n: ENOUGH };
                let nearest = store::near(self.c, walk, &dongs).await?;
                let enough = nearest.get(ENOUGH - 1).map(|hit| hit.k);
                let km = REACHES.into_iter().find(|km| enough.is_some_and(|enough| enough <= f64::from(*km)));
                Ok(Within::Km(km.unwrap_or(last)))
            }
        }
    }

    /// The best by the formula, of everything that there is.
    #[cfg(test)]
    pub async fn exact(
        &mut self,
        search: &Search,
        km: Option<u32>,
        limit: usize,
    ) -> Result<Vec<Uuid>, Problem> {
        let within = km.map_or(Within::All, Within::Km);
        let walk = Walk { search, as_of: self.now, now: self.now, after: None, n: 10_000_000 };
        let hits = store::all_by_letters(self.c, walk, within).await?;
        let mut placed = self.place(search, self.now, hits).await?;
        placed.sort_by(|a, b| b.points.total_cmp(&a.points).then(b.candidate.id.cmp(&a.candidate.id)));
        Ok(placed.into_iter().take(limit).map(|placed| placed.candidate.id).collect())
    }

    async fn walk(&mut self, walk: Walk<'_>, within: Within) -> Result<(Vec<Hit>, Option<u32>), Problem> {
        let search = walk.search;
        if !search.query.is_empty() || matches!(search.place, Place::Within(_)) {
            let counts = self.frequencies.of(self.c, search.kind, self.now).await?;
            return Ok(store::by_letters(self.c, walk, within, self.regions, &counts).await?);
        }
        let around = matches!(search.place, Place::Around { .. });
        let hits = match search.sort {
            _ if !around => store::newest(self.c, walk).await?,
            Sort::Newest if within == Within::All => store::newest(self.c, walk).await?,
            Sort::Newest => {
                let dongs = search.dongs(self.regions, within.km());
                let codes: Vec<&str> = dongs.iter().map(|(code, _)| *code).collect();
                store::newest_at(self.c, walk, &codes).await?
            }
            Sort::Near => {
                let dongs = search.dongs(self.regions, within.km());
                let mut hits = store::near(self.c, walk, &dongs).await?;
                if hits.len() < walk.n {
                    let n = walk.n - hits.len();
                    hits.extend(store::online_behind(self.c, Walk { n, ..walk }).await?);
                }
                hits
            }
            Sort::Recommended => {
                let dongs = search.dongs(self.regions, within.km());
                store::near_and_online(self.c, walk, &dongs).await?
            }
        };
        Ok((hits, None))
    }

    /// Reads what was found, drops what matched by accident, and weighs the rest. Keeps the order of the walk.
    async fn place(
        &mut self,
        search: &Search,
        as_of: DateTime<Utc>,
        hits: Vec<Hit>,
    ) -> Result<Vec<Placed>, Problem> {
        let ids = hits.iter().map(|hit| hit.id).collect();
        let candidates = store::candidates(self.c, search.kind, ids, !search.query.is_empty()).await?;
        let mut candidates: HashMap<Uuid, Candidate> =
            candidates.into_iter().map(|candidate| (candidate.id, candidate)).collect();
        let best = f64::from(search.query.best_score().max(1));
        let placed = hits.into_iter().filter_map(|hit| {
            let candidate = candidates.remove(&hit.id)?;
            let text = if search.query.is_empty() {
                1.0
            } else {
                let entry = Entry {
                    title: &candidate.title,
                    category: candidate.category.words(),
                    body: &candidate.body,
                };
                f64::from(search.query.score(&entry)?) / best
            };
            let km = (candidate.mode != Mode::Online)
                .then(|| search.distance(self.regions, &candidate.region_code))
                .flatten();
            let way = match (&search.place, km) {
                (Place::Around { .. }, Some(km)) => Way::Km(km),
                (Place::Around { .. }, None) => Way::Online,
                (Place::Anywhere | Place::Within(_), _) => Way::Anywhere,
            };
            let age_days = (as_of - candidate.published_at).as_seconds_f64() / 86_400.0;
            let points = points(&Signals { text, way, age_days, newcomer: candidate.owner.given_count == 0 });
            Some(Placed { candidate, points, km, key: hit.key() })
        });
        Ok(placed.collect())
    }

    fn row(&self, search: &Search, placed: Placed) -> ListingRow {
        let Placed { candidate, km, .. } = placed;
        let marks = if search.query.is_empty() {
            Vec::new()
        } else {
            utf16(&candidate.title, &search.query.highlight(&candidate.title))
        };
        let state = candidate.state;
        let parts = RowParts {
            id: candidate.id,
            kind: search.kind,
            title: candidate.title,
            minutes: candidate.minutes,
            mode: candidate.mode,
            region_code: candidate.region_code,
            times: candidate.times,
            state,
        };
        ListingRow::of(parts, MemberCard::of(candidate.owner, self.regions), self.regions)
            .found(marks, km.map(|km| (km * 10.0).round() / 10.0))
    }
}

/// A reach that was not asked for and is not the first one has grown.
fn position_grew(growing: bool, within: Within) -> bool {
    growing && within.km().is_some_and(|km| REACHES.first().is_some_and(|first| km > *first))
}

/// Ranges of characters as ranges of UTF-16 code units, which is how browsers count.
fn utf16(title: &str, marks: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut starts: Vec<usize> = vec![0];
    let mut at = 0;
    for c in title.chars() {
        at += c.len_utf16();
        starts.push(at);
    }
    marks.iter().filter_map(|(from, to)| Some((*starts.get(*from)?, *starts.get(*to)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_count_as_browsers_do() {
        assert_eq!(utf16("🎸 통기타", &[(3, 5)]), [(4, 6)]);
        assert_eq!(utf16("통기타", &[(0, 3)]), [(0, 3)]);
        assert_eq!(utf16("", &[(0, 1)]), []);
    }
}
