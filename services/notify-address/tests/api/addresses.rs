//! Regions by what people type.

use serde_json::{Value, json};
use testkit::App;

use crate::world::start;

async fn search(app: &App, q: &str) -> Vec<Value> {
    let path = format!("/api/addresses/regions?q={q}");
    app.nobody().get(&path).await.status(200)["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_region_is_found_by_a_part_of_its_name() {
    let app = start().await;
    let found = search(&app, "%EB%A7%88%ED%8F%AC%20%EB%A7%9D%EC%9B%8C").await; // 마포 망워
    assert_eq!(
        found[0],
        json!({
            "code": "1144012300", "name": "망원동", "path": "서울특별시 마포구 망원동", "parent": "서울 마포구",
            "level": "eupmyeondong", "match": [[0, 2]], "former_name": null,
        })
    );
    let typed_above_only = search(&app, "%EB%A7%88%ED%8F%AC%EA%B5%AC").await; // 마포구
    assert_eq!(
        (&typed_above_only[0]["name"], &typed_above_only[0]["match"]),
        (&json!("마포구"), &json!([[0, 3]]))
    );
    assert!(search(&app, "zzzz").await.is_empty());
}

#[tokio::test]
async fn what_was_copied_along_unseen_does_not_count() {
    let app = start().await;
    for q in [
        "%EB%A7%9D%EC%9B%90%EB%8F%99%E2%80%8B",       // 망원동 U+200B
        "%EF%BB%BF%EB%A7%9D%EC%9B%90%EB%8F%99",       // U+FEFF 망원동
        "%EB%A7%9D%C2%AD%EC%9B%90%EB%8F%99",          // 망 U+00AD 원동
        "%E2%80%AE%EB%A7%9D%EC%9B%90%EB%8F%99%00%0D", // U+202E 망원동 NUL CR
    ] {
        assert_eq!(search(&app, q).await[0]["path"], "서울특별시 마포구 망원동", "{q}");
    }
    assert_eq!(search(&app, "%E2%80%8B").await[0]["level"], "sido", "nothing that is seen is nothing");
}

#[tokio::test]
async fn a_former_name_leads_to_the_region_of_today() {
    let app = start().await;
    let found = search(&app, "%EA%B4%91%EC%A3%BC%20%EA%B4%91%EC%82%B0%EA%B5%AC").await; // 광주 광산구
    assert_eq!(found[0]["former_name"], "광주광역시 광산구");
}

#[tokio::test]
async fn nothing_typed_lists_every_sido() {
    let app = start().await;
    for path in ["/api/addresses/regions", "/api/addresses/regions?q=%20"] {
        let all = app.nobody().get(path).await.status(200);
        let items = all["items"].as_array().unwrap();
        assert!((16..=17).contains(&items.len()), "{}", items.len());
        assert!(items.iter().all(|r| r["level"] == "sido" && r["parent"] == ""));
    }
    assert_eq!(
        app.nobody().get("/api/addresses/regions?limit=3").await.status(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[tokio::test]
async fn the_tree_can_be_walked_down_to_a_point() {
    let app = start().await;
    let nobody = app.nobody();
    let below = nobody.get("/api/addresses/regions/1144000000/children").await.status(200);
    let below = below["items"].as_array().unwrap();
    assert!(below.iter().any(|r| r["code"] == "1144012300"));
    assert!(below.iter().all(|r| r["parent"] == "서울 마포구"));
    let one = nobody.get("/api/addresses/regions/1144012300").await.status(200);
    assert!(
        (one["lat"].as_f64().unwrap() - 37.55).abs() < 0.05
            && (one["lon"].as_f64().unwrap() - 126.9).abs() < 0.05
    );
    let dataset = nobody.get("/api/addresses/dataset").await.status(200);
    assert_eq!(one["dataset_version"], dataset["version"]);
    assert!(
        dataset["count"].as_i64().unwrap() > 15_000 && !dataset["attribution"].as_str().unwrap().is_empty()
    );
    for bad in ["9999999999", "x", "1144012300/children/x"] {
        assert_eq!(
            nobody.get(&format!("/api/addresses/regions/{bad}")).await.problem(404),
            "request.not_found"
        );
    }
}

const NEAREST: &str = "/api/addresses/nearest";

#[tokio::test]
async fn the_nearest_regions_are_asked_for_within_korea_only() {
    let app = start().await;
    let nobody = app.nobody();
    let here = json!({ "lat": 37.5559, "lon": 126.9019, "limit": 3 });
    let answer = nobody.post(NEAREST, &here).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let near = answer.status(200);
    let near = near["items"].as_array().unwrap();
    assert_eq!((near.len(), &near[0]["name"]), (3, &json!("망원동")));
    let km: Vec<f64> = near.iter().map(|r| r["distance_km"].as_f64().unwrap()).collect();
    assert!(km.is_sorted() && km[0] < 1.0);
    for (lat, lon, refused) in [
        (48.85, 2.35, vec!["=place.outside_korea"]),
        (91.0, 181.0, vec!["/lat=place.latitude", "/lon=place.longitude"]),
        (-90.5, 126.9, vec!["/lat=place.latitude"]),
        (37.5, 1e300, vec!["/lon=place.longitude"]),
    ] {
        let answer = nobody.post(NEAREST, &json!({ "lat": lat, "lon": lon })).await;
        assert_eq!(answer.refused(), refused, "{lat} {lon}");
    }
    for (body, code) in [
        (json!({ "lat": 37.5, "lon": 127.0, "limit": 21 }), "page.limit"),
        (json!({ "lat": 37.5 }), "request.unreadable"),
        (json!({ "lat": "x", "lon": 127.0 }), "request.unreadable"),
    ] {
        assert_eq!(nobody.post(NEAREST, &body).await.problem(400), code, "{body}");
    }
    // A point is in no address: those are logged, and kept on the way.
    let old = nobody.get("/api/addresses/nearest?lat=37.5559&lon=126.9019").await;
    assert!(old.status == 404 || old.status == 405, "{}", old.status);
}

#[tokio::test]
async fn bad_questions_are_refused() {
    let app = start().await;
    for (path, code) in [
        ("regions?q=a&limit=0", "page.limit"),
        ("regions?q=a&limit=21", "page.limit"),
        ("regions?limit=0", "page.limit"),
        ("regions?query=a", "request.unreadable"),
    ] {
        assert_eq!(app.nobody().get(&format!("/api/addresses/{path}")).await.problem(400), code, "{path}");
    }
    let long = "%EA%B0%80".repeat(3000);
    assert_eq!(search(&app, &long).await.len(), 0);
}

#[tokio::test]
async fn answers_may_be_kept_and_refusals_may_not() {
    let app = start().await;
    let nobody = app.nobody();
    for path in ["regions?q=a", "regions/1144012300", "regions/1144012300/children", "dataset"] {
        let path = format!("/api/addresses/{path}");
        let answer = nobody.get(&path).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "public, max-age=3600"), "{path}");
        let tag = answer.header("etag").to_owned();
        let again = nobody.send(reqwest::Method::GET, &path, None, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""), "{path}");
        let other = nobody.send(reqwest::Method::GET, &path, None, &[("if-none-match", "\"other\"")]).await;
        assert_eq!(other.status, 200);
    }
    assert_eq!(nobody.get("/api/addresses/regions/x").await.header("cache-control"), "no-store");
}
