//! The clock.

use chrono::TimeDelta;
use serde_json::json;

use super::kinds_of;
use crate::world::*;

#[tokio::test]
async fn an_unanswered_proposal_ends_by_the_clock() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let id = proposed(&recipient, &talent, &terms(hours_ahead(&app, 24 * 20), 60)).await;
    app.clock.advance(TimeDelta::days(5));
    // Seen and judged as over before the timer has run.
    let read = seen(&donor, &id).await;
    assert_eq!((&read["state"], &read["acts"]), (&json!("expired"), &json!([])));
    assert_eq!(kinds_of(&read), ["proposed", "expired"]);
    assert_eq!(accept(&donor, &id, 1).await.problem(409), "engagement.over");
    assert_eq!(kinds(&app, &id).await, ["EngagementProposed", "EngagementExpired"]);
    let read = seen(&recipient, &id).await;
    assert_eq!(kinds_of(&read), ["proposed", "expired"]);
    assert_eq!(
        (&read["result"]["by"], &read["timeline"][1]["params"]["awaiting"]),
        (&json!("clock"), &json!("other"))
    );
    let timers = app
        .db
        .superuser()
        .await
        .query("SELECT 1 FROM job WHERE kind = 'engagement.tick'", &[])
        .await
        .unwrap();
    assert!(timers.is_empty(), "no timer is left behind");
}

#[tokio::test]
async fn a_late_clock_does_everything_in_order() {
    let app = start().await;
    let (donor, _, id) = agreed(&app).await;
    app.clock.advance(TimeDelta::days(30));
    let told = kinds(&app, &id).await;
    assert_eq!(told[2..], ["EngagementStarted", "EngagementEnded", "SessionResolved", "EngagementLapsed"]);
    let read = seen(&donor, &id).await;
    assert_eq!((&read["state"], &read["result"]["by"]), (&json!("lapsed"), &json!("clock")));
    let end = time(&read["terms"]["ends_at"]);
    assert_eq!(time(&read["timeline"][4]["at"]), end + TimeDelta::days(7), "dated when it was due");
}
