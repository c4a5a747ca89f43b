//! The address of an account: sent again, changed, taken back.

use chrono::TimeDelta;
use serde_json::json;
use testkit::{Answer, App};

use crate::{
    LoggedIn, PASSWORD, ask_to_join, form, kinds_to, last_token, log_in, mails, published, sign_up, start,
    start_patient, try_log_in, verify_in,
};

const EMAIL: &str = "minji@dojob.example";

const NEW: &str = "minji@new.example";

const CHANGE: &str = "/api/auth/account/address";

const CONFIRM: &str = "/api/auth/address/confirm";

/// Opens the link of the latest change where its account is logged in.
async fn confirm(app: &App, device: &LoggedIn<'_>) -> Answer {
    let token = last_token(app, "confirm_new_address").await;
    device.member.post(CONFIRM, &json!({ "token": token })).await
}

async fn undo(app: &App, token: &str, password: &str) -> Answer {
    app.nobody().post("/api/auth/address/undo", &json!({ "token": token, "password": password })).await
}

#[tokio::test]
async fn a_changed_address_is_confirmed_at_the_new_one_and_told_to_the_former() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let body = json!({ "email": NEW });
    assert_eq!(device.member.post(CHANGE, &body).await.status(202), json!({}));
    try_log_in(&app, EMAIL, PASSWORD).await.status(200);
    try_log_in(&app, NEW, PASSWORD).await.problem(401);
    assert_eq!(kinds_to(&app, NEW).await, ["confirm_new_address"]);
    let token = last_token(&app, "confirm_new_address").await;
    let body = json!({ "token": token });
    device.member.post(CONFIRM, &body).await.status(204);
    assert_eq!(device.member.post(CONFIRM, &body).await.problem(409), "link.used");
    try_log_in(&app, EMAIL, PASSWORD).await.problem(401);
    try_log_in(&app, NEW, PASSWORD).await.status(200);
    let account = device.member.get("/api/auth/account").await.status(200);
    assert_eq!(account["email"], NEW);
    let told = mails(&app).await;
    let told = told.iter().find(|mail| mail["kind"] == "address_changed").unwrap();
    assert_eq!((&told["to"], &told["params"]["address"]), (&json!(EMAIL), &json!("m***@new.example")));
}

#[tokio::test]
async fn the_former_address_takes_a_change_back() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    device.member.post(CHANGE, &json!({ "email": NEW })).await.status(202);
    confirm(&app, &device).await.status(204);
    app.clock.advance(TimeDelta::days(6));
    let body =
        json!({ "token": last_token(&app, "address_changed").await, "password": "another long password" });
    app.nobody().post("/api/auth/address/undo", &body).await.status(204);
    assert_eq!(device.refresh().await.problem(401), "session.revoked", "whoever changed it is out");
    try_log_in(&app, NEW, PASSWORD).await.problem(401);
    try_log_in(&app, EMAIL, PASSWORD).await.problem(401);
    try_log_in(&app, EMAIL, "another long password").await.status(200);
    let again = app.nobody().post("/api/auth/address/undo", &body).await;
    assert_eq!(again.problem(409), "link.used");
}

#[tokio::test]
async fn only_who_has_just_proved_who_they_are_changes_the_address() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    app.clock.advance(TimeDelta::minutes(5));
    let change = json!({ "email": NEW });
    assert_eq!(device.member.post(CHANGE, &change).await.problem(403), "proof.needed");
    assert_eq!(kinds_to(&app, NEW).await, Vec::<String>::new());
    device.member.post("/api/auth/prove", &json!({ "password": PASSWORD })).await.status(204);
    device.member.post(CHANGE, &change).await.status(202);
    assert_eq!(kinds_to(&app, NEW).await, ["confirm_new_address"]);
}

#[tokio::test]
async fn an_address_that_has_an_account_is_not_told_apart() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    sign_up(&app, "other@dojob.example").await;
    let body = json!({ "email": "other@dojob.example" });
    assert_eq!(device.member.post(CHANGE, &body).await.status(202), json!({}));
    assert_eq!(kinds_to(&app, "other@dojob.example").await, ["already_registered"]);
    let same = json!({ "email": " MINJI@dojob.example" });
    assert_eq!(device.member.post(CHANGE, &same).await.refused(), ["/email=email.unchanged"]);
    let none = json!({ "email": "minji" });
    assert_eq!(device.member.post(CHANGE, &none).await.refused(), ["/email=email.invalid"]);
}

/// Between the request and the link somebody else verifies the address.
#[tokio::test]
async fn an_address_that_was_taken_meanwhile_is_refused() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    device.member.post(CHANGE, &json!({ "email": NEW })).await.status(202);
    let token = last_token(&app, "confirm_new_address").await;
    sign_up(&app, NEW).await;
    assert_eq!(
        device.member.post(CONFIRM, &json!({ "token": token })).await.problem(409),
        "account.email_taken"
    );
    assert_eq!(device.member.get("/api/auth/account").await.status(200)["email"], EMAIL);
}

/// Somebody asks for a stranger's address, and the stranger presses the button in the mail: the address stays the stranger's.
#[tokio::test]
async fn whoever_opens_the_link_is_logged_in_to_the_account_that_asked() {
    let app = start().await;
    let asked = sign_up(&app, EMAIL).await;
    let stranger = sign_up(&app, "stranger@dojob.example").await;
    asked.member.post(CHANGE, &json!({ "email": NEW })).await.status(202);
    let body = json!({ "token": last_token(&app, "confirm_new_address").await });
    assert_eq!(app.nobody().post(CONFIRM, &body).await.problem(401), "token.missing");
    assert_eq!(stranger.member.post(CONFIRM, &body).await.problem(409), "link.another_account");
    asked.member.post(CONFIRM, &body).await.status(204);
    let account = asked.member.get("/api/auth/account").await.status(200);
    assert_eq!(account["email"], NEW);
}

#[tokio::test]
async fn a_link_of_before_the_change_does_nothing() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let ask = json!({ "email": EMAIL });
    app.nobody().post("/api/auth/password/forgotten", &ask).await.status(202);
    app.pump().await;
    let reset = last_token(&app, "reset_password").await;
    device.member.post(CHANGE, &json!({ "email": NEW })).await.status(202);
    confirm(&app, &device).await.status(204);
    let body = json!({ "token": reset, "password": "another long password" });
    assert_eq!(app.nobody().post("/api/auth/password/reset", &body).await.problem(409), "link.expired");
    try_log_in(&app, NEW, PASSWORD).await.status(200);
    app.pump().await;
}

#[tokio::test]
async fn links_run_out_and_are_good_for_one_thing() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    device.member.post(CHANGE, &json!({ "email": NEW })).await.status(202);
    let token = last_token(&app, "confirm_new_address").await;
    for path in ["/api/auth/address/verify", "/api/auth/address/undo", "/api/auth/password/reset"] {
        let body = if path.ends_with("verify") {
            json!({ "token": token })
        } else {
            json!({ "token": token, "password": "another long password" })
        };
        assert_eq!(app.nobody().post(path, &body).await.problem(404), "link.invalid", "{path}");
    }
    for broken in [String::new(), token[1..].to_owned(), format!("{token}A"), token.to_lowercase()] {
        let answer = device.member.post(CONFIRM, &json!({ "token": broken })).await;
        assert_eq!(answer.problem(404), "link.invalid", "{broken}");
    }
    app.clock.advance(TimeDelta::hours(24));
    let late = log_in(&app, EMAIL).await;
    assert_eq!(late.member.post(CONFIRM, &json!({ "token": token })).await.problem(409), "link.expired");
    app.pump().await;
}

#[tokio::test]
async fn the_mail_of_a_sign_up_is_sent_again() {
    let app = start().await;
    let mark = ask_to_join(&app, &form(EMAIL)).await;
    app.nobody()
        .post("/api/auth/address/resend", &json!({ "email": "Minji@dojob.example" }))
        .await
        .status(202);
    app.nobody()
        .post("/api/auth/address/resend", &json!({ "email": "nobody@dojob.example" }))
        .await
        .status(202);
    app.nobody().post("/api/auth/address/resend", &json!({ "email": "no\u{0}address" })).await.status(202);
    app.pump().await;
    assert_eq!(kinds_to(&app, EMAIL).await, ["verify_address", "verify_address"]);
    assert_eq!(mails(&app).await.len(), 2);
    verify_in(&app, &mark, &last_token(&app, "verify_address").await).await.status(200);
    assert_eq!(kinds_to(&app, EMAIL).await, Vec::<String>::new(), "the first link is over as well");
    app.pump().await;
}

#[tokio::test]
async fn a_change_is_no_news_to_other_services() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let before = published(&app).await.len();
    device.member.post(CHANGE, &json!({ "email": NEW })).await.status(202);
    confirm(&app, &device).await.status(204);
    assert_eq!(published(&app).await.len(), before, "they know no addresses");
    assert!(!format!("{:?}", app.said().await).contains("minji"));
    log_in(&app, NEW).await;
    app.pump().await;
}

/// Whoever took an account over changes the address twice, and the password; its owner gets it back all the same, for good.
#[tokio::test]
async fn the_first_owner_takes_back_what_was_changed_twice() {
    let app = start_patient().await;
    let device = sign_up(&app, EMAIL).await;
    device.member.post(CHANGE, &json!({ "email": NEW })).await.status(202);
    confirm(&app, &device).await.status(204);
    let owners = last_token(&app, "address_changed").await;
    app.clock.advance(TimeDelta::minutes(1));
    let change = json!({ "email": "third@new.example" });
    device.member.post(CHANGE, &change).await.status(202);
    confirm(&app, &device).await.status(204);
    let thiefs = last_token(&app, "address_changed").await;
    let change = json!({ "current": PASSWORD, "new": "password of a thief" });
    device.member.post("/api/auth/account/password", &change).await.status(204);

    // The thief, too, has a way back: to the address in between. It does not end the owner's.
    undo(&app, &thiefs, "another password of a thief").await.status(204);
    undo(&app, &owners, "another long password").await.status(204);
    try_log_in(&app, EMAIL, "another long password").await.status(200);
    assert_eq!(undo(&app, &thiefs, "yet another of a thief").await.problem(409), "link.used");
}

#[tokio::test]
async fn a_change_that_was_taken_back_takes_later_ones_with_it() {
    let app = start_patient().await;
    let device = sign_up(&app, EMAIL).await;
    let mut tokens = Vec::new();
    for email in [NEW, "third@new.example"] {
        let change = json!({ "email": email });
        device.member.post(CHANGE, &change).await.status(202);
        confirm(&app, &device).await.status(204);
        tokens.push(last_token(&app, "address_changed").await);
        app.clock.advance(TimeDelta::minutes(1));
    }
    undo(&app, &tokens[0], "another long password").await.status(204);
    assert_eq!(undo(&app, &tokens[1], "yet another password").await.problem(409), "link.expired");
    try_log_in(&app, EMAIL, "another long password").await.status(200);
}
