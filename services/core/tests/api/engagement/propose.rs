//! Proposing a time.

use chrono::TimeDelta;
use serde_json::json;

use super::{RoundUp, errors};
use crate::world::*;

#[tokio::test]
async fn proposals_that_are_refused() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let newcomer = app.member();
    let talent = talent(&donor, "통기타 첫걸음").await;
    let good = terms(hours_ahead(&app, 48), 60);

    let answer = propose_to(&newcomer, "talent", &talent, &good).await;
    assert_eq!(answer.problem(409), "profile.incomplete");
    assert_eq!(errors(&answer)[0]["code"], "profile.missing");
    assert_eq!(propose_to(&donor, "talent", &talent, &good).await.problem(409), "engagement.own_listing");
    assert_eq!(propose_to(&recipient, "need", &talent, &good).await.problem(404), "request.not_found");
    let both = json!({ "talent_id": talent, "need_id": talent, "terms": good });
    assert_eq!(recipient.post("/api/core/engagements", &both).await.refused(), ["/talent_id=listing.one_of"]);
    assert_eq!(
        recipient.post("/api/core/engagements", &json!({ "terms": good })).await.refused(),
        ["/talent_id=listing.one_of"]
    );

    let soon = terms(app.clock.now().duration_round_up(), 60);
    let answer = propose_to(&recipient, "talent", &talent, &soon).await;
    assert_eq!(answer.problem(422), "engagement.starts_too_soon");
    assert_eq!(answer.refused(), ["/terms/starts_at=starts_at.too_soon"]);
    let far = terms(hours_ahead(&app, 24 * 181), 60);
    assert_eq!(
        propose_to(&recipient, "talent", &talent, &far).await.problem(422),
        "engagement.starts_too_far"
    );
    let mut bad = terms(hours_ahead(&app, 48) + TimeDelta::seconds(1), 14);
    bad["place"] = json!("가".repeat(81));
    bad["bring"] = json!("a\u{3164}b");
    assert_eq!(
        propose_to(&recipient, "talent", &talent, &bad).await.refused(),
        [
            "/terms/starts_at=starts_at.not_a_whole_minute",
            "/terms/minutes=minutes.out_of_range",
            "/terms/place=text.too_long",
            "/terms/bring=text.forbidden_character",
        ]
    );

    let id = proposed(&recipient, &talent, &good).await;
    let answer = propose_to(&recipient, "talent", &talent, &good).await;
    assert_eq!(answer.problem(409), "engagement.open_exists");
    assert_eq!(errors(&answer)[0]["params"], json!({ "engagement_id": id }));
    // Another person may, and the same one again once it is answered.
    let other = resident(&app, "한결").await;
    proposed(&other, &talent, &good).await;
    act(&recipient, &id, "withdraw", &json!({})).await.status(200);
    proposed(&recipient, &talent, &good).await;

    donor.post(&format!("/api/core/talents/{talent}/pause"), &json!({})).await.status(200);
    let late = resident(&app, "서연").await;
    assert_eq!(propose_to(&late, "talent", &talent, &good).await.problem(409), "listing.not_open");
}
