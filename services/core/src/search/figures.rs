//! What searches cost on a database that is filled already, and what the recommended order gives up. Not run by itself:
//! `DOJOB_SEARCH_DATABASE=… DOJOB_SEARCH_WORDS=… cargo test -p dojob-core figures -- --ignored --nocapture`.

use std::{collections::BTreeSet, fs};

use chrono::{DateTime, Utc};
use common::db::{Database, Pool, prepared};
use diesel::{QueryableByName, sql_types::Integer};
use diesel_async::RunQueryDsl;
use regions::Regions;

use super::{
    finder::Finder,
    relax,
    request::{Place, Reach, Search, Sort},
    store::Frequencies,
};
use crate::listing::{ListingKind, Query};

#[derive(QueryableByName)]
struct Pid {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

fn cpu_us(of: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{of}/schedstat")).unwrap();
    text.split(' ').next().unwrap().parse::<u64>().unwrap() / 1000
}

#[tokio::test]
#[ignore = "needs a filled database"]
async fn figures() {
    const TIMES: u64 = 50;
    let url = std::env::var("DOJOB_SEARCH_DATABASE").unwrap();
    let words = std::env::var("DOJOB_SEARCH_WORDS").unwrap();
    let now = DateTime::parse_from_rfc3339("2026-11-30T10:00:00Z").unwrap().with_timezone(&Utc);
    let (regions, frequencies) = (Regions::embedded(), Frequencies::default());
    let pool = Pool::new(&Database::new(url, 1), "figures").unwrap();
    let mut c = pool.get().await.unwrap();
    let pid = prepared(diesel::sql_query("SELECT pg_backend_pid() AS pid")).get_result::<Pid>(&mut c).await;
    let pid = pid.unwrap().pid.to_string();
    let home = regions.get("1144012300").unwrap();
    let around = || Place::Around { code: home.code.to_owned(), lat: home.lat, lon: home.lon };
    for q in words.split(',') {
        for (sort, place, reach) in [
            (Sort::Newest, Place::Anywhere, Reach::All),
            (Sort::Recommended, Place::Anywhere, Reach::All),
            (Sort::Near, around(), Reach::Grow),
            (Sort::Newest, around(), Reach::Grow),
            (Sort::Recommended, around(), Reach::Grow),
            (Sort::Near, around(), Reach::All),
            (Sort::Recommended, around(), Reach::All),
            (Sort::Newest, Place::Within(11440), Reach::All),
        ] {
            let search = Search {
                kind: ListingKind::Talent,
                query: Query::parse(q),
                category: None,
                mode: None,
                weekday: None,
                place,
                reach,
                sort,
            };
            let mut finder = Finder { c: &mut c, regions: &regions, frequencies: &frequencies, now };
            let (mut ours, mut theirs, mut found) = (0, 0, 0);
            for n in 0..TIMES + 10 {
                if n == 10 {
                    (ours, theirs) = (cpu_us("thread-self"), cpu_us(&pid));
                }
                let page = finder.page(&search, None, 20).await.unwrap();
                found = page.rows.len();
                if found == 0 {
                    relax::suggest(&mut finder, &search, page.reach_km).await.unwrap();
                }
            }
            let (ours, theirs) = ((cpu_us("thread-self") - ours) / TIMES, (cpu_us(&pid) - theirs) / TIMES);
            let mut overlap = String::new();
            if sort == Sort::Recommended && found > 0 {
                let page = finder.page(&search, None, 20).await.unwrap();
                let exact = finder.exact(&search, page.reach_km, 20).await.unwrap();
                let shown: BTreeSet<_> = page.rows.iter().map(|row| row.id).collect();
                let same = exact.iter().filter(|id| shown.contains(id)).count();
                overlap = format!(", {same} of the best {}", exact.len());
            }
            println!(
                "{q} {sort:?} {reach:?} {}: program {ours} us, PostgreSQL {theirs} us, {found} rows{overlap}",
                matches!(search.place, Place::Around { .. })
            );
        }
    }
}
