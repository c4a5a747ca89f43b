//! Each walk takes its index, and every way gives the same.

use std::{collections::HashMap, fmt::Write, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use common::db::{Database, Pool};
use diesel::{QueryableByName, sql_types::Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use regions::{Level, Regions};
use testkit::{Schema, TestDb};

use super::{
    frequency::{Counts, Frequencies},
    letters::{all_by_letters, by_letters},
    slices::{self, Time},
    steps::newest,
    walk::{Built, Class, Hit, Part, Walk, Within},
};
use crate::{
    MIGRATIONS,
    listing::{Category, Index, ListingKind, Query},
    search::{
        finder::Finder,
        request::{PageKey, Place, Reach, Search, Sort},
    },
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
        let index = Index::of(&title, Category::Music, body);
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
    let su = db.superuser().await;
    let index = "SELECT indexdef FROM pg_indexes WHERE indexname = 'listings_talent_tokens_idx'";
    let index: String = su.query_one(index, &[]).await.unwrap().get(0);
    let _ = write!(
        sql,
        "DROP INDEX listings_talent_tokens_idx; INSERT INTO members (id, name, region_code, joined_at, given_count) \
         SELECT ('00000000-0000-7000-8000-' || lpad(g::text, 12, '0'))::uuid, '이웃', '1144012300', '{now}', \
         CASE WHEN g % 10 < 3 THEN 0 ELSE 3 END \
         FROM generate_series(1, 1000) g; \
         INSERT INTO listings SELECT ('00000000-0000-7000-9000-' || lpad(g::text, 12, '0'))::uuid, 'talent', \
         ('00000000-0000-7000-8000-' || lpad((g % 1000 + 1)::text, 12, '0'))::uuid, title, '{body}', \
         CASE WHEN g % 3 = 0 THEN 'music' ELSE 'craft' END, 60, \
         CASE WHEN g % 5 = 0 THEN 'online' WHEN g % 5 = 1 THEN 'either' ELSE 'in_person' END, \
         code, lat, lon, areas, 1 << (g % 21), '', 'open', \
         '{now}'::timestamptz - g * interval '1 second' * (15000000 / {ROWS}), \
         '{now}'::timestamptz + interval '1 day' * (1 + g % 100), 1, 1, tokens, title_tokens \
         FROM generate_series(1, {ROWS}) g JOIN title ON title.n = (hashint4(g) & 2147483647) % 100 \
         JOIN dong ON dong.n = (hashint4(g + 7) & 2147483647) % {dongs}; {index}"
    );
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
        kind: ListingKind::Talent,
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
    let (newest_first, here, newest_of_word, near_word) = (&everything, &here, &newest, &word_near);
    let mut plans: Vec<(&str, Build<'_>, &str)> = vec![
        ("newest", Box::new(move || walk(newest_first).newest(EXPLAIN)), "listings_newest_idx"),
        ("tested", Box::new(move || walk(newest_of_word).tested(EXPLAIN)), "listings_newest_idx"),
        ("recent", Box::new(move || walk(here).recent(EXPLAIN, codes.clone())), "listings_newest_idx"),
        ("online", Box::new(move || walk(here).online(EXPLAIN, None)), "listings_online_idx"),
        ("near, 16 동", Box::new(move || walk(here).by_dong(EXPLAIN, &by_code)), "listings_region_code_idx"),
        ("near, 40 km", Box::new(move || walk(here).by_dong(EXPLAIN, &by_all)), "listings_region_code_idx"),
    ];
    let hours = Time::until(now, TimeDelta::hours(12)).codes();
    let ring: Vec<i32> = dongs[..16].iter().filter_map(|(code, _)| slices::dong(code)).collect();
    let all = Part::default;
    for (name, search, within, part) in [
        ("two words, near", &rare, Within::Growing, all()),
        ("a word", &word, Within::All, all()),
        ("a word, newest", &newest, Within::All, all()),
        ("a word, near", &word_near, Within::Km(40), all()),
        ("an area", &area, Within::All, all()),
        ("a word, last hours", &newest, Within::All, Part { slices: hours.clone(), ..all() }),
        (
            "a title, last hours",
            &word,
            Within::All,
            Part { slices: hours.clone(), class: Class::Title, ..all() },
        ),
        (
            "a body, last hours",
            &word,
            Within::All,
            Part { slices: hours.clone(), class: Class::Body, ..all() },
        ),
        ("a word, online", &rare, Within::Km(3), Part { slices: hours, online: Some(true), ..all() }),
        ("a word, nearest 동", &word_near, Within::All, Part { slices: ring, online: Some(false), ..all() }),
        ("the rest", &word, Within::All, Part { before: Some(now - TimeDelta::days(160)), ..all() }),
    ] {
        let query = Box::new(move || walk(search).by_letters(EXPLAIN, within, &part));
        plans.push((name, query, "listings_talent_tokens_idx"));
    }
    let tested_at = dongs[..4].iter().map(|(code, _)| (*code).to_owned()).collect();
    let part = Part { tested_at, online: Some(false), ..all() };
    let query = Box::new(move || walk(near_word).by_letters(EXPLAIN, Within::All, &part));
    plans.push(("tested, nearest 동", query, "listings_region_code_idx"));
    for (name, query, index) in plans {
        let mut took = Vec::new();
        for _ in 0..5 {
            let plan = explain(&mut c, query()).await;
            assert!(plan.contains(index), "{name} does not use {index}:\n{plan}");
            assert!(!plan.contains("Seq Scan on listings"), "{name} reads everything:\n{plan}");
            let time =
                plan.lines().find_map(|l| l.trim().strip_prefix("Execution Time: ")).map(str::to_owned);
            took.push(time.unwrap_or_default());
            let buffers = plan.lines().find_map(|l| l.trim().strip_prefix("Buffers: shared "));
            let buffers: u32 = buffers
                .into_iter()
                .flat_map(|b| b.split([' ', '=']))
                .filter_map(|number| number.parse::<u32>().ok())
                .sum();
            // A slice holds a page, not the hits of a word.
            let is_slice = ["hours", "nearest", "online", "tested"].iter().any(|part| name.contains(part));
            assert!(!is_slice || buffers < 1000, "{name} reads {buffers} pages:\n{plan}");
        }
        println!("{name}: {}", took.join(", "));
    }
    // Deep in the list the next page costs what the first one did: it starts behind the key.
    let deep = newest_at_depth(&mut c, walk(newest_first), 5000).await;
    let plan = explain(&mut c, Walk { after: Some(deep), ..walk(newest_first) }.newest(EXPLAIN)).await;
    assert!(plan.contains("Index Cond") && plan.contains("ROW(published_at, id) <"), "{plan}");
    every_way_gives_the_same(&mut c, &regions, now).await;
    the_best_are_among_the_candidates(&mut c, &regions, now).await;
    db.superuser().await.batch_execute("TRUNCATE listings, members CASCADE").await.unwrap();
}

async fn newest_at_depth(c: &mut AsyncPgConnection, walk: Walk<'_>, n: usize) -> PageKey {
    newest(c, Walk { n, ..walk }).await.unwrap().last().unwrap().key()
}

/// What counts say may be wrong: pages are the same, whatever they say.
async fn every_way_gives_the_same(c: &mut AsyncPgConnection, regions: &Regions, now: DateTime<Utc>) {
    let home = regions.get("1144012300").unwrap();
    let around = || Place::Around { code: home.code.to_owned(), lat: home.lat, lon: home.lon };
    let counted = Frequencies::default().of(c, ListingKind::Talent, now).await.unwrap();
    for (q, place, category) in [
        ("첼로", Place::Anywhere, None),
        ("첼로 연습", around(), None),
        ("연습", around(), Some(Category::Music)),
        ("바둑", Place::Within(11000), None),
        ("", Place::Within(11440), None),
        ("비올라", around(), None),
    ] {
        let query = Query::parse(q);
        let say = |n: u32| {
            let said: HashMap<i32, u32> = query.all_of().iter().map(|code| (*code, n)).collect();
            let (sampled, rows, pace, areas) =
                (counted.sampled, counted.rows, counted.pace, counted.areas.clone());
            Arc::new(Counts {
                sampled,
                rows,
                pace,
                areas,
                anywhere: said.clone(),
                titles: said,
                ..Counts::default()
            })
        };
        let all_counts = [counted.clone(), Arc::default(), say(4), say(1000)];
        for (sort, reach) in [
            (Sort::Newest, None),
            (Sort::Newest, Some(10)),
            (Sort::Recommended, None),
            (Sort::Recommended, Some(20)),
            (Sort::Near, None),
            (Sort::Near, Some(40)),
        ] {
            let is_around = matches!(place, Place::Around { .. });
            if !is_around && (sort == Sort::Near || reach.is_some()) {
                continue;
            }
            let within = reach.map_or(Within::All, Within::Km);
            let search = Search {
                kind: ListingKind::Talent,
                query: query.clone(),
                category,
                mode: None,
                weekday: None,
                place: place.clone(),
                reach: Reach::All,
                sort,
            };
            let walk = Walk { search: &search, as_of: now, now, after: None, n: 1_000_000 };
            let whole = ids(&all_by_letters(c, walk, within).await.unwrap());
            let most = if is_around && within == Within::All { "" } else { "within reach" };
            for counts in &all_counts {
                let (mut after, mut pages) = (None, Vec::new());
                for n in [21, 60, 5, 21] {
                    let walk = Walk { after, n, ..walk };
                    let (hits, _) = by_letters(c, walk, within, regions, counts).await.unwrap();
                    after = hits.last().map(Hit::key).or(after);
                    pages.extend(ids(&hits));
                }
                let expected = &whole[..whole.len().min(107)];
                assert_eq!(pages, expected, "{q} {sort:?} {most} {reach:?}, of {}", whole.len());
            }
        }
    }
}

/// Of the twenty best of everything nineteen at least are on the first page.
async fn the_best_are_among_the_candidates(c: &mut AsyncPgConnection, regions: &Regions, now: DateTime<Utc>) {
    let frequencies = Frequencies::default();
    let home = regions.get("1144012300").unwrap();
    let around = || Place::Around { code: home.code.to_owned(), lat: home.lat, lon: home.lon };
    let (mut best, mut shown) = (0, 0);
    for q in ["첼로", "첼로 연습", "나들이", "하나만 자전거"] {
        for (place, reach) in
            [(Place::Anywhere, Reach::All), (around(), Reach::All), (around(), Reach::Km(10))]
        {
            let search = Search {
                kind: ListingKind::Talent,
                query: Query::parse(q),
                category: None,
                mode: None,
                weekday: None,
                place,
                reach,
                sort: Sort::Recommended,
            };
            let mut finder = Finder { c, regions, frequencies: &frequencies, now };
            let page = finder.page(&search, None, 20).await.unwrap();
            let exact = finder.exact(&search, page.reach_km, 20).await.unwrap();
            let same = exact.iter().filter(|id| page.rows.iter().any(|row| row.id == **id)).count();
            println!("{q} {reach:?}: {same} of {}", exact.len());
            (best, shown) = (best + exact.len(), shown + same);
        }
    }
    assert!(shown * 100 >= best * 95, "{shown} of the {best} best");
}

fn ids(hits: &[Hit]) -> Vec<uuid::Uuid> {
    hits.iter().map(|hit| hit.id).collect()
}
