//! Answering with other terms.

use serde_json::json;

use super::errors;
use crate::world::*;

#[tokio::test]
async fn stale_terms_say_which_are_current() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let id = proposed(&recipient, &talent, &terms(hours_ahead(&app, 48), 60)).await;
    act(&donor, &id, "counter", &json!({ "terms_version": 1, "terms": terms(hours_ahead(&app, 72), 60) }))
        .await
        .status(200);
    let answer = accept(&recipient, &id, 1).await;
    assert_eq!(answer.problem(409), "engagement.terms_stale");
    assert_eq!(
        errors(&answer)[0],
        json!({ "pointer": "/terms_version", "code": "terms_version.stale", "params": { "current": 2 } })
    );
    for version in 2..6 {
        let who = if version % 2 == 1 { &donor } else { &recipient };
        let other =
            json!({ "terms_version": version, "terms": terms(hours_ahead(&app, 72), 60 + version * 5) });
        act(who, &id, "counter", &other).await.status(200);
    }
    let asked = seen(&recipient, &id).await;
    assert_eq!((&asked["terms"]["version"], &asked["acts"]), (&json!(6), &json!(["accept", "decline"])));
    let seventh = json!({ "terms_version": 6, "terms": terms(hours_ahead(&app, 48), 15) });
    assert_eq!(act(&recipient, &id, "counter", &seventh).await.problem(409), "engagement.too_many_versions");
}

#[tokio::test]
async fn a_counter_and_an_acceptance_at_the_same_moment_have_one_winner() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let (mut accepted, mut countered) = (0, 0);
    for round in 0..8 {
        let talent = talent(&donor, &format!("통기타 {round}")).await;
        let id = proposed(&recipient, &talent, &terms(hours_ahead(&app, 48 + 3 * round), 60)).await;
        let other = json!({ "terms_version": 1, "terms": terms(hours_ahead(&app, 200), 30) });
        // The awaited one has two windows open.
        let (a, c) = futures_util::join!(accept(&donor, &id, 1), act(&donor, &id, "counter", &other));
        match (a.status, c.status) {
            (200, 409) => {
                accepted += 1;
                assert_eq!(c.problem(409), "engagement.wrong_state");
            }
            (409, 200) => {
                countered += 1;
                assert_eq!(a.problem(409), "engagement.not_your_turn");
                assert_eq!(seen(&recipient, &id).await["terms"]["version"], 2);
                act(&donor, &id, "withdraw", &json!({})).await.status(200);
            }
            other => panic!("{other:?}: {} {}", a.text, c.text),
        }
    }
    assert_eq!(accepted + countered, 8);
}
