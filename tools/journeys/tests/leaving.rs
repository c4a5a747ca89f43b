//! J12, leaving: what a person had is gone from four databases and their logs, and what others have with them stays.

use chrono::TimeDelta;
use dojob_journeys::{Fixture, Person};
use reqwest::Method;
use serde_json::{Value, json};

use crate::hour::{guitar, terms};

const BIO: &str = "옥상에서 스무 해 동안 기타를 쳤어요";
const SECRET: &str = "열쇠는 초록 화분 밑에 있어요";
const PLACE: &str = "망원동 옥탑방 302호";
const SUBJECT: &str = "kakao-subject-4711";

/// Somebody who leaves, and a neighbour who stays; they have met once, will meet again, and have talked.
struct Two<'a> {
    leaver: Person<'a>,
    other: Person<'a>,
    conversation: String,
    recorded: String,
    planned: String,
    talent: String,
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

async fn say(fixture: &Fixture, who: &Person<'_>, conversation: &str, text: &str) {
    let body = json!({ "client_id": fixture.clock.id(), "text": text });
    who.post(&format!("/api/chat/conversations/{conversation}/messages"), body, 201).await;
}

/// Both accept these terms, which the leaver has put.
async fn agree(two: (&Person<'_>, &Person<'_>), fixture: &Fixture, talent: &str, hours: i64) -> String {
    let (leaver, other) = two;
    let proposal = json!({ "talent_id": talent, "terms": terms(fixture, hours, 60) });
    let engagement = id(&other.post("/api/core/engagements", proposal, 201).await);
    let at = |act: &str| format!("/api/core/engagements/{engagement}/{act}");
    let mut own = terms(fixture, hours + 1, 60);
    own["place"] = PLACE.into();
    leaver.post(&at("counter"), json!({ "terms_version": 1, "terms": own }), 200).await;
    other.post(&at("accept"), json!({ "terms_version": 2 }), 200).await;
    fixture.pump().await;
    engagement
}

async fn two(fixture: &Fixture) -> Two<'_> {
    let mut leaver = fixture.neighbour("가온누리", "망원동").await;
    let mut other = fixture.neighbour("도윤", "망원동").await;
    leaver.call(Method::PATCH, "/api/core/me", Some(json!({ "bio": BIO })), 200).await;
    let region = leaver.get("/api/core/me", 200).await["region"]["code"].as_str().unwrap().to_owned();
    let talent = guitar(&leaver, &region).await;
    // As if a Kakao account were linked.
    let link = format!(
        "INSERT INTO credentials VALUES (gen_random_uuid(), '{}', 'https://kauth.kakao.com', '{SUBJECT}', now(), now())",
        leaver.id
    );
    fixture.database("auth").superuser().await.batch_execute(&link).await.unwrap();

    let recorded = agree((&leaver, &other), fixture, &talent, 30).await;
    let conversation = other.get(&format!("/api/core/engagements/{recorded}"), 200).await["conversation_id"]
        .as_str()
        .unwrap()
        .to_owned();
    say(fixture, &leaver, &conversation, SECRET).await;
    say(fixture, &other, &conversation, "잘 찾아갈게요").await;
    fixture.pass(TimeDelta::hours(33)).await;
    leaver.refresh().await;
    other.refresh().await;
    for who in [&leaver, &other] {
        let claim = json!({ "claim": "took_place", "minutes": 60 });
        who.post(&format!("/api/core/engagements/{recorded}/claim"), claim, 200).await;
    }
    fixture.pump().await;
    let planned = agree((&leaver, &other), fixture, &talent, 24 * 20).await;
    Two { leaver, other, conversation, recorded, planned, talent }
}

impl Two<'_> {
    async fn leaves(&mut self, fixture: &Fixture) {
        self.leaver.log_in().await;
        self.leaver.post("/api/auth/account/leaving", json!({}), 202).await;
        fixture.mail(&self.leaver.email, 0).await;
        fixture.pump().await;
    }

    /// What must not be found anywhere.
    fn needles(&self) -> Vec<String> {
        let email = self.leaver.email.split('@').next().unwrap().to_owned();
        let texts = ["가온누리", BIO, SECRET, PLACE, SUBJECT, "코드 세 개로 한 곡", "127.0.0.1"];
        texts.iter().map(|text| (*text).to_owned()).chain([email]).collect()
    }

    async fn is_nowhere(&self, fixture: &Fixture) {
        for needle in self.needles() {
            assert_eq!(fixture.rows_with(&needle).await, Vec::<String>::new(), "{needle} is left");
        }
    }
}

/// Fourteen days, and the minutes in which the last tokens run out.
async fn fortnight(fixture: &Fixture) {
    fixture.pass(TimeDelta::days(14)).await;
    fixture.pass(TimeDelta::minutes(12)).await;
}

#[tokio::test]
async fn who_leaves_may_come_back_and_then_leaves_for_good() {
    let fixture = Fixture::start().await;
    let mut two = two(&fixture).await;
    two.leaves(&fixture).await;

    // At once: gone for others, what was planned is over, and the other one is told by whom.
    let card = two.other.get(&format!("/api/core/members/{}", two.leaver.id), 200).await;
    assert_eq!((&card["gone"], &card["name"]), (&json!(true), &Value::Null));
    two.other.get(&format!("/api/core/talents/{}", two.talent), 404).await;
    let planned = two.other.get(&format!("/api/core/engagements/{}", two.planned), 200).await;
    assert_eq!((&planned["state"], &planned["other"]["gone"]), (&json!("cancelled"), &json!(true)));
    let inbox = two.other.get("/api/notifications?limit=100", 200).await;
    assert_eq!(inbox["items"][0]["key"], "engagement.cancelled");
    assert_eq!(inbox["items"][0]["params"]["actor_id"], json!(two.leaver.id));

    // On the thirteenth day they come back, once.
    fixture.pass(TimeDelta::days(13)).await;
    two.leaver.log_in().await;
    two.leaver.call(Method::DELETE, "/api/auth/account/leaving", None, 204).await;
    fixture.pass(TimeDelta::days(2)).await;
    let card = fixture.visitor().get(&format!("/api/core/members/{}", two.leaver.id), 200).await;
    assert_eq!(card["name"], "가온누리");

    // And leave again.
    two.leaves(&fixture).await;
    two.other.log_in().await;
    let before = two.other.get("/api/core/hours/summary", 200).await;
    assert_eq!(before["received"]["minutes"], 60);
    fortnight(&fixture).await;
    two.is_nowhere(&fixture).await;

    // What the other one has stays.
    two.other.log_in().await;
    assert_eq!(two.other.get("/api/core/hours/summary", 200).await, before);
    let seen = two.other.get(&format!("/api/core/engagements/{}", two.recorded), 200).await;
    assert_eq!((&seen["state"], &seen["other"]["gone"]), (&json!("completed"), &json!(true)));
    let path = format!("/api/chat/conversations/{}/messages", two.conversation);
    let lines = two.other.get(&path, 200).await;
    let said: Vec<_> = lines["items"].as_array().unwrap().iter().filter(|m| m["system"].is_null()).collect();
    assert_eq!((&said[0]["sender_id"], &said[0]["text"]), (&json!(two.leaver.id), &Value::Null));
    assert_eq!(said[1]["text"], "잘 찾아갈게요");
    // The address belongs to nobody: whoever takes it is somebody new.
    let mut again = fixture.visitor();
    again.email.clone_from(&two.leaver.email);
    again.sign_up("1990-03-14").await;
    assert_ne!(again.id, two.leaver.id);
}

#[tokio::test]
async fn a_service_that_was_away_is_waited_for_and_then_it_is_complete() {
    let fixture = Fixture::start().await;
    let mut two = two(&fixture).await;
    two.leaves(&fixture).await;
    fixture.pass(TimeDelta::days(14)).await;
    fixture.pump_without("chat").await;
    fixture.clock.advance(TimeDelta::minutes(12));
    fixture.pump().await;
    let email = two.leaver.email.clone();
    assert!(!fixture.rows_with(&email).await.is_empty(), "auth's own rows go last");
    let late = || {
        let text = fixture.service("auth").cx.metrics.text();
        text.lines().any(|line| line == "dojob_late_receipts_total{service=\"chat\"} 1")
    };
    assert!(!late(), "it may take a while");
    fixture.pass(TimeDelta::hours(1)).await;
    assert!(late(), "nobody is alarmed");
    fixture.pump_all().await;
    fixture.pump().await;
    two.is_nowhere(&fixture).await;
}

#[tokio::test]
async fn consuming_everything_again_gives_nobody_back() {
    let fixture = Fixture::start().await;
    let mut two = two(&fixture).await;
    two.leaves(&fixture).await;
    fortnight(&fixture).await;
    two.is_nowhere(&fixture).await;
    // As a new consumer group on an empty database reads: from the beginning, with no proof of anything.
    for service in ["core", "chat", "notify-address", "auth"] {
        let forget = "DELETE FROM processed_event; DELETE FROM consumer_position WHERE consumer <> 'relay'";
        fixture.database(service).superuser().await.batch_execute(forget).await.unwrap();
    }
    fixture.pump_all().await;
    fixture.pump().await;
    two.is_nowhere(&fixture).await;
    let card = fixture.visitor().get(&format!("/api/core/members/{}", two.leaver.id), 200).await;
    assert_eq!((&card["gone"], &card["name"]), (&json!(true), &Value::Null));
    let sql = "SELECT count(*) FROM notification.notices WHERE account_id = $1::text::uuid";
    let notify = fixture.database("notify-address").superuser().await;
    let notices: i64 = notify.query_one(sql, &[&two.leaver.id]).await.unwrap().get(0);
    assert_eq!(notices, 0);
    // Chat's system messages have the ids of their events: without the proofs each is refused as a mistake.
    let chat = fixture.database("chat").superuser().await;
    chat.batch_execute("DELETE FROM parked_event").await.unwrap();
}

#[tokio::test]
async fn the_ledger_applied_to_an_older_backup_leaves_nobody() {
    let fixture = Fixture::start().await;
    // Four databases from before the request: the person is there as ever.
    let two = two(&fixture).await;
    // docs/runbooks/restore.md, "The erasure ledger"
    let auth = fixture.database("auth").superuser().await;
    let ledger = format!(
        "CREATE TEMPORARY TABLE ledger (account_id uuid); INSERT INTO ledger VALUES ('{}'); \
         INSERT INTO job (id, kind, key, run_at, payload) \
         SELECT gen_random_uuid(), 'leaving.close', account_id::text, now(), 'null' FROM ledger \
         ON CONFLICT (kind, key) DO UPDATE SET run_at = excluded.run_at",
        two.leaver.id
    );
    auth.batch_execute(&ledger).await.unwrap();
    fixture.pump().await;
    fixture.pass(TimeDelta::minutes(12)).await;
    two.is_nowhere(&fixture).await;
}
