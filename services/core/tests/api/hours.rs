//! The activity book over HTTP.

use chrono::TimeDelta;
use serde_json::json;

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
