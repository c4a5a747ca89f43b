//! Reminders by the clock.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::world::{Story, inbox, keys, start, timers};

/// Noon in Seoul, at least three days ahead.
fn noon(now: DateTime<Utc>) -> DateTime<Utc> {
    (now + TimeDelta::days(4)).date_naive().and_hms_opt(3, 0, 0).unwrap().and_utc()
}

#[tokio::test]
async fn both_are_reminded_the_evening_before_and_three_hours_before() {
    let app = start().await;
    let story = Story { starts_at: noon(app.clock.now()), ..Story::new(&app) };
    story.schedule(&app).await;

    // 20:00 in Seoul the day before is 16 hours before noon.
    app.clock.advance_to(story.starts_at - TimeDelta::hours(16) - TimeDelta::seconds(5));
    app.pump().await;
    assert!(keys(&app, story.donor).await.is_empty());

    app.clock.advance(TimeDelta::seconds(6));
    app.pump().await;
    for person in [story.donor, story.recipient] {
        let reminder = &inbox(&app, person).await[0];
        assert_eq!(reminder["key"], "engagement.reminder");
        assert_eq!(reminder["params"]["lead"], "evening");
        assert_eq!(reminder["params"]["starts_at"], json!(story.starts_at));
        assert_eq!(reminder["params"]["engagement_id"], json!(story.id));
    }

    app.clock.advance_to(story.starts_at - TimeDelta::hours(3) + TimeDelta::seconds(1));
    app.pump().await;
    assert_eq!(inbox(&app, story.donor).await[0]["params"]["lead"], "soon");
    assert_eq!(keys(&app, story.donor).await, ["engagement.reminder", "engagement.reminder"]);
    assert!(timers(&app).await.is_empty());
}

#[tokio::test]
async fn a_cancelled_appointment_reminds_nobody() {
    let app = start().await;
    let story = Story::new(&app);
    story.schedule(&app).await;
    assert_eq!(timers(&app).await.len(), 2);
    story.tell(&app, "EngagementCancelled", 3, json!({ "by": "donor" })).await;
    assert!(timers(&app).await.is_empty());
}

#[tokio::test]
async fn what_lies_in_the_past_is_not_reminded_of() {
    let app = start().await;
    let story = Story { starts_at: app.clock.now() + TimeDelta::hours(4), ..Story::new(&app) };
    story.schedule(&app).await;
    // Evening before may still lie ahead when it is before 20:00 in Seoul and the meeting is after midnight.
    assert!(timers(&app).await.iter().any(|line| line.starts_with("notification.remind_soon")));
    let near = Story { starts_at: app.clock.now() + TimeDelta::hours(2), ..Story::new(&app) };
    near.schedule(&app).await;
    assert!(
        !timers(&app)
            .await
            .iter()
            .any(|line| line.contains("remind_soon") && line.contains(&near.id.to_string()))
    );
}

#[tokio::test]
async fn of_two_that_were_missed_the_one_that_matters_is_left() {
    let app = start().await;
    let story = Story { starts_at: noon(app.clock.now()), ..Story::new(&app) };
    story.schedule(&app).await;
    // Asleep from days before until forty minutes before the start.
    app.clock.advance_to(story.starts_at - TimeDelta::minutes(40));
    app.pump().await;
    for person in [story.donor, story.recipient] {
        let told = inbox(&app, person).await;
        let reminders: Vec<_> = told.iter().filter(|n| n["key"] == "engagement.reminder").collect();
        assert_eq!(reminders.len(), 1);
        assert_eq!(reminders[0]["params"]["lead"], "soon");
    }
    assert!(timers(&app).await.is_empty());

    // Late, but before the other one is due: the evening's still says something.
    let next = Story { starts_at: noon(app.clock.now()), ..Story::new(&app) };
    next.schedule(&app).await;
    app.clock.advance_to(next.starts_at - TimeDelta::hours(4));
    app.pump().await;
    assert_eq!(inbox(&app, next.donor).await[0]["params"]["lead"], "evening");
    app.clock.advance_to(next.starts_at - TimeDelta::hours(3));
    app.pump().await;
    assert_eq!(keys(&app, next.donor).await.len(), 2);
}

#[tokio::test]
async fn a_reminder_that_comes_due_after_the_meeting_began_is_dropped() {
    let app = start().await;
    let story = Story::new(&app);
    story.schedule(&app).await;
    app.clock.advance_to(story.starts_at + TimeDelta::minutes(1));
    app.pump().await;
    assert!(keys(&app, story.donor).await.is_empty());
    assert!(timers(&app).await.is_empty());
}
