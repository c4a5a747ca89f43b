//! Walks through the indexes of `listings`: keys of what fits, in one fixed order, from a key on. Each statement is
//! built so that PostgreSQL has one sensible plan: what an index finds by letters is fenced before it is sorted, 동 are
//! probed one after the other in the order of their distance, and the newest are taken from the front of an index.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{BoxedSqlQuery, SqlQuery},
    sql_types::{Array, BigInt, Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    catalogue::api::Times,
    listing::Category,
    search::request::{ENOUGH, PageKey, Place, REACHES, Search, Sort},
};

/// Online listings go on as if they were this far away, and farther with each day: so they mix with the near ones.
pub(super) const ONLINE_KM: f64 = 3.0;

/// In the order by distance online listings come behind every place.
pub(super) const BEHIND_ALL: f64 = 100_000.0;

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

    fn limit(&self) -> i64 {
        i64::try_from(self.n).unwrap_or(i64::MAX)
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
        let sql = format!(
            "{prefix}SELECT l.id, l.published_at, 0::float8 AS k FROM listings l \
             WHERE l.kind = '{kind}' AND {only} AND {filters} AND {behind} \
             ORDER BY l.published_at DESC, l.id DESC LIMIT $8"
        );
        self.filtered(sql)
            .bind::<Nullable<Timestamptz>, _>(from.map(|(at, _)| at))
            .bind::<Nullable<SqlUuid>, _>(from.map(|(_, id)| id))
            .bind::<BigInt, _>(self.limit())
    }

    /// Those of the last four thousand that are online or at one of `codes`. Finds quickly where there are many.
    pub(super) fn recent(&self, prefix: &str, codes: Vec<&'s str>) -> Built<'s> {
        let (kind, filters, behind) = (self.kind(), self.filters(), from(self.after.as_ref()));
        let sql = format!(
            "{prefix}SELECT l.id, l.published_at, 0::float8 AS k FROM \
             (SELECT * FROM listings l WHERE l.kind = '{kind}' AND l.state = 'open' AND {behind} \
              ORDER BY l.published_at DESC, l.id DESC LIMIT 4000) l \
             WHERE {filters} AND (l.mode = 'online' OR l.region_code = ANY($8)) \
             ORDER BY l.published_at DESC, l.id DESC LIMIT $9"
        );
        self.filtered(sql)
            .bind::<Nullable<Timestamptz>, _>(self.after.map(|key| key.at()))
            .bind::<Nullable<SqlUuid>, _>(self.after.map(|key| key.id))
            .bind::<Array<Text>, _>(codes)
            .bind::<BigInt, _>(self.limit())
    }

    /// The newest of each of these 동 (online ones left out), by their `k`.
    pub(super) fn by_dong(&self, prefix: &str, dongs: &[(&'s str, f64)]) -> Built<'s> {
        let (kind, filters, behind) = (self.kind(), self.filters(), from(self.after.as_ref()));
        let sql = format!(
            "{prefix}SELECT x.id, x.published_at, d.k FROM unnest($9::text[], $10::float8[]) AS d(code, k) \
             CROSS JOIN LATERAL (SELECT l.id, l.published_at FROM listings l \
              WHERE l.kind = '{kind}' AND l.region_code = d.code AND l.mode <> 'online' AND {filters} \
              AND (d.k > $8 OR {behind}) ORDER BY l.published_at DESC, l.id DESC LIMIT $11) x \
             ORDER BY d.k, x.published_at DESC, x.id DESC LIMIT $11"
        );
        let (codes, ks): (Vec<&str>, Vec<f64>) = dongs.iter().copied().unzip();
        self.filtered(sql)
            .bind::<Nullable<Timestamptz>, _>(self.after.map(|key| key.at()))
            .bind::<Nullable<SqlUuid>, _>(self.after.map(|key| key.id))
            .bind::<Double, _>(self.after.map_or(-1.0, |key| key.k()))
            .bind::<Array<Text>, _>(codes)
            .bind::<Array<Double>, _>(ks)
            .bind::<BigInt, _>(self.limit())
    }

    /// Whatever the letters or the area find, fenced: only then is it measured, held to its reach and sorted. Also
    /// tells the reach, which grows until it holds enough.
    pub(super) fn by_letters(&self, prefix: &str, within: Within) -> Built<'s> {
        let (kind, filters, search) = (self.kind(), self.filters(), self.search);
        let point = match search.place {
            Place::Around { lat, lon, .. } => Some((lat, lon)),
            Place::Anywhere | Place::Within(_) => None,
        };
        let area = match search.place {
            Place::Within(area) => Some(vec![area]),
            Place::Anywhere | Place::Around { .. } => None,
        };
        let letters = (!search.query.is_empty()).then(|| search.query.all_of().to_vec());
        let mut found = String::new();
        if letters.is_some() {
            found.push_str(" AND l.tokens @> $6");
        }
        if area.is_some() {
            found.push_str(" AND l.areas @> $7");
        }
        let k = match (search.sort, point.is_some()) {
            (Sort::Newest, _) | (Sort::Near, false) => "0::float8".to_owned(),
            (Sort::Near, true) => format!("CASE WHEN mode = 'online' THEN {BEHIND_ALL} ELSE km END"),
            (Sort::Recommended, false) => {
                format!("(CASE WHEN in_title THEN 0 ELSE {BEHIND_ALL} END)::float8")
            }
            (Sort::Recommended, true) => format!(
                "CASE WHEN in_title THEN 0 ELSE {BEHIND_ALL} END + CASE WHEN mode = 'online' \
                 THEN {ONLINE_KM} + extract(epoch FROM $2 - published_at)::float8 / 86400 ELSE km END"
            ),
        };
        // Only what this search needs is worked out for each hit.
        let in_title = if search.sort == Sort::Recommended && letters.is_some() {
            "l.title_tokens @> $6"
        } else {
            "true"
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
        let sql = format!(
            "{prefix}WITH hits AS MATERIALIZED (SELECT l.id, l.published_at, l.mode, {in_title} AS in_title, {km} AS km \
             FROM listings l WHERE l.kind = '{kind}' AND {filters}{found}), \
             keyed AS (SELECT id, published_at, {k} AS k, reach_km FROM hits, {reach} reach \
             WHERE reach_km IS NULL OR mode = 'online' OR km <= reach_km) \
             SELECT id, published_at, k, reach_km FROM keyed \
             WHERE ($11::float8 IS NULL OR k > $11 OR (k = $11 AND (published_at, id) < ($12, $13))) \
             ORDER BY k, published_at DESC, id DESC LIMIT $14"
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
            .bind::<BigInt, _>(self.limit())
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
