//! A way back in.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, App};

use crate::{PASSWORD, kinds_to, last_token, log_in, published, sign_up, start, start_patient, try_log_in};

const EMAIL: &str = "minji@dojob.example";

const NEW: &str = "another long password";

async fn ask(app: &App, email: &str) {
    app.nobody().post("/api/auth/password/forgotten", &json!({ "email": email })).await.status(202);
    app.pump().await;
}

async fn set(app: &App, token: &str, password: &str) -> Answer {
    app.nobody().post("/api/auth/password/reset", &json!({ "token": token, "password": password })).await
}

#[tokio::test]
async fn who_forgot_the_password_sets_another_and_is_logged_out_everywhere() {
    let app = start().await;
    let (laptop, phone) = (sign_up(&app, EMAIL).await, log_in(&app, EMAIL).await);
    let before = published(&app).await.len();
    ask(&app, " MINJI@dojob.example").await;
    let token = last_token(&app, "reset_password").await;
    set(&app, &token, NEW).await.status(204);
    for device in [&laptop, &phone] {
        assert_eq!(device.refresh().await.problem(401), "session.revoked");
        assert_eq!(device.member.get("/api/auth/account").await.problem(401), "session.revoked");
    }
    try_log_in(&app, EMAIL, PASSWORD).await.problem(401);
    try_log_in(&app, EMAIL, NEW).await.status(200);

    let published = published(&app).await;
    let [changed, ended, _] = &published[before..] else { panic!("{published:?}") };
    assert_eq!(changed, &("PasswordChanged".to_owned(), json!({ "account_id": laptop.account })));
    assert_eq!(
        (ended.0.as_str(), &ended.1["cause"]),
        ("AllDeviceSessionsRevoked", &json!("password_changed"))
    );
    let mut all: Vec<&Value> = ended.1["device_session_ids"].as_array().unwrap().iter().collect();
    all.sort_by_key(ToString::to_string);
    assert_eq!(all, [&json!(laptop.device_session), &json!(phone.device_session)]);
    assert!(kinds_to(&app, EMAIL).await.contains(&"password_changed".to_owned()));
}

#[tokio::test]
async fn a_link_works_once_for_half_an_hour_and_the_others_end_with_it() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    ask(&app, EMAIL).await;
    let first = last_token(&app, "reset_password").await;
    ask(&app, EMAIL).await;
    let second = last_token(&app, "reset_password").await;
    assert_ne!(first, second);
    set(&app, &second, NEW).await.status(204);
    assert_eq!(set(&app, &second, "yet another password").await.problem(409), "link.used");
    assert_eq!(set(&app, &first, "yet another password").await.problem(409), "link.expired");
    try_log_in(&app, EMAIL, NEW).await.status(200);

    app.clock.advance(TimeDelta::hours(1));
    ask(&app, EMAIL).await;
    let late = last_token(&app, "reset_password").await;
    app.clock.advance(TimeDelta::minutes(30));
    assert_eq!(set(&app, &late, "yet another password").await.problem(409), "link.expired");
    app.pump().await;
}

#[tokio::test]
async fn of_two_that_open_a_link_at_once_one_sets_the_password() {
    let app = start_patient().await;
    sign_up(&app, EMAIL).await;
    ask(&app, EMAIL).await;
    let token = last_token(&app, "reset_password").await;
    let (one, two) = tokio::join!(set(&app, &token, NEW), set(&app, &token, "yet another password"));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409], "{} {}", one.text, two.text);
    app.pump().await;
}

#[tokio::test]
async fn a_password_changed_meanwhile_voids_the_link() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    ask(&app, EMAIL).await;
    let token = last_token(&app, "reset_password").await;
    let change = json!({ "current": PASSWORD, "new": NEW });
    device.member.post("/api/auth/account/password", &change).await.status(204);
    assert_eq!(set(&app, &token, "yet another password").await.problem(409), "link.expired");
    app.pump().await;
}

#[tokio::test]
async fn a_new_password_keeps_the_rules_and_a_bad_link_costs_no_hash() {
    let app = crate::start_with(|config| config.hashing.patience = std::time::Duration::ZERO).await;
    let bad = "A".repeat(64);
    assert_eq!(set(&app, &bad, "short").await.refused(), ["/password=password.too_short"]);
    assert_eq!(set(&app, &bad, NEW).await.problem(404), "link.invalid", "the hasher would have refused: 503");
}

#[tokio::test]
async fn the_own_address_is_no_password_and_only_its_owner_is_told() {
    let app = start().await;
    let own = "qzvkhaneulx@dojob.example";
    sign_up(&app, own).await;
    ask(&app, own).await;
    let token = last_token(&app, "reset_password").await;
    assert_eq!(set(&app, &token, "Qzvkhaneulx1990").await.refused(), ["/password=password.personal"]);
    assert_eq!(set(&app, &"A".repeat(64), "Qzvkhaneulx1990").await.problem(404), "link.invalid");
    set(&app, &token, NEW).await.status(204);
    app.pump().await;
}

#[tokio::test]
async fn a_stranger_who_guesses_keeps_nobody_out() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    for _ in 0..5 {
        try_log_in(&app, EMAIL, "wrong horse battery").await.problem(401);
    }
    try_log_in(&app, EMAIL, PASSWORD).await.problem(429);
    ask(&app, EMAIL).await;
    set(&app, &last_token(&app, "reset_password").await, NEW).await.status(204);
    try_log_in(&app, EMAIL, NEW).await.status(200);
    app.pump().await;
}

#[tokio::test]
async fn other_sites_ask_for_nothing() {
    let app = start().await;
    let foreign = [("origin", "https://elsewhere.example")];
    for path in ["/api/auth/password/forgotten", "/api/auth/address/resend"] {
        let body = json!({ "email": EMAIL });
        let answer = app.nobody().send(Method::POST, path, Some(&body), &foreign).await;
        assert_eq!(answer.problem(403), "request.origin");
    }
}
