use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{LoggedIn, VERSION, form_with, join, published, sign_up, start};

const PATH: &str = "/api/auth/account/consents/news";

async fn news(device: &LoggedIn<'_>) -> Value {
    let account = device.member.get("/api/auth/account").await.status(200);
    account["consents"].as_array().unwrap().iter().find(|c| c["doc"] == "news").unwrap().clone()
}

#[tokio::test]
async fn news_are_agreed_to_and_taken_back_and_every_word_is_kept() {
    let app = start().await;
    let device = sign_up(&app, "minji@dojob.example").await;
    device.member.put(PATH, &json!({ "granted": true, "version": VERSION })).await.status(204);
    assert_eq!(news(&device).await["granted"], true);
    app.clock.advance(TimeDelta::minutes(5));
    device.member.put(PATH, &json!({ "granted": false, "version": VERSION })).await.status(204);
    assert_eq!(news(&device).await["granted"], false);

    let query = "SELECT granted FROM consent_records WHERE doc = 'news' ORDER BY id";
    let records = app.db.superuser().await.query(query, &[]).await.unwrap();
    let words: Vec<bool> = records.iter().map(|r| r.get(0)).collect();
    assert_eq!(words, [false, true, false]);

    let published = published(&app).await;
    let changes: Vec<_> =
        published.iter().filter(|(kind, _)| kind == "ConsentChanged").map(|(_, data)| data).collect();
    let word = |granted: bool| json!({ "account_id": device.account, "doc": "news", "version": VERSION, "granted": granted });
    assert_eq!(changes, [&word(true), &word(false)]);
}

#[tokio::test]
async fn saying_the_same_again_changes_nothing() {
    let app = start().await;
    let device = sign_up(&app, "minji@dojob.example").await;
    for _ in 0..2 {
        device.member.put(PATH, &json!({ "granted": true, "version": VERSION })).await.status(204);
    }
    let at = news(&device).await["at"].clone();
    device.member.put(PATH, &json!({ "granted": true, "version": VERSION })).await.status(204);
    assert_eq!(news(&device).await["at"], at);
    assert_eq!(published(&app).await.iter().filter(|(kind, _)| kind == "ConsentChanged").count(), 1);
}

#[tokio::test]
async fn yes_is_to_the_text_of_today_and_no_to_any() {
    let app = start().await;
    let device = sign_up(&app, "minji@dojob.example").await;
    let old = json!({ "granted": true, "version": "2020-01-01" });
    assert_eq!(device.member.put(PATH, &old).await.problem(422), "consent.version");
    device.member.put(PATH, &json!({ "granted": true, "version": VERSION })).await.status(204);
    device.member.put(PATH, &json!({ "granted": false, "version": "2020-01-01" })).await.status(204);
    assert_eq!(news(&device).await["granted"], false);
}

#[tokio::test]
async fn news_may_be_agreed_to_at_sign_up() {
    let app = start().await;
    let docs: Vec<_> =
        ["news", "privacy", "terms"].map(|doc| json!({ "doc": doc, "version": VERSION })).into();
    let form = form_with("minji@dojob.example", json!({ "consents": docs }));
    let device = LoggedIn::of(&app, &join(&app, &form).await, 200);
    assert_eq!(news(&device).await["granted"], true);
    assert_eq!(published(&app).await[0].1["consents"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn the_required_ones_cannot_be_taken_back_here() {
    let app = start().await;
    let device = sign_up(&app, "minji@dojob.example").await;
    let no = json!({ "granted": false, "version": VERSION });
    device.member.put("/api/auth/account/consents/terms", &no).await.problem(404);
    assert_eq!(
        device.member.put(PATH, &json!({ "granted": "yes", "version": VERSION })).await.problem(400),
        "request.unreadable"
    );
}
