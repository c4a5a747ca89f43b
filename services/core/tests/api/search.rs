//! Finding.

use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::{App, Member};
use unicode_normalization::UnicodeNormalization;

use crate::*;

const TALENTS: &str = "/api/core/talents";

async fn found(app: &App, query: &str) -> Value {
    app.nobody().get(&format!("{TALENTS}?{query}")).await.status(200)
}

fn titles(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
}

async fn titles_of(app: &App, query: &str) -> Vec<String> {
    titles(&found(app, query).await)
}

/// Every page of a search, each row once.
async fn all_pages(app: &App, query: &str) -> Vec<String> {
    pages_from(app, query, String::new()).await
}

async fn pages_from(app: &App, query: &str, mut cursor: String) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..500 {
        let page = found(app, &format!("{query}{cursor}")).await;
        ids.extend(
            page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { return ids };
        cursor = format!("&cursor={next}");
    }
    panic!("the pages do not end");
}

async fn talent(member: &Member<'_>, title: &str, fields: Value) -> Value {
    publish(member, "talent", &with(listing(title), fields)).await
}

#[tokio::test]
async fn words_are_found_in_compounds_by_initials_with_particles_and_decomposed() {
    let app = start().await;
    let me = neighbour(&app, "도윤", MANGWON).await;
    talent(&me, "통기타 첫걸음", json!({})).await;
    talent(&me, "초등영어 회화반", json!({ "category": "language" })).await;
    talent(&me, "바둑 두기", json!({ "category": "hobby", "body": "두고 나서 영어로 복기해 드려요." })).await;
    let nfd: String = "기타".nfd().collect();
    for q in ["기타", "통기타를", "ㄱㅌ", "ㅌㄱㅌ", &nfd, "기타 첫걸음", "음악"] {
        assert_eq!(titles_of(&app, &format!("q={q}")).await, ["통기타 첫걸음"], "{q}");
    }
    assert_eq!(
        titles_of(&app, "q=영어").await,
        ["초등영어 회화반", "바둑 두기"],
        "the title outweighs the body"
    );
    assert_eq!(titles_of(&app, "q=영어 바둑").await, ["바둑 두기"], "all words must be there");
    assert_eq!(titles_of(&app, "q=첼로").await, Vec::<String>::new());
    assert_eq!(titles_of(&app, "q=%20!").await.len(), 3, "no letters: no words");
    assert_eq!(titles_of(&app, "q=';DROP TABLE listings").await.len(), 0);
}

#[tokio::test]
async fn marks_are_utf16_ranges_of_the_title() {
    let app = start().await;
    let me = neighbour(&app, "도윤", MANGWON).await;
    talent(&me, "🎸 통기타와 기타", json!({})).await;
    assert_eq!(found(&app, "q=기타").await["items"][0]["title_marks"], json!([[4, 6], [8, 10]]));
    assert_eq!(found(&app, "").await["items"][0]["title_marks"], json!([]));
}

#[tokio::test]
async fn filters_narrow_and_online_is_found_from_anywhere() {
    let app = start().await;
    let me = neighbour(&app, "도윤", MANGWON).await;
    talent(&me, "만나서", json!({ "times": ["tue-evening"] })).await;
    talent(
        &me,
        "온라인",
        json!({ "mode": "online", "region_code": NOHYEONG, "category": "computer", "times": [] }),
    )
    .await;
    talent(&me, "둘 다", json!({ "mode": "either", "region_code": YEOKSAM, "times": ["wed-morning"] })).await;
    let sorted = async |query: &str| {
        let mut titles = titles_of(&app, query).await;
        titles.sort();
        titles
    };
    assert_eq!(sorted("mode=online").await, ["둘 다", "온라인"]);
    assert_eq!(sorted("mode=in_person").await, ["둘 다", "만나서"]);
    assert_eq!(sorted("mode=either").await, ["둘 다"]);
    assert_eq!(sorted("weekday=tue").await, ["만나서", "온라인"], "times to be agreed fit every day");
    assert_eq!(sorted("category=computer").await, ["온라인"]);
    assert_eq!(sorted(&format!("region={MANGWON}&reach_km=3")).await, ["만나서", "온라인"]);
    assert_eq!(sorted(&format!("region={MANGWON}&reach_km=20")).await, ["둘 다", "만나서", "온라인"]);
    assert_eq!(sorted(&format!("region={MANGWON}&reach_km=3&mode=online")).await, ["둘 다", "온라인"]);
    assert_eq!(sorted(&format!("region={MANGWON}&reach_km=3&mode=in_person")).await, ["만나서"]);
    for q in ["", "&q=음악"] {
        let rows = found(&app, &format!("region={MANGWON}&reach_km=all&sort=near&mode=in_person{q}")).await;
        assert_eq!(titles(&rows), ["만나서", "둘 다"], "{q}");
        assert_eq!(rows["items"][0]["distance_km"], json!(0.0));
        assert!((10.0..16.0).contains(&rows["items"][1]["distance_km"].as_f64().unwrap()), "{rows}");
    }
    let online = found(&app, &format!("region={MANGWON}&category=computer")).await;
    assert_eq!(online["items"][0]["distance_km"], json!(null));
    // Within a 시도 or 시군구.
    assert_eq!(sorted("region=1168000000").await, ["둘 다"]);
    assert_eq!(sorted("region=1100000000").await, ["둘 다", "만나서"]);
    assert_eq!(sorted("region=1100000000&q=음악&sort=newest").await, ["둘 다", "만나서"]);
}

#[tokio::test]
async fn orders_are_by_distance_by_time_or_by_the_formula() {
    let app = start().await;
    let me = neighbour(&app, "도윤", MANGWON).await;
    talent(&me, "가까운 옛날", json!({})).await;
    app.clock.advance(TimeDelta::days(100));
    talent(&me, "먼 오늘", json!({ "region_code": BONGHWA })).await;
    talent(&me, "온라인", json!({ "mode": "online" })).await;
    app.clock.advance(TimeDelta::hours(1));
    talent(&me, "옆 동네", json!({ "region_code": HAPJEONG })).await;
    let base = format!("region={MANGWON}&reach_km=all");
    for q in ["", "&q=음악"] {
        let order = async |sort: &str| titles_of(&app, &format!("{base}&sort={sort}{q}")).await;
        assert_eq!(order("near").await, ["가까운 옛날", "옆 동네", "먼 오늘", "온라인"], "{q}");
        assert_eq!(order("newest").await, ["옆 동네", "온라인", "먼 오늘", "가까운 옛날"], "{q}");
        assert_eq!(order("recommended").await, ["옆 동네", "온라인", "가까운 옛날", "먼 오늘"], "{q}");
    }
    // Without a 동 there is nothing to be near to.
    assert_eq!(titles_of(&app, "sort=near").await[0], "옆 동네");
}

#[tokio::test]
async fn the_reach_grows_until_there_are_twenty_and_stays_for_the_next_pages() {
    let app = start_without_budgets().await;
    let me = neighbour(&app, "도윤", MANGWON).await;
    for n in 0..12 {
        talent(&me, &format!("망원 {n}"), json!({})).await;
        talent(&me, &format!("역삼 {n}"), json!({ "region_code": YEOKSAM })).await;
    }
    let reach = async |query: &str| found(&app, query).await["reach"].clone();
    for q in ["", "&q=음악"] {
        for sort in ["recommended", "near", "newest"] {
            let query = format!("region={MANGWON}&sort={sort}{q}");
            assert_eq!(reach(&query).await, json!({ "km": 20, "grown": true }), "{query}");
            assert_eq!(all_pages(&app, &format!("{query}&limit=7")).await.len(), 24, "{query}");
            let page = found(&app, &format!("{query}&limit=7")).await;
            let next =
                found(&app, &format!("{query}&limit=7&cursor={}", page["next"].as_str().unwrap())).await;
            assert_eq!(next["reach"], page["reach"], "{query}");
        }
        assert_eq!(
            reach(&format!("region={MANGWON}&reach_km=5{q}")).await,
            json!({ "km": 5, "grown": false })
        );
        assert_eq!(
            reach(&format!("region={MANGWON}&reach_km=all{q}")).await,
            json!({ "km": null, "grown": false })
        );
        assert_eq!(reach(&format!("region={BONGHWA}{q}")).await, json!({ "km": 40, "grown": true }));
        assert_eq!(
            reach(&format!("region={MANGWON}&mode=online{q}")).await,
            json!({ "km": null, "grown": false })
        );
    }
    assert_eq!(reach("q=음악").await, json!({ "km": null, "grown": false }));
    for n in 0..8 {
        talent(&me, &format!("합정 {n}"), json!({ "region_code": HAPJEONG })).await;
    }
    assert_eq!(reach(&format!("region={MANGWON}")).await, json!({ "km": 3, "grown": false }));
}

#[tokio::test]
async fn every_listing_is_on_exactly_one_page_also_while_others_come_and_go() {
    let app = start().await;
    let (me, other) = (neighbour(&app, "도윤", MANGWON).await, neighbour(&app, "민지", HAPJEONG).await);
    let places = [MANGWON, HAPJEONG, YEOKSAM, BONGHWA];
    let mut before = Vec::new();
    for n in 0..40 {
        let mode = ["in_person", "online", "either"][n % 3];
        let by = if n % 2 == 0 { &me } else { &other };
        before.push(id(&talent(
            by,
            &format!("재능 {n}"),
            json!({ "region_code": places[n % 4], "mode": mode }),
        )
        .await));
        app.clock.advance(TimeDelta::hours(7));
    }
    before.sort();
    let queries = [
        "sort=newest".to_owned(),
        "sort=recommended".to_owned(),
        "q=음악&sort=recommended".to_owned(),
        "q=음악&sort=newest".to_owned(),
        format!("region={MANGWON}&reach_km=all&sort=near"),
        format!("region={MANGWON}&reach_km=all&sort=newest"),
        format!("region={MANGWON}&reach_km=all&sort=recommended"),
        format!("region={MANGWON}&reach_km=all&sort=near&q=음악"),
        format!("region={MANGWON}&reach_km=all&sort=recommended&q=음악"),
    ];
    for query in &queries {
        let mut ids = all_pages(&app, &format!("{query}&limit=7")).await;
        let walked = ids.clone();
        ids.sort();
        assert_eq!(ids, before, "{query}");
        assert_eq!(
            all_pages(&app, &format!("{query}&limit=3")).await,
            walked,
            "{query}: the page size changes nothing"
        );
    }
    // What comes after the first page was asked for is not on its second.
    for query in &queries {
        let first = found(&app, &format!("{query}&limit=7")).await;
        let late = id(&talent(&me, "나중에 온 재능", json!({})).await);
        let next = format!("&cursor={}", first["next"].as_str().unwrap());
        let rest = pages_from(&app, &format!("{query}&limit=7"), next).await;
        assert!(!rest.contains(&late), "{query}");
        assert_eq!(rest.len(), 33, "{query}");
        me.post(&format!("{TALENTS}/{late}/pause"), &json!({})).await.status(200);
    }
    assert_eq!(app.nobody().get(&format!("{TALENTS}?cursor=abc")).await.problem(400), "page.cursor");
    let cursor = found(&app, "sort=newest&limit=7").await["next"].clone();
    let misused = app
        .nobody()
        .get(&format!("{TALENTS}?sort=near&region={MANGWON}&cursor={}", cursor.as_str().unwrap()))
        .await;
    assert_eq!(misused.problem(400), "page.cursor");
}

#[tokio::test]
async fn nothing_is_never_an_end() {
    let app = start().await;
    let me = neighbour(&app, "도윤", MANGWON).await;
    for n in 0..3 {
        talent(&me, &format!("첼로 {n}"), json!({ "region_code": YEOKSAM, "times": ["wed-morning"] })).await;
    }
    talent(&me, "바이올린", json!({ "category": "music" })).await;
    let page = found(&app, &format!("region={MANGWON}&reach_km=3&q=첼로")).await;
    assert_eq!(page["items"], json!([]));
    assert_eq!(
        page["relax"],
        json!([{ "kind": "reach", "value": 20, "count": 3 }, { "kind": "q", "value": null, "count": 1 }])
    );
    let page = found(&app, &format!("region={NOHYEONG}&q=첼로")).await;
    assert_eq!(page["relax"], json!([{ "kind": "reach", "value": "all", "count": 3 }]));
    let page = found(&app, "q=첼로&weekday=thu").await;
    assert_eq!(page["relax"], json!([{ "kind": "weekday", "value": null, "count": 3 }]));
    let page = found(&app, "q=첼로&mode=online&category=music").await;
    assert_eq!(page["relax"], json!([{ "kind": "mode", "value": null, "count": 3 }]));
    let page = found(&app, "q=첼로&category=hobby").await;
    assert_eq!(page["relax"], json!([{ "kind": "category", "value": null, "count": 3 }]));
    assert_eq!(found(&app, "q=첼로").await["relax"], json!([]), "only where nothing was found");
    assert_eq!(found(&app, "q=없는말").await["relax"], json!([{ "kind": "q", "value": null, "count": 4 }]));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_name() {
    let app = start().await;
    let refused = async |query: &str| app.nobody().get(&format!("{TALENTS}?{query}")).await.refused();
    assert_eq!(
        refused("region=9999999999&reach_km=4&mode=x&weekday=x&category=x&sort=x").await,
        [
            "/region=region.unknown",
            "/reach_km=reach.unknown",
            "/mode=mode.unknown",
            "/weekday=weekday.unknown",
            "/category=category.unknown",
            "/sort=sort.unknown"
        ]
    );
    assert_eq!(app.nobody().get(&format!("{TALENTS}?qq=x")).await.problem(400), "request.unreadable");
    assert_eq!(app.nobody().get(&format!("{TALENTS}?limit=101")).await.problem(400), "page.limit");
    assert_eq!(found(&app, "q=&region=&mode=").await["items"], json!([]), "empty fields do not filter");
    let long = "가".repeat(2000);
    assert_eq!(found(&app, &format!("q={long}")).await["items"], json!([]));
}

#[tokio::test]
async fn needs_are_found_as_talents_are() {
    let app = start().await;
    let me = neighbour(&app, "민지", MANGWON).await;
    let need = publish(&me, "need", &listing("기타 줄을 갈아 주세요")).await;
    let page = app.nobody().get(&format!("/api/core/needs?q=기타&region={MANGWON}")).await.status(200);
    let row = &page["items"][0];
    assert_eq!((&row["id"], &row["kind"], &row["state"]), (&need["id"], &json!("need"), &json!("open")));
    assert_eq!(
        row["by"],
        json!({ "id": me.id, "name": "민지", "region": row["region"], "given_count": 0, "gone": false })
    );
    assert_eq!(titles_of(&app, "q=기타").await, Vec::<String>::new());
}

#[tokio::test]
async fn similar_ones_are_of_the_same_kind_and_category_and_most_alike_first() {
    let app = start().await;
    let me = neighbour(&app, "도윤", MANGWON).await;
    let guitar = talent(&me, "통기타 첫걸음", json!({})).await;
    talent(&me, "피아노 레슨", json!({ "region_code": HAPJEONG })).await;
    talent(&me, "기타 줄 갈기", json!({ "region_code": NOHYEONG })).await;
    talent(&me, "통기타 그림", json!({ "category": "craft" })).await;
    for n in 0..5 {
        talent(&me, &format!("오카리나 {n}"), json!({ "mode": "online" })).await;
    }
    me.post(&format!("{TALENTS}/{}/pause", id(&guitar)), &json!({})).await.status(200);
    let similar = app.nobody().get(&format!("{TALENTS}/{}/similar", id(&guitar))).await.status(200);
    let titles = titles(&similar);
    assert_eq!((titles.len(), titles[0].as_str()), (5, "기타 줄 갈기"), "{titles:?}");
    assert!(!titles.contains(&"통기타 그림".to_owned()) && !titles.contains(&"통기타 첫걸음".to_owned()));
    let unknown = app.clock.id();
    assert_eq!(
        app.nobody().get(&format!("{TALENTS}/{unknown}/similar")).await.problem(404),
        "request.not_found"
    );
}
