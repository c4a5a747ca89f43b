//! Members who leave, as auth tells of them.

use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::App;
use uuid::Uuid;

use crate::world::*;

const BIO: &str = "스무 해 동안 기타를 쳤어요";
const PLACE: &str = "망원시장 입구";

/// Auth tells something of an account.
async fn told(app: &App, kind: &str, account: Uuid) {
    let data = json!({ "account_id": account, "erase_at": app.clock.now() });
    app.feed("dojob.auth.leaving.v1", kind, account, 7, data).await;
}

async fn leaves(app: &App, account: Uuid) {
    told(app, "AccountDeletionScheduled", account).await;
}

async fn is_erased(app: &App, account: Uuid) {
    told(app, "AccountErasureRequested", account).await;
}

async fn listing_state(app: &App, kind: &str, id: &str) -> String {
    let sql = "SELECT state FROM listings WHERE id = $1::text::uuid AND kind = $2";
    let row = app.db.superuser().await.query_one(sql, &[&id, &kind]).await.unwrap();
    row.get(0)
}

#[tokio::test]
async fn who_leaves_is_gone_for_others_at_once_and_so_are_their_listings() {
    let app = start().await;
    let (minji, doyun) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let (talent, need) = (talent(&minji, "통기타 첫걸음").await, need(&minji, "사진 옮기기").await);
    leaves(&app, minji.id).await;
    let paths = [format!("/api/core/talents/{talent}"), format!("/api/core/needs/{need}")];
    for path in &paths {
        assert_eq!(doyun.get(path).await.problem(404), "request.not_found", "{path}");
        assert_eq!(minji.get(path).await.status(200)["state"], "paused", "their own");
    }
    let found = doyun.get("/api/core/talents?q=통기타").await.status(200);
    assert_eq!(found["items"], json!([]));
    let card = doyun.get(&format!("/api/core/members/{}", minji.id)).await.status(200);
    assert_eq!((&card["gone"], &card["name"], &card["region"]), (&json!(true), &Value::Null, &Value::Null));
    assert_eq!(minji.get("/api/core/me").await.status(200)["name"], "민지", "for them nothing is lost yet");
    app.pump().await;
}

#[tokio::test]
async fn who_leaves_begins_and_changes_nothing() {
    let app = start().await;
    let (minji, doyun) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let (own, others) = (talent(&minji, "통기타 첫걸음").await, talent(&doyun, "수학 문제").await);
    leaves(&app, minji.id).await;
    let at = terms(hours_ahead(&app, 48), 60);
    let refused = [
        minji.patch("/api/core/me", &json!({ "name": "다른 이름" })).await,
        propose_to(&minji, "talent", &others, &at).await,
        minji.post("/api/core/inquiries", &json!({ "talent_id": others })).await,
        minji.post(&format!("/api/core/talents/{own}/resume"), &json!({})).await,
        minji.post(&format!("/api/core/talents/{own}/renew"), &json!({})).await,
    ];
    for answer in refused {
        assert_eq!(answer.problem(409), "profile.leaving");
    }
}

#[tokio::test]
async fn taking_it_back_shows_the_person_and_leaves_it_to_them_what_is_open_again() {
    let app = start().await;
    let minji = resident(&app, "민지").await;
    let own = talent(&minji, "통기타 첫걸음").await;
    leaves(&app, minji.id).await;
    told(&app, "AccountDeletionCancelled", minji.id).await;
    let card = app.nobody().get(&format!("/api/core/members/{}", minji.id)).await.status(200);
    assert_eq!((&card["gone"], &card["name"]), (&json!(false), &json!("민지")));
    let path = format!("/api/core/talents/{own}");
    assert_eq!(app.nobody().get(&path).await.status(200)["state"], "paused");
    minji.post(&format!("{path}/resume"), &json!({})).await.status(200);
    app.pump().await;
}

#[tokio::test]
async fn what_is_proposed_and_agreed_ends_and_the_other_side_is_told_by_whom() {
    let app = start().await;
    let (minji, doyun) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let (own, others) = (talent(&minji, "통기타 첫걸음").await, talent(&doyun, "수학 문제").await);
    let asked = proposed(&doyun, &own, &terms(hours_ahead(&app, 40), 60)).await;
    let asking = proposed(&minji, &others, &terms(hours_ahead(&app, 50), 60)).await;
    let planned = {
        let wanted = need(&doyun, "사진 옮기기").await;
        let offer = propose_to(&minji, "need", &wanted, &terms(hours_ahead(&app, 60), 60)).await;
        let id = offer.status(201)["id"].as_str().unwrap().to_owned();
        accept(&doyun, &id, 1).await.status(200);
        assert_eq!(listing_state(&app, "need", &wanted).await, "filled");
        (id, wanted)
    };
    leaves(&app, minji.id).await;
    for (id, kind) in [
        (&asked, "EngagementDeclined"),
        (&asking, "EngagementWithdrawn"),
        (&planned.0, "EngagementCancelled"),
    ] {
        let said = said(&app, id).await;
        let (last, data) = said.last().unwrap();
        assert_eq!((last.as_str(), &data["by"]), (kind, &json!(minji.id)));
    }
    assert_eq!(listing_state(&app, "need", &planned.1).await, "open", "somebody else may help");
    assert_eq!(seen(&doyun, &planned.0).await["other"]["gone"], true);
    // A second time there is nothing to end.
    leaves(&app, minji.id).await;
    assert_eq!(kinds(&app, &asked).await.len(), 2);
}

#[tokio::test]
async fn erasure_leaves_the_id_and_what_others_have_with_it() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    donor.patch("/api/core/me", &json!({ "bio": BIO, "languages": ["ko"] })).await.status(200);
    let guitar = talent(&donor, "통기타 첫걸음").await;
    let id = proposed(&recipient, &guitar, &terms(hours_ahead(&app, 48), 90)).await;
    let own_place = json!({
        "starts_at": text(hours_ahead(&app, 50)), "minutes": 90, "mode": "in_person", "place": "민지네 옥탑방", "bring": "민지의 기타",
    });
    act(&donor, &id, "counter", &json!({ "terms_version": 1, "terms": own_place })).await.status(200);
    accept(&recipient, &id, 2).await.status(200);
    app.clock.advance(TimeDelta::hours(53));
    app.pump().await;
    held(&donor, &id, 90).await.status(200);
    held(&recipient, &id, 90).await.status(200);
    let open = need(&donor, "사진 옮기기").await;
    app.pump().await;
    let before = recipient.get("/api/core/hours/summary").await.status(200);

    is_erased(&app, donor.id).await;
    for needle in ["민지", BIO, "통기타", "옥탑방", "사진 옮기기"] {
        assert_eq!(app.db.tables_with(needle).await, Vec::<String>::new(), "{needle}");
    }
    assert_eq!(recipient.get("/api/core/hours/summary").await.status(200), before);
    let record = recipient.get("/api/core/hours").await.status(200);
    assert_eq!(record["items"][0]["state"], "took_place");
    let seen = seen(&recipient, &id).await;
    assert_eq!((&seen["other"]["gone"], &seen["listing"]["title"]), (&json!(true), &json!("")));
    assert_eq!(seen["terms"]["place"], "");
    assert_eq!(seen["previous_terms"]["place"], PLACE, "the other's own words stay");
    recipient.get(&format!("/api/core/needs/{open}")).await.problem(404);
    let card = app.nobody().get(&format!("/api/core/members/{}", donor.id)).await.status(200);
    assert_eq!((&card["gone"], &card["given_count"]), (&json!(true), &json!(1)));
    app.pump().await;
    let receipts: Vec<_> =
        app.said().await.into_iter().filter(|(kind, _)| kind == "PersonalDataErased").collect();
    assert_eq!(receipts, [("PersonalDataErased".to_owned(), json!({ "account_id": donor.id }))]);
}

#[tokio::test]
async fn an_erasure_without_a_request_before_it_ends_what_is_open_too() {
    let app = start().await;
    let (donor, recipient, id) = agreed(&app).await;
    is_erased(&app, donor.id).await;
    assert_eq!(seen(&recipient, &id).await["state"], "cancelled");
    app.pump().await;
}

#[tokio::test]
async fn a_dispute_waits_for_the_desk_as_it_did() {
    let app = start().await;
    let (donor, recipient, id) = over(&app).await;
    held(&donor, &id, 90).await.status(200);
    says(&recipient, &id, "other_absent").await.status(200);
    assert_eq!(seen(&recipient, &id).await["hold"], "dispute");
    leaves(&app, donor.id).await;
    is_erased(&app, donor.id).await;
    assert_eq!(seen(&recipient, &id).await["hold"], "dispute");
    app.pump().await;
}

#[tokio::test]
async fn nothing_that_comes_again_gives_anybody_back() {
    let app = start().await;
    let minji = resident(&app, "민지").await;
    is_erased(&app, minji.id).await;
    let data = json!({ "account_id": minji.id, "locale": "en", "age_band": "30s", "consents": [] });
    app.feed("dojob.auth.identity.v1", "AccountRegistered", minji.id, 1, data).await;
    told(&app, "AccountDeletionCancelled", minji.id).await;
    let me = minji.get("/api/core/me").await.status(200);
    assert_eq!((&me["name"], &me["languages"], &me["region"]), (&Value::Null, &json!([]), &Value::Null));
    // Also before the registration: topics have no order between them.
    let other = app.member();
    is_erased(&app, other.id).await;
    let data = json!({ "account_id": other.id, "locale": "en", "age_band": "30s", "consents": [] });
    app.feed("dojob.auth.identity.v1", "AccountRegistered", other.id, 1, data).await;
    let card = app.nobody().get(&format!("/api/core/members/{}", other.id)).await.status(200);
    assert_eq!(card["gone"], true);
    other.patch("/api/core/me", &json!({ "name": "민지" })).await.problem(409);
    app.pump().await;
}
