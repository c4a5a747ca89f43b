//! Cancelling what was agreed, also while somebody else agrees to something.

use chrono::TimeDelta;
use serde_json::json;
use testkit::App;

use crate::world::*;

#[tokio::test]
async fn it_cannot_be_cancelled_once_it_has_begun() {
    let app = start().await;
    let (donor, _, id) = agreed(&app).await;
    app.clock.advance(TimeDelta::hours(48));
    // Also before the timer has run.
    assert_eq!(act(&donor, &id, "cancel", &json!({})).await.problem(409), "engagement.started");
    app.pump().await;
    assert_eq!(act(&donor, &id, "cancel", &json!({})).await.problem(409), "engagement.started");
}

#[tokio::test]
async fn acceptances_and_cancellations_never_wait_for_one_another_in_a_circle() {
    let app = start_without_budgets().await;
    let owner = resident(&app, "영숙").await;
    let (a, b) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let talent = talent(&a, "통기타 첫걸음").await;
    let before = deadlocks(&app).await;
    for round in 0..12_i64 {
        let at = terms(hours_ahead(&app, 48 + 2 * round), 60);
        // An agreement of the owner with one of the two helpers, and an offer of each for the same hour.
        let planned = proposed(&owner, &talent, &at).await;
        accept(&a, &planned, 1).await.status(200);
        let need = need(&owner, "스마트폰 사진 옮기기").await;
        let mut offers = Vec::new();
        for helper in [&a, &b] {
            let offer = propose_to(helper, "need", &need, &at).await.status(201);
            offers.push(offer["id"].as_str().unwrap().to_owned());
        }
        let nothing = json!({});
        let (freed, of_a, of_b, taken_back) = futures_util::join!(
            act(&owner, &planned, "cancel", &nothing),
            accept(&owner, &offers[0], 1),
            accept(&owner, &offers[1], 1),
            act(&a, &offers[0], "cancel", &nothing),
        );
        freed.status(200);
        for answer in [&of_a, &of_b].into_iter().filter(|answer| answer.status != 200) {
            let refusal = answer.problem(409);
            assert!(["engagement.overlap", "engagement.over"].contains(&refusal.as_str()), "{refusal}");
        }
        assert!(of_a.status == 409 || of_b.status == 409, "one need takes one person");
        if taken_back.status != 200 {
            let refusal = taken_back.problem(409);
            assert!(["engagement.wrong_state", "engagement.over"].contains(&refusal.as_str()), "{refusal}");
        }
        assert!(taken_back.status == 409 || of_a.status == 200, "only what was agreed is cancelled");

        let is_filled = of_b.status == 200 || (of_a.status == 200 && taken_back.status == 409);
        let state = if is_filled { "filled" } else { "open" };
        assert_eq!(owner.get(&format!("/api/core/needs/{need}")).await.status(200)["state"], state);
        let hour = hours_ahead(&app, 48 + 2 * round);
        let span = format!("from={}&to={}", text(hour), text(hour + TimeDelta::hours(1)));
        let busy = owner.get(&format!("/api/core/busy?{span}")).await.status(200);
        assert_eq!(busy["items"].as_array().unwrap().len(), usize::from(is_filled), "{busy}");
    }
    // What waits in a circle is refused by the database and tried again: nobody sees it, but it is counted.
    app.leaves_work("a pump keeps a session of its own, and only ended sessions have counted all");
    app.service.cx.db.close();
    assert_eq!(deadlocks_at_rest(&app).await, before);
}

/// How many deadlocks the sessions of this database have reported.
async fn deadlocks(app: &App) -> i64 {
    let count = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    app.db.superuser().await.query_one(count, &[]).await.unwrap().get(0)
}

/// The same, once every session of the service has ended: it reports at its end at the latest.
async fn deadlocks_at_rest(app: &App) -> i64 {
    let db = app.db.superuser().await;
    let sessions =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'dojob_core'";
    while db.query_one(sessions, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    deadlocks(app).await
}
