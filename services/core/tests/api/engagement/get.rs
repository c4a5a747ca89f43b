//! One agreement: only its two parties see it.

use serde_json::json;
use uuid::Uuid;

use crate::world::*;

/// A place that was written when the policy took it.
#[tokio::test]
async fn what_is_stored_is_not_judged_again() {
    let app = start().await;
    let (donor, _, id) = agreed(&app).await;
    let old = "UPDATE engagement_terms SET place = E'\\u3164\\u202E 마당', bring = E'\\u200B\\u0378'";
    app.db.superuser().await.batch_execute(old).await.unwrap();
    let seen = donor.get(&format!("/api/core/engagements/{id}")).await.status(200);
    assert_eq!(seen["terms"]["place"], "\u{3164}\u{202E} 마당");
    act(&donor, &id, "cancel", &json!({})).await.status(200);
}

#[tokio::test]
async fn only_the_two_see_it() {
    let app = start().await;
    let (_, _, id) = agreed(&app).await;
    let stranger = resident(&app, "한결").await;
    assert_eq!(stranger.get(&format!("/api/core/engagements/{id}")).await.problem(404), "request.not_found");
    for (name, body) in [
        ("counter", json!({ "terms_version": 1, "terms": terms(hours_ahead(&app, 30), 60) })),
        ("accept", json!({ "terms_version": 1 })),
        ("decline", json!({})),
        ("withdraw", json!({})),
        ("cancel", json!({})),
        ("claim", json!({ "claim": "did_not_take_place" })),
        ("adjust", json!({ "minutes": 30 })),
        ("agree-did-not-take-place", json!({})),
    ] {
        assert_eq!(act(&stranger, &id, name, &body).await.problem(404), "request.not_found", "{name}");
        assert_eq!(
            act(&stranger, &Uuid::nil().to_string(), name, &body).await.problem(404),
            "request.not_found"
        );
    }
    assert_eq!(app.nobody().get(&format!("/api/core/engagements/{id}")).await.problem(401), "token.missing");
}
