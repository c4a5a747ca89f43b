//! What a mail leads to, through auth, the bus, notify-address and a mail server.

use chrono::TimeDelta;
use dojob_journeys::{Fixture, PASSWORD};
use serde_json::json;

const NEW: &str = "다른 긴 비밀번호예요";

#[tokio::test]
async fn who_forgot_the_password_comes_back_by_mail() {
    let fixture = Fixture::start().await;
    let mut minji = fixture.neighbour("민지", "망원동").await;
    let visitor = fixture.visitor();
    visitor.post("/api/auth/password/forgotten", json!({ "email": minji.email }), 202).await;
    let mail = fixture.mail(&minji.email, 1).await;
    assert_eq!(mail.subject, "[두잡] 비밀번호를 새로 정해 주세요");
    let body = json!({ "token": mail.token().unwrap(), "password": NEW });
    visitor.post("/api/auth/password/reset", body.clone(), 204).await;
    minji.get("/api/auth/account", 401).await;
    assert_eq!(visitor.post("/api/auth/password/reset", body, 409).await["code"], "link.used");
    let told = fixture.mail(&minji.email, 2).await;
    assert_eq!(told.subject, "[두잡] 비밀번호가 바뀌었어요");
    let old = json!({ "email": minji.email, "password": PASSWORD });
    visitor.post("/api/auth/login", old, 401).await;
    minji.log_in_with(NEW).await;
    minji.get("/api/auth/account", 200).await;
    fixture.pump().await;
}

#[tokio::test]
async fn addresses_are_in_auth_and_nowhere_else() {
    let fixture = Fixture::start().await;
    let minji = fixture.neighbour("민지", "망원동").await;
    let fresh = format!("fresh-{}", minji.email);
    let change = json!({ "email": fresh });
    minji.post("/api/auth/account/address", change, 202).await;
    let token = fixture.mail(&fresh, 0).await.token().unwrap().to_owned();
    minji.post("/api/auth/address/confirm", json!({ "token": token }), 204).await;
    let told = fixture.mail(&minji.email, 1).await;
    assert_eq!(told.subject, "[두잡] 메일 주소가 바뀌었어요");
    assert!(told.link().unwrap().contains("/address/undo#"), "{}", told.plain);
    let mut places = fixture.rows_with(&minji.email).await;
    places.sort();
    assert_eq!(places, ["public.accounts", "public.mail_links", "public.mails"]);
    // Nor is what opens anything.
    for mail in fixture.mailbox.mails() {
        if let Some(token) = mail.token() {
            assert_eq!(fixture.rows_with(token).await, Vec::<String>::new());
        }
    }
    fixture.pass(TimeDelta::days(8)).await;
    assert_eq!(fixture.rows_with(&minji.email).await, ["public.accounts"], "and after a week in one place");
}

/// The mail server is away, then back: nobody has to ask again.
#[tokio::test]
async fn a_mail_waits_for_a_mail_server() {
    let fixture = Fixture::start().await;
    fixture.mailbox.behave(mailbox::Mood::Refuses(421));
    let mut minji = fixture.visitor();
    minji.email = "minji@dojob.example".to_owned();
    minji.ask_to_join("1990-03-14").await;
    fixture.pump().await;
    assert_eq!(fixture.mailbox.mails().len(), 0);
    fixture.mailbox.behave(mailbox::Mood::Accepts);
    fixture.pass(TimeDelta::seconds(11)).await;
    minji.verify().await;
    minji.get("/api/auth/account", 200).await;
}
