use std::time::Duration;

use chrono::TimeDelta;
use dojob_chat::{Config, close};
use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::{App, Member};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use super::{about, happens, inquiry, path, says, start, start_with, ws::Ws};

fn fast() -> Config {
    Config { per_second: 100_000, burst: 100_000, unanswered: i32::MAX, ..Config::default() }
}

/// Two people, their conversation, and everything running.
async fn talk(app: &App) -> (Member<'_>, Member<'_>, Uuid) {
    app.start_workers();
    let (ana, bo) = (app.member(), app.member());
    let id = inquiry(app, ana.id, bo.id).await;
    (ana, bo, id)
}

async fn say(app: &App, who: &Member<'_>, conversation: Uuid, text: &str) -> Value {
    who.post(&path(conversation, "/messages"), &says(app, text)).await.status(201)
}

/// `count` messages, eight at a time.
async fn say_many(app: &App, who: &Member<'_>, conversation: Uuid, count: usize, text: &str) {
    let path = path(conversation, "/messages");
    for chunk in (0..count).collect::<Vec<_>>().chunks(8) {
        let bodies: Vec<_> = chunk.iter().map(|_| says(app, text)).collect();
        for answer in join_all(bodies.iter().map(|body| who.post(&path, body))).await {
            answer.status(201);
        }
    }
}

/// The numbers of the next `count` messages.
async fn seqs(ws: &mut Ws, count: usize) -> Vec<i64> {
    let mut seqs = Vec::new();
    while seqs.len() < count {
        seqs.push(ws.receive_type("message").await["message"]["seq"].as_i64().unwrap());
    }
    seqs
}

#[tokio::test]
async fn a_message_reaches_every_device_of_both() {
    let app = start().await;
    let (ana, bo, id) = talk(&app).await;
    let (mut ana1, mut ana2, mut bo1) =
        (Ws::of(&app, &ana).await, Ws::of(&app, &ana).await, Ws::of(&app, &bo).await);
    let mut stranger = Ws::of(&app, &app.member()).await;
    let client_id = app.clock.id();
    bo1.send(id, client_id, "안녕하세요").await;
    let stored = bo1.receive_type("stored").await;
    assert_eq!([&stored["seq"], &stored["client_id"]], [&json!(1), &json!(client_id)]);
    for ws in [&mut ana1, &mut ana2, &mut bo1] {
        let received = ws.receive_type("message").await;
        let kept = &ana.get(&path(id, "/messages")).await.status(200)["items"][0];
        assert_eq!(&received["message"], kept);
    }
    // One device reads: the other and the sender hear of it.
    ana1.say(json!({ "type": "read", "conversation_id": id, "seq": 1 })).await;
    let read = json!({ "type": "read", "conversation_id": id, "account_id": ana.id, "seq": 1 });
    for ws in [&mut ana1, &mut ana2, &mut bo1] {
        assert_eq!(ws.receive().await, read);
    }
    // Over HTTP it is the same.
    say(&app, &ana, id, "반가워요").await;
    for ws in [&mut ana1, &mut ana2, &mut bo1] {
        assert_eq!(ws.receive().await["message"]["text"], "반가워요");
    }
    stranger.silence().await;
}

#[tokio::test]
async fn a_frame_is_refused_by_what_it_declares() {
    let app = start().await;
    app.start_workers();
    let ana = app.member();
    for (length, known) in [(1 << 40, false), (4097, false), (u64::MAX, true), (65_537, true)] {
        let mut ws = Ws::open(&app, None).await.unwrap();
        if known {
            ws.auth(&app, &ana).await;
        }
        ws.declare(length).await;
        assert_eq!(ws.closed().await, close::BAD_FRAME, "{length}");
    }
    // As much as there may be: it is waited for.
    let mut ws = Ws::of(&app, &ana).await;
    ws.declare(65_536).await;
    ws.silence().await;
}

#[tokio::test]
async fn what_opens_and_what_happens_is_live_too() {
    let app = start().await;
    app.start_workers();
    let (ana, bo) = (app.member(), app.member());
    let mut ws = Ws::of(&app, &ana).await;
    ws.openings = true;
    let id = app.clock.id();
    happens(&app, "EngagementProposed", 1, Some(bo.id), about(id, ana.id, bo.id, &json!({ "minutes": 60 })))
        .await;
    assert_eq!(ws.receive().await, json!({ "type": "opened", "conversation_id": id }));
    let message = &ws.receive().await["message"];
    assert_eq!(
        message["system"],
        json!({ "key": "engagement.proposed", "actor_id": bo.id, "params": { "minutes": 60 } })
    );
}

#[tokio::test]
async fn a_cut_before_the_answer_and_a_resend_make_one_message() {
    let app = start().await;
    let (ana, bo, id) = talk(&app).await;
    let mut witness = Ws::of(&app, &bo).await;
    for waits in [true, false] {
        let client_id = app.clock.id();
        let mut ws = Ws::of(&app, &ana).await;
        ws.send(id, client_id, "끊겨도 한 번").await;
        let seen =
            if waits { Some(witness.receive_type("message").await["message"]["seq"].clone()) } else { None };
        drop(ws);
        let mut ws = Ws::of(&app, &ana).await;
        ws.send(id, client_id, "끊겨도 한 번").await;
        let stored = ws.receive_type("stored").await;
        let seen = match seen {
            Some(seen) => seen,
            None => witness.receive_type("message").await["message"]["seq"].clone(),
        };
        assert_eq!(stored["seq"], seen);
    }
    let kept = ana.get(&path(id, "/messages")).await.status(200);
    assert_eq!(kept["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn who_comes_back_gets_exactly_what_was_missed() {
    let app = start().await;
    let (ana, bo, id) = talk(&app).await;
    let other = inquiry(&app, ana.id, app.member().id).await;
    say_many(&app, &bo, id, 12, "…").await;
    let mut ws = Ws::of(&app, &ana).await;
    ws.resume(&[(id, 7), (other, 0)]).await;
    assert_eq!(seqs(&mut ws, 5).await, (8..=12).collect::<Vec<_>>());
    ws.silence().await;
    say(&app, &bo, id, "계속").await;
    assert_eq!(seqs(&mut ws, 1).await, [13]);
    // Once more on the same socket: nothing is missing.
    ws.resume(&[(id, 13)]).await;
    ws.silence().await;
}

#[tokio::test]
async fn what_comes_before_it_has_resumed_does_not_overtake_what_it_missed() {
    let app = start().await;
    let (ana, bo, id) = talk(&app).await;
    say_many(&app, &bo, id, 5, "…").await;
    let mut ws = Ws::of(&app, &ana).await;
    say_many(&app, &bo, id, 2, "…").await;
    ws.silence().await;
    ws.resume(&[(id, 3)]).await;
    assert_eq!(seqs(&mut ws, 4).await, [4, 5, 6, 7]);
    // Who never resumes gets what comes from now on, a moment later.
    let mut ws = Ws::of(&app, &ana).await;
    say_many(&app, &bo, id, 2, "…").await;
    assert_eq!(seqs(&mut ws, 2).await, [8, 9]);
}

#[tokio::test]
async fn nobody_misses_anything_while_catching_up() {
    let app = start().await;
    let (ana, bo, id) = talk(&app).await;
    say_many(&app, &bo, id, 40, "…").await;
    for _ in 0..5 {
        let before = ana.get(&path(id, "")).await.status(200)["last_seq"].as_i64().unwrap();
        let mut ws = Ws::of(&app, &ana).await;
        let come_back = async {
            ws.resume(&[(id, before - 30)]).await;
            seqs(&mut ws, 30 + 48).await
        };
        let (seen, ()) = tokio::join!(come_back, say_many(&app, &bo, id, 48, "…"));
        assert!(seen.iter().copied().eq(before - 29..=before + 48), "{seen:?}");
        ws.silence().await;
    }
}

#[tokio::test]
async fn who_missed_too_much_is_told_to_read_anew() {
    let app = start().await;
    let (ana, bo, id) = talk(&app).await;
    say_many(&app, &bo, id, 301, "…").await;
    let mut ws = Ws::of(&app, &ana).await;
    ws.resume(&[(id, 0)]).await;
    assert_eq!(ws.receive().await, json!({ "type": "reload", "conversation_id": id }));
    ws.silence().await;
    say(&app, &bo, id, "계속").await;
    assert_eq!(seqs(&mut ws, 1).await, [302]);
    // One less is all sent, more than the queue holds at once.
    let mut ws = Ws::of(&app, &ana).await;
    ws.resume(&[(id, 2)]).await;
    assert_eq!(seqs(&mut ws, 300).await, (3..=302).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_conversation_of_others_is_answered_like_one_that_is_not_there() {
    let app = start().await;
    let (_, bo, id) = talk(&app).await;
    say(&app, &bo, id, "비밀").await;
    let mut ws = Ws::of(&app, &app.member()).await;
    let nowhere = app.clock.id();
    ws.resume(&[(id, 0), (nowhere, 0)]).await;
    for conversation_id in [id, nowhere] {
        assert_eq!(ws.receive().await, json!({ "type": "reload", "conversation_id": conversation_id }));
    }
    for conversation_id in [id, nowhere] {
        ws.send(conversation_id, app.clock.id(), "저도요").await;
        assert_eq!(ws.receive().await["problem"], json!({ "code": "request.not_found", "status": 404 }));
        ws.say(json!({ "type": "typing", "conversation_id": conversation_id })).await;
    }
    ws.silence().await;
    say(&app, &bo, id, "여전히 비밀").await;
    ws.silence().await;
}

#[tokio::test]
async fn an_event_that_got_lost_is_made_up_for() {
    let app = start().await;
    let (ana, bo, id) = talk(&app).await;
    let mut ws = Ws::of(&app, &ana).await;
    ws.resume(&[(id, 0)]).await;
    say(&app, &bo, id, "하나").await;
    assert_eq!(seqs(&mut ws, 1).await, [1]);
    // Stored, but never told.
    let lost = format!(
        "UPDATE conversation SET last_seq = 2 WHERE id = '{id}'; \
         INSERT INTO message (conversation_id, seq, id, author_id, client_id, body, at) \
         VALUES ('{id}', 2, gen_random_uuid(), '{}', gen_random_uuid(), '둘', now())",
        bo.id
    );
    app.db.superuser().await.batch_execute(&lost).await.unwrap();
    say(&app, &bo, id, "셋").await;
    assert_eq!(seqs(&mut ws, 2).await, [2, 3]);
}

#[tokio::test]
async fn after_a_gap_in_what_was_heard_everybody_reads_anew() {
    let app = start().await;
    let (ana, bo, id) = talk(&app).await;
    let mut ws = Ws::of(&app, &ana).await;
    say(&app, &bo, id, "하나").await;
    assert_eq!(seqs(&mut ws, 1).await, [1]);
    // The worker is held up while more happens than it can remember.
    let mut holder = app.db.superuser().await;
    let hold = holder.transaction().await.unwrap();
    hold.batch_execute("LOCK TABLE message IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let flood = format!(
        "INSERT INTO event_log (event_id, topic, kind, key, sequence, occurred_at, headers, data) \
         SELECT gen_random_uuid(), topic, kind, key, sequence, occurred_at, headers, data FROM event_log, generate_series(1, 6000) \
         WHERE kind = 'MessageStored' AND key = '{id}'"
    );
    let other = app.db.superuser().await;
    other.batch_execute(&flood).await.unwrap();
    let last = "SELECT max(position) FROM event_log";
    let last = other.query_one(last, &[]).await.unwrap().get::<_, i64>(0);
    let announced = async {
        while app.service.cx.bus.last(app.service.cx.name) < Some(last) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), announced).await.unwrap();
    hold.rollback().await.unwrap();
    assert_eq!(ws.receive().await, json!({ "type": "reload", "conversation_id": id }));
    say(&app, &bo, id, "둘").await;
    assert_eq!(seqs(&mut ws, 1).await, [2]);
}

#[tokio::test]
async fn who_reads_too_slowly_is_cut_off_and_nobody_else_notices() {
    let app = start_with(Config { queue_frames: 100, ..fast() }).await;
    let (ana, bo, id) = talk(&app).await;
    let mut slow = Ws::open_with(&app, None, Some(4096)).await.unwrap();
    slow.auth(&app, &ana).await;
    let mut quick = Ws::of(&app, &ana).await;
    let count = 1200;
    let text = "가".repeat(2000);
    let flood = say_many(&app, &bo, id, count, &text);
    let (seen, ()) = tokio::join!(seqs(&mut quick, count), flood);
    assert!(seen.into_iter().eq(1..=i64::try_from(count).unwrap()));
    let mut received = Vec::new();
    let code = loop {
        match slow.next().await {
            Ok(frame) => received.extend(frame["message"]["seq"].as_i64()),
            Err(code) => break code,
        }
    };
    assert_eq!(code, close::SLOW);
    let last = i64::try_from(received.len()).unwrap();
    assert!(
        received.len() < count && received.iter().copied().eq(1..=last),
        "what it got is whole: {received:?}"
    );
    // It comes back and goes on from there.
    let mut back = Ws::of(&app, &ana).await;
    let from = i64::try_from(count).unwrap() - 20;
    back.resume(&[(id, from)]).await;
    assert_eq!(seqs(&mut back, 20).await[0], from + 1);
}

#[tokio::test]
async fn a_socket_lives_as_long_as_its_token() {
    let app = start().await;
    let (ana, ..) = talk(&app).await;
    let (mut kept, mut left) = (Ws::of(&app, &ana).await, Ws::of(&app, &ana).await);
    app.clock.advance(TimeDelta::minutes(9));
    kept.auth(&app, &ana).await;
    app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(left.closed().await, close::TOKEN_OVER);
    kept.say(json!({ "type": "ping" })).await;
    assert_eq!(kept.receive().await, json!({ "type": "pong" }));
    // Somebody else's token does not go on with this socket.
    let other = app.member();
    kept.say(json!({ "type": "auth", "token": app.token(other.id, other.session) })).await;
    assert_eq!(kept.closed().await, close::BAD_TOKEN);
}

#[tokio::test]
async fn who_does_not_say_who_it_is_is_let_go() {
    let app = start_with(Config { auth_within: Duration::from_millis(200), ..fast() }).await;
    let (ana, ..) = talk(&app).await;
    assert_eq!(Ws::open(&app, None).await.unwrap().closed().await, close::TOKEN_OVER);
    let past = app.clock.now() - TimeDelta::minutes(20);
    let over = app.sign(ana.id, ana.session, past, past + TimeDelta::minutes(10));
    for (frame, code) in [
        (json!({ "type": "ping" }).to_string(), close::TOKEN_OVER),
        (json!({ "type": "auth", "token": over }).to_string(), close::TOKEN_OVER),
        (json!({ "type": "auth", "token": "a.b.c" }).to_string(), close::BAD_TOKEN),
        (json!({ "type": "auth" }).to_string(), close::TOKEN_OVER),
        ("hello".to_owned(), close::BAD_FRAME),
    ] {
        let mut ws = Ws::open(&app, None).await.unwrap();
        ws.say_raw(Message::text(frame.clone())).await;
        assert_eq!(ws.closed().await, code, "{frame}");
    }
}

#[tokio::test]
async fn pages_of_others_cannot_connect() {
    let app = start().await;
    app.start_workers();
    assert_eq!(Ws::open(&app, Some("https://evil.example")).await.err(), Some(403));
    assert_eq!(Ws::open(&app, Some("null")).await.err(), Some(403));
    let own = app.base.clone();
    assert!(Ws::open(&app, Some(&own)).await.is_ok());
}

#[tokio::test]
async fn frames_that_are_none_are_told_apart() {
    let app = start().await;
    let (ana, _, id) = talk(&app).await;
    for broken in [
        Message::text("{"),
        Message::text("[]"),
        Message::binary(vec![1, 2, 3]),
        Message::text("x".repeat(70_000)),
    ] {
        let mut ws = Ws::of(&app, &ana).await;
        ws.say_raw(broken).await;
        assert_eq!(ws.closed().await, close::BAD_FRAME);
    }
    let mut ws = Ws::of(&app, &ana).await;
    let mine = app.clock.id();
    for (frame, client_id, code, status) in [
        (json!({ "type": "dance" }), Value::Null, "frame.unknown_type", 400),
        (json!({ "type": "read", "conversation_id": id }), Value::Null, "frame.unreadable", 400),
        (json!({ "type": "read", "conversation_id": id, "seq": 4 }), Value::Null, "request.invalid", 422),
        (
            json!({ "type": "send", "conversation_id": id, "client_id": mine, "text": 7 }),
            json!(mine),
            "frame.unreadable",
            400,
        ),
        (
            json!({ "type": "send", "conversation_id": id, "client_id": mine, "text": "a\u{E000}" }),
            json!(mine),
            "text.forbidden_character",
            422,
        ),
        (
            json!({ "type": "send", "conversation_id": id, "client_id": mine, "text": "가".repeat(2001) }),
            json!(mine),
            "text.too_long",
            422,
        ),
        (
            json!({ "type": "send", "conversation_id": id, "client_id": mine, "text": "\0" }),
            json!(mine),
            "text.forbidden_character",
            422,
        ),
    ] {
        ws.say(frame.clone()).await;
        let mut problem = json!({ "code": code, "status": status });
        match (code, frame["text"].as_str()) {
            ("text.too_long", _) => problem["params"] = json!({ "max": 2000 }),
            // A cursor beyond the newest message.
            ("request.invalid", None) => problem["params"] = json!({ "max": 0 }),
            (_, Some("\0")) => problem["params"] = json!({ "character": "U+0000", "class": "control" }),
            (_, Some(_)) => problem["params"] = json!({ "character": "U+E000", "class": "private" }),
            _ => {}
        }
        let refused = json!({ "type": "refused", "client_id": client_id, "problem": problem });
        assert_eq!(ws.receive().await, refused, "{frame}");
    }
    ws.send(id, mine, "\u{1112}\u{1161}\u{11AB}").await;
    assert_eq!(ws.receive_type("message").await["message"]["text"], "한");
}

#[tokio::test]
async fn who_floods_is_refused_and_then_closed() {
    let app = start_with(Config { per_second: 1, burst: 5, ..Config::default() }).await;
    let (ana, _, id) = talk(&app).await;
    let mut ws = Ws::of(&app, &ana).await;
    for n in 0..8 {
        ws.send(id, app.clock.id(), &format!("{n}")).await;
    }
    let refused = ws.receive_type("refused").await;
    assert_eq!(refused["problem"], json!({ "code": "message.too_many", "status": 429 }));
    for _ in 0..400 {
        if !ws.try_say(Message::text(json!({ "type": "typing", "conversation_id": id }).to_string())).await {
            break;
        }
    }
    assert_eq!(ws.closed().await, close::TOO_MANY);
}

#[tokio::test]
async fn typing_is_told_to_the_other_only_and_not_too_often() {
    let app = start().await;
    let (ana, bo, id) = talk(&app).await;
    let (mut ana1, mut ana2, mut bo1) =
        (Ws::of(&app, &ana).await, Ws::of(&app, &ana).await, Ws::of(&app, &bo).await);
    for _ in 0..5 {
        ana1.say(json!({ "type": "typing", "conversation_id": id })).await;
    }
    assert_eq!(bo1.receive().await, json!({ "type": "typing", "conversation_id": id, "account_id": ana.id }));
    bo1.silence().await;
    ana2.silence().await;
}

#[tokio::test]
async fn a_silent_socket_is_closed_and_a_living_one_is_not() {
    let config =
        Config { heartbeat: Duration::from_millis(200), silence: Duration::from_millis(1500), ..fast() };
    let app = start_with(config).await;
    let (ana, bo, id) = talk(&app).await;
    let (mut dead, mut living) = (Ws::of(&app, &ana).await, Ws::of(&app, &bo).await);
    // A client that does not read does not answer pings either.
    let listens = async { tokio::time::timeout(Duration::from_millis(3500), living.next()).await };
    assert!(listens.await.is_err(), "it answers pings and stays");
    assert_eq!(dead.closed().await, close::SILENT);
    say(&app, &ana, id, "아직 있나요?").await;
    assert_eq!(seqs(&mut living, 1).await, [1]);
}

#[tokio::test]
async fn one_socket_too_many_ends_the_oldest() {
    let app = start_with(Config { sockets_per_account: 2, ..fast() }).await;
    let (ana, bo, id) = talk(&app).await;
    let mut sockets = [Ws::of(&app, &ana).await, Ws::of(&app, &ana).await, Ws::of(&app, &ana).await];
    assert_eq!(sockets[0].closed().await, close::TOO_MANY);
    say(&app, &bo, id, "안녕").await;
    for ws in &mut sockets[1..] {
        assert_eq!(seqs(ws, 1).await, [1]);
    }
}

#[tokio::test]
async fn an_ended_device_session_has_no_socket_and_gets_none() {
    let app = start().await;
    let (ana, ..) = talk(&app).await;
    let elsewhere = app.person(ana.id);
    let (mut ended, mut other) = (Ws::of(&app, &ana).await, Ws::of(&app, &elsewhere).await);
    app.revoke(ana.id, ana.session).await;
    assert_eq!(tokio::time::timeout(Duration::from_secs(5), ended.closed()).await, Ok(close::TOKEN_OVER));
    let mut again = Ws::open(&app, None).await.unwrap();
    again.say(json!({ "type": "auth", "token": app.token(ana.id, ana.session) })).await;
    assert_eq!(again.closed().await, close::TOKEN_OVER);
    assert_eq!(ana.get("/api/chat/conversations").await.problem(401), "token.revoked");
    other.silence().await;
    elsewhere.get("/api/chat/conversations").await.status(200);
}

#[tokio::test]
async fn a_process_that_stops_says_good_bye() {
    let app = start().await;
    let (ana, ..) = talk(&app).await;
    let mut ws = Ws::of(&app, &ana).await;
    let mut late = Ws::open(&app, None).await.unwrap();
    app.service.cx.tasks.stop(Duration::from_secs(5)).await;
    assert_eq!(ws.closed().await, close::GOING_AWAY);
    assert_eq!(late.closed().await, close::GOING_AWAY);
    assert_eq!(Ws::open(&app, None).await.err(), Some(503));
}
