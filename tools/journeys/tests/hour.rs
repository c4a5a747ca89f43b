//! Two neighbours find one another, agree on an hour, talk, say what happened and see it in their record.

use chrono::TimeDelta;
use dojob_journeys::{Fixture, Person, wire};
use serde_json::{Value, json};

pub async fn guitar(doyun: &Person<'_>, region: &str) -> String {
    let talent = json!({
        "title": "통기타 첫걸음, 코드 세 개로 한 곡",
        "body": "G, C, D만 잡으면 한 시간 안에 노래 한 곡을 끝까지 칠 수 있어요.",
        "category": "music", "minutes": 60, "mode": "in_person", "region_code": region,
        "times": ["tue-evening", "thu-evening", "sat-morning"], "bring": "",
    });
    doyun.post("/api/core/talents", talent, 201).await["id"].as_str().unwrap().to_owned()
}

pub fn terms(fixture: &Fixture, hours: i64, minutes: u32) -> Value {
    let starts_at = wire(fixture.clock.now() + TimeDelta::hours(hours));
    json!({ "starts_at": starts_at, "minutes": minutes, "mode": "in_person", "place": "망원동 작은 카페 창가", "bring": "" })
}

fn keys(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|i| i["key"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_hour_goes_from_a_search_to_both_records() {
    let fixture = Fixture::start().await;
    let mut minji = fixture.neighbour("민지", "망원동").await;
    let mut doyun = fixture.neighbour("도윤", "망원동").await;
    let region = doyun.get("/api/core/me", 200).await["region"]["code"].as_str().unwrap().to_owned();
    let talent = guitar(&doyun, &region).await;

    // A visitor finds it by a noun inside a compound, and by first consonants.
    for q in ["기타", "ㄱㅌ", "통기타를"] {
        let found = fixture.visitor().get(&format!("/api/core/talents?q={q}&region={region}"), 200).await;
        assert_eq!(found["items"][0]["id"], talent, "{q}");
    }

    // A question first; it opens their conversation about this talent.
    let inquiry = minji.post("/api/core/inquiries", json!({ "talent_id": talent }), 201).await;
    fixture.pump().await;
    let question = json!({ "client_id": fixture.clock.id(), "text": "안녕하세요, 기타는 있으세요?" });
    let path = format!("/api/chat/conversations/{}/messages", inquiry["id"].as_str().unwrap());
    minji.post(&path, question, 201).await;
    assert_eq!(doyun.get("/api/chat/unread", 200).await["count"], 1);

    // 민지 proposes, 도윤 counters, 민지 cannot accept what she did not see.
    let proposal = json!({ "talent_id": talent, "terms": terms(&fixture, 30, 60) });
    let engagement =
        minji.post("/api/core/engagements", proposal, 201).await["id"].as_str().unwrap().to_owned();
    let at = |act: &str| format!("/api/core/engagements/{engagement}/{act}");
    fixture.pump().await;
    let counter = json!({ "terms_version": 1, "terms": terms(&fixture, 31, 60) });
    doyun.post(&at("counter"), counter, 200).await;
    let stale = minji.post(&at("accept"), json!({ "terms_version": 1 }), 409).await;
    assert_eq!(stale["code"], "engagement.terms_stale");
    let agreed = minji.post(&at("accept"), json!({ "terms_version": 2 }), 200).await;
    assert_eq!(agreed["state"], "scheduled");
    fixture.pump().await;

    // The conversation of the question goes on, and says who did what.
    let talk = path;
    let lines = doyun.get(&talk, 200).await;
    let system: Vec<_> = lines["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["system"]["key"].as_str().unwrap_or("-"))
        .collect();
    assert_eq!(system, ["-", "engagement.proposed", "engagement.countered", "engagement.scheduled"]);
    assert_eq!(lines["items"][3]["system"]["actor_id"], minji.id);
    doyun.post(&talk, json!({ "client_id": fixture.clock.id(), "text": "줄은 제가 챙길게요." }), 201).await;
    fixture.pump().await;

    // Time alone completes nothing.
    fixture.pass(TimeDelta::hours(33)).await;
    minji.refresh().await;
    doyun.refresh().await;
    let waiting = minji.get(&format!("/api/core/engagements/{engagement}"), 200).await;
    assert_eq!(waiting["state"], "awaiting_outcome");
    doyun.post(&at("claim"), json!({ "claim": "took_place", "minutes": 60 }), 200).await;
    let mine = minji.get(&format!("/api/core/engagements/{engagement}"), 200).await;
    assert_eq!(mine["claims"]["other_answered"], true);
    minji.post(&at("claim"), json!({ "claim": "took_place", "minutes": 55 }), 200).await;
    fixture.pump().await;

    let given = doyun.get("/api/core/hours/summary", 200).await;
    assert_eq!((&given["given"]["count"], &given["given"]["minutes"]), (&json!(1), &json!(55)));
    let received = minji.get("/api/core/hours/summary", 200).await;
    assert_eq!(received["received"]["minutes"], 55);
    let record = minji.get("/api/core/hours", 200).await;
    assert_eq!(record["items"][0]["state"], "took_place");
    let card = fixture.visitor().get(&format!("/api/core/members/{}", doyun.id), 200).await;
    assert_eq!(card["given_count"], 1);

    // One notice for each fact, none doubled.
    let inbox = doyun.get("/api/notifications?limit=100", 200).await;
    let mut seen = keys(&inbox);
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), all, "{:?}", keys(&inbox));
    for expected in ["engagement.proposed", "engagement.scheduled"] {
        assert!(seen.contains(&expected), "{expected} is missing in {seen:?}");
    }
    assert!(
        !seen.contains(&"inquiry.opened"),
        "the proposal took the place of the question before it: {seen:?}"
    );
    let unread = doyun.get("/api/notifications/unread", 200).await["count"].as_u64().unwrap();
    assert_eq!(unread, u64::try_from(all).unwrap());
    doyun.post("/api/notifications/read-all", json!({}), 204).await;
    assert_eq!(doyun.get("/api/notifications/unread", 200).await["count"], 0);
    fixture.pump().await;
}

#[tokio::test]
async fn a_child_of_thirteen_leaves_no_trace() {
    let fixture = Fixture::start().await;
    let child = fixture.visitor();
    let documents = child.get("/api/auth/documents", 200).await;
    let consents: Vec<_> = documents["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| json!({ "doc": d["doc"], "version": d["version"] }))
        .collect();
    let body = json!({
        "email": "child@dojob.example", "password": "a long enough password", "birth_date": "2015-01-01",
        "consents": consents, "locale": "ko",
    });
    let refused = child.post("/api/auth/signup", body, 422).await;
    assert_eq!(refused["code"], "account.under_age");
    assert_eq!(fixture.pump().await, 0, "nothing was said");
    assert_eq!(fixture.rows_with("child@").await, Vec::<String>::new());
    assert_eq!(fixture.rows_with("2015-01-01").await, Vec::<String>::new());
}
