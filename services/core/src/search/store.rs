//! Walks through the indexes of `listings`: keys of what fits, in one fixed order, from a key on. Each statement is
//! built so that PostgreSQL has one sensible plan: what an index finds by letters is fenced before it is sorted, 동 are
//! probed one after the other in the order of their distance, and the newest are taken from the front of an index.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use common::db::prepared;
use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{BoxedSqlQuery, SqlQuery},
    sql_types::{Array, BigInt, Bool, Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::request::{ENOUGH, Place, REACHES, Search, Sort};
use crate::catalogue::api::{Category, Kind, Mode, State, Times};

/// Online listings go on as if they were this far away, and farther with each day: so they mix with the near ones.
const ONLINE_KM: f64 = 3.0;

/// In the order by distance online listings come behind every place.
const BEHIND_ALL: f64 = 100_000.0;

/// Where a walk stands: the order of every walk is `k` ascending, then the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Key {
    /// As bits, so that it survives a cursor unchanged.
    k: u64,
    /// In microseconds.
    at: i64,
    id: Uuid,
}

impl Key {
    fn k(&self) -> f64 {
        f64::from_bits(self.k)
    }

    fn at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.at).unwrap_or_default()
    }
}

/// A step of a walk.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(super) struct Hit {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    pub published_at: DateTime<Utc>,
    #[diesel(sql_type = Double)]
    pub k: f64,
}

impl Hit {
    pub fn key(&self) -> Key {
        Key { k: self.k.to_bits(), at: self.published_at.timestamp_micros(), id: self.id }
    }

    fn sort_key(&self) -> (f64, i64, Uuid) {
        (self.k, self.published_at.timestamp_micros(), self.id)
    }
}

/// The first `n` of several walks together.
fn merge(walks: Vec<Vec<Hit>>, n: usize) -> Vec<Hit> {
    let mut all: Vec<Hit> = walks.into_iter().flatten().collect();
    all.sort_by(|a, b| {
        let ((a_k, a_at, a_id), (b_k, b_at, b_id)) = (a.sort_key(), b.sort_key());
        a_k.total_cmp(&b_k).then(b_at.cmp(&a_at)).then(b_id.cmp(&a_id))
    });
    all.truncate(n);
    all
}

/// A walk: what to find, when it was first asked, from where on and how many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk<'s> {
    pub search: &'s Search,
    pub as_of: DateTime<Utc>,
    pub now: DateTime<Utc>,
    pub after: Option<Key>,
    pub n: usize,
}

type Built<'q> = BoxedSqlQuery<'q, Pg, SqlQuery>;

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
    fn newest(&self, prefix: &str) -> Built<'s> {
        self.by_time(prefix, "true", self.after.map(|key| (key.at(), key.id)))
    }

    /// Online ones, the newest first, up to (and with) a moment.
    fn online(&self, prefix: &str, from: Option<(DateTime<Utc>, Uuid)>) -> Built<'s> {
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
    fn recent(&self, prefix: &str, codes: Vec<&'s str>) -> Built<'s> {
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
    fn by_dong(&self, prefix: &str, dongs: &[(&'s str, f64)]) -> Built<'s> {
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
    fn by_letters(&self, prefix: &str, within: Within) -> Built<'s> {
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
pub(super) enum Within {
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

/// The newest of everywhere.
pub(super) async fn newest(c: &mut AsyncPgConnection, walk: Walk<'_>) -> QueryResult<Vec<Hit>> {
    prepared(walk.newest("")).load(c).await
}

/// The newest that are online or at one of `codes`.
pub(super) async fn newest_at(
    c: &mut AsyncPgConnection,
    walk: Walk<'_>,
    codes: &[&str],
) -> QueryResult<Vec<Hit>> {
    let recent: Vec<Hit> = prepared(walk.recent("", codes.to_vec())).load(c).await?;
    if recent.len() >= walk.n {
        return Ok(recent);
    }
    // Few of the last thousands are here: then there are few here at all, and each 동 can be asked.
    let dongs: Vec<_> = codes.iter().map(|code| (*code, 0.0)).collect();
    let near = prepared(walk.by_dong("", &dongs)).load(c).await?;
    let online = prepared(walk.online("", walk.after.map(|key| (key.at(), key.id)))).load(c).await?;
    Ok(merge(vec![near, online], walk.n))
}

/// Those at `dongs` (nearest first), by distance. `k` is the distance in km.
pub(super) async fn near(
    c: &mut AsyncPgConnection,
    walk: Walk<'_>,
    dongs: &[(&str, f64)],
) -> QueryResult<Vec<Hit>> {
    let from = walk.after.map_or(-1.0, |key| key.k());
    let mut left =
        dongs.split_at_checked(dongs.partition_point(|(_, km)| *km < from)).map_or(dongs, |(_, rest)| rest);
    let (mut found, mut step) = (Vec::new(), 16);
    while !left.is_empty() && found.len() < walk.n {
        // 동 at the same distance are asked together: within it the newest come first.
        let mut end = step.min(left.len());
        let edge = end.checked_sub(1).and_then(|last| left.get(last)).map_or(f64::MAX, |(_, km)| *km);
        end += left.iter().skip(end).take_while(|(_, km)| *km <= edge).count();
        let (now, rest) = left.split_at_checked(end).unwrap_or((left, &[]));
        let n = walk.n - found.len();
        found.extend(prepared(Walk { n, ..walk }.by_dong("", now)).load::<Hit>(c).await?);
        (left, step) = (rest, step * 4);
    }
    Ok(found)
}

/// Online ones behind every place, the newest first.
pub(super) async fn online_behind(c: &mut AsyncPgConnection, walk: Walk<'_>) -> QueryResult<Vec<Hit>> {
    let from = walk.after.filter(|key| key.k() >= BEHIND_ALL).map(|key| (key.at(), key.id));
    let hits: Vec<Hit> = prepared(walk.online("", from)).load(c).await?;
    Ok(hits.into_iter().map(|hit| Hit { k: BEHIND_ALL, ..hit }).collect())
}

/// Those at `dongs` by distance, mixed with online ones by age.
pub(super) async fn near_and_online(
    c: &mut AsyncPgConnection,
    walk: Walk<'_>,
    dongs: &[(&str, f64)],
) -> QueryResult<Vec<Hit>> {
    let near = near(c, walk, dongs).await?;
    let aged = |hit: Hit| {
        let days = (walk.as_of - hit.published_at).as_seconds_f64() / 86_400.0;
        Hit { k: ONLINE_KM + days, ..hit }
    };
    // From a moment a little before the key on; what lies behind the key already is dropped.
    let mut from = walk.after.filter(|key| key.k() > ONLINE_KM).map(|key| {
        let days = TimeDelta::microseconds(micros((key.k() - ONLINE_KM) * 86_400.0));
        (walk.as_of - days + TimeDelta::milliseconds(1), Uuid::max())
    });
    let passed = |hit: &Hit| {
        walk.after.is_some_and(|key| {
            let (k, at, id) = hit.sort_key();
            k < key.k() || (k.to_bits() == key.k && (at, id) >= (key.at, key.id))
        })
    };
    let mut online = Vec::new();
    while online.len() < walk.n {
        let read: Vec<Hit> = prepared(walk.online("", from)).load(c).await?;
        from = read.last().map(|hit| (hit.published_at, hit.id));
        let ended = read.len() < walk.n;
        online.extend(read.into_iter().map(aged).filter(|hit| !passed(hit)));
        if ended {
            break;
        }
    }
    Ok(merge(vec![near, online], walk.n))
}

/// Whole microseconds of a number of seconds.
fn micros(seconds: f64) -> i64 {
    std::time::Duration::try_from_secs_f64(seconds)
        .ok()
        .and_then(|d| i64::try_from(d.as_micros()).ok())
        .unwrap_or(0)
}

/// What the letters or the area find, and the reach in km that it was held to.
pub(super) async fn by_letters(
    c: &mut AsyncPgConnection,
    walk: Walk<'_>,
    within: Within,
) -> QueryResult<(Vec<Hit>, Option<u32>)> {
    #[derive(QueryableByName)]
    struct Reached {
        #[diesel(embed)]
        hit: Hit,
        #[diesel(sql_type = Nullable<Integer>)]
        reach_km: Option<i32>,
    }
    // Planned anew each time: what the letters find decides, and that is known from their values only.
    let rows: Vec<Reached> = walk.by_letters("", within).load(c).await?;
    let km = rows.as_slice().first().and_then(|row| row.reach_km).and_then(|km| u32::try_from(km).ok());
    Ok((rows.into_iter().map(|row| row.hit).collect(), km))
}

/// What a page shows and the formula weighs.
pub(super) struct Line {
    pub id: Uuid,
    pub owner: Uuid,
    pub title: String,
    pub category: Category,
    /// Empty unless it was asked for.
    pub body: String,
    pub minutes: i32,
    pub mode: Mode,
    pub region_code: String,
    pub times: Times,
    pub state: State,
    pub published_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct LineRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    owner_id: Uuid,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    category: String,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Integer)]
    minutes: i32,
    #[diesel(sql_type = Text)]
    mode: String,
    #[diesel(sql_type = Text)]
    region_code: String,
    #[diesel(sql_type = Integer)]
    times: i32,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Timestamptz)]
    published_at: DateTime<Utc>,
}

/// The listings of some keys, in no order.
pub(super) async fn lines(
    c: &mut AsyncPgConnection,
    kind: Kind,
    ids: Vec<Uuid>,
    with_body: bool,
) -> QueryResult<Vec<Line>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = diesel::sql_query(
        "SELECT id, owner_id, title, category, CASE WHEN $3 THEN body ELSE '' END AS body, minutes, mode, region_code, \
         times, state, published_at FROM listings WHERE id = ANY($1) AND kind = $2",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Text, _>(kind.as_str())
    .bind::<Bool, _>(with_body);
    let rows: Vec<LineRow> = prepared(query).load(c).await?;
    let line = |row: LineRow| {
        Some(Line {
            id: row.id,
            owner: row.owner_id,
            category: Category::parse(&row.category).ok()?,
            mode: Mode::parse(&row.mode).ok()?,
            state: State::parse(&row.state)?,
            title: row.title,
            body: row.body,
            minutes: row.minutes,
            region_code: row.region_code,
            times: Times::of_bits(row.times),
            published_at: row.published_at,
        })
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

#[cfg(test)]
mod tests {
    use common::db::{Database, Pool};
    use regions::{Level, Regions};
    use testkit::{Schema, TestDb};

    use super::*;
    use crate::{
        MIGRATIONS,
        search::{domain::Query, index, request::Reach},
    };

    const SCHEMA: Schema = Schema {
        service: "core",
        migrations: || MIGRATIONS,
        directory: concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"),
    };

    const ROWS: i32 = 100_000;

    type Build<'q> = Box<dyn Fn() -> Built<'q> + 'q>;

    #[derive(QueryableByName)]
    struct PlanLine {
        #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
        line: String,
    }

    /// A hundred titles, each on one row of a hundred, spread evenly over the country and half a year.
    async fn fill(db: &TestDb, regions: &Regions, now: DateTime<Utc>) {
        let nouns = ["통기타", "피아노", "첼로", "바둑", "뜨개질", "김치", "엑셀", "사진", "자전거", "화분"];
        let acts = [
            "첫걸음",
            "같이 해요",
            "한 시간",
            "천천히",
            "수리",
            "정리",
            "연습",
            "이야기",
            "나들이",
            "도와드려요",
        ];
        let body = "하나만 정해서 와 주세요.";
        let array = |codes: &[i32]| codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let mut sql = "CREATE TEMP TABLE title (n int, title text, tokens int[], title_tokens int[]); \
            CREATE TEMP TABLE dong (n int, code text, lat float8, lon float8, areas int[]);"
            .to_owned();
        for n in 0..100 {
            let title = format!("{} {}", nouns[n / 10], acts[n % 10]);
            let index = index(&title, Category::Music, body);
            let (all, own) = (array(&index.tokens), array(&index.title_tokens));
            let _ = write!(sql, "INSERT INTO title VALUES ({n}, '{title}', '{{{all}}}', '{{{own}}}');");
        }
        let dongs: Vec<_> = regions.iter().filter(|r| r.level == Level::Eupmyeondong).collect();
        for (n, dong) in dongs.iter().enumerate() {
            let areas = array(&crate::region::Dong::parse(regions, dong.code).unwrap().areas);
            let (code, lat, lon) = (dong.code, dong.lat, dong.lon);
            let _ = write!(sql, "INSERT INTO dong VALUES ({n}, '{code}', {lat}, {lon}, '{{{areas}}}');");
        }
        let (now, dongs) = (now.to_rfc3339(), dongs.len());
        let _ = write!(
            sql,
            "INSERT INTO members (id, name, region_code, joined_at) \
             SELECT ('00000000-0000-7000-8000-' || lpad(g::text, 12, '0'))::uuid, '이웃', '1144012300', '{now}' \
             FROM generate_series(1, 1000) g; \
             INSERT INTO listings SELECT ('00000000-0000-7000-9000-' || lpad(g::text, 12, '0'))::uuid, 'talent', \
             ('00000000-0000-7000-8000-' || lpad((g % 1000 + 1)::text, 12, '0'))::uuid, title, '{body}', \
             CASE WHEN g % 3 = 0 THEN 'music' ELSE 'craft' END, 60, \
             CASE WHEN g % 5 = 0 THEN 'online' WHEN g % 5 = 1 THEN 'either' ELSE 'in_person' END, \
             code, lat, lon, areas, 1 << (g % 21), '', 'open', \
             '{now}'::timestamptz - g * interval '1 second' * (15000000 / {ROWS}), \
             '{now}'::timestamptz + interval '1 day' * (1 + g % 100), 1, 1, tokens, title_tokens \
             FROM generate_series(1, {ROWS}) g JOIN title ON title.n = (hashint4(g) & 2147483647) % 100 \
             JOIN dong ON dong.n = (hashint4(g + 7) & 2147483647) % {dongs}"
        );
        let su = db.superuser().await;
        su.batch_execute(&sql).await.unwrap();
        su.batch_execute("VACUUM (ANALYZE, PARALLEL 0) listings").await.unwrap();
    }

    async fn explain(c: &mut AsyncPgConnection, query: Built<'_>) -> String {
        let lines: Vec<PlanLine> = query.load(c).await.unwrap();
        lines.into_iter().map(|l| l.line).collect::<Vec<_>>().join("\n")
    }

    #[tokio::test]
    async fn every_walk_takes_its_index_on_a_hundred_thousand_rows() {
        const EXPLAIN: &str = "EXPLAIN (ANALYZE, BUFFERS) ";
        let (db, regions) = (TestDb::acquire(&SCHEMA).await, Regions::embedded());
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        fill(&db, &regions, now).await;
        let pool = Pool::new(&Database::new(db.url.clone(), 1), "test").unwrap();
        let mut c = pool.get().await.unwrap();
        let home = regions.get("1144012300").unwrap();
        let around = || Place::Around { code: home.code.to_owned(), lat: home.lat, lon: home.lon };
        let search = |q: &str, place: Place, sort: Sort| Search {
            kind: Kind::Talent,
            query: Query::parse(q),
            category: None,
            mode: None,
            weekday: None,
            place,
            reach: Reach::All,
            sort,
        };
        let walk = |search| Walk { search, as_of: now, now, after: None, n: 21 };
        let everything = search("", Place::Anywhere, Sort::Newest);
        let here = search("", around(), Sort::Near);
        let dongs = here.dongs(&regions, Some(40));
        let codes: Vec<&str> = dongs.iter().map(|(code, _)| *code).collect();
        let rare = search("첼로 연습", around(), Sort::Recommended);
        let word = search("첼로", Place::Anywhere, Sort::Recommended);
        let newest = search("첼로", Place::Anywhere, Sort::Newest);
        let area = search("", Place::Within(11440), Sort::Newest);
        let word_near = search("첼로", around(), Sort::Near);
        let (by_code, by_all) = (dongs[..16].to_vec(), dongs.clone());
        let (newest_first, here) = (&everything, &here);
        let mut plans: Vec<(&str, Build<'_>, &str)> = vec![
            ("newest", Box::new(move || walk(newest_first).newest(EXPLAIN)), "listings_newest_idx"),
            ("recent", Box::new(move || walk(here).recent(EXPLAIN, codes.clone())), "listings_newest_idx"),
            ("online", Box::new(move || walk(here).online(EXPLAIN, None)), "listings_online_idx"),
            (
                "near, 16 동",
                Box::new(move || walk(here).by_dong(EXPLAIN, &by_code)),
                "listings_region_code_idx",
            ),
            (
                "near, 40 km",
                Box::new(move || walk(here).by_dong(EXPLAIN, &by_all)),
                "listings_region_code_idx",
            ),
        ];
        for (name, search, within) in [
            ("two words, near", &rare, Within::Growing),
            ("a word", &word, Within::All),
            ("a word, newest", &newest, Within::All),
            ("a word, near", &word_near, Within::Km(40)),
            ("an area", &area, Within::All),
        ] {
            let query = Box::new(move || walk(search).by_letters(EXPLAIN, within));
            plans.push((name, query, "listings_talent_tokens_idx"));
        }
        for (name, query, index) in plans {
            let mut took = Vec::new();
            for _ in 0..5 {
                let plan = explain(&mut c, query()).await;
                assert!(plan.contains(index), "{name} does not use {index}:\n{plan}");
                assert!(!plan.contains("Seq Scan on listings"), "{name} reads everything:\n{plan}");
                let time =
                    plan.lines().find_map(|l| l.trim().strip_prefix("Execution Time: ")).map(str::to_owned);
                took.push(time.unwrap_or_default());
            }
            println!("{name}: {}", took.join(", "));
        }
        // Deep in the list the next page costs what the first one did: it starts behind the key.
        let deep = newest_at_depth(&mut c, walk(newest_first), 5000).await;
        let plan = explain(&mut c, Walk { after: Some(deep), ..walk(newest_first) }.newest(EXPLAIN)).await;
        assert!(plan.contains("Index Cond") && plan.contains("ROW(published_at, id) <"), "{plan}");
        db.superuser().await.batch_execute("TRUNCATE listings, members CASCADE").await.unwrap();
    }

    async fn newest_at_depth(c: &mut AsyncPgConnection, walk: Walk<'_>, n: usize) -> Key {
        newest(c, Walk { n, ..walk }).await.unwrap().last().unwrap().key()
    }
}
