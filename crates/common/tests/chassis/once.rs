//! `Idempotency-Key`.

use serde_json::json;
use testkit::App;

use crate::{Rows, SCHEMA, tiny};

const THINGS: &str = "/api/tiny/things";

async fn start() -> App {
    App::start(&SCHEMA, |shared| Ok(tiny::build(shared, tiny::Moods::default()))).await
}

#[tokio::test]
async fn a_double_click_has_one_effect_and_one_answer() {
    let app = start().await;
    let ana = app.member();
    let body = json!({ "name": "guitar", "size": 100 });
    let click = || ana.post_with_key(THINGS, &body, "click-0001");
    let (one, other) = tokio::join!(click(), click());
    assert_eq!(one.status(201), other.status(201));
    assert_eq!(one.header("location"), other.header("location"));
    assert!(one.header("location").starts_with("/api/tiny/things/"));
    let mut replayed = [one.header("idempotency-replayed"), other.header("idempotency-replayed")];
    replayed.sort_unstable();
    assert_eq!(replayed, ["", "true"]);
    let rows = Rows::of(&app.db).await;
    assert_eq!(rows.count("SELECT count(*) FROM thing").await, 1);
    assert_eq!(rows.count("SELECT count(*) FROM event_log").await, 1);
    assert_eq!(click().await.header("idempotency-replayed"), "true", "later too");
}

#[tokio::test]
async fn a_key_belongs_to_its_caller_operation_and_body() {
    let app = start().await;
    let (ana, bo) = (app.member(), app.member());
    ana.post_with_key(THINGS, &json!({ "name": "a", "size": 1 }), "key-00001").await.status(201);
    let other = ana.post_with_key(THINGS, &json!({ "name": "b", "size": 1 }), "key-00001").await;
    assert_eq!(other.problem(422), "idempotency.mismatch");
    bo.post_with_key(THINGS, &json!({ "name": "b", "size": 1 }), "key-00001").await.status(201);
}

#[tokio::test]
async fn while_the_first_is_still_running_the_second_is_told_so() {
    let app = start().await;
    let ana = app.member();
    let body = json!({ "name": "slow", "size": 3000 });
    let click = || ana.post_with_key(THINGS, &body, "slow-0001");
    let (one, other) = tokio::join!(click(), async {
        tokio::time::sleep(crate::ms(300)).await;
        click().await
    });
    one.status(201);
    assert_eq!(other.problem(409), "idempotency.in_progress");
}

#[tokio::test]
async fn a_refusal_is_judged_anew() {
    let app = start().await;
    let ana = app.member();
    ana.post_with_key(THINGS, &json!({ "name": "a", "size": 1 }), "key-00001").await.status(201);
    let body = json!({ "name": "a", "size": 2 });
    let again = || ana.post_with_key(THINGS, &body, "key-00002");
    assert_eq!(again().await.problem(409), "thing.name_taken");
    Rows::of(&app.db).await.run("DELETE FROM thing").await;
    assert_eq!(again().await.status(201)["size"], 2);
}

#[tokio::test]
async fn a_key_is_required_and_must_be_one() {
    let app = start().await;
    let ana = app.member();
    let body = json!({ "name": "a", "size": 1 });
    let long = "x".repeat(101);
    for headers in [
        &[][..],
        &[("idempotency-key", "short")],
        &[("idempotency-key", long.as_str())],
        &[("idempotency-key", "with space in")],
    ] {
        let answer = ana.send(reqwest::Method::POST, THINGS, Some(&body), headers).await;
        assert_eq!(answer.problem(400), "request.header", "{headers:?}");
        assert_eq!(answer.json()["errors"][0]["params"]["name"], "Idempotency-Key");
    }
    assert_eq!(app.nobody().post(THINGS, &body).await.problem(401), "token.missing", "strangers first");
}
