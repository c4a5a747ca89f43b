use dojob_auth::Provider;
use reqwest::Method;
use serde_json::json;

use super::{Browser, By, fake::Asked, play, start_at};
use crate::{PAGES, dump, rows, sign_up, start, start_with};

#[tokio::test]
async fn a_provider_without_credentials_is_not_offered() {
    let (kakao, apple) = (play(Provider::Kakao), play(Provider::Apple));
    let app = start_at(&[&kakao, &apple]).await;
    let offered = app.nobody().get("/api/auth/providers").await.status(200);
    assert_eq!(offered, json!({ "items": [{ "provider": "kakao" }, { "provider": "apple" }] }));
    let body = json!({ "purpose": "log_in", "return_to": "/" });
    for path in ["/api/auth/providers/naver/begin", "/api/auth/providers/facebook/begin"] {
        app.nobody().post(path, &body).await.problem(404);
    }
    app.nobody().get("/api/auth/callback/naver?code=x&state=y").await.problem(404);
    let none = start().await;
    assert_eq!(none.nobody().get("/api/auth/providers").await.status(200), json!({ "items": [] }));
}

#[tokio::test]
async fn a_visit_is_bound_by_state_nonce_and_pkce_and_only_hashes_are_kept() {
    let fake = play(Provider::Kakao);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    let answer = browser.begin(&app, By::Nobody, &fake, "log_in").await;
    let location = answer.status(201)["location"].as_str().unwrap().to_owned();
    assert!(location.starts_with(&format!("{}/authorize?", fake.base)));
    let asked = Asked::of(&location);
    assert_eq!(asked.get("response_type"), "code");
    assert_eq!(asked.get("client_id"), super::fake::CLIENT);
    assert_eq!(asked.get("redirect_uri"), format!("{PAGES}/api/auth/callback/kakao"));
    assert_eq!(asked.get("code_challenge_method"), "S256");
    for secret in ["state", "nonce", "code_challenge"] {
        assert_eq!(asked.get(secret).len(), 43, "{secret}: 256 bits");
    }
    let set = answer.header("set-cookie");
    for part in ["__Host-dojob_browser=", "Path=/", "HttpOnly", "Secure", "SameSite=None", "Max-Age=600"] {
        assert!(set.split("; ").any(|p| p.starts_with(part)), "{part} is missing in {set}");
    }
    assert_eq!(
        rows(&app).await.iter().map(|(t, n)| (t.as_str(), *n)).collect::<Vec<_>>(),
        [("authorization_requests", 1), ("job", 2), ("throttles", 1)]
    );
    let stored = dump(&app).await;
    for secret in [asked.get("state"), asked.get("nonce"), &browser.get("__Host-dojob_browser")] {
        assert!(!stored.contains(secret), "{stored}");
    }
}

#[tokio::test]
async fn only_pages_of_ours_are_led_back_to() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    for outside in ["https://evil.example", "//evil.example", "/me?x=1", "/login/../evil", ""] {
        let body = json!({ "purpose": "log_in", "return_to": outside });
        let answer = app.nobody().post("/api/auth/providers/google/begin", &body).await;
        assert_eq!(answer.refused(), ["/return_to=return.unknown"], "{outside}");
    }
    assert_eq!(rows(&app).await, []);
}

#[tokio::test]
async fn a_page_of_another_site_begins_nothing() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let body = json!({ "purpose": "log_in", "return_to": "/" });
    let from = [("origin", "https://evil.example")];
    let answer =
        app.nobody().send(Method::POST, "/api/auth/providers/google/begin", Some(&body), &from).await;
    assert_eq!(answer.problem(403), "request.origin");
    let answer = app.nobody().send(Method::POST, "/api/auth/providers/finish", None, &from).await;
    assert_eq!(answer.problem(403), "request.origin");
}

#[tokio::test]
async fn to_link_one_must_be_logged_in() {
    let fake = play(Provider::Naver);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    for purpose in ["link", "prove"] {
        let answer = browser.begin(&app, By::Nobody, &fake, purpose).await;
        assert_eq!(answer.problem(403), "authorization.caller");
    }
    let over = sign_up(&app, "over@dojob.example").await;
    over.member.delete(&format!("/api/auth/devices/{}", over.device_session)).await.status(204);
    let answer = browser.begin(&app, By::Member(&over), &fake, "link").await;
    assert_eq!(answer.problem(401), "session.over");
}

#[tokio::test]
async fn visits_are_counted_by_address() {
    let fake = play(Provider::Kakao);
    let app = start_with(|config| {
        config.providers = vec![fake.settings()];
        config.limits.visit.attempts = 3;
    })
    .await;
    let mut browser = Browser::default();
    for _ in 0..3 {
        browser.begin(&app, By::Nobody, &fake, "log_in").await.status(201);
    }
    assert_eq!(browser.begin(&app, By::Nobody, &fake, "log_in").await.problem(429), "account.throttled");
}

#[tokio::test]
async fn a_provider_that_is_away_keeps_nobody_from_the_others() {
    let (kakao, google) = (play(Provider::Kakao), play(Provider::Google));
    let app = start_at(&[&kakao, &google]).await;
    kakao.state().broken = true;
    let mut browser = Browser::default();
    for _ in 0..8 {
        let answer = browser.begin(&app, By::Nobody, &kakao, "log_in").await;
        assert_eq!(answer.problem(503), "provider.unavailable");
    }
    assert_eq!(kakao.times("/.well-known/openid-configuration"), 5, "after five it is left alone");
    browser.begin(&app, By::Nobody, &google, "log_in").await.status(201);
}

#[tokio::test]
async fn a_visit_that_nobody_finishes_is_deleted() {
    let fake = play(Provider::Kakao);
    let app = start_at(&[&fake]).await;
    Browser::default().begin(&app, By::Nobody, &fake, "log_in").await.status(201);
    app.clock.advance(chrono::TimeDelta::minutes(21));
    app.pump().await;
    assert!(!rows(&app).await.iter().any(|(table, _)| table == "authorization_requests"));
}
