//! One agreement: only its two parties see it.

use serde_json::json;
use uuid::Uuid;

use crate::world::*;

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
