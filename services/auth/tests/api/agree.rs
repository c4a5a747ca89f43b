//! Documents that have changed.

use chrono::{Months, TimeDelta};
use common::auth::Verifier;
use serde_json::{Value, json};
use testkit::App;

use crate::{LoggedIn, PASSWORD, VERSION, log_in, published, refresh, sign_up, start, try_log_in};

const EMAIL: &str = "minji@dojob.example";

const AGREE: &str = "/api/auth/account/consents";

/// As if they had agreed to an older text.
async fn outdate(app: &App, doc: &str) {
    let update = "UPDATE consent_records SET version = '2020-01-01' WHERE doc = $1";
    app.db.superuser().await.execute(update, &[&doc]).await.unwrap();
}

fn terms(version: &str) -> Value {
    json!({ "consents": [{ "doc": "terms", "version": version }] })
}

async fn is_held(device: &LoggedIn<'_>) -> bool {
    let answer = device.member.get("/api/auth/account/credentials").await;
    match answer.status {
        200 => false,
        status => {
            assert_eq!((status, answer.problem(status)), (403, "consent.outdated".to_owned()));
            true
        }
    }
}

#[tokio::test]
async fn who_has_not_agreed_to_the_text_of_today_can_only_agree_read_and_leave() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    assert!(!is_held(&device).await);
    outdate(&app, "terms").await;
    let answer = device.refresh().await;
    assert_eq!(answer.status(200)["must_agree"], json!(["terms"]));
    let held = LoggedIn::of(&app, &answer, 200);
    assert!(is_held(&held).await);
    let change = json!({ "current": PASSWORD, "new": "another long password" });
    let answer = held.member.post("/api/auth/account/password", &change).await;
    assert_eq!(answer.problem(403), "consent.outdated");
    for path in ["/api/auth/account", "/api/auth/devices", "/api/auth/documents/terms"] {
        held.member.get(path).await.status(200);
    }

    held.member.post(AGREE, &terms(VERSION)).await.status(204);
    assert!(is_held(&held).await, "this token still is the one from before");
    let answer = held.refresh().await;
    assert_eq!(answer.status(200)["must_agree"], json!([]));
    assert!(!is_held(&LoggedIn::of(&app, &answer, 200)).await);
    let published = published(&app).await;
    let agreed: Vec<_> = published.iter().filter(|(kind, _)| kind == "ConsentChanged").collect();
    let word = json!({ "account_id": device.account, "doc": "terms", "version": VERSION, "granted": true });
    assert_eq!(agreed, [&("ConsentChanged".to_owned(), word)]);
}

#[tokio::test]
async fn a_log_in_is_held_as_well_and_no_service_takes_its_token() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    outdate(&app, "privacy").await;
    let answer = try_log_in(&app, EMAIL, PASSWORD).await;
    let body = answer.status(200);
    assert_eq!(body["must_agree"], json!(["privacy"]));
    let keys = app.nobody().get("/api/auth/jwks.json").await.status(200);
    let verifier = Verifier::of("https://dojob.local", &serde_json::from_value(keys).unwrap());
    let refused = verifier.verify(body["access_token"].as_str().unwrap(), &app.clock).await.unwrap_err();
    assert_eq!((refused.status().as_u16(), refused.code()), (403, "consent.outdated"));
}

#[tokio::test]
async fn only_the_text_of_today_is_agreed_to_and_twice_is_once() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    outdate(&app, "terms").await;
    assert_eq!(device.member.post(AGREE, &terms("2020-01-01")).await.problem(422), "consent.version");
    for _twice in 0..2 {
        device.member.post(AGREE, &terms(VERSION)).await.status(204);
    }
    let query = "SELECT count(*) FROM consent_records WHERE doc = 'terms'";
    let records: i64 = app.db.superuser().await.query_one(query, &[]).await.unwrap().get(0);
    assert_eq!(records, 2, "the older word stays");
}

#[tokio::test]
async fn a_held_token_is_good_for_ten_minutes_and_while_its_device_is_logged_in() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    outdate(&app, "terms").await;
    let (held, other) = (log_in(&app, EMAIL).await, log_in(&app, EMAIL).await);
    held.member.delete(&format!("/api/auth/devices/{}", other.device_session)).await.status(204);
    assert_eq!(other.member.get("/api/auth/account").await.problem(401), "session.revoked");
    app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(held.member.get("/api/auth/account").await.problem(401), "token.expired");
    let forged = device.member.with_token("consent.nonsense");
    assert_eq!(forged.get("/api/auth/account").await.problem(401), "token.invalid");
    assert_eq!(refresh(&app, &held.cookie).await.status(200)["must_agree"], json!(["terms"]));
}

#[tokio::test]
async fn news_are_asked_for_again_after_two_years() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let path = "/api/auth/account/consents/news";
    let yes = json!({ "granted": true, "version": VERSION });
    device.member.put(path, &yes).await.status(204);
    let ask_again = async |device: &LoggedIn<'_>| {
        let account = device.member.get("/api/auth/account").await.status(200);
        let consents = account["consents"].as_array().unwrap().clone();
        consents.iter().find(|one| one["doc"] == "news").unwrap()["ask_again"].clone()
    };
    assert_eq!(ask_again(&device).await, false);
    let now = app.clock.now();
    app.clock.advance(now.checked_add_months(Months::new(24)).unwrap() - now);
    let later = log_in(&app, EMAIL).await;
    assert_eq!(ask_again(&later).await, true);
    later.member.put(path, &yes).await.status(204);
    assert_eq!(ask_again(&later).await, false, "said once more");
    app.leaves_work("devices of two years ago are forgotten later");
}

/// What was told about whether somebody may act.
async fn may_act(app: &App) -> Vec<Value> {
    let published = published(app).await.into_iter();
    published.filter(|(kind, _)| kind == "MayActChanged").map(|(_, data)| data["may_act"].clone()).collect()
}

#[tokio::test]
async fn whether_somebody_may_act_is_told_when_it_changes_and_their_birthday_is_not() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    assert!(may_act(&app).await.is_empty(), "who joins is old enough");
    // As if the operator asked for more now.
    let update = "UPDATE accounts SET birth_date = $1::text::date";
    let today = common::time::seoul(app.clock.now()).date_naive();
    let born = today.checked_sub_months(Months::new(12 * 14)).unwrap() + TimeDelta::days(2);
    app.db.superuser().await.execute(update, &[&born.to_string()]).await.unwrap();
    let device = device.refreshed().await;
    let device = device.refreshed().await;
    assert_eq!(may_act(&app).await, [json!(false)], "once");
    app.clock.advance(TimeDelta::days(2));
    let answer = device.refresh().await;
    answer.status(200);
    assert_eq!(may_act(&app).await, [json!(false), json!(true)]);
    assert!(!format!("{:?}", app.said().await).contains(&born.to_string()));
}
