//! Who has left is told nothing, whatever happens again.

use serde_json::{Value, json};
use testkit::App;
use uuid::Uuid;

use crate::world::{Story, keys, notice, rows, start, told};

async fn is_erased(app: &App, account: Uuid) {
    let data = json!({ "account_id": account });
    app.feed("dojob.auth.leaving.v1", "AccountErasureRequested", account, 9, data).await;
}

#[tokio::test]
async fn the_inbox_and_the_preferences_go_and_the_other_ones_notices_stay() {
    let app = start().await;
    let story = Story::new(&app);
    story.schedule(&app).await;
    notice(&app, story.donor).await;
    notice(&app, story.recipient).await;
    let donor = app.person(story.donor);
    donor.put("/api/notifications/preferences/hours", &json!({ "on": false })).await.status(204);
    let before = keys(&app, story.recipient).await;
    assert!(!before.is_empty());
    is_erased(&app, story.donor).await;
    assert_eq!(keys(&app, story.donor).await, Vec::<String>::new());
    assert_eq!(keys(&app, story.recipient).await, before);
    let sql = "SELECT account_id::text FROM notification.preferences";
    assert_eq!(rows(&app, sql).await, Vec::<String>::new());
    app.pump().await;
    let receipts: Vec<(String, Value)> =
        app.said().await.into_iter().filter(|(kind, _)| kind == "PersonalDataErased").collect();
    assert_eq!(receipts, [("PersonalDataErased".to_owned(), json!({ "account_id": story.donor }))]);
}

#[tokio::test]
async fn events_that_come_again_and_reminders_make_no_inbox() {
    let app = start().await;
    let story = Story::new(&app);
    is_erased(&app, story.donor).await;
    story.schedule(&app).await;
    notice(&app, story.donor).await;
    app.clock.advance(chrono::TimeDelta::days(3));
    app.pump().await;
    let of_donor = story.donor.to_string();
    assert!(told(&app).await.iter().all(|line| !line.starts_with(&of_donor)));
    assert!(!keys(&app, story.recipient).await.is_empty(), "the other one is reminded");
}
