//! The one adjust round.

use serde_json::json;

use super::errors;
use crate::world::*;

#[tokio::test]
async fn two_who_remember_differently_get_one_round() {
    let app = start().await;
    let (donor, recipient, id) = over(&app).await;
    held(&donor, &id, 90).await.status(200);
    let apart = held(&recipient, &id, 60).await.status(200);
    assert_eq!(apart["claims"]["question"], "how_long");
    assert_eq!(
        apart["claims"]["adjust"],
        json!({ "other_minutes": 90, "mine_minutes": 60, "choices": [60, 75, 90], "mine_restated": false })
    );
    assert_eq!(apart["acts"], json!(["adjust"]));
    assert_eq!(
        act(&donor, &id, "agree-did-not-take-place", &json!({})).await.problem(409),
        "engagement.wrong_state"
    );
    let outside = act(&donor, &id, "adjust", &json!({ "minutes": 95 })).await;
    assert_eq!(outside.problem(422), "engagement.minutes_outside");
    assert_eq!(errors(&outside)[0]["params"], json!({ "min": 60, "max": 90 }));
    let asked = said(&app, &id).await.pop().unwrap();
    assert_eq!((asked.0.as_str(), &asked.1["question"]), ("OutcomeQuestioned", &json!("how_long")));
    assert_eq!(asked.1["awaiting"].as_array().unwrap().len(), 2);

    act(&donor, &id, "adjust", &json!({ "minutes": 75 })).await.status(200);
    assert_eq!(
        act(&donor, &id, "adjust", &json!({ "minutes": 80 })).await.problem(409),
        "engagement.already_adjusted"
    );
    assert_eq!(list(&donor, "box=waiting").await, std::slice::from_ref(&id));
    let done = act(&recipient, &id, "adjust", &json!({ "minutes": 75 })).await.status(200);
    assert_eq!((&done["state"], &done["result"]["minutes"]), (&json!("completed"), &json!(75)));
    assert_eq!(
        kinds(&app, &id).await[5..],
        [
            "OutcomeClaimed",
            "OutcomeQuestioned",
            "OutcomeRestated",
            "OutcomeRestated",
            "SessionResolved",
            "EngagementCompleted",
            "HoursPosted",
        ]
    );
}
