use std::collections::BTreeSet;

use chrono::TimeDelta;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::{COOKIE, LoggedIn, cookie_of, log_in, published, refresh, rows, sign_up, start, with_cookie};

const EMAIL: &str = "minji@dojob.example";

#[tokio::test]
async fn a_device_goes_on_with_a_new_token_each_time() {
    let app = start().await;
    let first = sign_up(&app, EMAIL).await;
    let second = first.refreshed().await;
    assert_eq!(first.device_session, second.device_session);
    assert_ne!(first.cookie, second.cookie);
    app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(second.member.get("/api/auth/account").await.problem(401), "token.expired");
    let third = second.refreshed().await;
    third.member.get("/api/auth/account").await.status(200);
}

#[tokio::test]
async fn refreshes_at_once_get_the_same_next_token() {
    let app = start().await;
    let mut cookie = sign_up(&app, EMAIL).await.cookie;
    for _ in 0..10 {
        let answers = join_all((0..6).map(|_| refresh(&app, &cookie))).await;
        let next: BTreeSet<_> = answers.iter().map(cookie_of).collect();
        assert_eq!(next.len(), 1, "{:?}", answers.iter().map(|a| a.status).collect::<Vec<_>>());
        cookie = next.into_iter().next().unwrap();
    }
}

#[tokio::test]
async fn the_replaced_token_is_good_for_half_a_minute() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let next = device.refreshed().await;
    app.clock.advance(TimeDelta::seconds(25));
    assert_eq!(cookie_of(&device.refresh().await), next.cookie);
    let whose = refresh(&app, &next.cookie).await;
    assert_eq!(LoggedIn::of(&app, &whose, 200).account, device.account);
}

#[tokio::test]
async fn a_copy_used_later_ends_the_session_for_everybody() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let next = device.refreshed().await;
    app.clock.advance(TimeDelta::seconds(31));
    assert_eq!(device.refresh().await.problem(401), "session.reused");
    assert_eq!(next.refresh().await.problem(401), "session.reused", "its owner is told why");
    assert_eq!(next.member.get("/api/auth/devices").await.problem(401), "session.reused");
    assert_eq!(device.refresh().await.problem(401), "session.reused");

    let published = published(&app).await;
    let revoked: Vec<_> = published.iter().filter(|(kind, _)| kind == "DeviceSessionRevoked").collect();
    let expected = json!({ "account_id": device.account, "device_session_id": device.device_session, "cause": "reuse", "too_many": false });
    assert_eq!(revoked, [&("DeviceSessionRevoked".to_owned(), expected)], "and it is published once");
}

#[tokio::test]
async fn other_devices_stay_logged_in_when_one_was_copied() {
    let app = start().await;
    let laptop = sign_up(&app, EMAIL).await;
    let phone = log_in(&app, EMAIL).await;
    laptop.refreshed().await.refreshed().await;
    assert_eq!(
        laptop.refresh().await.problem(401),
        "session.reused",
        "the one before the replaced one, at once"
    );
    phone.refreshed().await;
}

#[tokio::test]
async fn two_copies_used_at_once_end_the_session_once() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    device.refreshed().await.refreshed().await;
    let (one, two) = tokio::join!(device.refresh(), device.refresh());
    assert_eq!(
        (one.problem(401), two.problem(401)),
        ("session.reused".to_owned(), "session.reused".to_owned())
    );
    let published = published(&app).await;
    assert_eq!(published.iter().filter(|(kind, _)| kind == "DeviceSessionRevoked").count(), 1);
}

#[tokio::test]
async fn thirty_days_without_use_end_a_session() {
    let app = start().await;
    let idle = sign_up(&app, EMAIL).await;
    let mut used = log_in(&app, EMAIL).await;
    for _ in 0..2 {
        app.clock.advance(TimeDelta::days(15));
        used = used.refreshed().await;
    }
    assert_eq!(idle.refresh().await.problem(401), "session.over");
    app.clock.advance(TimeDelta::days(29));
    used.refreshed().await;
}

#[tokio::test]
async fn a_session_that_is_over_is_forgotten() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    app.clock.advance(TimeDelta::days(20));
    device.refreshed().await;
    app.clock.advance(TimeDelta::days(20));
    app.pump().await;
    assert!(rows(&app).await.contains(&("device_sessions".to_owned(), 1)), "used twenty days ago");
    app.clock.advance(TimeDelta::days(11));
    app.pump().await;
    assert!(!rows(&app).await.iter().any(|(table, _)| table == "device_sessions"));
    // The account's log outlives its device sessions.
    let timers = "SELECT count(*) FROM job WHERE kind <> 'security_log.forget'";
    let timers: i64 = app.db.superuser().await.query_one(timers, &[]).await.unwrap().get(0);
    assert_eq!(timers, 0);
    assert_eq!(device.refresh().await.problem(401), "session.over");
}

#[tokio::test]
async fn what_was_never_a_token_of_ours_changes_nothing() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let mut forged = device.cookie.clone();
    let last = forged.pop().unwrap();
    forged.push(if last == 'A' { 'Q' } else { 'A' });
    for cookie in [forged.as_str(), "", "x", "%00", &"A".repeat(86), &"A".repeat(4000), "a;b", "\"quoted\""] {
        assert_eq!(refresh(&app, cookie).await.problem(401), "session.over", "{cookie}");
    }
    let none = app.nobody().send(Method::POST, "/api/auth/refresh", None, &[]).await;
    assert_eq!(none.problem(401), "session.over");
    let bearer = device.member.send(Method::POST, "/api/auth/refresh", None, &[]).await;
    assert_eq!(bearer.problem(401), "session.over", "an access token refreshes nothing");
    device.refreshed().await;
}

#[tokio::test]
async fn other_sites_can_neither_refresh_nor_log_out() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let cookie = format!("{COOKIE}={}", device.cookie);
    let headers = [("cookie", cookie.as_str()), ("origin", "https://elsewhere.example")];
    for path in ["/api/auth/refresh", "/api/auth/logout"] {
        assert_eq!(
            app.nobody().send(Method::POST, path, None, &headers).await.problem(403),
            "request.origin"
        );
    }
    device.refreshed().await;
}

#[tokio::test]
async fn logging_out_ends_this_device_and_takes_its_cookie() {
    let app = start().await;
    let here = sign_up(&app, EMAIL).await;
    let there = log_in(&app, EMAIL).await;
    let answer = with_cookie(&app, "/api/auth/logout", &here.cookie).await;
    answer.status(204);
    let set = answer.header("set-cookie");
    assert!(set.starts_with("__Secure-dojob_refresh=;") && set.contains("Max-Age=0"), "{set}");
    assert!(set.contains("Path=/api/auth") && set.contains("Secure"), "{set}");
    assert_eq!(here.refresh().await.problem(401), "session.over");
    assert_eq!(here.member.get("/api/auth/devices").await.problem(401), "session.over");
    there.refreshed().await;
    let published = published(&app).await;
    let expected = json!({ "account_id": here.account, "device_session_id": here.device_session, "cause": "logout", "too_many": false });
    assert_eq!(published.last().unwrap(), &("DeviceSessionRevoked".to_owned(), expected));
}

#[tokio::test]
async fn logging_out_works_without_a_session_and_twice() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    app.nobody().send(Method::POST, "/api/auth/logout", None, &[]).await.status(204);
    with_cookie(&app, "/api/auth/logout", "nonsense").await.status(204);
    with_cookie(&app, "/api/auth/logout", &device.cookie).await.status(204);
    with_cookie(&app, "/api/auth/logout", &device.cookie).await.status(204);
    let published = published(&app).await;
    assert_eq!(published.iter().filter(|(kind, _)| kind == "DeviceSessionRevoked").count(), 1);
}

#[tokio::test]
async fn a_replaced_token_may_still_log_its_session_out() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let next = device.refreshed().await;
    with_cookie(&app, "/api/auth/logout", &device.cookie).await.status(204);
    assert_eq!(next.refresh().await.problem(401), "session.over");
}
