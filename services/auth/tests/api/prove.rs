//! Proving once more who is on a device.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use testkit::Answer;

use crate::{LoggedIn, PASSWORD, log_in, published, sign_up, start};

const EMAIL: &str = "minji@dojob.example";

const PROVE: &str = "/api/auth/prove";

async fn prove(device: &LoggedIn<'_>, password: &str) -> Answer {
    device.member.post(PROVE, &json!({ "password": password })).await
}

#[tokio::test]
async fn a_log_in_is_a_proof_for_five_minutes() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let device = log_in(&app, EMAIL).await;
    app.clock.advance(TimeDelta::seconds(290));
    device.member.post("/api/auth/logout-others", &json!({})).await.status(204);
    app.clock.advance(TimeDelta::seconds(10));
    let late = device.member.post("/api/auth/logout-others", &json!({})).await;
    assert_eq!(late.problem(403), "proof.needed");
}

#[tokio::test]
async fn without_a_fresh_proof_nothing_of_it_happens_and_with_one_all_of_it() {
    let app = start().await;
    let (device, other) = (sign_up(&app, EMAIL).await, log_in(&app, EMAIL).await);
    app.clock.advance(TimeDelta::minutes(5));
    let before = published(&app).await.len();
    // In an order in which one does not make the next impossible.
    let acts = [
        (Method::DELETE, format!("/api/auth/devices/{}", other.device_session)),
        (Method::POST, "/api/auth/logout-others".to_owned()),
        (Method::POST, "/api/auth/logout-all".to_owned()),
    ];
    for (method, path) in &acts {
        let answer = device.member.send(method.clone(), path, None, &[]).await;
        assert_eq!(answer.problem(403), "proof.needed", "{method} {path}");
    }
    assert_eq!(published(&app).await.len(), before);
    other.refreshed().await;
    prove(&device, PASSWORD).await.status(204);
    for (method, path) in &acts {
        device.member.send(method.clone(), path, None, &[]).await.status(204);
    }
    app.pump().await;
}

#[tokio::test]
async fn a_proof_counts_on_the_device_where_it_was_given() {
    let app = start().await;
    let (device, other) = (sign_up(&app, EMAIL).await, log_in(&app, EMAIL).await);
    app.clock.advance(TimeDelta::minutes(6));
    prove(&other, PASSWORD).await.status(204);
    let answer = device.member.post("/api/auth/logout-others", &json!({})).await;
    assert_eq!(answer.problem(403), "proof.needed");
    // A refresh goes on with the session and proves nothing.
    let device = device.refreshed().await;
    let answer = device.member.post("/api/auth/logout-others", &json!({})).await;
    assert_eq!(answer.problem(403), "proof.needed");
    other.member.post("/api/auth/logout-others", &json!({})).await.status(204);
}

#[tokio::test]
async fn the_device_that_asks_is_logged_out_without_a_proof() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    app.clock.advance(TimeDelta::minutes(6));
    device.member.delete(&format!("/api/auth/devices/{}", device.device_session)).await.status(204);
    assert_eq!(device.refresh().await.problem(401), "session.over");
}

#[tokio::test]
async fn a_wrong_password_proves_nothing_and_is_counted_for_the_device() {
    let app = start().await;
    let (device, other) = (sign_up(&app, EMAIL).await, log_in(&app, EMAIL).await);
    app.clock.advance(TimeDelta::minutes(5));
    for _ in 0..5 {
        assert_eq!(prove(&device, "wrong horse battery").await.problem(403), "account.credentials");
    }
    assert_eq!(prove(&device, PASSWORD).await.problem(429), "account.throttled");
    let answer = device.member.post("/api/auth/logout-others", &json!({})).await;
    assert_eq!(answer.problem(403), "proof.needed");
    // Nor does it change the password: it is one counter.
    let change = json!({ "current": PASSWORD, "new": "another long password" });
    assert_eq!(
        device.member.post("/api/auth/account/password", &change).await.problem(429),
        "account.throttled"
    );
    prove(&other, PASSWORD).await.status(204);
    app.clock.advance(TimeDelta::minutes(1));
    prove(&device, PASSWORD).await.status(204);
    prove(&device, "wrong horse battery").await.problem(403);
}

#[tokio::test]
async fn who_is_logged_out_proves_nothing() {
    let app = start().await;
    let (device, other) = (sign_up(&app, EMAIL).await, log_in(&app, EMAIL).await);
    device.member.delete(&format!("/api/auth/devices/{}", other.device_session)).await.status(204);
    assert_eq!(prove(&other, PASSWORD).await.problem(401), "session.revoked");
}
