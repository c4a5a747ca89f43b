//! What a person wants to hear of.

use serde_json::{Value, json};

use crate::world::{Story, inbox, keys, notice, start};

async fn set(app: &testkit::App, account: uuid::Uuid) -> Vec<(String, bool, bool)> {
    let view = app.person(account).get("/api/notifications/preferences").await.status(200);
    let row = |p: &Value| {
        (
            p["category"].as_str().unwrap().to_owned(),
            p["on"].as_bool().unwrap(),
            p["locked"].as_bool().unwrap(),
        )
    };
    view["items"].as_array().unwrap().iter().map(row).collect()
}

#[tokio::test]
async fn everything_is_on_for_somebody_we_never_heard_of() {
    let app = start().await;
    let expected = [("engagement", false), ("listing", false), ("hours", false), ("security", true)];
    let expected: Vec<_> =
        expected.iter().map(|(name, locked)| ((*name).to_owned(), true, *locked)).collect();
    assert_eq!(set(&app, app.clock.id()).await, expected);
}

#[tokio::test]
async fn a_category_that_is_off_makes_no_notice() {
    let app = start().await;
    let story = Story::new(&app);
    let donor = app.person(story.donor);
    let path = "/api/notifications/preferences/engagement";
    for _ in 0..2 {
        donor.put(path, &json!({ "on": false })).await.status(204);
    }
    assert!(!set(&app, story.donor).await[0].1);
    story.tell(&app, "EngagementEnded", 4, json!({})).await;
    assert!(inbox(&app, story.donor).await.is_empty());
    assert_eq!(keys(&app, story.recipient).await, ["engagement.ended"], "the other's choice is their own");

    donor.put(path, &json!({ "on": true })).await.status(204);
    assert!(inbox(&app, story.donor).await.is_empty(), "what was not wanted then does not come now");
    story.tell(&app, "EngagementLapsed", 5, json!({})).await;
    assert_eq!(keys(&app, story.donor).await, ["engagement.lapsed"]);
}

#[tokio::test]
async fn security_cannot_be_silenced() {
    let app = start().await;
    let ana = app.member();
    let path = "/api/notifications/preferences/security";
    assert_eq!(ana.put(path, &json!({ "on": false })).await.problem(409), "preference.locked");
    ana.put(path, &json!({ "on": true })).await.status(204);
    notice(&app, ana.id).await;
    assert_eq!(keys(&app, ana.id).await, ["security.password_changed"]);
}

#[tokio::test]
async fn bad_preferences_are_refused() {
    let app = start().await;
    let ana = app.member();
    let path = "/api/notifications/preferences";
    assert_eq!(
        ana.put(&format!("{path}/weather"), &json!({ "on": true })).await.problem(404),
        "request.not_found"
    );
    for body in [json!({}), json!({ "on": "yes" }), json!({ "on": true, "more": 1 }), json!([])] {
        assert_eq!(ana.put(&format!("{path}/hours"), &body).await.problem(400), "request.unreadable");
    }
}
