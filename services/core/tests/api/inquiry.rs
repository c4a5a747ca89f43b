//! Asking about a listing.

use serde_json::json;

use crate::world::*;

#[tokio::test]
async fn two_people_have_one_conversation_about_one_listing() {
    let app = start().await;
    let (donor, asker) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let first = asker.post("/api/core/inquiries", &json!({ "talent_id": talent })).await;
    let id = first.status(201)["id"].clone();
    assert_eq!(first.header("location"), format!("/api/chat/conversations/{}", id.as_str().unwrap()));
    assert_eq!(
        asker.post("/api/core/inquiries", &json!({ "talent_id": talent })).await.status(200)["id"],
        id
    );
    assert_eq!(asker.get(&format!("/api/core/talents/{talent}")).await.status(200)["inquiry_id"], id);
    let other = resident(&app, "한결").await;
    assert_ne!(
        other.post("/api/core/inquiries", &json!({ "talent_id": talent })).await.status(201)["id"],
        id
    );

    app.pump().await;
    let opened: Vec<_> = app.said().await.into_iter().filter(|(kind, _)| kind == "InquiryOpened").collect();
    assert_eq!(opened.len(), 2);
    assert_eq!(
        opened[0].1,
        json!({ "inquiry_id": id, "from": asker.id, "to": donor.id, "listing": { "kind": "talent", "id": talent } })
    );
    // The two may go on talking when the listing rests; nobody new begins.
    donor.post(&format!("/api/core/talents/{talent}/pause"), &json!({})).await.status(200);
    assert_eq!(
        asker.post("/api/core/inquiries", &json!({ "talent_id": talent })).await.status(200)["id"],
        id
    );
    let late = resident(&app, "서연").await;
    assert_eq!(
        late.post("/api/core/inquiries", &json!({ "talent_id": talent })).await.problem(409),
        "listing.not_open"
    );
    app.pump().await;
}

#[tokio::test]
async fn questions_that_are_refused() {
    let app = start().await;
    let owner = resident(&app, "영숙").await;
    let need = need(&owner, "스마트폰 사진 옮기기").await;
    let ask = json!({ "need_id": need });
    assert_eq!(owner.post("/api/core/inquiries", &ask).await.problem(409), "engagement.own_listing");
    assert_eq!(app.member().post("/api/core/inquiries", &ask).await.problem(409), "profile.incomplete");
    assert_eq!(app.nobody().post("/api/core/inquiries", &ask).await.problem(401), "token.missing");
    let asker = resident(&app, "도윤").await;
    assert_eq!(asker.post("/api/core/inquiries", &json!({})).await.refused(), ["/talent_id=listing.one_of"]);
    assert_eq!(
        asker.post("/api/core/inquiries", &json!({ "talent_id": need })).await.problem(404),
        "request.not_found"
    );
}

#[tokio::test]
async fn a_doubled_question_opens_one() {
    let app = start().await;
    let (donor, asker) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let ask = json!({ "talent_id": talent });
    let all = futures_util::future::join_all((0..6).map(|_| asker.post("/api/core/inquiries", &ask))).await;
    let ids: std::collections::HashSet<String> = all.iter().map(|a| a.json()["id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "{all:?}");
    assert_eq!(all.iter().filter(|a| a.status == 201).count(), 1);
}

#[tokio::test]
async fn whatever_two_people_do_about_a_listing_is_in_one_conversation() {
    let app = start().await;
    let (donor, asker) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let (questioned, proposed_first) =
        (talent(&donor, "통기타 첫걸음").await, talent(&donor, "통기타 둘째 걸음").await);
    let terms = terms(hours_ahead(&app, 48), 60);
    let talk = async |id: &str| seen(&asker, id).await["conversation_id"].clone();

    // Asked, then proposed, taken back and proposed again.
    let inquiry =
        asker.post("/api/core/inquiries", &json!({ "talent_id": questioned })).await.status(201)["id"]
            .clone();
    let first = proposed(&asker, &questioned, &terms).await;
    act(&asker, &first, "withdraw", &json!({})).await.status(200);
    let second = proposed(&asker, &questioned, &terms).await;
    assert_eq!((talk(&first).await, talk(&second).await), (inquiry.clone(), inquiry.clone()));
    for (_, data) in said(&app, &second).await {
        assert_eq!(data["conversation_id"], inquiry);
    }

    // Proposed, then questioned: the inquiry goes on in the proposal's.
    let offer = proposed(&asker, &proposed_first, &terms).await;
    let later = asker.post("/api/core/inquiries", &json!({ "talent_id": proposed_first })).await;
    assert_eq!(later.status(201)["id"], json!(offer));
    assert_eq!(talk(&offer).await, json!(offer));
    assert_ne!(talk(&offer).await, inquiry);
    app.pump().await;
}

#[tokio::test]
async fn conversations_of_before_go_on_as_they_are() {
    let app = start().await;
    let (donor, asker) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let terms = terms(hours_ahead(&app, 48), 60);
    let before = proposed(&asker, &talent, &terms).await;
    // As a program of the release before wrote it.
    let superuser = app.db.superuser().await;
    superuser
        .batch_execute("DELETE FROM conversations; UPDATE engagements SET conversation_id = NULL")
        .await
        .unwrap();
    assert_eq!(seen(&asker, &before).await["conversation_id"], json!(before));
    act(&asker, &before, "withdraw", &json!({})).await.status(200);
    assert_eq!(said(&app, &before).await.last().unwrap().1["conversation_id"], json!(before));
}
