//! The order across topics is never assumed: whatever comes first, the same is left.

use chrono::TimeDelta;
use common::events::Record;
use serde_json::json;
use testkit::App;

use crate::world::{CATALOGUE, ENGAGEMENT, HOURS, IDENTITY, Story, rows, start, timers, told};

/// Two engagements, one that takes place and one that is called off, and what surrounds them.
fn history(app: &App) -> Vec<Record> {
    let (held, off, taken_back) = (Story::new(app), Story::new(app), Story::new(app));
    let mut all = Vec::new();
    let mut say = |story: &Story, kind: &str, sequence: i64, more| {
        all.push(app.record(ENGAGEMENT, kind, story.id, sequence, story.data(more)));
    };
    let terms = |story: &Story| json!({ "by": "recipient", "awaiting": "donor", "starts_at": story.starts_at, "minutes": 60 });
    let accepted = |story: &Story| json!({ "by": "donor", "starts_at": story.starts_at, "minutes": 60 });
    for story in [&held, &off] {
        say(story, "EngagementProposed", 1, terms(story));
        say(story, "EngagementScheduled", 2, accepted(story));
    }
    say(&taken_back, "EngagementProposed", 1, terms(&taken_back));
    say(&taken_back, "EngagementWithdrawn", 2, json!({ "by": "recipient" }));
    say(&off, "EngagementCancelled", 3, json!({ "by": "donor", "late": false, "notice_seconds": 9000 }));
    say(&held, "EngagementStarted", 3, json!({}));
    say(&held, "EngagementEnded", 4, json!({}));
    say(&held, "OutcomeClaimed", 5, json!({ "by": held.donor, "awaiting": held.recipient }));
    say(&held, "OutcomeClaimed", 6, json!({ "by": held.recipient, "awaiting": null }));
    say(&held, "EngagementLapsed", 7, json!({}));
    let posted = json!({ "engagement_id": held.id, "donor_id": held.donor, "recipient_id": held.recipient, "minutes": 60 });
    all.push(app.record(HOURS, "HoursPosted", held.donor, 1, posted));
    let expired = json!({ "talent_id": held.talent, "donor_id": held.donor });
    all.push(app.record(CATALOGUE, "TalentExpired", held.talent, 9, expired));
    all.push(app.record(IDENTITY, "PasswordChanged", held.donor, 2, json!({ "account_id": held.donor })));
    let scheduled = Story::new(app);
    all.push(app.record(
        ENGAGEMENT,
        "EngagementScheduled",
        scheduled.id,
        2,
        scheduled.data(accepted(&scheduled)),
    ));
    all
}

async fn state(app: &App) -> (Vec<String>, Vec<String>, Vec<String>) {
    let standing = "SELECT engagement_id::text || ' ' || sequence || ' ' || (starts_at IS NOT NULL) \
                    FROM notification.engagements ORDER BY 1";
    (told(app).await, timers(app).await, rows(app, standing).await)
}

/// Forgets everything but the events.
async fn forget(app: &App) {
    let tables = "DELETE FROM notification.notices; DELETE FROM notification.accounts; DELETE FROM job; \
                  DELETE FROM notification.engagements; DELETE FROM processed_event; DELETE FROM event_log;";
    app.db.superuser().await.batch_execute(tables).await.unwrap();
}

#[tokio::test]
async fn topics_in_reverse_order_leave_the_same_state() {
    let app = start().await;
    let history = history(&app);
    let mut by_topic = history.clone();
    by_topic.sort_by(|a, b| b.topic.cmp(&a.topic));
    let mut backwards = history.clone();
    backwards.reverse();

    let mut states = Vec::new();
    for order in [&history, &by_topic, &backwards] {
        forget(&app).await;
        for record in order {
            app.feed_record(record).await;
        }
        states.push(state(&app).await);
    }
    assert_eq!(states[0], states[1]);
    assert_eq!(states[0], states[2]);
    assert_eq!(
        states[0].1.len(),
        2,
        "only the appointment that stands has its two reminders: {:?}",
        states[0].1
    );
}

#[tokio::test]
async fn a_cancellation_that_comes_first_leaves_no_reminder() {
    let app = start().await;
    let story = Story::new(&app);
    story
        .tell(&app, "EngagementCancelled", 3, json!({ "by": "donor", "late": false, "notice_seconds": 1 }))
        .await;
    story.schedule(&app).await;
    assert!(timers(&app).await.is_empty());
    app.clock.advance(TimeDelta::days(4));
    app.pump().await;
    assert!(!told(&app).await.iter().any(|line| line.contains("reminder")));
}
