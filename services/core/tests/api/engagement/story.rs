//! The whole story of an agreement.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::kinds_of;
use crate::world::*;

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn the_whole_story_from_a_proposal_to_the_record() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let first = hours_ahead(&app, 48);

    let answer = propose_to(&recipient, "talent", &talent, &terms(first, 90)).await;
    let made = answer.status(201);
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), format!("/api/core/engagements/{id}"));
    assert_eq!(made["listing"], json!({ "kind": "talent", "id": talent, "title": "통기타 첫걸음" }));
    assert_eq!(
        (&made["me"], &made["state"], &made["awaiting"]),
        (&json!("recipient"), &json!("proposed"), &json!("other"))
    );
    assert_eq!((&made["other"]["name"], &made["terms_by"]), (&json!("민지"), &json!("me")));
    assert_eq!(made["acts"], json!(["withdraw"]));
    assert_eq!(time(&made["expires_at"]), first - TimeDelta::hours(2));
    assert_eq!(time(&made["terms"]["ends_at"]), first + TimeDelta::minutes(90));
    assert_eq!(
        (&made["previous_terms"], &made["result"], &made["hold"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );

    let asked = seen(&donor, &id).await;
    assert_eq!(asked["acts"], json!(["accept", "counter", "decline"]));
    assert_eq!((&asked["awaiting"], &asked["terms_by"]), (&json!("me"), &json!("other")));

    let second = first + TimeDelta::hours(3);
    let countered = act(&donor, &id, "counter", &json!({ "terms_version": 1, "terms": terms(second, 60) }))
        .await
        .status(200);
    assert_eq!(
        (&countered["terms"]["version"], &countered["previous_terms"]["version"]),
        (&json!(2), &json!(1))
    );
    assert_eq!((time(&countered["terms"]["starts_at"]), &countered["terms_by"]), (second, &json!("me")));
    let agreed = accept(&recipient, &id, 2).await.status(200);
    assert_eq!((&agreed["state"], &agreed["acts"]), (&json!("scheduled"), &json!(["cancel"])));

    app.clock.advance_to(second);
    app.pump().await;
    assert_eq!(seen(&donor, &id).await["state"], "in_progress");
    assert_eq!(held(&donor, &id, 60).await.problem(409), "engagement.claim_too_early");
    app.clock.advance(TimeDelta::hours(1));
    app.pump().await;
    let ended = seen(&donor, &id).await;
    assert_eq!((&ended["state"], &ended["acts"]), (&json!("awaiting_outcome"), &json!(["claim"])));
    assert_eq!(time(&ended["claims"]["deadline"]), second + TimeDelta::hours(1) + TimeDelta::days(7));

    let mine = held(&donor, &id, 60).await.status(200);
    assert_eq!(mine["claims"]["mine"]["minutes"], 60);
    assert_eq!((&mine["claims"]["other_answered"], &mine["awaiting"]), (&json!(false), &json!("other")));
    let theirs = seen(&recipient, &id).await;
    assert_eq!(
        (&theirs["claims"]["mine"], &theirs["claims"]["other_answered"]),
        (&Value::Null, &json!(true))
    );
    let done = held(&recipient, &id, 55).await.status(200);
    assert_eq!(
        (&done["state"], &done["result"]["minutes"], &done["acts"]),
        (&json!("completed"), &json!(55), &json!([]))
    );
    assert_eq!(
        kinds_of(&done),
        ["proposed", "countered", "scheduled", "started", "ended", "claimed", "claimed", "completed"]
    );
    let by: Vec<&str> =
        done["timeline"].as_array().unwrap().iter().map(|t| t["by"].as_str().unwrap()).collect();
    assert_eq!(by, ["me", "other", "me", "clock", "clock", "other", "me", "me"]);

    let events = said(&app, &id).await;
    assert_eq!(
        events.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(),
        [
            "EngagementProposed",
            "EngagementCountered",
            "EngagementScheduled",
            "EngagementStarted",
            "EngagementEnded",
            "OutcomeClaimed",
            "OutcomeClaimed",
            "SessionResolved",
            "EngagementCompleted",
            "HoursPosted",
        ]
    );
    for (kind, data) in &events {
        assert_eq!(data["donor_id"], json!(donor.id), "{kind}");
        assert_eq!(data["recipient_id"], json!(recipient.id), "{kind}");
        assert!(
            kind == "HoursPosted" || data["listing"] == json!({ "kind": "talent", "id": talent }),
            "{kind}"
        );
        let said = data.to_string();
        assert!(
            !["망원시장", "통기타", "연필", "민지"].iter().any(|word| said.contains(word)),
            "{kind} tells: {said}"
        );
    }
    assert_eq!((&events[0].1["by"], &events[0].1["awaiting"]), (&json!(recipient.id), &json!(donor.id)));
    assert_eq!((&events[5].1["awaiting"], &events[6].1["awaiting"]), (&json!(recipient.id), &Value::Null));
    assert_eq!(events[8].1["minutes"], 55);

    let sequences = app.db.superuser().await;
    let sequences = sequences
        .query(
            "SELECT sequence FROM event_log WHERE topic = 'dojob.core.engagement.v1' ORDER BY position",
            &[],
        )
        .await
        .unwrap();
    let sequences: Vec<i64> = sequences.iter().map(|r| r.get(0)).collect();
    assert!(sequences.windows(2).all(|w| w[0] < w[1]), "{sequences:?}");
}
