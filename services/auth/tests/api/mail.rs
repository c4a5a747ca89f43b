//! What notify-address pulls, and what it tells.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use testkit::App;

use crate::{INTERNAL_KEY, PASSWORD, form, kinds_to, log_in, mails, pull, sign_up, start, start_patient};

const EMAIL: &str = "gil@도와요.한국";

/// The same as mail servers write it.
const WRITTEN: &str = "gil@xn--hq1bo46ahha.xn--3e0b707e";

async fn bounce(app: &App, id: &str) -> u16 {
    let key = format!("Internal {INTERNAL_KEY}");
    let path = format!("/internal/auth/mails/{id}/bounced");
    app.nobody().send(Method::POST, &path, None, &[("authorization", &key)]).await.status
}

/// The ids of the mails that were asked for on the bus, oldest first.
async fn asked_for(app: &App) -> Vec<(String, String)> {
    app.pump().await;
    let said = app.said().await;
    let asked = said.iter().filter(|(kind, _)| kind == "MailRequested");
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    asked.map(|(_, data)| (word(&data["mail_id"]), word(&data["kind"]))).collect()
}

#[tokio::test]
async fn the_bus_says_that_there_is_a_mail_and_no_more() {
    let app = start().await;
    app.nobody().post("/api/auth/signup", &form(EMAIL)).await.status(202);
    let asked = asked_for(&app).await;
    let [(id, kind)] = asked.as_slice() else { panic!("one mail: {asked:?}") };
    assert_eq!(kind, "verify_address");
    assert!(!format!("{:?}", app.said().await).contains("gil"));
    let mail = pull(&app, id).await.status(200);
    assert_eq!(
        (&mail["to"], &mail["kind"], &mail["locale"]),
        (&json!(WRITTEN), &json!("verify_address"), &json!("ko"))
    );
    let link = mail["params"]["link"].as_str().unwrap();
    assert!(link.starts_with("https://dojob.example/verify#"), "{link}");
    assert_eq!(mail["params"]["minutes"], 24 * 60);
    assert_eq!(pull(&app, id).await.status(200), mail, "a retry is given the same");
}

#[tokio::test]
async fn what_need_not_be_sent_any_more_is_gone() {
    let app = start().await;
    app.nobody().post("/api/auth/signup", &form(EMAIL)).await.status(202);
    let asked = asked_for(&app).await;
    app.clock.advance(TimeDelta::hours(24));
    assert_eq!(pull(&app, &asked[0].0).await.problem(404), "request.not_found", "its link has run out");
    app.pump().await;
    assert_eq!(pull(&app, &asked[0].0).await.problem(404), "request.not_found", "its account is gone");
    assert_eq!(bounce(&app, &asked[0].0).await, 404);
}

#[tokio::test]
async fn after_a_bounce_nothing_is_sent_for_thirty_days() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let change = json!({ "current": PASSWORD, "new": "another long password" });
    device.member.post("/api/auth/account/password", &change).await.status(204);
    let asked = asked_for(&app).await;
    let (id, kind) = asked.last().unwrap();
    assert_eq!(kind, "password_changed");
    assert_eq!(bounce(&app, id).await, 204);
    assert_eq!(bounce(&app, id).await, 204, "told twice");
    assert_eq!(pull(&app, id).await.problem(404), "request.not_found");
    let ask = json!({ "email": EMAIL });
    app.nobody().post("/api/auth/password/forgotten", &ask).await.status(202);
    assert_eq!(asked_for(&app).await.len(), asked.len());
    app.clock.advance(TimeDelta::days(31));
    app.nobody().post("/api/auth/password/forgotten", &ask).await.status(202);
    assert_eq!(asked_for(&app).await.len(), asked.len() + 1);
}

#[tokio::test]
async fn a_new_device_is_told_once_in_an_hour_and_a_known_one_never() {
    let app = start_patient().await;
    sign_up(&app, EMAIL).await;
    for _ in 0..3 {
        log_in(&app, EMAIL).await;
    }
    assert_eq!(kinds_to(&app, WRITTEN).await, ["new_device"]);
    app.clock.advance(TimeDelta::minutes(61));
    log_in(&app, EMAIL).await;
    assert_eq!(kinds_to(&app, WRITTEN).await, ["new_device", "new_device"]);
}

#[tokio::test]
async fn the_device_beyond_twenty_is_told() {
    let app = start_patient().await;
    sign_up(&app, EMAIL).await;
    for _ in 0..20 {
        log_in(&app, EMAIL).await;
    }
    assert_eq!(kinds_to(&app, WRITTEN).await, ["new_device", "too_many_devices"]);
}

#[tokio::test]
async fn mails_are_forgotten_after_a_week() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let change = json!({ "current": PASSWORD, "new": "another long password" });
    device.member.post("/api/auth/account/password", &change).await.status(204);
    app.clock.advance(TimeDelta::days(7));
    app.pump().await;
    assert_eq!(mails(&app).await, Vec::<serde_json::Value>::new());
    let left = "SELECT (SELECT count(*) FROM mails) + (SELECT count(*) FROM mail_links)";
    let left: i64 = app.db.superuser().await.query_one(left, &[]).await.unwrap().get(0);
    assert_eq!(left, 0);
}
