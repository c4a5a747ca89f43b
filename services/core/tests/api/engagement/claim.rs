//! Saying what happened.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::*;

#[tokio::test]
async fn what_the_other_said_stays_closed_until_both_have_answered() {
    let app = start().await;
    let (donor, recipient, id) = over(&app).await;
    says(&donor, &id, "other_absent").await.status(200);
    let read = seen(&recipient, &id).await;
    assert_eq!(read["claims"]["other_answered"], true);
    assert!(!read.to_string().contains("other_absent"), "{read}");
    let told = said(&app, &id).await.pop().unwrap();
    assert_eq!(told.0, "OutcomeClaimed");
    assert!(!told.1.to_string().contains("absent"), "{}", told.1);
    assert_eq!(says(&donor, &id, "did_not_take_place").await.problem(409), "engagement.already_claimed");
    let both = says(&recipient, &id, "i_absent").await.status(200);
    assert_eq!((&both["state"], &both["result"]["acknowledged"]), (&json!("no_show"), &json!(true)));
    assert_eq!(both["result"]["who"], "me");
    assert_eq!(both["timeline"][4]["params"]["claim"], "other_absent");
    app.pump().await;
}

#[tokio::test]
async fn a_claim_needs_minutes_only_when_it_was_held() {
    let app = start().await;
    let (donor, _, id) = over(&app).await;
    assert_eq!(says(&donor, &id, "took_place").await.refused(), ["/minutes=minutes.required"]);
    let surplus = json!({ "claim": "did_not_take_place", "minutes": 10 });
    assert_eq!(act(&donor, &id, "claim", &surplus).await.refused(), ["/minutes=minutes.not_expected"]);
    assert_eq!(held(&donor, &id, 0).await.refused(), ["/minutes=minutes.out_of_range"]);
    assert_eq!(held(&donor, &id, 481).await.refused(), ["/minutes=minutes.out_of_range"]);
    assert_eq!(says(&donor, &id, "perhaps").await.problem(400), "request.unreadable");
}

#[tokio::test]
async fn contradicting_answers_stop_the_clock() {
    let app = start().await;
    let (donor, recipient, id) = over(&app).await;
    held(&donor, &id, 90).await.status(200);
    let stopped = says(&recipient, &id, "other_absent").await.status(200);
    assert_eq!((&stopped["state"], &stopped["hold"]), (&json!("awaiting_outcome"), &json!("dispute")));
    assert_eq!(
        (&stopped["acts"], &stopped["claims"]["deadline"], &stopped["awaiting"]),
        (&json!([]), &Value::Null, &Value::Null)
    );
    assert_eq!(held(&donor, &id, 90).await.problem(409), "engagement.on_hold");
    assert_eq!(list(&donor, "box=past").await, std::slice::from_ref(&id));
    app.clock.advance(TimeDelta::days(400));
    assert_eq!(kinds(&app, &id).await.last().unwrap(), "EngagementPutOnHold");
    assert_eq!(seen(&donor, &id).await["hold"], "dispute");
    let hours = donor.get("/api/core/hours?filter=pending").await.status(200);
    assert_eq!(hours["items"][0]["state"], "on_hold");
}
