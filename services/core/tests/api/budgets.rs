//! How often one account may do what reaches others unasked.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::Answer;

use crate::world::*;

/// How many there were of each status.
fn statuses(answers: &[Answer]) -> BTreeMap<u16, usize> {
    answers.iter().fold(BTreeMap::new(), |mut all, answer| {
        *all.entry(answer.status).or_default() += 1;
        all
    })
}

/// The refusal: its code and parameters. What `Retry-After` says is when it ends.
fn spent(answer: &Answer, now: DateTime<Utc>) -> (String, Value) {
    let code = answer.problem(429);
    let body = answer.json();
    assert_eq!(body["errors"][0]["code"], "budget.spent", "{body}");
    let params = body["errors"][0]["params"].clone();
    let wait: i64 = answer.header("retry-after").parse().unwrap();
    let until = time(&params["until"]);
    assert!((until - now - TimeDelta::seconds(wait)).num_seconds().abs() <= 2, "{wait} s, {params}");
    (code, params)
}

#[tokio::test]
async fn a_hundred_requests_at_once_get_exactly_the_limit() {
    let app = start().await;
    let somebody = resident(&app, "도윤").await;
    let renames = join_all((0..100).map(|n| {
        let body = json!({ "bio": format!("{n}") });
        let somebody = &somebody;
        async move { somebody.patch("/api/core/me", &body).await }
    }))
    .await;
    // The first of sixty was the resident's name.
    assert_eq!(statuses(&renames), BTreeMap::from([(200, 59), (429, 41)]));

    let donor = resident(&app, "민지").await;
    let mut talents = Vec::new();
    for n in 0..40 {
        talents.push(talent(&donor, &format!("통기타 {n}")).await);
    }
    let questions: Vec<Value> = talents.iter().map(|id| json!({ "talent_id": id })).collect();
    let asked = join_all(questions.iter().map(|body| somebody.post("/api/core/inquiries", body))).await;
    assert_eq!(statuses(&asked), BTreeMap::from([(201, 20), (429, 20)]));
    // Asking again is no new contact.
    let open = asked.iter().position(|answer| answer.status == 201).unwrap();
    somebody.post("/api/core/inquiries", &questions[open]).await.status(200);
}

#[tokio::test]
async fn ten_proposals_an_hour_and_the_refusal_says_when_it_ends() {
    let app = start().await;
    let flooder = resident(&app, "도윤").await;
    let mut talents = Vec::new();
    for n in 0..15 {
        let donor = resident(&app, &format!("민지 {n}")).await;
        talents.push(talent(&donor, "통기타 첫걸음").await);
    }
    let terms = terms(hours_ahead(&app, 48), 60);
    let all = talents.iter().map(|id| propose_to(&flooder, "talent", id, &terms));
    let answers = join_all(all).await;
    assert_eq!(statuses(&answers), BTreeMap::from([(201, 10), (429, 5)]));

    let refused = answers.iter().position(|answer| answer.status == 429).unwrap();
    let (code, params) = spent(&answers[refused], app.clock.now());
    assert_eq!(code, "proposal.too_many");
    assert_eq!((&params["limit"], &params["hours"]), (&json!(10), &json!(1)));
    // Taken back, it has reached somebody all the same.
    let made = answers.iter().find(|answer| answer.status == 201).unwrap().json();
    act(&flooder, made["id"].as_str().unwrap(), "withdraw", &json!({})).await.status(200);
    assert_eq!(
        propose_to(&flooder, "talent", &talents[refused], &terms).await.problem(429),
        "proposal.too_many"
    );

    app.clock.advance_to(time(&params["until"]) + TimeDelta::seconds(1));
    propose_to(&flooder, "talent", &talents[refused], &terms).await.status(201);
}

#[tokio::test]
async fn three_proposals_to_one_person_until_that_person_answers() {
    let app = start().await;
    let (victim, flooder) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let mut talents = Vec::new();
    for n in 0..5 {
        talents.push(talent(&victim, &format!("통기타 {n}")).await);
    }
    let terms = terms(hours_ahead(&app, 48), 60);
    // The loop of the security review: 282 proposals in ten seconds.
    let (mut made, mut refused) = (0, 0);
    for n in 0..282 {
        let answer = propose_to(&flooder, "talent", &talents[n % 5], &terms).await;
        if answer.status == 201 {
            made += 1;
            let id = answer.json()["id"].as_str().unwrap().to_owned();
            act(&flooder, &id, "withdraw", &json!({})).await.status(200);
        } else {
            refused += 1;
            assert_eq!(spent(&answer, app.clock.now()).0, "proposal.too_many_to_person");
        }
    }
    assert_eq!((made, refused), (3, 279));

    // A day later there are three more, and an answer frees all of them.
    app.clock.advance(TimeDelta::hours(24));
    let body = json!({ "talent_id": talents[0], "terms": terms });
    let first = flooder.post_with_key("/api/core/engagements", &body, "one-proposal").await.status(201);
    for _ in 0..5 {
        flooder.post_with_key("/api/core/engagements", &body, "one-proposal").await.status(201);
    }
    for talent in &talents[1..3] {
        proposed(&flooder, talent, &terms).await;
    }
    assert_eq!(
        propose_to(&flooder, "talent", &talents[3], &terms).await.problem(429),
        "proposal.too_many_to_person"
    );
    let id = first["id"].as_str().unwrap();
    act(&victim, id, "decline", &json!({ "reason": "time" })).await.status(200);
    proposed(&flooder, &talents[3], &terms).await;
}

#[tokio::test]
async fn answers_and_other_peoples_budgets_are_free() {
    let app = start().await;
    let (donor, recipient, other) =
        (resident(&app, "민지").await, resident(&app, "도윤").await, resident(&app, "한결").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let id = proposed(&recipient, &talent, &terms(hours_ahead(&app, 48), 60)).await;
    for (n, side) in [&donor, &recipient, &donor, &recipient, &donor].into_iter().enumerate() {
        let body = json!({ "terms_version": n + 1, "terms": terms(hours_ahead(&app, 50 + i64::try_from(n).unwrap()), 60) });
        act(side, &id, "counter", &body).await.status(200);
    }
    proposed(&other, &talent, &terms(hours_ahead(&app, 60), 60)).await;
    let sql = "SELECT string_agg(kind, ' ' ORDER BY kind) FROM budgets WHERE kind LIKE 'proposal%'";
    let row = app.db.superuser().await.query_one(sql, &[]).await.unwrap();
    // The recipient's budget to the donor is gone with the answer; the other's stands.
    assert_eq!(row.get::<_, String>(0), "proposal proposal proposal_to_one");
}

#[tokio::test]
async fn listings_are_opened_and_edited_so_often_an_hour() {
    let app = start().await;
    let owner = resident(&app, "민지").await;
    let mut codes = Vec::new();
    for _ in 0..61 {
        let opened = owner.post("/api/core/needs", &crate::listing("도움 하나")).await;
        if opened.status == 429 {
            codes.push(spent(&opened, app.clock.now()).0);
            break;
        }
        let id = crate::id(&opened.status(201));
        owner.post(&format!("/api/core/needs/{id}/close"), &json!({})).await.status(200);
    }
    let talent = talent(&owner, "통기타 첫걸음").await;
    for n in 0..121 {
        let body = json!({ "revision": n + 1, "bring": format!("연필 {n}") });
        let edited = owner.patch(&format!("/api/core/talents/{talent}"), &body).await;
        if edited.status == 429 {
            codes.push(spent(&edited, app.clock.now()).0);
            break;
        }
        edited.status(200);
    }
    let rested = owner.post(&format!("/api/core/talents/{talent}/pause"), &json!({})).await;
    codes.push(rested.problem(429));
    assert_eq!(codes, ["need.too_many", "listing.too_many_edits", "listing.too_many_edits"]);
}
