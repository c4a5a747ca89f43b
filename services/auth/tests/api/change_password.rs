use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use crate::{PASSWORD, log_in, published, sign_up, start, try_log_in};

const EMAIL: &str = "minji@dojob.example";

const NEW: &str = "another long password";

const PATH: &str = "/api/auth/account/password";

#[tokio::test]
async fn a_changed_password_logs_every_other_device_out() {
    let app = start().await;
    let laptop = sign_up(&app, EMAIL).await;
    let phone = log_in(&app, EMAIL).await;
    laptop.member.post(PATH, &json!({ "current": PASSWORD, "new": NEW })).await.status(204);
    laptop.member.get("/api/auth/account").await.status(200);
    laptop.refreshed().await;
    assert_eq!(phone.refresh().await.problem(401), "session.revoked");
    try_log_in(&app, EMAIL, PASSWORD).await.problem(401);
    try_log_in(&app, EMAIL, NEW).await.status(200);

    let published = published(&app).await;
    let kinds: Vec<_> = published.iter().skip(3).map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["PasswordChanged", "DeviceSessionRevoked", "DeviceSessionStarted"]);
    assert_eq!(published[3].1, json!({ "account_id": laptop.account }));
    let expected = json!({ "account_id": laptop.account, "device_session_id": phone.device_session, "cause": "password_changed", "too_many": false });
    assert_eq!(published[4].1, expected);
}

#[tokio::test]
async fn only_who_knows_the_current_password_changes_it() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let answer = device.member.post(PATH, &json!({ "current": "wrong horse battery", "new": NEW })).await;
    assert_eq!(answer.problem(403), "account.credentials");
    try_log_in(&app, EMAIL, PASSWORD).await.status(200);
}

#[tokio::test]
async fn guesses_here_count_for_this_device_session() {
    let app = start().await;
    let (device, other) = (sign_up(&app, EMAIL).await, log_in(&app, EMAIL).await);
    let wrong = json!({ "current": "wrong horse battery", "new": NEW });
    for _ in 0..5 {
        device.member.post(PATH, &wrong).await.problem(403);
    }
    let answer = device.member.post(PATH, &json!({ "current": PASSWORD, "new": NEW })).await;
    assert_eq!(answer.problem(429), "account.throttled");
    other.member.post(PATH, &wrong).await.problem(403);
    try_log_in(&app, EMAIL, PASSWORD).await.status(200);
}

#[tokio::test]
async fn a_new_password_keeps_the_rules() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    for (new, code) in [
        ("short", "password.too_short"),
        ("password1234", "password.common"),
        (EMAIL, "password.personal"),
        ("rlaalswl19900314", "password.common"),
        (&"ab".repeat(65), "password.too_long"),
    ] {
        let answer = device.member.post(PATH, &json!({ "current": PASSWORD, "new": new })).await;
        assert_eq!(answer.refused(), [format!("/new={code}")]);
    }
    let unknown = json!({ "current": PASSWORD, "new": NEW, "again": NEW });
    assert_eq!(device.member.post(PATH, &unknown).await.problem(400), "request.unreadable");
}

#[tokio::test]
async fn the_current_password_may_be_typed_decomposed() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let korean = "기타치는토요일오후네시";
    device.member.post(PATH, &json!({ "current": PASSWORD, "new": korean })).await.status(204);
    let nfd: String = korean.nfd().collect();
    device.member.post(PATH, &json!({ "current": nfd, "new": NEW })).await.status(204);
}

#[tokio::test]
async fn of_two_changes_at_once_one_counts() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let (one, two) = (
        json!({ "current": PASSWORD, "new": "first new password" }),
        json!({ "current": PASSWORD, "new": "second new password" }),
    );
    let (one, two) = tokio::join!(device.member.post(PATH, &one), device.member.post(PATH, &two));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 403], "{} {}", one.text, two.text);
    let won = if one.status == 204 { "first new password" } else { "second new password" };
    try_log_in(&app, EMAIL, won).await.status(200);
}
