//! What somebody reads about the ways into their account.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::App;

use crate::{LoggedIn, PASSWORD, dump, last_token, log_in, rows, sign_up, start, start_patient, try_log_in};

const EMAIL: &str = "minji@dojob.example";

const LOG: &str = "/api/auth/account/security-log";

const WRONG: &str = "wrong horse battery";

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// The whole log, latest first.
async fn log(device: &LoggedIn<'_>) -> Vec<Value> {
    let page = device.member.get(&format!("{LOG}?limit=100")).await.status(200);
    assert_eq!(page["next"], Value::Null);
    page["items"].as_array().unwrap().clone()
}

async fn kinds(device: &LoggedIn<'_>) -> Vec<String> {
    log(device).await.iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}

async fn on_chrome<'a>(app: &'a App, email: &str) -> LoggedIn<'a> {
    let body = json!({ "email": email, "password": PASSWORD });
    let answer =
        app.nobody().send(Method::POST, "/api/auth/login", Some(&body), &[("user-agent", CHROME)]).await;
    LoggedIn::of(app, &answer, 200)
}

#[tokio::test]
async fn what_happens_to_an_account_is_written_down_for_its_owner_alone() {
    let app = start_patient().await;
    let first = sign_up(&app, EMAIL).await;
    let other = sign_up(&app, "other@dojob.example").await;
    let laptop = on_chrome(&app, EMAIL).await;
    first.member.delete(&format!("/api/auth/devices/{}", laptop.device_session)).await.status(204);
    let change = json!({ "current": PASSWORD, "new": "another long password" });
    first.member.post("/api/auth/account/password", &change).await.status(204);
    first
        .member
        .post("/api/auth/account/address", &json!({ "email": "new@dojob.example" }))
        .await
        .status(202);
    let link = json!({ "token": last_token(&app, "confirm_new_address").await });
    first.member.post("/api/auth/address/confirm", &link).await.status(204);
    log_in_with(&app, "new@dojob.example", "another long password").await;
    first.member.post("/api/auth/logout-others", &json!({})).await.status(204);
    let entries = log(&first).await;
    let kinds: Vec<_> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "devices_ended",
            "new_device",
            "address_changed",
            "password_changed",
            "device_ended",
            "new_device",
            "signed_up"
        ]
    );
    assert_eq!(entries[5]["device"], "Chrome · Windows");
    assert_eq!(entries[4]["device"], "Chrome · Windows", "the one that was logged out");
    assert_eq!(entries[0]["times"], 1);
    assert!(entries.iter().all(|entry| entry["same_network"] == true), "{entries:?}");
    assert_eq!(self::kinds(&other).await, ["signed_up"]);
}

async fn log_in_with<'a>(app: &'a App, email: &str, password: &str) -> LoggedIn<'a> {
    LoggedIn::of(app, &try_log_in(app, email, password).await, 200)
}

#[tokio::test]
async fn what_came_by_a_mail_is_written_down_too() {
    let app = start_patient().await;
    let device = sign_up(&app, EMAIL).await;
    device
        .member
        .post("/api/auth/account/address", &json!({ "email": "new@dojob.example" }))
        .await
        .status(202);
    let link = json!({ "token": last_token(&app, "confirm_new_address").await });
    device.member.post("/api/auth/address/confirm", &link).await.status(204);
    let undo =
        json!({ "token": last_token(&app, "address_changed").await, "password": "another long password" });
    app.nobody().post("/api/auth/address/undo", &undo).await.status(204);
    let back = log_in_with(&app, EMAIL, "another long password").await;
    assert_eq!(
        kinds(&back).await,
        ["new_device", "password_reset", "address_restored", "address_changed", "signed_up"]
    );
}

#[tokio::test]
async fn a_copied_token_is_told() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    device.refreshed().await;
    app.clock.advance(TimeDelta::seconds(31));
    assert_eq!(device.refresh().await.problem(401), "session.reused");
    let back = log_in(&app, EMAIL).await;
    assert_eq!(kinds(&back).await, ["new_device", "copy_detected", "signed_up"]);
}

#[tokio::test]
async fn failed_log_ins_of_an_hour_are_one_entry() {
    let app = start_patient().await;
    let device = sign_up(&app, EMAIL).await;
    for _ in 0..3 {
        try_log_in(&app, EMAIL, WRONG).await.problem(401);
        try_log_in(&app, "nobody@dojob.example", WRONG).await.problem(401);
        app.clock.advance(TimeDelta::minutes(10));
        app.pump().await;
    }
    let device = device.refreshed().await;
    let entries = log(&device).await;
    assert_eq!((&entries[0]["kind"], &entries[0]["times"]), (&json!("log_ins_failed"), &json!(3)));
    let time = |value: &Value| value.as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    let span = time(&entries[0]["last_at"]) - time(&entries[0]["at"]);
    assert!((19..=21).contains(&span.num_minutes()), "{span}");
    assert_eq!(entries[0]["same_network"], false, "whose it was is not known when it happens");
    app.clock.advance(TimeDelta::minutes(31));
    try_log_in(&app, EMAIL, WRONG).await.problem(401);
    app.pump().await;
    let device = device.refreshed().await;
    assert_eq!(kinds(&device).await, ["log_ins_failed", "log_ins_failed", "signed_up"]);
}

/// A log-in that fails does as much for an address that nobody has.
#[tokio::test]
async fn a_failed_log_in_writes_as_much_for_a_stranger() {
    let app = start_patient().await;
    sign_up(&app, EMAIL).await;
    let mut written = Vec::new();
    for email in [EMAIL, "nobody@dojob.example"] {
        // Its counter and the one of the network are there already.
        try_log_in(&app, email, WRONG).await.problem(401);
        app.pump().await;
        let before = rows(&app).await;
        try_log_in(&app, email, WRONG).await.problem(401);
        let grown = |(table, count): (String, i64)| {
            let was = before.iter().find(|(name, _)| *name == table).map_or(0, |(_, count)| *count);
            (table, count - was)
        };
        let grown = rows(&app).await.into_iter().map(grown).filter(|(_, more)| *more != 0);
        written.push(grown.collect::<Vec<_>>());
        app.pump().await;
    }
    assert_eq!(written[0], written[1]);
    assert_eq!(written[0], [("job".to_owned(), 1)]);
}

#[tokio::test]
async fn the_log_is_read_page_by_page() {
    let app = start_patient().await;
    let device = sign_up(&app, EMAIL).await;
    for _ in 0..4 {
        log_in(&app, EMAIL).await;
    }
    let (mut seen, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = device.member.get(&format!("{LOG}{query}")).await.status(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|entry| entry["id"].to_string()));
        let Some(next) = page["next"].as_str() else { break };
        // What is added meanwhile moves nothing.
        if seen.len() == 2 {
            log_in(&app, EMAIL).await;
        }
        query = format!("?limit=2&cursor={next}");
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "the latest first: {seen:?}");
    assert_eq!(device.member.get(&format!("{LOG}?cursor=x")).await.problem(400), "page.cursor");
}

#[tokio::test]
async fn entries_go_after_half_a_year() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    app.clock.advance(TimeDelta::days(20));
    let device = device.refreshed().await;
    app.clock.advance(TimeDelta::days(20));
    let device = device.refreshed().await;
    assert_eq!(kinds(&device).await, ["signed_up"]);
    app.clock.advance(TimeDelta::days(139));
    app.pump().await;
    assert!(rows(&app).await.contains(&("security_events".to_owned(), 1)), "on the 179th day");
    app.clock.advance(TimeDelta::days(1));
    app.pump().await;
    assert!(!rows(&app).await.iter().any(|(table, _)| table == "security_events" || table == "job"));
}

#[tokio::test]
async fn no_network_address_can_be_read_from_it() {
    let app = start_patient().await;
    sign_up(&app, EMAIL).await;
    sign_up(&app, "other@dojob.example").await;
    assert!(!dump(&app).await.contains("127.0.0"));
    let networks = "SELECT count(DISTINCT network_hash), count(network_hash) FROM security_events";
    let row = app.db.superuser().await.query_one(networks, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (2, 2), "two accounts cannot be compared");
}
