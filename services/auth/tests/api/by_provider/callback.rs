//! What can go wrong between a provider and us.

use chrono::TimeDelta;
use dojob_auth::Provider;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

use super::{
    Browser, By, device,
    fake::{Asked, Fake},
    play, start_at, told,
};
use crate::{published, rows};
use testkit::App;

/// A visit that has come to the provider's page, and its code.
async fn at_provider(app: &App, browser: &mut Browser, fake: &Fake) -> (Asked, String) {
    let begun = browser.begin(app, By::Nobody, fake, "log_in").await.status(201);
    let asked = Asked::of(begun["location"].as_str().unwrap());
    let code = fake.approve(&asked, "4711");
    (asked, code)
}

#[tokio::test]
async fn who_has_joined_logs_in_and_no_token_is_ever_in_an_address() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    let joined = browser.join(&app, &fake, "4711").await;
    let (asked, code) = at_provider(&app, &mut browser, &fake).await;
    let back =
        browser.come_back(&app, fake.provider, &[("code", &code), ("state", asked.get("state"))]).await;
    assert_eq!((back.status, back.header("location")), (303, "/login/back?next=%2Fme"));
    let set = back.header("set-cookie");
    for part in
        ["__Secure-dojob_arrival=", "Path=/api/auth", "HttpOnly", "Secure", "SameSite=Strict", "Max-Age=120"]
    {
        assert!(set.split("; ").any(|p| p.starts_with(part)), "{part} is missing in {set}");
    }
    let answer = browser.finish(&app, By::Nobody).await;
    let device = device(&app, &answer, 200);
    assert_eq!(device.account, joined.account);
    assert!(!browser.has("__Secure-dojob_arrival"), "it is spent");
    device.member.get("/api/auth/account").await.status(200);
    let started = published(&app).await;
    let last = &started.last().unwrap().1;
    assert_eq!((&last["first"], &last["known"]), (&json!(false), &json!(true)), "they joined on this device");
}

#[tokio::test]
async fn a_device_that_was_never_here_is_new() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    Browser::default().join(&app, &fake, "4711").await;
    Browser::default().visit(&app, By::Nobody, &fake, "log_in", "4711").await.status(200);
    assert_eq!(published(&app).await.last().unwrap().1["known"], false);
}

#[tokio::test]
async fn a_code_that_comes_twice_is_spent_before_the_provider_is_asked() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    let (asked, code) = at_provider(&app, &mut browser, &fake).await;
    let query = [("code", code.as_str()), ("state", asked.get("state"))];
    let (mut one, mut two) = (browser.clone(), browser.clone());
    let (first, second) =
        tokio::join!(one.come_back(&app, fake.provider, &query), two.come_back(&app, fake.provider, &query));
    let problems =
        [first, second].map(|a| Asked::of(a.header("location")).find("problem").map(str::to_owned));
    assert!(
        problems.contains(&None) && problems.contains(&Some("authorization.over".to_owned())),
        "{problems:?}"
    );
    assert_eq!(fake.times("/token"), 1);
}

#[tokio::test]
async fn a_visit_is_finished_once() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    browser.join(&app, &fake, "4711").await;
    let (asked, code) = at_provider(&app, &mut browser, &fake).await;
    browser.come_back(&app, fake.provider, &[("code", &code), ("state", asked.get("state"))]).await;
    let mut copy = browser.clone();
    browser.finish(&app, By::Nobody).await.status(200);
    assert_eq!(copy.finish(&app, By::Nobody).await.problem(409), "authorization.over");
}

#[tokio::test]
async fn a_state_of_another_browser_comes_to_nothing() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let (mut theirs, mut mine) = (Browser::default(), Browser::default());
    let (asked, code) = at_provider(&app, &mut theirs, &fake).await;
    let query = [("code", code.as_str()), ("state", asked.get("state"))];
    assert_eq!(told(&mine.come_back(&app, fake.provider, &query).await), "authorization.over", "no mark");
    mine.begin(&app, By::Nobody, &fake, "log_in").await.status(201);
    assert_eq!(
        told(&mine.come_back(&app, fake.provider, &query).await),
        "authorization.over",
        "another mark"
    );
    assert_eq!(fake.times("/token"), 0);
}

#[tokio::test]
async fn a_made_up_a_late_and_a_missing_state_come_to_nothing() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    let (asked, code) = at_provider(&app, &mut browser, &fake).await;
    assert_eq!(told(&browser.come_back(&app, fake.provider, &[("code", &code)]).await), "authorization.over");
    let made_up = [("code", code.as_str()), ("state", "made up")];
    assert_eq!(told(&browser.come_back(&app, fake.provider, &made_up).await), "authorization.over");
    app.clock.advance(TimeDelta::minutes(10));
    let late = [("code", code.as_str()), ("state", asked.get("state"))];
    assert_eq!(told(&browser.come_back(&app, fake.provider, &late).await), "authorization.over");
}

#[tokio::test]
async fn an_answer_that_lies_for_two_minutes_is_over() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    let (asked, code) = at_provider(&app, &mut browser, &fake).await;
    browser.come_back(&app, fake.provider, &[("code", &code), ("state", asked.get("state"))]).await;
    app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(browser.finish(&app, By::Nobody).await.problem(409), "authorization.over");
}

#[tokio::test]
async fn two_tabs_may_visit_at_once() {
    let (kakao, google) = (play(Provider::Kakao), play(Provider::Google));
    kakao.state().profile = (200, json!({ "id": 4711 }));
    let app = start_at(&[&kakao, &google]).await;
    let mut browser = Browser::default();
    let (one, first) = at_provider(&app, &mut browser, &kakao).await;
    let (two, second) = at_provider(&app, &mut browser, &google).await;
    for (fake, asked, code) in [(&google, &two, &second), (&kakao, &one, &first)] {
        browser.come_back(&app, fake.provider, &[("code", code), ("state", asked.get("state"))]).await;
        browser.finish(&app, By::Nobody).await.status(202);
    }
}

#[tokio::test]
async fn an_answer_of_one_provider_is_not_taken_for_another_ones() {
    let (kakao, google) = (play(Provider::Kakao), play(Provider::Google));
    let app = start_at(&[&kakao, &google]).await;
    let mut browser = Browser::default();
    let (asked, code) = at_provider(&app, &mut browser, &google).await;
    // The path says which provider answers; the visit says which one was asked.
    let query = [("code", code.as_str()), ("state", asked.get("state"))];
    assert_eq!(told(&browser.come_back(&app, Provider::Kakao, &query).await), "authorization.over");
    assert_eq!(kakao.times("/token"), 0, "Google's code is not handed to Kakao");
    // RFC 9207.
    let (asked, code) = at_provider(&app, &mut browser, &google).await;
    let query = [("code", code.as_str()), ("state", asked.get("state")), ("iss", kakao.base.as_str())];
    assert_eq!(told(&browser.come_back(&app, Provider::Google, &query).await), "provider.unbelievable");
    assert_eq!(google.times("/token"), 0);
}

#[tokio::test]
async fn who_says_no_at_the_provider_is_led_back() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    for (error, expected) in
        [("access_denied", "provider.declined"), ("server_error", "provider.unavailable")]
    {
        let mut browser = Browser::default();
        let (asked, _) = at_provider(&app, &mut browser, &fake).await;
        let query = [("error", error), ("state", asked.get("state"))];
        assert_eq!(told(&browser.come_back(&app, fake.provider, &query).await), expected);
    }
}

#[tokio::test]
async fn a_code_that_the_provider_does_not_know_is_over() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    let (asked, _) = at_provider(&app, &mut browser, &fake).await;
    let query = [("code", "of somebody else's making"), ("state", asked.get("state"))];
    assert_eq!(told(&browser.come_back(&app, fake.provider, &query).await), "authorization.over");
}

#[tokio::test]
async fn a_provider_that_goes_away_mid_flow_is_told_so() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    let (asked, code) = at_provider(&app, &mut browser, &fake).await;
    fake.state().broken = true;
    let query = [("code", code.as_str()), ("state", asked.get("state"))];
    assert_eq!(told(&browser.come_back(&app, fake.provider, &query).await), "provider.unavailable");
}

#[tokio::test]
async fn a_provider_that_is_silent_is_given_up_after_five_seconds() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    let (asked, code) = at_provider(&app, &mut browser, &fake).await;
    fake.state().silence = Duration::from_secs(30);
    let query = [("code", code.as_str()), ("state", asked.get("state"))];
    let back = tokio::time::timeout(Duration::from_secs(10), browser.come_back(&app, fake.provider, &query));
    assert_eq!(told(&back.await.unwrap()), "provider.unavailable");
}

#[tokio::test]
async fn the_words_of_an_address_are_never_passed_on() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    let (asked, _) = at_provider(&app, &mut browser, &fake).await;
    let query =
        [("error", "<script>alert(1)</script>"), ("state", asked.get("state")), ("next", "//evil.example")];
    let back = browser.come_back(&app, fake.provider, &query).await;
    assert_eq!(back.header("location"), "/login/back?next=%2Fme&problem=provider.unavailable");
}

#[tokio::test]
async fn a_doubled_parameter_is_refused() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let answer = app.nobody().get("/api/auth/callback/google?state=a&state=b&code=c").await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn nothing_is_finished_without_a_proof() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    assert_eq!(Browser::default().finish(&app, By::Nobody).await.problem(409), "authorization.over");
    let forged = [("cookie", "__Secure-dojob_arrival=AAAA; __Host-dojob_browser=AAAA")];
    let answer = app.nobody().send(Method::POST, "/api/auth/providers/finish", None, &forged).await;
    assert_eq!(answer.problem(409), "authorization.over");
    assert_eq!(rows(&app).await, []);
}
