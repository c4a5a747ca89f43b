//! Age and consent before any row.

use chrono::{Days, Months, TimeDelta};
use common::time::seoul;
use dojob_auth::Provider;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Browser, By, device, play, start_at};
use crate::{dump, published, rows, sign_up};

const PENDING: &str = "__Secure-dojob_pending";

fn tables(rows: &[(String, i64)]) -> Vec<&str> {
    rows.iter().map(|(table, _)| table.as_str()).collect()
}

#[tokio::test]
async fn nothing_is_stored_of_who_has_not_agreed() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    fake.state().claims = json!({ "email": "minji@google.example", "email_verified": true, "name": "민지" });
    let mut browser = Browser::default();
    let answer = browser.visit(&app, By::Nobody, &fake, "log_in", "subject-4711").await;
    let pending = answer.status(202);
    assert_eq!(pending["provider"], "google");
    assert_eq!(pending["email"], "minji@google.example");
    assert_eq!(pending["email_taken"], false);
    assert_eq!(
        browser.send(&app, By::Nobody, Method::GET, "/api/auth/pending", None).await.status(200),
        pending
    );
    let stored = dump(&app).await;
    for word in ["subject-4711", "minji", "민지"] {
        assert!(!stored.contains(word) && !browser.header().contains(word), "{word}");
    }
    assert!(!tables(&rows(&app).await).contains(&"authorization_requests"), "the visit is over");
    assert_eq!(published(&app).await, []);
}

#[tokio::test]
async fn joining_opens_an_account_with_the_address_that_the_provider_vouches_for() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    fake.state().claims = json!({ "email": "Minji@Google.Example", "email_verified": true });
    let mut browser = Browser::default();
    browser.visit(&app, By::Nobody, &fake, "log_in", "4711").await.status(202);
    let answer = browser.sign_up(&app, "1990-03-14").await;
    assert_eq!(answer.header("location"), "/api/auth/account");
    let joined = device(&app, &answer, 201);
    assert_eq!(answer.json()["account"]["email"], "minji@google.example");
    assert!(!browser.has(PENDING) && browser.has("__Secure-dojob_known"));
    let kinds: Vec<_> = published(&app).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["AccountRegistered", "DeviceSessionStarted"]);
    let ways = joined.member.get("/api/auth/account/credentials").await.status(200);
    assert_eq!(ways["has_password"], false);
    assert_eq!(ways["items"][0]["provider"], "google");
}

#[tokio::test]
async fn an_account_without_an_address_is_a_full_citizen() {
    let fake = play(Provider::Naver);
    let app = start_at(&[&fake]).await;
    fake.state().profile = (200, json!({ "resultcode": "00", "response": { "id": "x" } }));
    let mut browser = Browser::default();
    let joined = browser.join(&app, &fake, "4711").await;
    let account = joined.member.get("/api/auth/account").await.status(200);
    assert_eq!(account["email"], Value::Null);
    let again = joined.refreshed().await;
    again.member.get("/api/auth/devices").await.status(200);
    let change = json!({ "current": "a long password", "new": "another long password" });
    let answer = again.member.post("/api/auth/account/password", &change).await;
    assert_eq!(answer.problem(403), "account.credentials", "there is none to change");
    // Two of them do not get into each other's way.
    Browser::default().join(&app, &fake, "4712").await;
}

#[tokio::test]
async fn an_address_that_an_account_has_links_nothing() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let owner = sign_up(&app, "minji@google.example").await;
    fake.state().claims = json!({ "email": "minji@google.example", "email_verified": true });
    let mut browser = Browser::default();
    let pending = browser.visit(&app, By::Nobody, &fake, "log_in", "4711").await.status(202);
    assert_eq!((&pending["email"], &pending["email_taken"]), (&Value::Null, &json!(true)));
    let joined = device(&app, &browser.sign_up(&app, "1990-03-14").await, 201);
    assert_ne!(joined.account, owner.account);
    assert_eq!(joined.member.get("/api/auth/account").await.status(200)["email"], Value::Null);
}

#[tokio::test]
async fn who_is_too_young_leaves_no_trace_in_the_browser_either() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    browser.visit(&app, By::Nobody, &fake, "log_in", "4711").await.status(202);
    let before = rows(&app).await;
    let today = seoul(app.clock.now()).date_naive();
    let tomorrow_nineteen = today - Months::new(19 * 12) + Days::new(1);
    let answer = browser.sign_up(&app, &tomorrow_nineteen.to_string()).await;
    assert_eq!(answer.problem(422), "account.under_age");
    assert!(!browser.has(PENDING), "the provider's proof is gone");
    assert_eq!(rows(&app).await, before, "not even a counter");
    assert_eq!(browser.sign_up(&app, "1990-03-14").await.problem(404), "pending.over");
}

#[tokio::test]
async fn on_the_birthday_in_seoul_one_may_join() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    browser.visit(&app, By::Nobody, &fake, "log_in", "4711").await.status(202);
    let today = seoul(app.clock.now()).date_naive();
    browser.sign_up(&app, &(today - Months::new(19 * 12)).to_string()).await.status(201);
    assert_eq!(published(&app).await[0].1["age_band"], "19_24");
}

#[tokio::test]
async fn terms_and_privacy_are_asked_here_too() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    browser.visit(&app, By::Nobody, &fake, "log_in", "4711").await.status(202);
    let form = json!({ "birth_date": "1990-03-14", "locale": "ko", "consents": [] });
    let path = "/api/auth/signup/provider";
    let answer = browser.send(&app, By::Nobody, Method::POST, path, Some(&form)).await;
    assert_eq!(answer.problem(422), "consent.required");
    let form = json!({ "birth_date": "1990-02-30", "locale": "ko", "consents": [] });
    let answer = browser.send(&app, By::Nobody, Method::POST, path, Some(&form)).await;
    assert_eq!(answer.refused(), ["/birth_date=date.invalid"]);
    assert!(browser.has(PENDING), "it can be tried again");
}

#[tokio::test]
async fn a_sign_up_waits_for_a_day_and_can_be_given_up() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    browser.visit(&app, By::Nobody, &fake, "log_in", "4711").await.status(202);
    app.clock.advance(TimeDelta::hours(24));
    assert_eq!(browser.sign_up(&app, "1990-03-14").await.problem(404), "pending.over");
    fake.state().now = app.clock.now();
    browser.visit(&app, By::Nobody, &fake, "log_in", "4711").await.status(202);
    browser.send(&app, By::Nobody, Method::DELETE, "/api/auth/pending", None).await.status(204);
    assert!(!browser.has(PENDING));
    let answer = browser.send(&app, By::Nobody, Method::GET, "/api/auth/pending", None).await;
    assert_eq!(answer.problem(404), "pending.over");
}

#[tokio::test]
async fn two_tabs_that_join_at_once_make_one_account() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    browser.visit(&app, By::Nobody, &fake, "log_in", "4711").await.status(202);
    let (mut one, mut two) = (browser.clone(), browser.clone());
    let (one, two) = tokio::join!(one.sign_up(&app, "1990-03-14"), two.sign_up(&app, "1990-03-14"));
    let mut answers = [one.status, two.status];
    answers.sort_unstable();
    assert_eq!(answers, [201, 409]);
    let refused = if one.status == 409 { one } else { two };
    assert_eq!(refused.problem(409), "credential.taken");
}

#[tokio::test]
async fn a_sealed_sign_up_of_another_installation_is_none() {
    let fake = play(Provider::Google);
    let (here, there) = (start_at(&[&fake]).await, start_at(&[&fake]).await);
    let mut browser = Browser::default();
    browser.visit(&there, By::Nobody, &fake, "log_in", "4711").await.status(202);
    assert_eq!(browser.sign_up(&here, "1990-03-14").await.problem(404), "pending.over");
}
