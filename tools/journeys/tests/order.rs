//! Order across topics is never assumed; a consumer that is unavailable delays nobody else.

use chrono::TimeDelta;
use dojob_journeys::Fixture;
use serde_json::json;

use crate::hour::{guitar, terms};

#[tokio::test]
async fn a_chat_that_is_unavailable_for_ten_minutes_catches_up() {
    // Its tables are renamed, so no other test may get them.
    let fixture = Fixture::fresh().await;
    let minji = fixture.neighbour("민지", "망원동").await;
    let doyun = fixture.neighbour("도윤", "망원동").await;
    let region = doyun.get("/api/core/me", 200).await["region"]["code"].as_str().unwrap().to_owned();
    let talent = guitar(&doyun, &region).await;

    // Nobody can write conversations for a while; notices must come all the same.
    let chat = fixture.database("chat").superuser().await;
    chat.batch_execute("ALTER TABLE conversation RENAME TO conversation_unavailable").await.unwrap();
    let proposal = json!({ "talent_id": talent, "terms": terms(&fixture, 30, 60) });
    let engagement =
        minji.post("/api/core/engagements", proposal, 201).await["id"].as_str().unwrap().to_owned();
    fixture.pass(TimeDelta::minutes(9)).await;
    let inbox = doyun.get("/api/notifications", 200).await;
    assert_eq!(inbox["items"][0]["key"], "engagement.proposed");

    chat.batch_execute("ALTER TABLE conversation_unavailable RENAME TO conversation").await.unwrap();
    let chat = fixture.service("chat");
    let replayed = chat.consumers[0].replay_dead_letters(&chat.cx, None).await.unwrap();
    assert!(replayed > 0, "what failed for good is a dead letter, not lost");
    let lines = doyun.get(&format!("/api/chat/conversations/{engagement}/messages"), 200).await;
    assert_eq!(lines["items"][0]["system"]["key"], "engagement.proposed");
    fixture.pump().await;
}

/// What each person was told, and what each conversation says, regardless of when.
async fn told(fixture: &Fixture) -> (Vec<String>, Vec<String>) {
    let rows = async |service: &str, query: &str| {
        let rows = fixture.database(service).superuser().await.query(query, &[]).await.unwrap();
        rows.iter().map(|r| r.get::<_, String>(0)).collect::<Vec<_>>()
    };
    let notices =
        rows("notify-address", "SELECT account_id || ' ' || key FROM notification.notices ORDER BY 1").await;
    let lines = "SELECT conversation_id || ' ' || coalesce(system_key, '-') FROM message WHERE client_id IS NULL ORDER BY 1";
    (notices, rows("chat", lines).await)
}

#[tokio::test]
async fn topics_delivered_in_reverse_order_tell_the_same() {
    let fixture = Fixture::start().await;
    let minji = fixture.neighbour("민지", "망원동").await;
    let doyun = fixture.neighbour("도윤", "망원동").await;
    let region = doyun.get("/api/core/me", 200).await["region"]["code"].as_str().unwrap().to_owned();
    let talent = guitar(&doyun, &region).await;
    minji.post("/api/core/inquiries", json!({ "talent_id": talent }), 201).await;
    let proposal = json!({ "talent_id": talent, "terms": terms(&fixture, 40, 60) });
    let engagement =
        minji.post("/api/core/engagements", proposal, 201).await["id"].as_str().unwrap().to_owned();
    doyun
        .post(&format!("/api/core/engagements/{engagement}/accept"), json!({ "terms_version": 1 }), 200)
        .await;
    minji
        .post(&format!("/api/core/engagements/{engagement}/cancel"), json!({ "reason": "health" }), 200)
        .await;
    fixture.pump().await;
    let forwards = told(&fixture).await;
    assert!(forwards.0.len() >= 4 && forwards.1.len() >= 3, "{forwards:?}");

    // Another platform receives the same facts, the topics the other way round; within a key the order is the bus's promise.
    let other = Fixture::with_clock(fixture.clock.clone()).await;
    let mut facts = Vec::new();
    for service in &fixture.services {
        facts.extend(service.cx.bus.read(service.cx.name, 0, 10_000).await.unwrap());
    }
    let mut topics: Vec<String> = facts.iter().map(|f| f.topic.clone()).collect();
    topics.sort();
    topics.dedup();
    for topic in topics.iter().rev() {
        for fact in facts.iter().filter(|f| f.topic == *topic) {
            for service in &other.services {
                for consumer in &service.consumers {
                    consumer.play(&service.cx, fact).await.unwrap();
                }
            }
        }
    }
    assert_eq!(told(&other).await, forwards);
    other.pump().await;
}
