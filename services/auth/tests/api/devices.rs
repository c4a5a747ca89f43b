use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{LoggedIn, PASSWORD, log_in, published, sign_up, start};

const EMAIL: &str = "minji@dojob.example";

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_member_sees_their_devices_the_latest_used_first() {
    let app = start().await;
    let phone = sign_up(&app, EMAIL).await;
    let body = json!({ "email": EMAIL, "password": PASSWORD });
    let answer =
        app.nobody().send(Method::POST, "/api/auth/login", Some(&body), &[("user-agent", CHROME)]).await;
    let laptop = LoggedIn::of(&app, &answer, 200);
    sign_up(&app, "other@dojob.example").await;

    let list = laptop.member.get("/api/auth/devices").await.status(200);
    let ids: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|d| d["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, [laptop.device_session.to_string(), phone.device_session.to_string()]);
    assert_eq!(list["items"][0]["label"], "Chrome · Windows");
    assert_eq!(list["items"][1]["label"], Value::Null, "a device that does not say what it is");
    assert_eq!((&list["items"][0]["current"], &list["items"][1]["current"]), (&json!(true), &json!(false)));

    app.clock.advance(TimeDelta::hours(1));
    let phone = phone.refreshed().await;
    let list = phone.member.get("/api/auth/devices").await.status(200);
    assert_eq!(list["items"][0]["id"], phone.device_session.to_string());
    let (created, seen) = (time(&list["items"][0]["created_at"]), time(&list["items"][0]["last_seen_at"]));
    assert!(seen - created >= TimeDelta::hours(1), "{list}");
}

#[tokio::test]
async fn one_device_is_logged_out_from_another() {
    let app = start().await;
    let laptop = sign_up(&app, EMAIL).await;
    let phone = log_in(&app, EMAIL).await;
    let path = format!("/api/auth/devices/{}", phone.device_session);
    laptop.member.delete(&path).await.status(204);
    assert_eq!(phone.refresh().await.problem(401), "session.revoked");
    assert_eq!(phone.member.get("/api/auth/devices").await.problem(401), "session.revoked");
    assert_eq!(
        laptop.member.delete(&path).await.problem(404),
        "request.not_found",
        "it is logged out already"
    );
    let list = laptop.member.get("/api/auth/devices").await.status(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let published = published(&app).await;
    let expected = json!({ "account_id": laptop.account, "device_session_id": phone.device_session, "cause": "device_removed", "too_many": false });
    assert_eq!(published.last().unwrap(), &("DeviceSessionRevoked".to_owned(), expected));
}

#[tokio::test]
async fn a_member_may_log_the_device_out_that_asks() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    device.member.delete(&format!("/api/auth/devices/{}", device.device_session)).await.status(204);
    assert_eq!(device.refresh().await.problem(401), "session.over");
}

#[tokio::test]
async fn nobody_reaches_the_devices_of_others() {
    let app = start().await;
    let mine = sign_up(&app, EMAIL).await;
    let theirs = sign_up(&app, "other@dojob.example").await;
    for id in [theirs.device_session.to_string(), Uuid::nil().to_string(), "x".to_owned()] {
        assert_eq!(
            mine.member.delete(&format!("/api/auth/devices/{id}")).await.problem(404),
            "request.not_found"
        );
    }
    theirs.refreshed().await;
}

#[tokio::test]
async fn all_devices_are_logged_out_at_once() {
    let app = start().await;
    let laptop = sign_up(&app, EMAIL).await;
    let phone = log_in(&app, EMAIL).await;
    let other = sign_up(&app, "other@dojob.example").await;
    let answer = laptop.member.send(Method::POST, "/api/auth/logout-all", None, &[]).await;
    answer.status(204);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    for device in [&laptop, &phone] {
        assert_eq!(device.refresh().await.problem(401), "session.revoked");
        assert_eq!(device.member.get("/api/auth/account").await.problem(401), "session.revoked");
    }
    other.refreshed().await;
    let published = published(&app).await;
    let (kind, mut data) = published.last().unwrap().clone();
    data["device_session_ids"].as_array_mut().unwrap().sort_by_key(ToString::to_string);
    let both = [laptop.device_session, phone.device_session];
    let expected = json!({ "account_id": laptop.account, "device_session_ids": both, "cause": "logout_all" });
    assert_eq!((kind.as_str(), data), ("AllDeviceSessionsRevoked", expected));
    log_in(&app, EMAIL).await;
    app.pump().await;
}

#[tokio::test]
async fn the_others_are_logged_out_and_this_one_stays() {
    let app = start().await;
    let (laptop, phone, tablet) =
        (sign_up(&app, EMAIL).await, log_in(&app, EMAIL).await, log_in(&app, EMAIL).await);
    let other = sign_up(&app, "other@dojob.example").await;
    for _ in 0..2 {
        laptop.member.send(Method::POST, "/api/auth/logout-others", None, &[]).await.status(204);
    }
    for device in [&phone, &tablet] {
        assert_eq!(device.refresh().await.problem(401), "session.revoked");
        assert_eq!(device.member.get("/api/auth/account").await.problem(401), "session.revoked");
    }
    laptop.refreshed().await;
    other.refreshed().await;
    let published = published(&app).await;
    let ended: Vec<_> = published.iter().filter(|(kind, _)| kind == "DeviceSessionRevoked").collect();
    assert_eq!(ended.len(), 2, "a second time there is none left");
    assert!(ended.iter().all(|(_, data)| data["cause"] == "device_removed"), "{ended:?}");
}

#[tokio::test]
async fn a_refresh_and_a_log_out_at_once_end_logged_out() {
    let app = start().await;
    let laptop = sign_up(&app, EMAIL).await;
    let phone = log_in(&app, EMAIL).await;
    let path = format!("/api/auth/devices/{}", phone.device_session);
    let (refreshed, ended) = tokio::join!(phone.refresh(), laptop.member.delete(&path));
    ended.status(204);
    let cookie = if refreshed.status == 200 { crate::cookie_of(&refreshed) } else { phone.cookie.clone() };
    assert_eq!(crate::refresh(&app, &cookie).await.problem(401), "session.revoked");
}
