//! Order across topics is never assumed; a consumer that is away holds back nobody else.

use chrono::TimeDelta;
use dojob_journeys::Town;
use serde_json::json;

use crate::hour::{guitar, terms};

#[tokio::test]
async fn a_chat_that_is_away_for_ten_minutes_catches_up() {
    let town = Town::start().await;
    let minji = town.neighbour("민지", "망원동").await;
    let doyun = town.neighbour("도윤", "망원동").await;
    let region = doyun.get("/api/core/me", 200).await["region"]["code"].as_str().unwrap().to_owned();
    let talent = guitar(&doyun, &region).await;

    // Nobody can write conversations for a while; notices must come all the same.
    let chat = town.databases[3].superuser().await;
    chat.batch_execute("ALTER TABLE conversation RENAME TO conversation_away").await.unwrap();
    let proposal = json!({ "talent_id": talent, "terms": terms(&town, 30, 60) });
    let engagement = minji.post("/api/core/engagements", proposal, 201).await["id"].as_str().unwrap().to_owned();
    town.pass(TimeDelta::minutes(5)).await;
    let inbox = doyun.get("/api/notifications", 200).await;
    assert_eq!(inbox["items"][0]["key"], "engagement.proposed");

    chat.batch_execute("ALTER TABLE conversation_away RENAME TO conversation").await.unwrap();
    let (consumer, cx) = (&town.services[3].consumers[0], &town.services[3].cx);
    assert!(consumer.replay_parked(cx).await.unwrap() > 0, "what failed for good was parked, not lost");
    let lines = doyun.get(&format!("/api/chat/conversations/{engagement}/messages"), 200).await;
    assert_eq!(lines["items"][0]["system"]["key"], "engagement.proposed");
}
