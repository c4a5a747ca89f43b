//! One click is one trace, through all services, and nothing that somebody typed is in it. A program of its own: what
//! receives spans and log lines is one for the whole process.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a story that cannot be told must fail loudly"
)]

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::TimeDelta;
use common::telemetry::{self, Export, Telemetry};
use dojob_journeys::{Fixture, PASSWORD, Person, wire};
use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{
    privacy::Scanner,
    traces::{CLICK, Collector, Span, TRACE, traceparent, tree},
};
use tokio_tungstenite::{connect_async, tungstenite::Message};

const NAME: &str = "하늘빛나래";
const EMAIL: &str = "haneul.narae@mail.example.kr";
const PHONE: &str = "010-2345-6789";
const TITLE: &str = "바느질로 단추 달기";
const BODY: &str = "실과 바늘만 있으면 한 시간에 단추 다섯 개를 답니다";
const MESSAGE: &str = "우체국 옆 파란 대문으로 오세요";
const PLACE: &str = "망원동 작은 카페 창가";
const SEARCH: &str = "단추구멍";

/// The log lines of this process.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// A socket of chat, behind its `auth`.
async fn socket(fixture: &Fixture, person: &Person<'_>) -> impl StreamExt<Item = Value> + Unpin {
    let url = format!("{}/api/chat/ws", fixture.base.replace("http://", "ws://"));
    let (mut socket, _) = connect_async(url).await.unwrap();
    let auth = json!({ "type": "auth", "token": person.token() });
    socket.send(Message::text(auth.to_string())).await.unwrap();
    let mut frames = Box::pin(socket.filter_map(async |frame| match frame {
        Ok(Message::Text(text)) => Some(serde_json::from_str::<Value>(&text).unwrap()),
        _ => None,
    }));
    assert_eq!(frames.next().await.unwrap()["type"], "ready");
    frames
}

/// A minute for what comes by itself.
async fn within<T>(what: &str, coming: impl Future<Output = T>) -> T {
    let came = tokio::time::timeout(Duration::from_mins(1), coming).await;
    came.unwrap_or_else(|_| panic!("{what} did not come"))
}

/// Reads frames until one fits.
async fn sees(
    frames: &mut (impl StreamExt<Item = Value> + Unpin),
    what: &str,
    fits: impl Fn(&Value) -> bool,
) {
    let mut seen = Vec::new();
    let all = async {
        while let Some(frame) = frames.next().await {
            if fits(&frame) {
                return;
            }
            seen.push(frame);
        }
        panic!("the socket ended before {what}");
    };
    let came = tokio::time::timeout(Duration::from_mins(1), all).await;
    assert!(came.is_ok(), "{what} did not come, but {seen:?}");
}

/// Reads a notice stream until it says `event`.
async fn receives(stream: &mut reqwest::Response, event: &str) {
    let mut text = String::new();
    let all = async {
        while !text.contains(&format!("event: {event}")) && !text.contains(&format!("event:{event}")) {
            text.push_str(&String::from_utf8_lossy(&stream.chunk().await.unwrap().unwrap()));
        }
    };
    within(event, all).await;
}

/// Two neighbours; one proposes an hour with a click that is traced; a message follows. Returns the conversation.
async fn story(fixture: &Fixture) {
    let http = reqwest::Client::builder().connect_timeout(Duration::from_secs(20)).build().unwrap();
    let mut minji = fixture.neighbour(NAME, "망원동").await;
    let mut doyun = fixture.visitor();
    EMAIL.clone_into(&mut doyun.email);
    doyun.sign_up("1990-03-14").await;
    let region = minji.get("/api/core/me", 200).await["region"]["code"].as_str().unwrap().to_owned();
    let profile = json!({ "name": NAME, "region_code": region });
    doyun.call(Method::PATCH, "/api/core/me", Some(profile), 200).await;
    let talent = json!({
        "title": TITLE, "body": BODY, "category": "music", "minutes": 60, "mode": "in_person",
        "region_code": region, "times": ["tue-evening"], "bring": PHONE,
    });
    let talent = doyun.post("/api/core/talents", talent, 201).await["id"].as_str().unwrap().to_owned();
    fixture.pump().await;
    minji.refresh().await;
    doyun.refresh().await;

    fixture.run().await;
    let stream = http.get(format!("{}/api/notifications/stream", fixture.base)).bearer_auth(doyun.token());
    let mut notices = stream.send().await.unwrap();
    receives(&mut notices, "unread").await;
    let mut frames = socket(fixture, &doyun).await;

    let terms = json!({
        "starts_at": wire(fixture.clock.now() + TimeDelta::hours(30)), "minutes": 60, "mode": "in_person",
        "place": PLACE, "bring": "",
    });
    let proposed = http
        .post(format!("{}/api/core/engagements", fixture.base))
        .bearer_auth(minji.token())
        .header("idempotency-key", fixture.clock.id().to_string())
        .header("traceparent", traceparent())
        .json(&json!({ "talent_id": talent, "terms": terms }));
    let proposed = proposed.send().await.unwrap();
    assert_eq!(proposed.status().as_u16(), 201);
    let conversation = proposed.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    receives(&mut notices, "notice").await;
    sees(&mut frames, "the line of the proposal", |f| f["type"] == "message").await;

    // Somebody writes what must never leave the database; and asks with it, also where nobody is listening.
    let text = format!("{MESSAGE}, {PHONE} 또는 {EMAIL}");
    let message = json!({ "client_id": fixture.clock.id(), "text": text });
    minji.post(&format!("/api/chat/conversations/{conversation}/messages"), message, 201).await;
    sees(&mut frames, "the message", |f| f["message"]["text"] == text.as_str()).await;
    fixture.visitor().get(&format!("/api/core/talents?q={SEARCH}&region={region}"), 200).await;
    fixture.visitor().get(&format!("/api/core/members/{EMAIL}"), 404).await;
    let wrong = json!({ "email": EMAIL, "password": format!("{PASSWORD}!") });
    fixture.visitor().post("/api/auth/login", wrong, 401).await;
    // A refusal that repeats what came in would repeat this.
    let twice = json!({ "name": format!("{NAME} {PHONE}").repeat(20) });
    doyun.call(Method::PATCH, "/api/core/me", Some(twice), 422).await;
}

/// The only span below `parent` that fits.
#[track_caller]
fn below<'a>(spans: &'a [Span], parent: &Span, name: &str, fits: impl Fn(&Span) -> bool) -> &'a Span {
    let found: Vec<_> = spans.iter().filter(|s| s.parent == parent.id && s.name == name && fits(s)).collect();
    let [only] = *found else { panic!("{} of {name} below {}:\n{}", found.len(), parent.name, tree(spans)) };
    only
}

fn has(span: &Span, key: &str, value: &str) -> bool {
    span.attributes.get(key).is_some_and(|v| v == value)
}

/// The spans of the click, complete: the frames come last, and their events are known.
fn of_the_click(spans: &[Span]) -> Option<Vec<Span>> {
    let of_it: Vec<_> = spans.iter().filter(|s| s.trace == TRACE).cloned().collect();
    let frames: Vec<_> =
        of_it.iter().filter(|s| s.name.starts_with("frame ")).map(|s| &s.name[6..]).collect();
    let complete =
        ["NoticeCreated", "MessageStored", "ConversationOpened"].iter().all(|f| frames.contains(f));
    (complete && of_it.iter().any(|s| s.kind == "server")).then_some(of_it)
}

fn assert_tree(spans: &[Span]) {
    let requests: Vec<_> = spans.iter().filter(|s| s.parent == CLICK).collect();
    let [request] = *requests else { panic!("{} spans below the click:\n{}", requests.len(), tree(spans)) };
    assert_eq!((request.name.as_str(), request.kind), ("POST /api/core/engagements", "server"));
    for (key, value) in [
        ("http.request.method", "POST"),
        ("http.route", "/api/core/engagements"),
        ("http.response.status_code", "201"),
        ("dojob.service", "core"),
    ] {
        assert!(has(request, key, value), "{key} is no {value} in {request:?}");
    }
    let insert = below(spans, request, "INSERT engagements", |_| true);
    assert_eq!(insert.kind, "client");
    assert!(has(insert, "db.system.name", "postgresql"));
    assert!(insert.attributes["db.query.text"].contains("$1"), "{insert:?}");

    // What became of the proposal, at each of those who react to it.
    let topic = "dojob.core.engagement.v1";
    let said = below(spans, request, &format!("create {topic}"), |s| {
        has(s, "dojob.event.kind", "EngagementProposed")
    });
    assert_eq!(said.kind, "producer");
    // With the commit. What a consumer tells goes with the commit of a batch, which is of many traces.
    below(spans, request, "INSERT event_log", |_| true);
    for (service, written, announced, kind) in [
        ("notify-address", "INSERT notices", "dojob.notify-address.notification.v1", "NoticeCreated"),
        ("chat", "WITH message", "dojob.chat.conversation.v1", "MessageStored"),
        ("chat", "INSERT conversation", "dojob.chat.conversation.v1", "ConversationOpened"),
    ] {
        let reaction = below(spans, said, &format!("process {topic}"), |s| has(s, "dojob.service", service));
        assert_eq!(reaction.kind, "consumer");
        assert_eq!(reaction.attributes["messaging.message.id"], said.attributes["messaging.message.id"]);
        below(spans, reaction, written, |_| true);
        let told =
            below(spans, reaction, &format!("create {announced}"), |s| has(s, "dojob.event.kind", kind));
        let frame = below(spans, told, &format!("frame {kind}"), |s| has(s, "dojob.service", service));
        let reads = spans.iter().any(|s| s.parent == frame.id && s.name == "SELECT notices");
        assert_eq!(reads, kind == "NoticeCreated", "only notices are read again:\n{}", tree(spans));
    }
    for span in spans {
        let known = span.parent == CLICK || spans.iter().any(|s| s.id == span.parent);
        assert!(known, "{} hangs in the air:\n{}", span.name, tree(spans));
        assert!(!span.failed, "{span:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_is_one_trace_and_holds_nothing_that_somebody_typed() {
    let (collector, lines) = (Collector::start(), Lines::default());
    let export =
        Export { endpoint: Some(collector.endpoint.clone()), service: "dojob".to_owned(), ratio: 1.0 };
    let telemetry: Telemetry = telemetry::init_with("debug,h2=off", export, {
        let lines = lines.clone();
        move || lines.clone()
    })
    .unwrap();
    let fixture = Fixture::start().await;
    story(&fixture).await;

    let spans = collector.wait_for("the whole click", of_the_click).await;
    println!("{}", tree(&spans));
    assert_tree(&spans);

    let log = lines.text();
    let of_the_click: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .filter(|line| line["trace_id"] == TRACE)
        .collect();
    println!("{} lines of the click", of_the_click.len());

    let scanner = Scanner::new(&[NAME, EMAIL, PASSWORD, PHONE, TITLE, BODY, MESSAGE, PLACE, SEARCH]);
    let everywhere = || {
        let metrics: String = fixture.services.iter().map(|s| s.cx.metrics.text()).collect();
        let spans = collector.spans();
        assert!(metrics.contains("dojob_http_requests") && !log.is_empty());
        let mut found: Vec<String> = spans
            .iter()
            .flat_map(|s| scanner.scan(&s.text).into_iter().map(|hit| format!("span {}: {hit}", s.name)))
            .collect();
        let text = lines.text();
        let of_lines = text
            .lines()
            .flat_map(|line| scanner.scan(line).into_iter().map(move |hit| format!("log: {hit}: {line}")));
        found.extend(of_lines);
        found.extend(scanner.scan(&metrics).into_iter().map(|hit| format!("metrics: {hit}")));
        found
    };
    telemetry.flush();
    let found = everywhere();
    assert!(found.is_empty(), "{} finds:\n{}", found.len(), found.join("\n"));
    drop(fixture);
}
