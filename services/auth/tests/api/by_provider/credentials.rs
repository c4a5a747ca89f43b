//! Several ways into one account.

use chrono::TimeDelta;
use dojob_auth::Provider;
use serde_json::json;

use super::{Browser, By, device, play, start_at};
use crate::{last_token, log_in, published, sign_up};

const WAYS: &str = "/api/auth/account/credentials";

#[tokio::test]
async fn a_provider_is_linked_by_proof_of_both_sides_and_can_be_taken_away() {
    let fake = play(Provider::Kakao);
    let app = start_at(&[&fake]).await;
    let me = sign_up(&app, "minji@dojob.example").await;
    let mut browser = Browser::default();
    browser.visit(&app, By::Member(&me), &fake, "link", "4711").await.status(204);
    let ways = me.member.get(WAYS).await.status(200);
    assert_eq!((&ways["has_password"], &ways["items"][0]["provider"]), (&json!(true), &json!("kakao")));
    let answer = Browser::default().visit(&app, By::Nobody, &fake, "log_in", "4711").await;
    assert_eq!(device(&app, &answer, 200).account, me.account);

    me.member.delete(&format!("{WAYS}/kakao")).await.status(204);
    me.member.delete(&format!("{WAYS}/kakao")).await.problem(404);
    fake.state().profile = (200, json!({ "id": 4711 }));
    Browser::default().visit(&app, By::Nobody, &fake, "log_in", "4711").await.status(202);
    let told = published(&app).await;
    let kinds: Vec<_> =
        told.iter().map(|(kind, _)| kind.as_str()).filter(|k| k.starts_with("Identity")).collect();
    assert_eq!(kinds, ["IdentityLinked", "IdentityUnlinked"]);
    let linked = told.iter().find(|(kind, _)| kind == "IdentityLinked").unwrap();
    assert_eq!(
        linked.1,
        json!({ "account_id": me.account, "provider": "kakao" }),
        "no subject leaves this service"
    );
}

#[tokio::test]
async fn linking_again_changes_nothing_and_another_account_of_the_provider_is_refused() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let me = sign_up(&app, "minji@dojob.example").await;
    let mut browser = Browser::default();
    for _ in 0..2 {
        browser.visit(&app, By::Member(&me), &fake, "link", "4711").await.status(204);
    }
    let answer = browser.visit(&app, By::Member(&me), &fake, "link", "4712").await;
    assert_eq!(answer.problem(409), "credential.another");
    assert_eq!(me.member.get(WAYS).await.status(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_opens_another_account_is_not_linked() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    Browser::default().join(&app, &fake, "4711").await;
    let me = sign_up(&app, "minji@dojob.example").await;
    let answer = Browser::default().visit(&app, By::Member(&me), &fake, "link", "4711").await;
    assert_eq!(answer.problem(409), "credential.taken");
}

#[tokio::test]
async fn the_last_way_in_cannot_be_removed() {
    let (kakao, google) = (play(Provider::Kakao), play(Provider::Google));
    kakao.state().profile = (200, json!({ "id": 4711 }));
    let app = start_at(&[&kakao, &google]).await;
    let me = Browser::default().join(&app, &kakao, "4711").await;
    assert_eq!(me.member.delete(&format!("{WAYS}/kakao")).await.problem(409), "credential.last");
    Browser::default().visit(&app, By::Member(&me), &google, "link", "g-4711").await.status(204);
    // Two that take away at once leave one.
    let (kakao_path, google_path) = (format!("{WAYS}/kakao"), format!("{WAYS}/google"));
    let (one, two) = tokio::join!(me.member.delete(&kakao_path), me.member.delete(&google_path));
    let mut answers = [one.status, two.status];
    answers.sort_unstable();
    assert_eq!(answers, [204, 409]);
    assert_eq!(me.member.get(WAYS).await.status(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_visit_is_finished_by_who_began_it() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let (me, other) =
        (sign_up(&app, "minji@dojob.example").await, sign_up(&app, "other@dojob.example").await);
    let mut browser = Browser::default();
    let begun = browser.begin(&app, By::Member(&me), &fake, "link").await.status(201);
    let asked = super::Asked::of(begun["location"].as_str().unwrap());
    let code = fake.approve(&asked, "4711");
    browser.come_back(&app, fake.provider, &[("code", &code), ("state", asked.get("state"))]).await;
    for by in [By::Nobody, By::Member(&other)] {
        assert_eq!(browser.clone().finish(&app, by).await.problem(403), "authorization.caller");
    }
    browser.finish(&app, By::Member(&me)).await.status(204);
}

#[tokio::test]
async fn only_the_owner_at_the_provider_proves_who_they_are() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let me = sign_up(&app, "minji@dojob.example").await;
    let mut browser = Browser::default();
    browser.visit(&app, By::Member(&me), &fake, "link", "4711").await.status(204);
    browser.visit(&app, By::Member(&me), &fake, "prove", "4711").await.status(204);
    let answer = browser.visit(&app, By::Member(&me), &fake, "prove", "4712").await;
    assert_eq!(answer.problem(403), "credential.other");
}

#[tokio::test]
async fn a_proof_of_an_hour_ago_proves_nothing_now() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let me = sign_up(&app, "minji@dojob.example").await;
    let mut browser = Browser::default();
    browser.visit(&app, By::Member(&me), &fake, "link", "4711").await.status(204);
    fake.state().claims = json!({ "auth_time": super::now().timestamp() - 3600 });
    let begun = browser.begin(&app, By::Member(&me), &fake, "prove").await.status(201);
    let asked = super::Asked::of(begun["location"].as_str().unwrap());
    let code = fake.approve(&asked, "4711");
    let back =
        browser.come_back(&app, fake.provider, &[("code", &code), ("state", asked.get("state"))]).await;
    assert_eq!(super::told(&back), "provider.unbelievable");
}

#[tokio::test]
async fn with_a_password_the_address_still_logs_in_after_linking() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let me = sign_up(&app, "minji@dojob.example").await;
    Browser::default().visit(&app, By::Member(&me), &fake, "link", "4711").await.status(204);
    assert_eq!(log_in(&app, "minji@dojob.example").await.account, me.account);
}

#[tokio::test]
async fn linking_and_unlinking_need_a_fresh_proof_that_a_provider_can_give() {
    let (kakao, google) = (play(Provider::Kakao), play(Provider::Google));
    kakao.state().profile = (200, json!({ "id": 4711 }));
    let app = start_at(&[&kakao, &google]).await;
    let mut browser = Browser::default();
    let me = browser.join(&app, &kakao, "4711").await;
    app.clock.advance(TimeDelta::minutes(5));
    for fake in [&kakao, &google] {
        fake.state().now = app.clock.now();
    }
    assert_eq!(browser.begin(&app, By::Member(&me), &google, "link").await.problem(403), "proof.needed");
    let none = json!({ "password": "there is none" });
    assert_eq!(me.member.post("/api/auth/prove", &none).await.problem(403), "account.credentials");
    browser.visit(&app, By::Member(&me), &kakao, "prove", "4711").await.status(204);
    browser.visit(&app, By::Member(&me), &google, "link", "g-4711").await.status(204);

    app.clock.advance(TimeDelta::minutes(5));
    let me = me.refreshed().await;
    assert_eq!(me.member.delete(&format!("{WAYS}/google")).await.problem(403), "proof.needed");
    assert_eq!(me.member.get(WAYS).await.status(200)["items"].as_array().unwrap().len(), 2);
    for fake in [&kakao, &google] {
        fake.state().now = app.clock.now();
    }
    browser.visit(&app, By::Member(&me), &google, "prove", "g-4711").await.status(204);
    me.member.delete(&format!("{WAYS}/google")).await.status(204);
}

/// Who has no password, and no address, adds one.
#[tokio::test]
async fn an_account_without_an_address_gets_one() {
    let fake = play(Provider::Naver);
    fake.state().profile = (200, json!({ "resultcode": "00", "response": { "id": "x" } }));
    let app = start_at(&[&fake]).await;
    let me = Browser::default().join(&app, &fake, "4711").await;
    let change = json!({ "email": "minji@dojob.example" });
    me.member.post("/api/auth/account/address", &change).await.status(202);
    let link = json!({ "token": last_token(&app, "confirm_new_address").await });
    me.member.post("/api/auth/address/confirm", &link).await.status(204);
    let account = me.member.get("/api/auth/account").await.status(200);
    assert_eq!(account["email"], "minji@dojob.example");
}
