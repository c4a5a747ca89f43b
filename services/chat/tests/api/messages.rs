use std::collections::BTreeSet;

use chrono::TimeDelta;
use dojob_chat::Config;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{inquiry, path, says, start, start_with};

#[tokio::test]
async fn a_message_is_stored_and_told_without_its_words() {
    let app = start().await;
    let (ana, bo) = (app.member(), app.member());
    let id = inquiry(&app, ana.id, bo.id).await;
    let body = says(&app, "  안녕하세요\r\n통기타 배우고 싶어요 ");
    let message = ana.post(&path(id, "/messages"), &body).await.status(201);
    assert_eq!(message["text"], "안녕하세요\n통기타 배우고 싶어요");
    assert_eq!(
        [&message["seq"], &message["sender_id"], &message["client_id"]],
        [&json!(1), &json!(ana.id), &body["client_id"]]
    );
    let read = bo.get(&path(id, "/messages")).await.status(200);
    assert_eq!(read, json!({ "items": [message], "more": false }));
    app.pump().await;
    let said = app.said().await;
    assert!(!format!("{said:?}").contains("통기타"));
    let stored = json!({ "conversation_id": id, "message_id": message["id"], "seq": 1, "sender_id": ana.id,
        "participants": [ana.id, bo.id] });
    assert_eq!(said[1], ("MessageStored".to_owned(), stored));
}

#[tokio::test]
async fn a_retry_is_answered_with_the_original() {
    let app = start().await;
    let (ana, bo) = (app.member(), app.member());
    let id = inquiry(&app, ana.id, bo.id).await;
    let body = says(&app, "토요일 어때요?");
    let first = ana.post(&path(id, "/messages"), &body).await.status(201);
    assert_eq!(ana.post(&path(id, "/messages"), &body).await.status(200), first);
    let other = json!({ "client_id": body["client_id"], "text": "다른 말" });
    assert_eq!(ana.post(&path(id, "/messages"), &other).await.status(200)["text"], "토요일 어때요?");
    // The other one's ids are the other one's.
    assert_eq!(bo.post(&path(id, "/messages"), &body).await.status(201)["seq"], 2);
    app.pump().await;
    assert_eq!(app.said().await.iter().filter(|(kind, _)| kind == "MessageStored").count(), 2);
}

#[tokio::test]
async fn concurrent_retries_make_one_message() {
    let app = start().await;
    let (ana, bo) = (app.member(), app.member());
    let id = inquiry(&app, ana.id, bo.id).await;
    let body = says(&app, "한 번만");
    let path = path(id, "/messages");
    let answers = join_all((0..16).map(|_| ana.post(&path, &body))).await;
    assert_eq!(answers.iter().filter(|a| a.status == 201).count(), 1);
    let bodies: BTreeSet<_> = answers.iter().map(|a| a.json().to_string()).collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(bo.post(&path, &says(&app, "다음")).await.status(201)["seq"], 2, "no number was lost");
}

#[tokio::test]
async fn fifty_at_once_leave_no_gap() {
    let app = start().await;
    let (ana, bo) = (app.member(), app.member());
    let id = inquiry(&app, ana.id, bo.id).await;
    let path = path(id, "/messages");
    let bodies: Vec<_> =
        (0..50).map(|n| (if n % 2 == 0 { &ana } else { &bo }, says(&app, &format!("{n}")))).collect();
    let answers = join_all(bodies.iter().map(|(who, body)| who.post(&path, body))).await;
    let seqs: BTreeSet<_> = answers.iter().map(|a| a.status(201)["seq"].as_i64().unwrap()).collect();
    assert!(seqs.iter().copied().eq(1..=50), "{seqs:?}");
    // The events stand in the order of the numbers.
    app.pump().await;
    let told: Vec<_> = app.said().await.into_iter().filter(|(kind, _)| kind == "MessageStored").collect();
    assert!(told.iter().map(|(_, data)| data["seq"].as_i64().unwrap()).eq(1..=50));
}

#[tokio::test]
async fn history_is_read_in_both_directions() {
    let app = start().await;
    let (ana, bo) = (app.member(), app.member());
    let id = inquiry(&app, ana.id, bo.id).await;
    for n in 1..=25 {
        ana.post(&path(id, "/messages"), &says(&app, &format!("{n}"))).await.status(201);
    }
    let read = async |query: &str| {
        let page = bo.get(&path(id, &format!("/messages{query}"))).await.status(200);
        let seqs: Vec<_> =
            page["items"].as_array().unwrap().iter().map(|m| m["seq"].as_i64().unwrap()).collect();
        (seqs, page["more"].as_bool().unwrap())
    };
    assert_eq!(read("").await, ((6..=25).collect(), true));
    assert_eq!(read("?before=6&limit=5").await, ((1..=5).collect(), false));
    assert_eq!(read("?before=6&limit=4").await, ((2..=5).collect(), true));
    assert_eq!(read("?after=20&limit=5").await, ((21..=25).collect(), false));
    assert_eq!(read("?after=20&limit=4").await, ((21..=24).collect(), true));
    assert_eq!(read("?after=25").await, (vec![], false));
    assert_eq!(read("?before=1").await, (vec![], false));
    let refused = async |query: &str| bo.get(&path(id, &format!("/messages{query}"))).await.problem(400);
    assert_eq!(refused("?before=3&after=1").await, "page.both_ends");
    assert_eq!(refused("?limit=101").await, "page.limit");
    assert_eq!(refused("?before=x").await, "request.unreadable");
    assert_eq!(refused("?around=3").await, "request.unreadable");
}

#[tokio::test]
async fn what_came_along_unseen_is_dropped_and_line_ends_are_one() {
    let app = start().await;
    let (ana, bo) = (app.member(), app.member());
    let path = path(inquiry(&app, ana.id, bo.id).await, "/messages");
    for (text, kept) in [
        ("붙여넣은\u{200B}글", "붙여넣은글"),
        ("\u{FEFF}붙여\u{AD}넣은\u{202E}글\u{2060}", "붙여넣은글"),
        ("줄1\r줄2", "줄1\n줄2"),
        ("줄1\r\n줄2\u{2028}줄3", "줄1\n줄2\n줄3"),
        ("می\u{200C}خواهم", "می\u{200C}خواهم"),
        ("👩‍👧 1️⃣", "👩‍👧 1️⃣"),
    ] {
        let sent = ana.post(&path, &says(&app, text)).await;
        assert_eq!((sent.status, &sent.json()["text"]), (201, &json!(kept)), "{text:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_a_message_is_refused() {
    let app = start().await;
    let (ana, bo) = (app.member(), app.member());
    let id = inquiry(&app, ana.id, bo.id).await;
    let path = path(id, "/messages");
    for (text, code) in [
        ("", "text.empty"),
        (" \n ", "text.empty"),
        ("\u{2800}\u{200B}", "text.empty"),
        ("a\0b", "text.forbidden_character"),
        ("가\u{3164}나", "text.forbidden_character"),
        ("\u{301}", "text.forbidden_character"),
        (&"가".repeat(2001), "text.too_long"),
    ] {
        assert_eq!(ana.post(&path, &says(&app, text)).await.refused(), [format!("/text={code}")], "{text:?}");
    }
    let unreadable: [Value; 6] = [
        json!({}),
        json!({ "text": "안녕" }),
        json!({ "client_id": "mine", "text": "안녕" }),
        json!({ "client_id": app.clock.id(), "text": 7 }),
        json!({ "client_id": app.clock.id(), "text": "안녕", "seq": 7 }),
        json!([]),
    ];
    for body in unreadable {
        assert_eq!(ana.post(&path, &body).await.problem(400), "request.unreadable", "{body}");
    }
    let nfd = "\u{1112}\u{1161}\u{11AB}"; // 한, decomposed as macOS sends it
    assert_eq!(ana.post(&path, &says(&app, nfd)).await.status(201)["text"], "한");
    assert_eq!(ana.post(&path, &says(&app, &"가".repeat(2000))).await.status(201)["seq"], 2);
}

#[tokio::test]
async fn who_sends_too_fast_has_to_wait() {
    let app = start_with(Config { per_second: 1, burst: 3, ..Config::default() }).await;
    let (ana, bo) = (app.member(), app.member());
    let id = inquiry(&app, ana.id, bo.id).await;
    for n in 0..3 {
        ana.post(&path(id, "/messages"), &says(&app, &format!("{n}"))).await.status(201);
    }
    let fourth = says(&app, "넷째");
    let refused = ana.post(&path(id, "/messages"), &fourth).await;
    assert_eq!((refused.problem(429).as_str(), refused.header("retry-after")), ("message.too_many", "1"));
    bo.post(&path(id, "/messages"), &says(&app, "저는 아직")).await.status(201);
    app.clock.advance(chrono::TimeDelta::seconds(1));
    assert_eq!(ana.post(&path(id, "/messages"), &fourth).await.status(201)["seq"], 5);
}

#[tokio::test]
async fn so_many_in_a_row_and_then_the_other_has_the_word() {
    let config = Config { per_second: 1_000_000, burst: 1_000_000, unanswered: 20, ..Config::default() };
    let app = start_with(config).await;
    let (ana, bo) = (app.member(), app.member());
    let id = inquiry(&app, ana.id, bo.id).await;
    let path = path(id, "/messages");
    let bodies: Vec<Value> = (0..50).map(|n| says(&app, &format!("안녕하세요 {n}"))).collect();
    let answers = join_all(bodies.iter().map(|body| ana.post(&path, body))).await;
    let sent: Vec<&Value> = bodies
        .iter()
        .zip(&answers)
        .filter(|(_, answer)| answer.status == 201)
        .map(|(body, _)| body)
        .collect();
    assert_eq!(sent.len(), 20);
    let refused = answers.iter().find(|answer| answer.status == 429).unwrap();
    assert_eq!(refused.problem(429), "message.too_many_unanswered");
    let params = &refused.json()["errors"][0]["params"];
    assert_eq!((&params["limit"], &params["hours"]), (&json!(20), &json!(24)));
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 86_000);
    // A retry of what was sent is no other message, and what is refused uses up no number.
    ana.post(&path, sent[0]).await.status(200);
    assert_eq!(bo.post(&path, &says(&app, "네, 안녕하세요")).await.status(201)["seq"], 21);
    // Answered: the row begins anew; after a day without an answer, too.
    for _ in 0..2 {
        for n in 0..20 {
            ana.post(&path, &says(&app, &format!("그럼 {n}"))).await.status(201);
        }
        ana.post(&path, &says(&app, "하나 더")).await.problem(429);
        app.clock.advance(TimeDelta::hours(24));
    }
}
