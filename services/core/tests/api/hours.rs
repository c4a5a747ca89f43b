//! The activity book over HTTP.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use testkit::Member;

use crate::world::*;

#[tokio::test]
async fn minutes_are_on_record_once_and_the_book_balances() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let (guitar, math) =
        (talent(&donor, "통기타 첫걸음").await, talent(&recipient, "수학 문제 같이 풀기").await);
    let start = hours_ahead(&app, 48);
    let one = proposed(&recipient, &guitar, &terms(start, 90)).await;
    let two = proposed(&donor, &math, &terms(start + TimeDelta::hours(2), 45)).await;
    accept(&donor, &one, 1).await.status(200);
    accept(&recipient, &two, 1).await.status(200);
    let three = proposed(&recipient, &guitar, &terms(start + TimeDelta::hours(4), 60)).await;
    accept(&donor, &three, 1).await.status(200);
    app.clock.advance(TimeDelta::hours(60));
    app.pump().await;
    for who in [&donor, &recipient] {
        held(who, &one, 90).await.status(200);
        held(who, &two, 45).await.status(200);
        says(who, &three, "did_not_take_place").await.status(200);
    }
    app.pump().await;

    let summary = donor.get("/api/core/hours/summary").await.status(200);
    let expected =
        json!({ "given": { "count": 1, "minutes": 90 }, "received": { "count": 1, "minutes": 45 } });
    assert_eq!(summary, expected);
    let me = donor.get("/api/core/me").await.status(200);
    assert_eq!((&me["given"], &me["received"]), (&expected["given"], &expected["received"]));

    let all = donor.get("/api/core/hours").await.status(200);
    let rows: Vec<_> = all["items"].as_array().unwrap().iter().collect();
    let states: Vec<_> = rows
        .iter()
        .map(|r| (r["state"].as_str().unwrap(), r["role"].as_str().unwrap(), r["minutes"].as_i64().unwrap()))
        .collect();
    assert_eq!(
        states,
        [("did_not_take_place", "given", 60), ("took_place", "received", 45), ("took_place", "given", 90)]
    );
    assert_eq!((&rows[2]["title"], &rows[2]["other"]["name"]), (&json!("통기타 첫걸음"), &json!("도윤")));
    assert_eq!(time(&rows[2]["at"]), start);
    for (filter, expected) in [("given", 1), ("received", 1), ("pending", 0), ("all", 3)] {
        let page = recipient.get(&format!("/api/core/hours?filter={filter}")).await.status(200);
        assert_eq!(page["items"].as_array().unwrap().len(), expected, "{filter}");
    }
    let first = donor.get("/api/core/hours?limit=2").await.status(200);
    let rest = donor
        .get(&format!("/api/core/hours?limit=2&cursor={}", first["next"].as_str().unwrap()))
        .await
        .status(200);
    assert_eq!((rest["items"][0]["engagement_id"].clone(), &rest["next"]), (json!(one), &json!(null)));
    assert_eq!(donor.get("/api/core/hours?filter=some").await.problem(400), "request.unreadable");

    let db = app.db.superuser().await;
    let sum: i64 = db.query_one("SELECT coalesce(sum(minutes), 0) FROM postings", &[]).await.unwrap().get(0);
    assert_eq!(sum, 0);
    let apart = db
        .query(
            "SELECT m.id FROM members m LEFT JOIN ( \
               SELECT member_id, sum(minutes) FILTER (WHERE account = 'given') AS given, \
                 -sum(minutes) FILTER (WHERE account = 'received') AS received, \
                 count(*) FILTER (WHERE account = 'given') AS gave, \
                 count(*) FILTER (WHERE account = 'received') AS got \
               FROM postings GROUP BY member_id) p ON p.member_id = m.id \
             WHERE (m.given_minutes, m.received_minutes, m.given_count, m.received_count) IS DISTINCT FROM \
               (coalesce(p.given, 0)::int, coalesce(p.received, 0)::int, coalesce(p.gave, 0)::int, coalesce(p.got, 0)::int)",
            &[],
        )
        .await
        .unwrap();
    assert!(apart.is_empty(), "members' columns equal the book");
    let live = db
        .query_one(
            "SELECT (SELECT count(*) FROM engagements WHERE state = 'completed'), \
               (SELECT count(*) FROM journals j WHERE reverses IS NULL \
                  AND NOT EXISTS (SELECT 1 FROM journals r WHERE r.reverses = j.id))",
            &[],
        )
        .await
        .unwrap();
    assert_eq!((live.get::<_, i64>(0), live.get::<_, i64>(1)), (2, 2));
}

#[tokio::test]
async fn the_event_names_the_day_in_korea() {
    let app = start().await;
    let (donor, recipient, id) = over(&app).await;
    held(&donor, &id, 90).await.status(200);
    held(&recipient, &id, 90).await.status(200);
    let (kind, posted) = said(&app, &id).await.pop().unwrap();
    assert_eq!(kind, "HoursPosted");
    let began = time(&seen(&donor, &id).await["terms"]["starts_at"]);
    let day = common::time::seoul(began).date_naive().to_string();
    assert_eq!((&posted["local_date"], &posted["minutes"]), (&json!(day), &json!(90)));
    assert_eq!((&posted["donor_id"], &posted["recipient_id"]), (&json!(donor.id), &json!(recipient.id)));
}

#[tokio::test]
async fn two_answers_at_the_same_moment_post_once() {
    let app = start().await;
    let (donor, recipient, id) = over(&app).await;
    let (a, b) = futures_util::join!(held(&donor, &id, 90), held(&recipient, &id, 90));
    a.status(200);
    b.status(200);
    assert_eq!(kinds(&app, &id).await.iter().filter(|k| *k == "HoursPosted").count(), 1);
    assert_eq!(donor.get("/api/core/hours/summary").await.status(200)["given"]["count"], 1);
}

#[tokio::test]
async fn waiting_and_lapsed_sessions_are_listed_too() {
    let app = start().await;
    let (donor, recipient, id) = over(&app).await;
    let waiting = donor.get("/api/core/hours?filter=pending").await.status(200);
    assert_eq!(
        (&waiting["items"][0]["state"], &waiting["items"][0]["minutes"]),
        (&json!("waiting"), &json!(90))
    );
    held(&recipient, &id, 90).await.status(200);
    app.clock.advance(TimeDelta::days(8));
    app.pump().await;
    let all = donor.get("/api/core/hours").await.status(200);
    assert_eq!(all["items"][0]["state"], "lapsed", "one word alone puts nothing on record");
    assert_eq!(donor.get("/api/core/hours/summary").await.status(200)["given"]["minutes"], 0);
}

/// An agreement of these two that is planned to last a quarter of an hour.
async fn quarter(donor: &Member<'_>, recipient: &Member<'_>, starts_at: DateTime<Utc>) -> String {
    let talent = talent(donor, "통기타 첫걸음").await;
    let id = proposed(recipient, &talent, &terms(starts_at, 15)).await;
    accept(donor, &id, 1).await.status(200);
    id
}

#[tokio::test]
async fn two_who_agree_put_no_more_on_record_than_there_was() {
    // The loop of the security review: eight meetings of 15 minutes in two hours were 64 hours.
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let first = hours_ahead(&app, 48);
    let mut meetings = Vec::new();
    for n in 0..8 {
        meetings.push(quarter(&donor, &recipient, first + TimeDelta::minutes(15 * n)).await);
    }
    app.clock.advance_to(first + TimeDelta::hours(3));
    app.pump().await;
    for (n, id) in meetings.iter().enumerate() {
        let is_last = n == 7;
        for who in [&donor, &recipient] {
            let refused = held(who, id, 480).await;
            assert_eq!(refused.problem(422), "engagement.minutes_over_plan");
            let error = &refused.json()["errors"][0];
            assert_eq!(
                (&error["pointer"], &error["code"]),
                (&json!("/minutes"), &json!("minutes.out_of_range"))
            );
            assert_eq!(error["params"], json!({ "min": 1, "max": 30 }));
            if !is_last {
                // The next one begins at once.
                assert_eq!(held(who, id, 16).await.problem(409), "engagement.minutes_overlap");
            }
            held(who, id, if is_last { 30 } else { 15 }).await.status(200);
        }
    }
    let summary = donor.get("/api/core/hours/summary").await.status(200);
    assert_eq!(summary["given"], json!({ "count": 8, "minutes": 8 * 15 + 15 }));
    app.pump().await;
}

#[tokio::test]
async fn nobody_is_at_two_meetings_at_once_whoever_asks_first() {
    let app = start().await;
    let (donor, one, other) =
        (resident(&app, "민지").await, resident(&app, "도윤").await, resident(&app, "한결").await);
    let first = hours_ahead(&app, 48);
    let before = quarter(&donor, &one, first).await;
    let after = quarter(&donor, &other, first + TimeDelta::minutes(20)).await;
    app.clock.advance_to(first + TimeDelta::hours(1));
    app.pump().await;
    // Two requests of each, at the same time.
    let (a, b, c, d) = futures_util::join!(
        held(&donor, &before, 30),
        held(&one, &before, 20),
        held(&donor, &after, 30),
        held(&other, &after, 30)
    );
    assert_eq!(a.problem(409), "engagement.minutes_overlap");
    assert_eq!(a.json()["errors"][0]["params"]["max"], 20);
    for answer in [b, c, d] {
        answer.status(200);
    }
    held(&donor, &before, 20).await.status(200);
    let overlaps = "SELECT count(*) FROM recorded_hours a JOIN recorded_hours b ON a.member_id = b.member_id \
                    AND a.occurrence_id < b.occurrence_id AND a.during && b.during";
    let db = app.db.superuser().await;
    assert_eq!(db.query_one(overlaps, &[]).await.unwrap().get::<_, i64>(0), 0);
    assert_eq!(db.query_one("SELECT count(*) FROM recorded_hours", &[]).await.unwrap().get::<_, i64>(0), 4);
    app.pump().await;
}

#[tokio::test]
async fn a_day_on_record_has_24_hours_in_korea() {
    let app = start().await;
    // Noon in Seoul, so that the meeting is at noon, too.
    let tomorrow = app.clock.now().date_naive() + TimeDelta::days(1);
    app.clock.advance_to(tomorrow.and_hms_opt(3, 0, 0).unwrap().and_utc());
    let (donor, recipient, id) = over(&app).await;
    let starts_at = time(&seen(&donor, &id).await["terms"]["starts_at"]);
    // Midnight in Seoul before it. What a correction might put there: all of that day but an hour, for one of the two.
    let midnight = (starts_at + TimeDelta::hours(9)).date_naive().and_hms_opt(0, 0, 0).unwrap().and_utc()
        - TimeDelta::hours(9);
    let db = app.db.superuser().await;
    let fill = format!(
        "INSERT INTO recorded_hours SELECT '{}', gen_random_uuid(), tstzrange('{}', '{}')",
        recipient.id,
        text(midnight),
        text(starts_at),
    );
    db.batch_execute(&fill).await.unwrap();
    let rest = TimeDelta::hours(23) - (starts_at - midnight);
    let fill = format!(
        "INSERT INTO recorded_hours SELECT '{}', gen_random_uuid(), tstzrange('{}', '{}')",
        recipient.id,
        text(starts_at + TimeDelta::minutes(90)),
        text(starts_at + TimeDelta::minutes(90) + rest),
    );
    db.batch_execute(&fill).await.unwrap();
    let refused = held(&donor, &id, 61).await;
    assert_eq!(refused.problem(409), "engagement.minutes_over_day");
    assert_eq!(refused.json()["errors"][0]["params"], json!({ "min": 1, "max": 60 }));
    for who in [&donor, &recipient] {
        held(who, &id, 60).await.status(200);
    }
    app.pump().await;
}
