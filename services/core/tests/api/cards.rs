//! Cards by ids.

use serde_json::json;
use uuid::Uuid;

use crate::world::*;

#[tokio::test]
async fn cards_name_what_ids_stand_for() {
    let app = start().await;
    let (donor, recipient, id) = agreed(&app).await;
    let talent = seen(&donor, &id).await["listing"]["id"].as_str().unwrap().to_owned();
    let need = need(&recipient, "스마트폰 사진 옮기기").await;
    let newcomer = app.member();
    let path = format!(
        "/api/core/cards?members={},{}&engagements={id},{}&talents={talent},{need}&needs={need}",
        donor.id,
        newcomer.id,
        Uuid::nil()
    );
    let cards = donor.get(&path).await.status(200);
    assert_eq!(cards["members"][0]["name"], "민지");
    assert_eq!(
        (&cards["members"][1]["name"], &cards["members"][1]["id"]),
        (&json!(null), &json!(newcomer.id))
    );
    let starts_at = seen(&donor, &id).await["terms"]["starts_at"].clone();
    assert_eq!(
        cards["engagements"],
        json!([{
            "id": id, "title": "통기타 첫걸음", "listing": { "kind": "talent", "id": talent }, "donor_id": donor.id,
            "recipient_id": recipient.id, "state": "scheduled", "starts_at": starts_at, "minutes": 90,
        }])
    );
    assert_eq!(cards["talents"], json!([{ "id": talent, "title": "통기타 첫걸음" }]));
    assert_eq!(cards["needs"], json!([{ "id": need, "title": "스마트폰 사진 옮기기" }]));
    for stranger in [app.nobody(), resident(&app, "한결").await] {
        let cards = stranger.get(&path).await.status(200);
        assert_eq!(cards["engagements"], json!([]));
        assert_eq!(cards["talents"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn at_most_a_hundred_at_once() {
    let app = start().await;
    let ids = |n: u128| (0..n).map(|i| Uuid::from_u128(i).to_string()).collect::<Vec<_>>().join(",");
    app.nobody().get(&format!("/api/core/cards?members={}", ids(100))).await.status(200);
    let many = app.nobody().get(&format!("/api/core/cards?members={}&talents={}", ids(60), ids(41))).await;
    assert_eq!(many.refused(), ["=cards.too_many"]);
    assert_eq!(app.nobody().get("/api/core/cards?members=me").await.refused(), ["/members=id.unreadable"]);
    let empty = app.nobody().get("/api/core/cards").await.status(200);
    assert_eq!(empty, json!({ "members": [], "engagements": [], "talents": [], "needs": [] }));
}
