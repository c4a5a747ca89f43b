//! What happened → who is notified of what.

use std::collections::BTreeSet;

use crate::world::{
    CATALOGUE, ENGAGEMENT, HOURS, IDENTITY, INQUIRY, SESSION, Story, inbox, keys, start, told,
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

#[derive(Clone, Copy)]
enum To {
    Donor,
    Recipient,
    Both,
}

/// Kind, what it carries, who is notified, which key.
fn table(story: &Story) -> Vec<(&'static str, Value, To, &'static str)> {
    let terms = json!({
        "by": story.recipient, "awaiting": story.donor, "terms_version": 1,
        "starts_at": story.starts_at, "minutes": 60, "expires_at": story.starts_at,
    });
    let sides = json!({ "by": "donor", "awaiting": "recipient", "terms_version": 2, "minutes": 90 });
    let by = |who: Value| json!({ "by": who });
    vec![
        ("EngagementProposed", terms.clone(), To::Donor, "engagement.proposed"),
        ("EngagementCountered", sides, To::Recipient, "engagement.countered"),
        ("EngagementScheduled", terms, To::Donor, "engagement.scheduled"),
        (
            "EngagementDeclined",
            json!({ "by": story.donor, "reason_code": "time" }),
            To::Recipient,
            "engagement.declined",
        ),
        (
            "EngagementDeclined",
            json!({ "by": null, "reason_code": "need_filled" }),
            To::Donor,
            "engagement.not_chosen",
        ),
        (
            "EngagementDeclined",
            json!({ "by": "recipient", "reason_code": "need_closed" }),
            To::Donor,
            "engagement.need_closed",
        ),
        ("EngagementWithdrawn", by(json!({ "account": story.donor })), To::Recipient, "engagement.withdrawn"),
        ("EngagementExpired", json!({ "awaiting": story.donor }), To::Both, "engagement.expired"),
        (
            "EngagementCancelled",
            json!({ "by": "recipient", "late": true, "notice_seconds": 600 }),
            To::Donor,
            "engagement.cancelled",
        ),
        ("EngagementEnded", json!({ "answer_by": story.starts_at }), To::Both, "engagement.ended"),
        (
            "OutcomeClaimed",
            json!({ "by": story.donor, "awaiting": story.recipient }),
            To::Recipient,
            "engagement.outcome_claimed",
        ),
        (
            "OutcomeQuestioned",
            json!({ "question": "how_long", "awaiting": [story.donor, story.recipient] }),
            To::Both,
            "engagement.question",
        ),
        (
            "OutcomeQuestioned",
            json!({ "question": "nobodys_fault", "awaiting": [story.donor] }),
            To::Donor,
            "engagement.question",
        ),
        (
            "OutcomeRestated",
            json!({ "by": story.donor, "awaiting": story.recipient }),
            To::Recipient,
            "engagement.outcome_restated",
        ),
        ("SessionDidNotTakePlace", json!({}), To::Both, "engagement.did_not_take_place"),
        (
            "EngagementNoShow",
            json!({ "who": "donor", "acknowledged": false }),
            To::Both,
            "engagement.no_show",
        ),
        ("EngagementLapsed", json!({}), To::Both, "engagement.lapsed"),
        ("EngagementPutOnHold", json!({ "kind": "dispute" }), To::Both, "engagement.on_hold"),
    ]
}

#[tokio::test]
async fn each_event_of_an_engagement_reaches_whom_it_concerns_and_nobody_else() {
    let app = start().await;
    for row in 0..table(&Story::new(&app)).len() {
        // Each on an engagement of its own.
        let story = Story::new(&app);
        let (kind, more, to, key) = table(&story).swap_remove(row);
        story.tell(&app, kind, 1, more).await;
        let (donor, recipient) = (keys(&app, story.donor).await, keys(&app, story.recipient).await);
        let expected = match to {
            To::Donor => (vec![key], vec![]),
            To::Recipient => (vec![], vec![key]),
            To::Both => (vec![key], vec![key]),
        };
        assert_eq!((donor, recipient), (own(&expected.0), own(&expected.1)), "{kind}");
    }
}

fn own(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

#[tokio::test]
async fn a_notice_carries_ids_minutes_and_times_and_no_text() {
    let app = start().await;
    let story = Story::new(&app);
    let data = json!({
        "by": story.recipient, "awaiting": story.donor, "terms_version": 3, "starts_at": "2026-11-28T05:00:00Z",
        "minutes": 60, "expires_at": "2026-11-27T01:00:00Z", "title": "통기타", "place": "망원한강공원",
    });
    story.tell(&app, "EngagementProposed", 1, data).await;
    let notice = &inbox(&app, story.donor).await[0];
    assert_eq!(notice["category"], "engagement");
    assert_eq!(notice["read_at"], Value::Null);
    assert_eq!(
        notice["params"],
        json!({
            "engagement_id": story.id,
            "listing": { "kind": "talent", "id": story.talent },
            "role": "donor",
            "other_id": story.recipient,
            "actor_id": story.recipient,
            "starts_at": "2026-11-28T05:00:00Z",
            "minutes": 60,
            "expires_at": "2026-11-27T01:00:00Z",
            "terms_version": 3,
        })
    );
}

#[tokio::test]
async fn who_did_not_come_is_named_by_account() {
    let app = start().await;
    let story = Story::new(&app);
    story.tell(&app, "EngagementNoShow", 1, json!({ "who": "recipient", "acknowledged": true })).await;
    let params = inbox(&app, story.donor).await[0]["params"].clone();
    assert_eq!(params["absent_id"], json!(story.recipient));
    assert_eq!(params["acknowledged"], true);
}

#[tokio::test]
async fn a_meeting_on_record_makes_one_notice_each_and_it_tells_the_minutes() {
    let app = start().await;
    let story = Story::new(&app);
    story.tell(&app, "OutcomeClaimed", 5, json!({ "by": story.donor, "awaiting": story.recipient })).await;
    story.tell(&app, "OutcomeClaimed", 6, json!({ "by": story.recipient, "awaiting": null })).await;
    let resolved = json!({ "result": "completed", "minutes": 60, "basis": "both" });
    story.tell(&app, "SessionResolved", 6, resolved).await;
    story.tell(&app, "EngagementCompleted", 6, json!({ "minutes": 60 })).await;
    let posted = json!({
        "engagement_id": story.id, "donor_id": story.donor, "recipient_id": story.recipient,
        "journal_id": app.clock.id(), "minutes": 60, "local_date": "2026-11-28",
    });
    app.feed(HOURS, "HoursPosted", story.id, 1, posted).await;

    assert_eq!(keys(&app, story.donor).await, ["hours.recorded"]);
    assert_eq!(keys(&app, story.recipient).await, ["hours.recorded", "engagement.outcome_claimed"]);
    let notice = &inbox(&app, story.donor).await[0];
    assert_eq!((&notice["category"], &notice["params"]["minutes"]), (&json!("hours"), &json!(60)));
    assert_eq!(notice["params"]["role"], "donor");
}

#[tokio::test]
async fn a_question_says_what_is_asked_and_until_when() {
    let app = start().await;
    let story = Story::new(&app);
    let asked = json!({ "question": "how_long", "awaiting": [story.donor, story.recipient], "answer_by": "2026-12-01T00:00:00Z" });
    story.tell(&app, "OutcomeQuestioned", 7, asked).await;
    let params = inbox(&app, story.donor).await[0]["params"].clone();
    assert_eq!(
        (&params["question"], &params["answer_by"]),
        (&json!("how_long"), &json!("2026-12-01T00:00:00Z"))
    );
    story.tell(&app, "EngagementExpired", 8, json!({ "awaiting": story.recipient })).await;
    assert_eq!(inbox(&app, story.donor).await[0]["params"]["silent_id"], json!(story.recipient));
}

#[tokio::test]
async fn who_acted_may_stand_in_the_envelope_alone() {
    let app = start().await;
    let story = Story::new(&app);
    let mut record = app.record(ENGAGEMENT, "EngagementWithdrawn", story.id, 2, story.data(json!({})));
    record.headers = json!({ "source": "/dojob/core", "actor": { "account": story.recipient } });
    app.feed_record(&record).await;
    assert_eq!(keys(&app, story.donor).await, ["engagement.withdrawn"]);
    assert!(keys(&app, story.recipient).await.is_empty());
}

#[tokio::test]
async fn the_asked_one_hears_of_an_inquiry() {
    let app = start().await;
    let (from, to, talent, id) = (app.clock.id(), app.clock.id(), app.clock.id(), app.clock.id());
    let data =
        json!({ "inquiry_id": id, "from": from, "to": to, "listing": { "kind": "talent", "id": talent } });
    app.feed(INQUIRY, "InquiryOpened", id, 1, data).await;
    assert!(inbox(&app, from).await.is_empty());
    let notice = &inbox(&app, to).await[0];
    assert_eq!(notice["key"], "inquiry.opened");
    assert_eq!(notice["params"]["inquiry_id"], json!(id));
    assert_eq!(notice["params"]["other_id"], json!(from));
}

#[tokio::test]
async fn who_asks_at_every_door_is_heard_once_until_somebody_looks() {
    let app = start().await;
    let (from, to, other) = (app.clock.id(), app.clock.id(), app.clock.id());
    let ask = async |from: Uuid| {
        let (id, talent) = (app.clock.id(), app.clock.id());
        let listing = json!({ "kind": "talent", "id": talent });
        let data = json!({ "inquiry_id": id, "from": from, "to": to, "listing": listing });
        app.feed(INQUIRY, "InquiryOpened", id, 1, data).await;
    };
    ask(from).await;
    ask(from).await;
    assert_eq!(keys(&app, to).await, ["inquiry.opened"]);
    ask(other).await;
    assert_eq!(keys(&app, to).await, ["inquiry.opened", "inquiry.opened"]);
    // A proposal says more than the question before it, and a question after it says nothing new.
    let story = Story { donor: to, recipient: from, ..Story::new(&app) };
    let data = story.data(json!({ "awaiting": to }));
    app.feed(ENGAGEMENT, "EngagementProposed", story.id, 1, data).await;
    ask(from).await;
    assert_eq!(keys(&app, to).await, ["engagement.proposed", "inquiry.opened"]);
    app.person(to).post("/api/notifications/read-all", &json!({})).await.status(204);
    ask(from).await;
    assert_eq!(keys(&app, to).await, ["inquiry.opened", "engagement.proposed", "inquiry.opened"]);
}

#[tokio::test]
async fn owners_hear_that_a_listing_runs_out() {
    let app = start().await;
    let (donor, recipient) = (app.clock.id(), app.clock.id());
    for kind in ["TalentPublished", "TalentExpiringSoon", "TalentExpired"] {
        let data = json!({ "talent_id": app.clock.id(), "donor_id": donor, "category": "music",
            "region_code": "1144012300", "mode": "either", "expires_at": "2027-01-01T00:00:00Z", "revision": 1 });
        app.feed(CATALOGUE, kind, app.clock.id(), 1, data).await;
    }
    for kind in ["NeedExpiringSoon", "NeedExpired", "NeedFilled"] {
        let data = json!({ "need_id": app.clock.id(), "recipient_id": recipient, "expires_at": "2027-01-01T00:00:00Z" });
        app.feed(CATALOGUE, kind, app.clock.id(), 1, data).await;
    }
    assert_eq!(keys(&app, donor).await, ["talent.expired", "talent.expiring_soon"]);
    assert_eq!(keys(&app, recipient).await, ["need.expired", "need.expiring_soon"]);
    let notice = &inbox(&app, donor).await[0];
    assert_eq!(
        (&notice["category"], &notice["params"]["expires_at"]),
        (&json!("listing"), &json!("2027-01-01T00:00:00Z"))
    );
}

#[tokio::test]
async fn a_new_device_is_told_but_not_the_one_of_the_sign_up() {
    let app = start().await;
    let account = app.clock.id();
    for first in [true, false] {
        let session = app.clock.id();
        let data = json!({ "account_id": account, "device_session_id": session, "first": first });
        app.feed(SESSION, "DeviceSessionStarted", account, 1, data).await;
    }
    app.feed(IDENTITY, "PasswordChanged", account, 2, json!({ "account_id": account })).await;
    for cause in ["logout", "device_removed", "password_changed", "reuse"] {
        let data = json!({ "account_id": account, "device_session_id": app.clock.id(), "cause": cause });
        app.feed(SESSION, "DeviceSessionRevoked", account, 3, data).await;
    }
    let expected = ["security.session_reused", "security.password_changed", "security.new_device"];
    assert_eq!(keys(&app, account).await, expected);
    assert_eq!(inbox(&app, account).await[0]["category"], "security");
}

#[tokio::test]
async fn another_way_to_log_in_is_told_and_so_is_one_less() {
    let app = start().await;
    let account = app.clock.id();
    for (sequence, kind) in (1..).zip(["IdentityLinked", "IdentityUnlinked"]) {
        let data = json!({ "account_id": account, "provider": "kakao" });
        app.feed(IDENTITY, kind, account, sequence, data).await;
    }
    let expected = ["security.identity_unlinked", "security.identity_linked"];
    assert_eq!(keys(&app, account).await, expected);
    assert_eq!(inbox(&app, account).await[0]["category"], "security", "nobody can switch it off");
}

#[tokio::test]
async fn a_log_in_on_a_known_device_is_not_told() {
    let app = start().await;
    let account = app.clock.id();
    for known in [true, false] {
        let session = app.clock.id();
        let data =
            json!({ "account_id": account, "device_session_id": session, "first": false, "known": known });
        app.feed(SESSION, "DeviceSessionStarted", account, 1, data).await;
    }
    assert_eq!(keys(&app, account).await, ["security.new_device"]);
}

/// Somebody with the password and a script must not bury everything else.
#[tokio::test]
async fn many_new_devices_are_one_notice_until_it_is_read() {
    let app = start().await;
    let (account, other) = (app.clock.id(), app.clock.id());
    let log_in = async |account: Uuid| {
        let data = json!({ "account_id": account, "device_session_id": app.clock.id(), "first": false });
        app.feed(SESSION, "DeviceSessionStarted", account, 1, data).await;
        let data = json!({ "account_id": account, "device_session_id": app.clock.id(), "cause": "device_removed", "too_many": true });
        app.feed(SESSION, "DeviceSessionRevoked", account, 2, data).await;
    };
    for _ in 0..10 {
        log_in(account).await;
    }
    log_in(other).await;
    let both = ["security.too_many_devices", "security.new_device"];
    assert_eq!(keys(&app, account).await, both);
    assert_eq!(keys(&app, other).await, both);
    app.person(account).post("/api/notifications/read-all", &json!({})).await.status(204);
    log_in(account).await;
    assert_eq!(keys(&app, account).await, [both, both].concat());
    log_in(account).await;
    app.clock.advance(TimeDelta::minutes(61));
    log_in(account).await;
    assert_eq!(keys(&app, account).await, [both, both, both].concat());
}

#[tokio::test]
async fn an_event_that_comes_twice_makes_one_notice() {
    let app = start().await;
    let story = Story::new(&app);
    let record = app.record(ENGAGEMENT, "EngagementEnded", story.id, 4, story.data(json!({})));
    app.feed_record(&record).await;
    let once = told(&app).await;
    app.feed_record(&record).await;
    // Even when the proof of the first time is lost, the person is told once.
    app.db.superuser().await.batch_execute("DELETE FROM processed_event").await.unwrap();
    app.feed_record(&record).await;
    assert_eq!(once.len(), 2);
    assert_eq!(told(&app).await, once);
}

#[tokio::test]
async fn a_notice_is_announced_with_ids_only() {
    let app = start().await;
    let story = Story::new(&app);
    story.tell(&app, "EngagementEnded", 1, json!({})).await;
    app.pump().await;
    let said = app.said().await;
    assert_eq!(said.len(), 2);
    for (kind, data) in said {
        assert_eq!(kind, "NoticeCreated");
        let fields: BTreeSet<_> = data.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, BTreeSet::from(["account_id", "category", "key", "notice_id"]));
    }
}
