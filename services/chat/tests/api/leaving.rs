//! Who has left is not heard any more, and what the other said stays.

use serde_json::{Value, json};
use testkit::App;
use uuid::Uuid;

use super::{inquiry, path, says, start};

async fn is_erased(app: &App, account: Uuid) {
    let data = json!({ "account_id": account });
    app.feed("dojob.auth.leaving.v1", "AccountErasureRequested", account, 9, data).await;
}

#[tokio::test]
async fn the_words_of_who_left_go_and_those_of_the_other_stay_in_their_places() {
    let app = start().await;
    let (ana, bo, cho) = (app.member(), app.member(), app.member());
    let id = inquiry(&app, ana.id, bo.id).await;
    let another = inquiry(&app, bo.id, cho.id).await;
    for (who, text) in [(&ana, "옥상 열쇠는 화분 밑에"), (&bo, "고맙습니다"), (&ana, "제 번호는 비밀이에요")]
    {
        who.post(&path(id, "/messages"), &says(&app, text)).await.status(201);
    }
    bo.post(&path(another, "/messages"), &says(&app, "다른 이야기")).await.status(201);
    is_erased(&app, ana.id).await;
    for needle in ["화분", "번호"] {
        assert_eq!(app.db.tables_with(needle).await, Vec::<String>::new(), "{needle}");
    }
    let left = bo.get(&path(id, "/messages")).await.status(200);
    let items = left["items"].as_array().unwrap();
    let seen: Vec<_> = items.iter().map(|m| (&m["seq"], &m["sender_id"], &m["text"])).collect();
    let (ana_id, bo_id) = (json!(ana.id), json!(bo.id));
    assert_eq!(
        seen,
        [
            (&json!(1), &ana_id, &Value::Null),
            (&json!(2), &bo_id, &json!("고맙습니다")),
            (&json!(3), &ana_id, &Value::Null),
        ]
    );
    let conversation = bo.get(&path(id, "")).await.status(200);
    assert_eq!((&conversation["last"]["text"], &conversation["last"]["seq"]), (&Value::Null, &json!(3)));
    assert_eq!(conversation["unread"], 2);
    bo.post(&path(id, "/read"), &json!({ "seq": 3 })).await.status(204);
    let other = cho.get(&path(another, "/messages")).await.status(200);
    assert_eq!(other["items"][0]["text"], "다른 이야기");
    app.pump().await;
    let receipts: Vec<_> =
        app.said().await.into_iter().filter(|(kind, _)| kind == "PersonalDataErased").collect();
    assert_eq!(receipts, [("PersonalDataErased".to_owned(), json!({ "account_id": ana.id }))]);
}

#[tokio::test]
async fn somebody_who_never_said_anything_is_answered_for_too() {
    let app = start().await;
    let nobody = app.member();
    is_erased(&app, nobody.id).await;
    app.pump().await;
    assert_eq!(app.said().await.len(), 1);
}
