//! Agreeing that nobody was at fault.

use serde_json::json;

use crate::world::*;

#[tokio::test]
async fn who_reported_an_absence_may_agree_that_nobody_was_at_fault() {
    let app = start().await;
    let (donor, recipient, id) = over(&app).await;
    says(&donor, &id, "other_absent").await.status(200);
    let denied = says(&recipient, &id, "did_not_take_place").await.status(200);
    assert_eq!((&denied["claims"]["question"], &denied["acts"]), (&json!("nobodys_fault"), &json!([])));
    assert_eq!(
        act(&recipient, &id, "agree-did-not-take-place", &json!({})).await.problem(409),
        "engagement.not_your_turn"
    );
    let turn = donor.get("/api/core/engagements?box=turn").await.status(200);
    assert_eq!(turn["items"][0]["turn"], "agree_did_not_take_place");
    let ended = act(&donor, &id, "agree-did-not-take-place", &json!({})).await.status(200);
    assert_eq!(ended["state"], "did_not_take_place");
    assert!(!kinds(&app, &id).await.contains(&"HoursPosted".to_owned()));
}
