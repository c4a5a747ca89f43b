//! Each fact and trap of a provider.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use dojob_auth::Provider;
use serde_json::{Value, json};

use super::{
    Browser, By,
    fake::{Asked, Fake, SECRET},
    play, start_at, told,
};
use testkit::App;

/// What waits in the browser of somebody who is new.
async fn pending(app: &App, fake: &Fake) -> Value {
    Browser::default().visit(app, By::Nobody, fake, "log_in", "4711").await.status(202)
}

fn kakao_account(valid: bool, verified: bool) -> Value {
    json!({ "id": 4711, "kakao_account": { "email": "minji@kakao.example", "is_email_valid": valid,
        "is_email_verified": verified, "profile": { "nickname": "민지" } } })
}

#[tokio::test]
async fn kakao_separates_scopes_by_commas() {
    let fake = play(Provider::Kakao);
    let app = start_at(&[&fake]).await;
    let begun = Browser::default().begin(&app, By::Nobody, &fake, "log_in").await.status(201);
    let asked = Asked::of(begun["location"].as_str().unwrap());
    assert_eq!(asked.get("scope"), "openid,account_email,profile_nickname");
}

#[tokio::test]
async fn kakao_vouches_for_an_address_only_if_it_is_valid_and_verified() {
    let fake = play(Provider::Kakao);
    let app = start_at(&[&fake]).await;
    // The id_token has an address, too, and does not say whether it was verified.
    fake.state().claims = json!({ "email": "minji@kakao.example" });
    for (valid, verified, expected) in
        [(true, true, json!("minji@kakao.example")), (true, false, Value::Null), (false, true, Value::Null)]
    {
        fake.state().profile = (200, kakao_account(valid, verified));
        let pending = pending(&app, &fake).await;
        assert_eq!((&pending["email"], &pending["name"]), (&expected, &json!("민지")));
    }
}

#[tokio::test]
async fn kakaos_profile_must_be_of_the_same_person() {
    let fake = play(Provider::Kakao);
    let app = start_at(&[&fake]).await;
    fake.state().profile = (200, json!({ "id": 4712 }));
    let mut browser = Browser::default();
    let begun = browser.begin(&app, By::Nobody, &fake, "log_in").await.status(201);
    let asked = Asked::of(begun["location"].as_str().unwrap());
    let code = fake.approve(&asked, "4711");
    let back =
        browser.come_back(&app, fake.provider, &[("code", &code), ("state", asked.get("state"))]).await;
    assert_eq!(told(&back), "provider.unbelievable");
}

#[tokio::test]
async fn a_profile_is_asked_for_only_of_who_is_new() {
    let fake = play(Provider::Kakao);
    let app = start_at(&[&fake]).await;
    fake.state().profile = (200, kakao_account(true, true));
    Browser::default().join(&app, &fake, "4711").await;
    assert_eq!(fake.times("/profile"), 1);
    fake.state().profile = (500, Value::Null);
    Browser::default().visit(&app, By::Nobody, &fake, "log_in", "4711").await.status(200);
    assert_eq!(fake.times("/profile"), 1);
}

#[tokio::test]
async fn kakaos_client_secret_and_verifier_go_in_the_form() {
    let fake = play(Provider::Kakao);
    let app = start_at(&[&fake]).await;
    fake.state().profile = (200, kakao_account(true, true));
    pending(&app, &fake).await;
    let form = fake.state().forms[0].clone();
    assert_eq!(form["client_secret"], SECRET);
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(form["code_verifier"].len(), 43);
}

/// The answer of the token endpoint decides what the page is told.
async fn token_answers(provider: Provider, status: u16, answer: Value) -> String {
    let fake = play(provider);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    let begun = browser.begin(&app, By::Nobody, &fake, "log_in").await.status(201);
    let asked = Asked::of(begun["location"].as_str().unwrap());
    fake.state().token_answer = Some((status, answer));
    let back = browser.come_back(&app, provider, &[("code", "x"), ("state", asked.get("state"))]).await;
    told(&back)
}

#[tokio::test]
async fn kakaos_words_for_a_spent_code_and_for_its_own_trouble_are_told_apart() {
    let spent = json!({ "error": "invalid_grant", "error_description": "authorization code not found", "error_code": "KOE320" });
    assert_eq!(token_answers(Provider::Kakao, 400, spent).await, "authorization.over");
    let trouble = json!({ "error": "invalid_grant", "error_code": "KOE003" });
    assert_eq!(token_answers(Provider::Kakao, 400, trouble).await, "provider.unavailable");
}

#[tokio::test]
async fn a_provider_where_openid_connect_is_not_switched_on_is_away() {
    let without = json!({ "access_token": "x", "token_type": "bearer", "expires_in": 21599 });
    assert_eq!(token_answers(Provider::Kakao, 200, without).await, "provider.unavailable");
}

#[tokio::test]
async fn naver_refuses_a_code_with_status_200() {
    let refused = json!({ "error": "invalid_grant", "error_description": "no valid data in session" });
    assert_eq!(token_answers(Provider::Naver, 200, refused).await, "authorization.over");
}

#[tokio::test]
async fn navers_token_request_carries_the_state() {
    let fake = play(Provider::Naver);
    let app = start_at(&[&fake]).await;
    fake.state().profile = (200, json!({ "resultcode": "00", "response": { "id": "x" } }));
    pending(&app, &fake).await;
    assert_eq!(fake.state().forms[0]["state"].len(), 43);
}

#[tokio::test]
async fn navers_profile_is_wrapped_and_its_address_is_never_believed() {
    let fake = play(Provider::Naver);
    let app = start_at(&[&fake]).await;
    fake.state().profile = (
        200,
        json!({ "resultcode": "00", "message": "success",
        "response": { "id": "x", "email": "minji@naver.example", "nickname": "민지" } }),
    );
    let pending = pending(&app, &fake).await;
    assert_eq!((&pending["email"], &pending["name"]), (&Value::Null, &json!("민지")));
}

#[tokio::test]
async fn navers_profile_that_is_no_success_is_none() {
    for (code, expected) in [("024", "provider.unbelievable"), ("500", "provider.unavailable")] {
        let fake = play(Provider::Naver);
        let app = start_at(&[&fake]).await;
        fake.state().profile = (200, json!({ "resultcode": code, "message": "error" }));
        let mut browser = Browser::default();
        let begun = browser.begin(&app, By::Nobody, &fake, "log_in").await.status(201);
        let asked = Asked::of(begun["location"].as_str().unwrap());
        let given = fake.approve(&asked, "4711");
        let back =
            browser.come_back(&app, fake.provider, &[("code", &given), ("state", asked.get("state"))]).await;
        assert_eq!(told(&back), expected);
    }
}

#[tokio::test]
async fn google_says_itself_whether_an_address_is_verified() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    for (verified, expected) in [(json!(true), json!("minji@google.example")), (json!(false), Value::Null)] {
        fake.state().claims =
            json!({ "email": "minji@google.example", "email_verified": verified, "name": "Minji" });
        assert_eq!(pending(&app, &fake).await["email"], expected);
    }
}

#[tokio::test]
async fn apple_posts_a_form_and_is_asked_to() {
    let fake = play(Provider::Apple);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    let begun = browser.begin(&app, By::Nobody, &fake, "log_in").await.status(201);
    let asked = Asked::of(begun["location"].as_str().unwrap());
    assert_eq!((asked.get("response_mode"), asked.get("scope")), ("form_post", "openid email name"));
    let code = fake.approve(&asked, "4711");
    let back =
        browser.come_back(&app, Provider::Apple, &[("code", &code), ("state", asked.get("state"))]).await;
    assert_eq!((back.status, back.header("location")), (303, "/login/back?next=%2Fme"));
    browser.finish(&app, By::Nobody).await.status(202);
}

#[tokio::test]
async fn apples_verified_is_a_truth_value_or_a_text() {
    let fake = play(Provider::Apple);
    let app = start_at(&[&fake]).await;
    for (verified, counts) in
        [(json!(true), true), (json!("true"), true), (json!(false), false), (json!("false"), false)]
    {
        fake.state().claims = json!({ "email": "x@privaterelay.appleid.com", "email_verified": verified,
            "is_private_email": "true" });
        assert_eq!(pending(&app, &fake).await["email"].is_string(), counts, "{verified}");
    }
}

#[tokio::test]
async fn apples_name_comes_once_and_is_kept() {
    let fake = play(Provider::Apple);
    let app = start_at(&[&fake]).await;
    let mut browser = Browser::default();
    let begun = browser.begin(&app, By::Nobody, &fake, "log_in").await.status(201);
    let asked = Asked::of(begun["location"].as_str().unwrap());
    let code = fake.approve(&asked, "4711");
    let user =
        json!({ "name": { "firstName": "민지", "lastName": "김" }, "email": "x@dojob.example" }).to_string();
    let form = [("code", code.as_str()), ("state", asked.get("state")), ("user", user.as_str())];
    browser.come_back(&app, Provider::Apple, &form).await;
    let pending = browser.finish(&app, By::Nobody).await.status(202);
    assert_eq!(
        (&pending["name"], &pending["email"]),
        (&json!("김민지"), &Value::Null),
        "its address is no proof"
    );
}

#[tokio::test]
async fn apples_client_secret_is_a_token_of_ours() {
    let fake = play(Provider::Apple);
    let app = start_at(&[&fake]).await;
    pending(&app, &fake).await;
    let secret = fake.state().forms[0]["client_secret"].clone();
    let claims = secret.split('.').nth(1).map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!("TEAM"), &json!(fake.base)));
    assert_eq!(jsonwebtoken::decode_header(&secret).unwrap().alg, jsonwebtoken::Algorithm::ES256);
}

#[tokio::test]
async fn who_proves_themselves_again_is_asked_for_the_password_there() {
    for (provider, name, value) in
        [(Provider::Kakao, "prompt", "login"), (Provider::Naver, "auth_type", "reauthenticate")]
    {
        let fake = play(provider);
        let app = start_at(&[&fake]).await;
        let me = crate::sign_up(&app, "minji@dojob.example").await;
        let begun = Browser::default().begin(&app, By::Member(&me), &fake, "prove").await.status(201);
        assert_eq!(Asked::of(begun["location"].as_str().unwrap()).get(name), value);
    }
}
