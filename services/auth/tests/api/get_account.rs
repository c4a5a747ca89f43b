use serde_json::json;

use crate::{VERSION, form_with, sign_up, start};

#[tokio::test]
async fn a_member_sees_their_account_and_what_they_agreed_to() {
    let app = start().await;
    let changes = json!({ "locale": "en" });
    let answer = crate::join(&app, &form_with("minji@dojob.example", changes)).await;
    let device = crate::LoggedIn::of(&app, &answer, 200);
    let account = device.member.get("/api/auth/account").await.status(200);
    assert_eq!(account["id"], device.account.to_string());
    assert_eq!(account["email"], "minji@dojob.example");
    assert_eq!(account["locale"], "en");
    assert!(account["created_at"].as_str().unwrap().ends_with('Z'));
    let consents: Vec<_> = account["consents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (&c["doc"], &c["version"], &c["granted"]))
        .collect();
    let (terms, privacy, news, version) = (json!("terms"), json!("privacy"), json!("news"), json!(VERSION));
    let (yes, no) = (json!(true), json!(false));
    assert_eq!(consents, [(&terms, &version, &yes), (&privacy, &version, &yes), (&news, &version, &no)]);
    assert!(account.get("birth_date").is_none() && account.get("credential").is_none());
}

#[tokio::test]
async fn a_token_of_a_session_that_never_was_opens_nothing() {
    let app = start().await;
    let device = sign_up(&app, "minji@dojob.example").await;
    // Rightly signed, for this account, but of none of its device sessions.
    let stranger = app.person(device.account);
    assert_eq!(stranger.get("/api/auth/account").await.problem(401), "session.over");
    let other = sign_up(&app, "other@dojob.example").await;
    let mixed = stranger.with_token(app.token(device.account, other.device_session));
    assert_eq!(mixed.get("/api/auth/account").await.problem(401), "session.over");
}

#[tokio::test]
async fn no_token_and_a_bad_token_are_refused() {
    let app = start().await;
    assert_eq!(app.nobody().get("/api/auth/account").await.problem(401), "token.missing");
    let bad = app.member().with_token("nonsense");
    assert_eq!(bad.get("/api/auth/account").await.problem(401), "token.invalid");
}
