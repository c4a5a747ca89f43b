//! Saying no: by a person, or because the need was closed.

use chrono::TimeDelta;
use serde_json::json;

use crate::world::*;

#[tokio::test]
async fn declined_withdrawn_and_cancelled_end_it_for_good() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let good = terms(hours_ahead(&app, 72), 60);

    let id = proposed(&recipient, &talent, &good).await;
    let declined = act(&donor, &id, "decline", &json!({ "reason": "time" })).await.status(200);
    assert_eq!((&declined["result"]["by"], &declined["result"]["reason"]), (&json!("me"), &json!("time")));
    assert_eq!(accept(&donor, &id, 1).await.problem(409), "engagement.over");

    let id = proposed(&recipient, &talent, &good).await;
    let withdrawn = act(&recipient, &id, "withdraw", &json!({})).await.status(200);
    assert_eq!((&withdrawn["state"], &withdrawn["result"]["by"]), (&json!("withdrawn"), &json!("me")));
    assert_eq!(accept(&donor, &id, 1).await.problem(409), "engagement.over");

    let early = proposed(&recipient, &talent, &good).await;
    accept(&donor, &early, 1).await.status(200);
    let cancelled = act(&donor, &early, "cancel", &json!({ "reason": "health" })).await.status(200);
    assert_eq!(cancelled["result"]["late"], false);
    let late = proposed(&recipient, &talent, &good).await;
    accept(&donor, &late, 1).await.status(200);
    app.clock.advance(TimeDelta::hours(60));
    app.pump().await;
    act(&recipient, &late, "cancel", &json!({})).await.status(200);
    let cancelled = seen(&donor, &late).await["result"].clone();
    assert_eq!(
        (&cancelled["late"], &cancelled["by"], &cancelled["reason"]),
        (&json!(true), &json!("other"), &json!("other"))
    );
    let (_, event) = said(&app, &late).await.pop().unwrap();
    assert_eq!((&event["late"], &event["by"]), (&json!(true), &json!(recipient.id)));
    assert!((10 * 3600..=12 * 3600).contains(&event["notice_seconds"].as_i64().unwrap()), "{event}");
    // The time is free again.
    let busy = donor
        .get(&format!(
            "/api/core/busy?from={}&to={}",
            text(app.clock.now()),
            text(hours_ahead(&app, 24 * 30))
        ))
        .await;
    assert_eq!(busy.status(200)["items"], json!([]));
}

#[tokio::test]
async fn a_closed_need_declines_its_offers() {
    let app = start().await;
    let (owner, donor) = (resident(&app, "영숙").await, resident(&app, "민지").await);
    let need = need(&owner, "스마트폰 사진 옮기기").await;
    let made = propose_to(&donor, "need", &need, &terms(hours_ahead(&app, 48), 60)).await.status(201);
    let id = made["id"].as_str().unwrap();
    owner.post(&format!("/api/core/needs/{need}/close"), &json!({})).await.status(200);
    assert_eq!(seen(&donor, id).await["result"]["reason"], "need_closed");
}
