//! Devices on which somebody has logged in before, and how many may be logged in.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, App};

use crate::{LoggedIn, PASSWORD, form, join, log_in, published, sign_up, start, start_patient, try_log_in};

const EMAIL: &str = "minji@dojob.example";

const WRONG: &str = "wrong horse battery";

const KNOWN: &str = "__Secure-dojob_known";

const CHANGE: &str = "/api/auth/account/password";

/// The value of the cookie by which a device is known, as an answer sets it.
#[track_caller]
fn known_of(answer: &Answer) -> String {
    let set: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).collect();
    let of_it = set.iter().find_map(|set| set.strip_prefix(&format!("{KNOWN}=")));
    let (value, rest) = of_it.unwrap_or_else(|| panic!("not known: {set:?}")).split_once(';').unwrap();
    for part in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/api/auth", "Max-Age=34560000"] {
        assert!(rest.split("; ").any(|p| p.trim() == part), "{part}: {rest}");
    }
    value.to_owned()
}

async fn log_in_on(app: &App, known: &str, email: &str, password: &str) -> Answer {
    let (body, cookie) = (json!({ "email": email, "password": password }), format!("{KNOWN}={known}"));
    app.nobody().send(Method::POST, "/api/auth/login", Some(&body), &[("cookie", &cookie)]).await
}

/// A device on which somebody signed up.
async fn signed_up(app: &App, email: &str) -> String {
    let answer = join(app, &form(email)).await;
    answer.status(200);
    known_of(&answer)
}

/// Somebody guesses until the account is shut for strangers.
async fn attack(app: &App, email: &str) {
    for _ in 0..5 {
        try_log_in(app, email, WRONG).await.problem(401);
    }
    assert_eq!(try_log_in(app, email, PASSWORD).await.problem(429), "account.throttled");
}

#[tokio::test]
async fn a_stranger_who_guesses_locks_nobody_out_of_a_known_device() {
    let app = start().await;
    let known = signed_up(&app, EMAIL).await;
    attack(&app, EMAIL).await;
    log_in_on(&app, &known, EMAIL, WRONG).await.problem(401);
    let back = log_in_on(&app, &known, " MINJI@dojob.example", PASSWORD).await;
    let device = LoggedIn::of(&app, &back, 200);
    // Nor out of changing the password, as a member who is attacked will want to.
    let change = json!({ "current": PASSWORD, "new": "another long password" });
    device.member.post(CHANGE, &change).await.status(204);
    assert_eq!(try_log_in(&app, EMAIL, PASSWORD).await.problem(429), "account.throttled", "still shut");
}

#[tokio::test]
async fn an_address_full_of_guesses_shuts_no_known_device_out() {
    let app = start().await;
    let known = signed_up(&app, EMAIL).await;
    for n in 0..30 {
        try_log_in(&app, &format!("person{n}@dojob.example"), WRONG).await.problem(401);
    }
    try_log_in(&app, EMAIL, PASSWORD).await.problem(429);
    log_in_on(&app, &known, EMAIL, PASSWORD).await.status(200);
}

#[tokio::test]
async fn a_known_device_has_five_tries_too() {
    let app = start().await;
    let known = signed_up(&app, EMAIL).await;
    for _ in 0..5 {
        log_in_on(&app, &known, EMAIL, WRONG).await.problem(401);
    }
    let refused = log_in_on(&app, &known, EMAIL, PASSWORD).await;
    assert_eq!(refused.problem(429), "account.throttled");
    assert_eq!(refused.header("retry-after"), "60");
    // Its tries are its own.
    try_log_in(&app, EMAIL, PASSWORD).await.status(200);
    app.clock.advance(TimeDelta::minutes(1));
    log_in_on(&app, &known, EMAIL, PASSWORD).await.status(200);
}

#[tokio::test]
async fn a_device_is_known_for_those_who_logged_in_on_it_alone() {
    let app = start().await;
    signed_up(&app, EMAIL).await;
    let mine = signed_up(&app, "other@dojob.example").await;
    attack(&app, EMAIL).await;
    for cookie in [mine.as_str(), "", "x", &"A".repeat(500), &format!("{mine}AAAA")] {
        let answer = log_in_on(&app, cookie, EMAIL, PASSWORD).await;
        assert_eq!(answer.problem(429), "account.throttled", "{cookie}");
    }
    // A family at one device.
    app.clock.advance(TimeDelta::minutes(16));
    let shared = known_of(&log_in_on(&app, &mine, EMAIL, PASSWORD).await);
    attack(&app, EMAIL).await;
    attack(&app, "other@dojob.example").await;
    log_in_on(&app, &shared, EMAIL, PASSWORD).await.status(200);
    log_in_on(&app, &shared, "other@dojob.example", PASSWORD).await.status(200);
    assert!(!shared.contains("dojob"), "no address can be read from it");
}

/// Whether the last log-in was on a known device, as told to the others.
async fn was_known(app: &App) -> bool {
    let published = published(app).await;
    let (kind, data) = published.iter().rev().find(|(kind, _)| kind == "DeviceSessionStarted").unwrap();
    assert_eq!((kind.as_str(), &data["first"]), ("DeviceSessionStarted", &json!(false)));
    data["known"].as_bool().unwrap()
}

#[tokio::test]
async fn a_log_in_on_a_known_device_is_no_news() {
    let app = start().await;
    let known = signed_up(&app, EMAIL).await;
    let again = log_in_on(&app, &known, EMAIL, PASSWORD).await;
    assert!(was_known(&app).await);
    try_log_in(&app, EMAIL, PASSWORD).await.status(200);
    assert!(!was_known(&app).await, "another browser");
    // A log-out does not change it: the refresh cookie goes, this one stays.
    let device = LoggedIn::of(&app, &again, 200);
    let out = crate::with_cookie(&app, "/api/auth/logout", &device.cookie).await;
    assert!(out.headers.get_all("set-cookie").iter().all(|set| !set.to_str().unwrap().contains(KNOWN)));
    log_in_on(&app, &known_of(&again), EMAIL, PASSWORD).await.status(200);
    assert!(was_known(&app).await);
    app.clock.advance(TimeDelta::days(401));
    log_in_on(&app, &known, EMAIL, PASSWORD).await.status(200);
    assert!(!was_known(&app).await);
    app.leaves_work("sessions of 401 days ago are still to be deleted");
}

/// A thief who once logged in must not stay known.
#[tokio::test]
async fn whoever_was_thrown_out_is_news_again() {
    let app = start().await;
    let mut owner = sign_up(&app, EMAIL).await;
    let thief = try_log_in(&app, EMAIL, PASSWORD).await;
    let thiefs = known_of(&thief);
    let ends = [
        (
            "delete",
            format!("/api/auth/devices/{}", LoggedIn::of(&app, &thief, 200).device_session),
            Value::Null,
        ),
        ("post", CHANGE.to_owned(), json!({ "current": PASSWORD, "new": PASSWORD })),
    ];
    for (method, path, body) in ends {
        log_in_on(&app, &thiefs, EMAIL, PASSWORD).await.status(200);
        app.clock.advance(TimeDelta::seconds(2));
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let body = (!body.is_null()).then_some(body);
        let answer = owner.member.send(method, &path, body.as_ref(), &[]).await;
        answer.status(204);
        // Its guesses count as a stranger's again.
        attack(&app, EMAIL).await;
        log_in_on(&app, &thiefs, EMAIL, PASSWORD).await.problem(429);
        app.clock.advance(TimeDelta::minutes(16));
        owner = owner.refreshed().await;
        log_in_on(&app, &thiefs, EMAIL, PASSWORD).await.status(200);
        assert!(!was_known(&app).await, "{path}");
        if path == CHANGE {
            log_in_on(&app, &known_of(&answer), EMAIL, PASSWORD).await.status(200);
            assert!(was_known(&app).await, "where the password was changed");
        }
    }
}

#[tokio::test]
async fn the_twenty_first_device_ends_the_one_unused_for_the_longest() {
    let app = start_patient().await;
    let mut devices = vec![sign_up(&app, EMAIL).await];
    for _ in 1..20 {
        app.clock.advance(TimeDelta::seconds(1));
        devices.push(log_in(&app, EMAIL).await);
    }
    let other = sign_up(&app, "other@dojob.example").await;
    app.clock.advance(TimeDelta::seconds(1));
    devices[0] = devices[0].refreshed().await;
    let list = devices[0].member.get("/api/auth/devices").await.status(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 20);
    assert!(!published(&app).await.iter().any(|(kind, _)| kind == "DeviceSessionRevoked"));
    app.clock.advance(TimeDelta::seconds(1));
    let newest = log_in(&app, EMAIL).await;
    let list = newest.member.get("/api/auth/devices").await.status(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 20);
    assert_eq!(devices[1].refresh().await.problem(401), "session.revoked");
    assert_eq!(devices[1].member.get("/api/auth/account").await.problem(401), "session.revoked");
    devices[0].refreshed().await;
    devices[2].refreshed().await;
    other.refreshed().await;
    let told = published(&app).await;
    let expected = json!({ "account_id": newest.account, "device_session_id": devices[1].device_session, "cause": "device_removed", "too_many": true });
    assert_eq!(told.last().unwrap(), &("DeviceSessionRevoked".to_owned(), expected));
}

/// Accounts from before the limit come down to it at their next log-in.
#[tokio::test]
async fn more_than_the_limit_are_ended_together() {
    let app = start_patient().await;
    let device = sign_up(&app, EMAIL).await;
    let many = format!(
        "INSERT INTO device_sessions (id, account_id, created_at, last_seen_at, expires_at, family_key, current_hash) \
         SELECT gen_random_uuid(), '{}', t, t, now() + interval '20 days', '', '' FROM \
         generate_series(now() - interval '5 days', now() - interval '1 day', interval '2 hours') t",
        device.account
    );
    app.db.superuser().await.batch_execute(&many).await.unwrap();
    let newest = log_in(&app, EMAIL).await;
    let list = newest.member.get("/api/auth/devices").await.status(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 20);
    device.refreshed().await;
}
