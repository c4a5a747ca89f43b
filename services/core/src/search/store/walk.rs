//! Walks through the indexes of `listings`: keys of what fits, in one fixed order, from a key on. Each statement is
//! built so that PostgreSQL has one sensible plan, whatever the values: what the index of letters finds is fenced before it
//! is sorted, 동 are probed one after the other in the order of their distance, and the newest are taken from the front of
//! an index. So all of them are prepared, with limits in their text (a few, see [`rounded`]) and with letters and slices
//! hidden from the planner (`(SELECT $6)`), which else plans each time.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{BoxedSqlQuery, SqlQuery},
    sql_types::{Array, Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::slices::ONLINE;
use crate::{
    catalogue::api::Times,
    listing::Category,
    search::{
        rank::{FRESH, HALF_DAYS, HALF_KM, NEAR},
        request::{ENOUGH, PageKey, Place, REACHES, Search, Sort},
    },
};

/// Online listings go on as if they were this far away, and farther with each day: so they mix with the near ones.
pub(super) const ONLINE_KM: f64 = 3.0;

/// In the order by distance online listings come behind every place.
pub(super) const BEHIND_ALL: f64 = 100_000.0;

/// So many are tested by [`Walk::tested`].
pub(super) const TESTED: usize = 300;

/// What `listings_*_tokens_idx` holds beside letters and areas; see [`super::slices`].
const SLICES: &str = "listing_slices(l.mode, l.region_code, l.published_at)";

/// A step of a walk.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(in crate::search) struct Hit {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    pub published_at: DateTime<Utc>,
    #[diesel(sql_type = Double)]
    pub k: f64,
}

impl Hit {
    pub fn key(&self) -> PageKey {
        PageKey { k: self.k.to_bits(), at: self.published_at.timestamp_micros(), id: self.id }
    }

    pub(super) fn sort_key(&self) -> (f64, i64, Uuid) {
        (self.k, self.published_at.timestamp_micros(), self.id)
    }
}

/// A walk: what to find, when it was first asked, from where on and how many.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) struct Walk<'s> {
    pub search: &'s Search,
    pub as_of: DateTime<Utc>,
    pub now: DateTime<Utc>,
    pub after: Option<PageKey>,
    pub n: usize,
}

/// Where letters are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Class {
    #[default]
    Anywhere,
    Title,
    /// Only where the title does not hold them.
    Body,
}

/// A part of what letters or an area find.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub class: Class,
    /// Only online ones, or none of them.
    pub online: Option<bool>,
    /// What lies in one of these slices; everything if there are none.
    pub slices: Vec<i32>,
    /// And in one of these, if there are any.
    pub and: Vec<i32>,
    /// Not through the index of letters: the newest of each of these 동 are tested.
    pub tested_at: Vec<String>,
    /// What was published before.
    pub before: Option<DateTime<Utc>>,
}

/// A limit that is written into a statement: one of a few, so that few statements are prepared.
fn rounded(n: usize) -> usize {
    [21, 51].into_iter().find(|few| n <= *few).unwrap_or(n.max(101))
}

pub(super) type Built<'q> = BoxedSqlQuery<'q, Pg, SqlQuery>;

/// `$6`, `$7`: from where on, in the order of time; everything without a key. What does not filter is not said at all,
/// so that the plan made for all values of a prepared statement can follow the index.
fn from<T>(key: Option<&T>) -> &'static str {
    if key.is_some() { "(l.published_at, l.id) < ($6, $7)" } else { "true" }
}

impl<'s> Walk<'s> {
    /// `$1` … `$5`: what every walk filters by.
    fn filters(&self) -> String {
        let mut sql = "l.state = 'open' AND l.expires_at > $1 AND l.published_at <= $2".to_owned();
        if self.search.category.is_some() {
            sql.push_str(" AND l.category = $3");
        }
        if self.search.modes().is_some() {
            sql.push_str(" AND l.mode = ANY($4)");
        }
        if self.search.weekday.is_some() {
            sql.push_str(" AND (l.times = 0 OR l.times & $5 <> 0)");
        }
        sql
    }

    /// A statement whose first parameters are those of [`Self::filters`].
    fn filtered(&self, sql: String) -> Built<'s> {
        diesel::sql_query(sql)
            .into_boxed::<Pg>()
            .bind::<Timestamptz, _>(self.now)
            .bind::<Timestamptz, _>(self.as_of)
            .bind::<Nullable<Text>, _>(self.search.category.map(Category::as_str))
            .bind::<Nullable<Array<Text>>, _>(self.search.modes())
            .bind::<Nullable<Integer>, _>(self.search.weekday.map(Times::bits))
    }

    fn limit(&self) -> usize {
        rounded(self.n)
    }

    fn kind(&self) -> &'static str {
        self.search.kind.as_str()
    }

    /// The newest, wherever they are.
    pub(super) fn newest(&self, prefix: &str) -> Built<'s> {
        self.by_time(prefix, "true", self.after.map(|key| (key.at(), key.id)))
    }

    /// Online ones, the newest first, up to (and with) a moment.
    pub(super) fn online(&self, prefix: &str, from: Option<(DateTime<Utc>, Uuid)>) -> Built<'s> {
        self.by_time(prefix, "l.mode = 'online'", from)
    }

    fn by_time(&self, prefix: &str, only: &str, from: Option<(DateTime<Utc>, Uuid)>) -> Built<'s> {
        let (kind, filters, behind) = (self.kind(), self.filters(), self::from(from.as_ref()));
        let limit = self.limit();
        let sql = format!(
            "{prefix}SELECT l.id, l.published_at, 0::float8 AS k FROM listings l \
             WHERE l.kind = '{kind}' AND {only} AND {filters} AND {behind} \
             ORDER BY l.published_at DESC, l.id DESC LIMIT {limit}"
        );
        self.filtered(sql)
            .bind::<Nullable<Timestamptz>, _>(from.map(|(at, _)| at))
            .bind::<Nullable<SqlUuid>, _>(from.map(|(_, id)| id))
    }

    /// Those of the newest few hundred that hold the letters. Finds quickly what is frequent.
    pub(super) fn tested(&self, prefix: &str) -> Built<'s> {
        let (kind, filters, behind) = (self.kind(), self.filters(), from(self.after.as_ref()));
        let limit = self.limit();
        let sql = format!(
            "{prefix}SELECT l.id, l.published_at, 0::float8 AS k FROM \
             (SELECT * FROM listings l WHERE l.kind = '{kind}' AND l.state = 'open' AND l.published_at <= $2 \
              AND {behind} ORDER BY l.published_at DESC, l.id DESC LIMIT {TESTED}) l \
             WHERE {filters} AND l.tokens @> (SELECT $8) ORDER BY l.published_at DESC, l.id DESC LIMIT {limit}"
        );
        self.filtered(sql)
            .bind::<Nullable<Timestamptz>, _>(self.after.map(|key| key.at()))
            .bind::<Nullable<SqlUuid>, _>(self.after.map(|key| key.id))
            .bind::<Array<Integer>, _>(self.search.query.all_of())
    }

    /// Those of the last four thousand that are online or at one of `codes`. Finds quickly where there are many.
    pub(super) fn recent(&self, prefix: &str, codes: Vec<&'s str>) -> Built<'s> {
        let (kind, filters, behind) = (self.kind(), self.filters(), from(self.after.as_ref()));
        let limit = self.limit();
        let sql = format!(
            "{prefix}SELECT l.id, l.published_at, 0::float8 AS k FROM \
             (SELECT * FROM listings l WHERE l.kind = '{kind}' AND l.state = 'open' AND {behind} \
              ORDER BY l.published_at DESC, l.id DESC LIMIT 4000) l \
             WHERE {filters} AND (l.mode = 'online' OR l.region_code = ANY($8)) \
             ORDER BY l.published_at DESC, l.id DESC LIMIT {limit}"
        );
        self.filtered(sql)
            .bind::<Nullable<Timestamptz>, _>(self.after.map(|key| key.at()))
            .bind::<Nullable<SqlUuid>, _>(self.after.map(|key| key.id))
            .bind::<Array<Text>, _>(codes)
    }

    /// The newest of each of these 동 (online ones left out), by their `k`.
    pub(super) fn by_dong(&self, prefix: &str, dongs: &[(&'s str, f64)]) -> Built<'s> {
        let (kind, filters, behind) = (self.kind(), self.filters(), from(self.after.as_ref()));
        let limit = self.limit();
        let sql = format!(
            "{prefix}SELECT x.id, x.published_at, d.k FROM unnest($9::text[], $10::float8[]) AS d(code, k) \
             CROSS JOIN LATERAL (SELECT l.id, l.published_at FROM listings l \
              WHERE l.kind = '{kind}' AND l.region_code = d.code AND l.mode <> 'online' AND {filters} \
              AND (d.k > $8 OR {behind}) ORDER BY l.published_at DESC, l.id DESC LIMIT {limit}) x \
             ORDER BY d.k, x.published_at DESC, x.id DESC LIMIT {limit}"
        );
        let (codes, ks): (Vec<&str>, Vec<f64>) = dongs.iter().copied().unzip();
        self.filtered(sql)
            .bind::<Nullable<Timestamptz>, _>(self.after.map(|key| key.at()))
            .bind::<Nullable<SqlUuid>, _>(self.after.map(|key| key.id))
            .bind::<Double, _>(self.after.map_or(-1.0, |key| key.k()))
            .bind::<Array<Text>, _>(codes)
            .bind::<Array<Double>, _>(ks)
    }

    /// What the letters or the area find in a part of the index, fenced: only then is it measured, held to its reach and
    /// sorted. Also tells the reach, which grows until it holds enough.
    pub(super) fn by_letters(&self, prefix: &str, within: Within, part: &Part) -> Built<'s> {
        let (kind, filters, search) = (self.kind(), self.filters(), self.search);
        let point = match search.place {
            Place::Around { lat, lon, .. } => Some((lat, lon)),
            Place::Anywhere | Place::Within(_) => None,
        };
        let area = match search.place {
            Place::Within(area) => Some(vec![area]),
            Place::Anywhere | Place::Around { .. } => None,
        };
        let letters = (!search.query.is_empty()).then(|| search.query.all_of());
        let mut found = String::new();
        if letters.is_some() {
            found.push_str(match part.class {
                Class::Anywhere => " AND l.tokens @> (SELECT $6)",
                Class::Title => " AND l.title_tokens @> (SELECT $6)",
                Class::Body => " AND l.tokens @> (SELECT $6) AND NOT l.title_tokens @> (SELECT $6)",
            });
        }
        if area.is_some() {
            found.push_str(" AND l.areas @> (SELECT $7)");
        }
        match part.online {
            Some(true) => {
                let _ = write!(found, " AND {SLICES} @> '{{{ONLINE}}}'");
            }
            Some(false) => found.push_str(" AND l.mode <> 'online'"),
            None => {}
        }
        if !part.slices.is_empty() {
            let _ = write!(found, " AND {SLICES} && (SELECT $14)");
        }
        if !part.and.is_empty() {
            let _ = write!(found, " AND {SLICES} && (SELECT $16)");
        }
        if part.before.is_some() {
            found.push_str(" AND l.published_at < $15");
        }
        let k = key(search.sort, point.is_some());
        // Only what this search needs is worked out for each hit.
        let in_title = match part.class {
            Class::Anywhere if search.sort == Sort::Recommended && letters.is_some() => {
                "l.title_tokens @> (SELECT $6)"
            }
            Class::Anywhere | Class::Title => "true",
            Class::Body => "false",
        };
        let km = if point.is_some() {
            "2 * 6371.0088 * asin(least(1, sqrt(power(sin(radians(l.lat - $8) / 2), 2) + cos(radians($8)) \
             * cos(radians(l.lat)) * power(sin(radians(l.lon - $9) / 2), 2))))"
        } else {
            "NULL::float8"
        };
        let reach = match within {
            Within::Growing => {
                let mut steps = String::new();
                for km in REACHES {
                    let near = format!("count(*) FILTER (WHERE mode <> 'online' AND km <= {km})");
                    let _ = write!(steps, "WHEN {near} >= {ENOUGH} THEN {km} ");
                }
                let last = REACHES.iter().max().copied().unwrap_or_default();
                format!("(SELECT (CASE {steps} ELSE {last} END)::int4 AS reach_km FROM hits)")
            }
            Within::Km(_) | Within::All => "(SELECT $10::int4 AS reach_km)".to_owned(),
        };
        let limit = self.limit();
        let fitting = format!("l.kind = '{kind}' AND {filters}{found}");
        let source = if part.tested_at.is_empty() {
            format!("listings l WHERE {fitting}")
        } else {
            format!(
                "unnest($17::text[]) d(code) CROSS JOIN LATERAL (SELECT * FROM listings l \
                 WHERE l.region_code = d.code AND {fitting} ORDER BY l.published_at DESC, l.id DESC LIMIT {limit}) l"
            )
        };
        let sql = format!(
            "{prefix}WITH hits AS MATERIALIZED (SELECT l.id, l.published_at, l.mode, {in_title} AS in_title, {km} AS km \
             FROM {source}), \
             keyed AS (SELECT id, published_at, {k} AS k, reach_km FROM hits, {reach} reach \
             WHERE reach_km IS NULL OR mode = 'online' OR km <= reach_km) \
             SELECT id, published_at, k, reach_km, (SELECT count(*) FROM hits) AS read FROM keyed \
             WHERE ($11::float8 IS NULL OR k > $11 OR (k = $11 AND (published_at, id) < ($12, $13))) \
             ORDER BY k, published_at DESC, id DESC LIMIT {limit}"
        );
        self.filtered(sql)
            .bind::<Nullable<Array<Integer>>, _>(letters)
            .bind::<Nullable<Array<Integer>>, _>(area)
            .bind::<Nullable<Double>, _>(point.map(|(lat, _)| lat))
            .bind::<Nullable<Double>, _>(point.map(|(_, lon)| lon))
            .bind::<Nullable<Integer>, _>(within.km().and_then(|km| i32::try_from(km).ok()))
            .bind::<Nullable<Double>, _>(self.after.map(|key| key.k()))
            .bind::<Nullable<Timestamptz>, _>(self.after.map(|key| key.at()))
            .bind::<Nullable<SqlUuid>, _>(self.after.map(|key| key.id))
            .bind::<Nullable<Array<Integer>>, _>((!part.slices.is_empty()).then(|| part.slices.clone()))
            .bind::<Nullable<Timestamptz>, _>(part.before)
            .bind::<Nullable<Array<Integer>>, _>((!part.and.is_empty()).then(|| part.and.clone()))
            .bind::<Nullable<Array<Text>>, _>((!part.tested_at.is_empty()).then(|| part.tested_at.clone()))
    }
}

/// The order, as an expression of what was found.
fn key(sort: Sort, around: bool) -> String {
    match (sort, around) {
        (Sort::Newest, _) | (Sort::Near, false) => "0::float8".to_owned(),
        (Sort::Near, true) => format!("CASE WHEN mode = 'online' THEN {BEHIND_ALL} ELSE km END"),
        (Sort::Recommended, false) => {
            format!("(CASE WHEN in_title THEN 0 ELSE {BEHIND_ALL} END)::float8")
        }
        // The points that are known before a listing is read.
        (Sort::Recommended, true) => format!(
            "CASE WHEN in_title THEN 0 ELSE {BEHIND_ALL} END - {NEAR} / (1 + CASE WHEN mode = 'online' \
             THEN 1 ELSE km / {HALF_KM}::float8 END) - {FRESH} * power(0.5::float8, \
             extract(epoch FROM $2 - published_at)::float8 / 86400 / {HALF_DAYS})"
        ),
    }
}

/// The reach of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::search) enum Within {
    Growing,
    Km(u32),
    All,
}

impl Within {
    pub fn km(self) -> Option<u32> {
        match self {
            Self::Km(km) => Some(km),
            Self::Growing | Self::All => None,
        }
    }
}
