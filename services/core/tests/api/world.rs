//! People, listings and agreements for the tests of engagements.

use chrono::{DateTime, DurationRound, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use testkit::{Answer, App, Member};

use crate::MANGWON;
pub use crate::{start, start_without_budgets};

/// A member with a complete profile.
pub async fn resident<'a>(app: &'a App, name: &str) -> Member<'a> {
    let member = app.member();
    member.patch("/api/core/me", &json!({ "name": name, "region_code": MANGWON })).await.status(200);
    member
}

fn listing(title: &str) -> Value {
    json!({
        "title": title, "body": "처음 잡아 보는 분도 한 곡을 칠 수 있게 도와드려요.", "category": "music",
        "minutes": 60, "mode": "in_person", "region_code": MANGWON, "times": ["sat-morning"], "bring": "",
    })
}

/// A talent of this member; its id.
pub async fn talent(donor: &Member<'_>, title: &str) -> String {
    let published = donor.post("/api/core/talents", &listing(title)).await.status(201);
    published["id"].as_str().unwrap().to_owned()
}

/// A need of this member; its id.
pub async fn need(recipient: &Member<'_>, title: &str) -> String {
    let opened = recipient.post("/api/core/needs", &listing(title)).await.status(201);
    opened["id"].as_str().unwrap().to_owned()
}

/// A whole hour, so many hours from now or a little less.
pub fn hours_ahead(app: &App, hours: i64) -> DateTime<Utc> {
    (app.clock.now() + TimeDelta::hours(hours)).duration_trunc(TimeDelta::hours(1)).unwrap()
}

pub fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

pub fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap_or_default().parse().unwrap_or_else(|e| panic!("{value}: {e}"))
}

pub fn terms(starts_at: DateTime<Utc>, minutes: i32) -> Value {
    json!({
        "starts_at": text(starts_at), "minutes": minutes, "mode": "in_person", "place": "망원시장 입구", "bring": "연필",
    })
}

pub async fn propose_to(who: &Member<'_>, kind: &str, listing: &str, terms: &Value) -> Answer {
    who.post("/api/core/engagements", &json!({ format!("{kind}_id"): listing, "terms": terms })).await
}

/// A proposal to a talent; the engagement's id.
pub async fn proposed(recipient: &Member<'_>, talent: &str, terms: &Value) -> String {
    let answer = propose_to(recipient, "talent", talent, terms).await.status(201);
    answer["id"].as_str().unwrap().to_owned()
}

pub async fn act(who: &Member<'_>, engagement: &str, act: &str, body: &Value) -> Answer {
    who.post(&format!("/api/core/engagements/{engagement}/{act}"), body).await
}

pub async fn accept(who: &Member<'_>, engagement: &str, terms_version: i32) -> Answer {
    act(who, engagement, "accept", &json!({ "terms_version": terms_version })).await
}

pub async fn held(who: &Member<'_>, engagement: &str, minutes: i32) -> Answer {
    act(who, engagement, "claim", &json!({ "claim": "took_place", "minutes": minutes })).await
}

pub async fn says(who: &Member<'_>, engagement: &str, claim: &str) -> Answer {
    act(who, engagement, "claim", &json!({ "claim": claim })).await
}

pub async fn seen(who: &Member<'_>, engagement: &str) -> Value {
    who.get(&format!("/api/core/engagements/{engagement}")).await.status(200)
}

/// Two residents with an agreement of ninety minutes in two days: donor, recipient, id.
pub async fn agreed(app: &App) -> (Member<'_>, Member<'_>, String) {
    let (donor, recipient) = (resident(app, "민지").await, resident(app, "도윤").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let id = proposed(&recipient, &talent, &terms(hours_ahead(app, 48), 90)).await;
    accept(&donor, &id, 1).await.status(200);
    (donor, recipient, id)
}

/// The same, an hour after its end.
pub async fn over(app: &App) -> (Member<'_>, Member<'_>, String) {
    let (donor, recipient, id) = agreed(app).await;
    app.clock.advance(TimeDelta::hours(51));
    app.pump().await;
    (donor, recipient, id)
}

/// The ids of a list, in its order.
pub async fn list(who: &Member<'_>, query: &str) -> Vec<String> {
    let page = who.get(&format!("/api/core/engagements?{query}")).await.status(200);
    ids(&page)
}

pub fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

/// Everything said about this engagement: kind and data.
pub async fn said(app: &App, engagement: &str) -> Vec<(String, Value)> {
    app.pump().await;
    app.said().await.into_iter().filter(|(_, data)| data["engagement_id"] == engagement).collect()
}

pub async fn kinds(app: &App, engagement: &str) -> Vec<String> {
    said(app, engagement).await.into_iter().map(|(kind, _)| kind).collect()
}
