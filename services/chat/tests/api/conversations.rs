use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::App;
use uuid::Uuid;

use super::{CORE, about, happens, inquiry, path, says, start};

async fn messages(app: &App, who: Uuid, conversation: Uuid) -> Vec<Value> {
    let page = app.person(who).get(&path(conversation, "/messages?limit=100")).await.status(200);
    page["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_inquiry_opens_a_conversation_of_the_same_id() {
    let app = start().await;
    let (ana, bo) = (app.member(), app.member());
    let id = inquiry(&app, ana.id, bo.id).await;
    let seen = bo.get(&path(id, "")).await.status(200);
    assert_eq!(seen["kind"], "inquiry");
    assert_eq!(seen["listing"]["kind"], "need");
    assert_eq!(seen["participants"], json!([ana.id, bo.id]));
    assert_eq!(seen["other_id"], json!(ana.id));
    assert_eq!(
        [&seen["last_seq"], &seen["unread"], &seen["read_seq"], &seen["other_read_seq"]],
        [&json!(0); 4]
    );
    assert_eq!(seen["last"], Value::Null);
    app.pump().await;
    let opened = json!({ "conversation_id": id, "participants": [ana.id, bo.id] });
    assert_eq!(app.said().await, [("ConversationOpened".to_owned(), opened)]);
}

#[tokio::test]
async fn strangers_and_those_who_come_too_early_get_the_same_answer() {
    let app = start().await;
    let id = inquiry(&app, app.clock.id(), app.clock.id()).await;
    let stranger = app.member();
    let (theirs, absent) = (stranger.get(&path(id, "")).await, stranger.get(&path(app.clock.id(), "")).await);
    for answer in [&theirs, &absent] {
        assert_eq!(answer.problem(404), "request.not_found");
        assert_eq!(answer.header("retry-after"), "1");
    }
    let without_id = |v: Value| {
        let mut v = v;
        v.as_object_mut().unwrap().remove("request_id");
        v
    };
    assert_eq!(without_id(theirs.json()), without_id(absent.json()));
    for rest in ["/messages", "/messages?after=0"] {
        assert_eq!(stranger.get(&path(id, rest)).await.problem(404), "request.not_found");
    }
    assert_eq!(
        stranger.post(&path(id, "/messages"), &says(&app, "안녕")).await.problem(404),
        "request.not_found"
    );
    assert_eq!(
        stranger.post(&path(id, "/read"), &json!({ "seq": 0 })).await.problem(404),
        "request.not_found"
    );
    assert_eq!(stranger.get("/api/chat/conversations/nothing").await.problem(404), "request.not_found");
}

#[tokio::test]
async fn the_last_activity_comes_first_and_pages_do_not_repeat() {
    let app = start().await;
    let me = app.member();
    let mut ids = Vec::new();
    for _ in 0..7 {
        let other = app.member();
        let id = inquiry(&app, me.id, other.id).await;
        ids.push(id);
        app.clock.advance(TimeDelta::seconds(1));
    }
    inquiry(&app, app.clock.id(), app.clock.id()).await;
    // The second one wakes up again.
    me.post(&path(ids[1], "/messages"), &says(&app, "다시 인사드려요")).await.status(201);
    let mut expected: Vec<Uuid> = ids.iter().rev().copied().filter(|id| *id != ids[1]).collect();
    expected.insert(0, ids[1]);
    let (mut seen, mut cursor) = (Vec::<Uuid>::new(), String::new());
    loop {
        let page = me.get(&format!("/api/chat/conversations?limit=3{cursor}")).await.status(200);
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|c| c["id"].as_str().unwrap().parse::<Uuid>().unwrap()),
        );
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, expected);
    let first = &me.get("/api/chat/conversations?limit=1").await.status(200)["items"][0];
    assert_eq!(first["last"]["text"], "다시 인사드려요");
    assert_eq!(first["last"]["sender_id"], json!(me.id));
    assert_eq!(me.get("/api/chat/conversations?cursor=nonsense").await.problem(400), "page.cursor");
}

/// Kind, who did it, what else the event says, and the message that it leaves.
type Happening = (&'static str, Option<Uuid>, Value, Option<(&'static str, Value)>);

/// The life of an engagement.
fn life(donor: Uuid, recipient: Uuid) -> Vec<Happening> {
    let terms = json!({ "terms_version": 1, "starts_at": "2026-11-28T01:00:00Z", "minutes": 60, "by": recipient,
        "awaiting": donor, "expires_at": "2026-11-27T01:00:00Z" });
    let said = json!({ "terms_version": 1, "starts_at": "2026-11-28T01:00:00Z", "minutes": 60 });
    vec![
        ("EngagementProposed", Some(recipient), terms.clone(), Some(("engagement.proposed", said.clone()))),
        ("EngagementCountered", Some(donor), terms.clone(), Some(("engagement.countered", said.clone()))),
        ("EngagementScheduled", Some(recipient), terms, Some(("engagement.scheduled", said))),
        ("EngagementStarted", None, json!({}), Some(("engagement.started", json!({})))),
        ("EngagementEnded", None, json!({}), Some(("engagement.outcome_asked", json!({})))),
        ("OutcomeClaimed", Some(donor), json!({ "by": donor }), None),
        (
            "SessionResolved",
            Some(recipient),
            json!({ "result": "took_place", "minutes": 55, "basis": "both" }),
            None,
        ),
        (
            "EngagementCompleted",
            Some(recipient),
            json!({ "minutes": 55 }),
            Some(("engagement.completed", json!({ "minutes": 55 }))),
        ),
    ]
}

#[tokio::test]
async fn what_happens_leaves_messages_with_their_true_actor() {
    let app = start().await;
    let (donor, recipient, id) = (app.clock.id(), app.clock.id(), app.clock.id());
    let life = life(donor, recipient);
    for (n, (kind, actor, more, _)) in (1i64..).zip(&life) {
        happens(&app, kind, n, *actor, about(id, donor, recipient, more)).await;
    }
    let expected: Vec<Value> = life
        .iter()
        .filter_map(|(_, actor, _, said)| said.as_ref().map(|(key, params)| (actor, key, params)))
        .map(|(actor, key, params)| json!({ "key": key, "actor_id": actor, "params": params }))
        .collect();
    let seen = messages(&app, donor, id).await;
    assert_eq!(seen.iter().map(|m| m["system"].clone()).collect::<Vec<_>>(), expected);
    assert_eq!(
        seen.iter().map(|m| m["seq"].as_i64().unwrap()).collect::<Vec<_>>(),
        (1..=6).collect::<Vec<_>>()
    );
    assert!(seen.iter().all(|m| m["text"].is_null() && m["sender_id"].is_null() && m["client_id"].is_null()));
    // What one did oneself is no news: three by the recipient, one by the donor, two by time.
    assert_eq!(app.person(recipient).get(&path(id, "")).await.status(200)["unread"], 3);
    assert_eq!(app.person(donor).get(&path(id, "")).await.status(200)["unread"], 5);
    let last = &app.person(donor).get(&path(id, "")).await.status(200)["last"];
    assert_eq!(last["system"]["key"], "engagement.completed");
}

#[tokio::test]
async fn endings_have_their_own_words() {
    let app = start().await;
    let (donor, recipient) = (app.clock.id(), app.clock.id());
    for (kind, more, key, params) in [
        (
            "EngagementDeclined",
            json!({ "reason_code": "busy" }),
            "engagement.declined",
            json!({ "reason_code": "busy" }),
        ),
        ("EngagementWithdrawn", json!({}), "engagement.withdrawn", json!({})),
        ("EngagementExpired", json!({}), "engagement.expired", json!({})),
        (
            "EngagementCancelled",
            json!({ "late": true, "notice_seconds": 60 }),
            "engagement.cancelled",
            json!({ "late": true }),
        ),
        ("SessionDidNotTakePlace", json!({}), "engagement.did_not_take_place", json!({})),
        (
            "EngagementNoShow",
            json!({ "who": recipient, "acknowledged": false }),
            "engagement.no_show",
            json!({ "who": recipient, "acknowledged": false }),
        ),
        ("EngagementLapsed", json!({}), "engagement.lapsed", json!({})),
        ("EngagementPutOnHold", json!({}), "engagement.on_hold", json!({})),
    ] {
        // None of them was known before: each opens its conversation.
        let id = app.clock.id();
        happens(&app, kind, 4, Some(donor), about(id, donor, recipient, &more)).await;
        let system = &messages(&app, recipient, id).await[0]["system"];
        assert_eq!((&system["key"], &system["params"]), (&json!(key), &params), "{kind}");
    }
}

#[tokio::test]
async fn events_in_reverse_order_give_the_same_conversation() {
    let app = start().await;
    let (donor, recipient) = (app.clock.id(), app.clock.id());
    let mut states = Vec::new();
    let mut records = Vec::new();
    for (n, (kind, actor, more, _)) in (1i64..).zip(life(donor, recipient)) {
        let key = app.clock.id();
        let mut record = app.record(CORE, kind, key, n, about(key, donor, recipient, &more));
        record.headers["actor"] = actor.map_or(json!("clock"), |account| json!({ "account": account }));
        record.data["at"] = json!(record.occurred_at + TimeDelta::minutes(n));
        records.push(record);
    }
    for reversed in [false, true] {
        // The same events of another engagement, since an id is opened only once.
        let id = app.clock.id();
        let mut order = records.clone();
        if reversed {
            order.reverse();
        }
        for mut record in order {
            (record.key, record.event_id) = (id, app.clock.id());
            record.data["engagement_id"] = json!(id);
            app.feed_record(&record).await;
            app.feed_record(&record).await;
        }
        let mut conversation = app.person(donor).get(&path(id, "")).await.status(200);
        assert_eq!(conversation["engagement_id"], json!(id));
        for varies in ["id", "engagement_id", "last", "read_seq", "other_read_seq"] {
            conversation.as_object_mut().unwrap().remove(varies);
        }
        let mut said = messages(&app, donor, id).await;
        let numbers: Vec<_> = said.iter().map(|m| m["seq"].as_i64().unwrap()).collect();
        assert_eq!(numbers, (1..=6).collect::<Vec<_>>());
        // Late messages stand at the end, with the time when it happened.
        said.sort_by_key(|m| m["at"].as_str().unwrap().to_owned());
        let said: Vec<_> = said.iter().map(|m| json!([m["at"], m["system"]])).collect();
        states.push((conversation, said));
    }
    assert_eq!(states[0], states[1]);
}

#[tokio::test]
async fn what_two_people_do_about_a_listing_stays_in_one_conversation() {
    let app = start().await;
    let (ana, bo) = (app.member(), app.member());
    let id = inquiry(&app, ana.id, bo.id).await;
    let (first, second) = (app.clock.id(), app.clock.id());
    let tell = async |engagement: Uuid, kind: &str, sequence: i64| {
        let data = about(engagement, bo.id, ana.id, &json!({ "conversation_id": id, "by": ana.id }));
        happens(&app, kind, sequence, Some(ana.id), data).await;
    };
    tell(first, "EngagementProposed", 1).await;
    tell(first, "EngagementWithdrawn", 2).await;
    tell(second, "EngagementProposed", 1).await;
    let seen = bo.get(&path(id, "")).await.status(200);
    assert_eq!((&seen["kind"], &seen["engagement_id"]), (&json!("engagement"), &json!(second)));
    // Late news of the first one changes nothing about which is shown.
    tell(first, "EngagementReleased", 3).await;
    assert_eq!(bo.get(&path(id, "")).await.status(200)["engagement_id"], json!(second));
    assert_eq!(bo.get("/api/chat/conversations").await.status(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(messages(&app, bo.id, id).await.len(), 4);

    // Events of the release before name none: the engagement has one of its own.
    let old = app.clock.id();
    happens(&app, "EngagementProposed", 1, Some(ana.id), about(old, bo.id, ana.id, &json!({}))).await;
    assert_eq!(bo.get(&path(old, "")).await.status(200)["engagement_id"], json!(old));
}
