//! The whole cluster, through crashes and a roll-out. Builds the programs it starts.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a story that cannot be told must fail loudly"
)]

use std::{
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use cluster::{Cluster, Options, down};
use futures_util::{SinkExt, StreamExt};
use mailbox::Mail;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::traces::{CLICK, Collector, Span, TRACE, picture, traceparent, tree};
use tokio_tungstenite::{connect_async, tungstenite::Message};

/// Longer than anything here takes, however busy the machine.
const PATIENCE: Duration = Duration::from_mins(3);

/// Builds what a cluster starts; where it is.
fn programs() -> PathBuf {
    let me = std::env::current_exe().unwrap();
    let profile = me.ancestors().nth(2).unwrap();
    let mut build = Command::new(env!("CARGO"));
    // As `make cluster` builds them, so that nothing is compiled twice.
    build.args(["build", "--quiet", "--workspace", "--all-features", "--bins"]);
    build.env("CARGO_TARGET_DIR", profile.parent().unwrap()).current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(build.status().unwrap().success());
    profile.to_owned()
}

/// Somebody proposes an hour with one click, and the other has both screens open: all that comes of it, in all processes
/// and over Kafka, is one trace.
async fn a_click_is_one_trace(visitor: &Visitor, collector: &Collector) {
    let (minji, doyun) = (visitor.signs_up("minji").await, visitor.signs_up("doyun").await);
    let found = visitor.json(Method::GET, "/api/addresses/regions?q=망원동", None, Some(&minji)).await;
    let region = found["items"][0]["code"].clone();
    for (token, name) in [(&minji, "김민지"), (&doyun, "이도윤")] {
        let profile = json!({ "name": name, "region_code": region });
        visitor.json(Method::PATCH, "/api/core/me", Some(profile), Some(token)).await;
    }
    let talent = json!({
        "title": "통기타 첫걸음", "body": "G, C, D만 잡으면 한 시간 안에 노래 한 곡을 끝까지 칠 수 있어요.",
        "category": "music", "minutes": 60, "mode": "in_person", "region_code": region,
        "times": ["tue-evening"], "bring": "",
    });
    let talent = visitor.json(Method::POST, "/api/core/talents", Some(talent), Some(&doyun)).await;

    let stream = visitor.client.get(format!("{}/api/notifications/stream", visitor.base));
    let mut stream = stream.bearer_auth(&doyun).send().await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some(), "the stream says where it stands");
    let (mut socket, _) =
        connect_async(format!("{}/api/chat/ws", visitor.base.replace("http://", "ws://"))).await.unwrap();
    let auth = json!({ "type": "auth", "token": doyun });
    socket.send(Message::text(auth.to_string())).await.unwrap();
    assert!(socket.next().await.unwrap().unwrap().to_text().unwrap().contains("ready"));

    let starts_at =
        (common::time::Clock::default().now() + chrono::TimeDelta::hours(30)).format("%Y-%m-%dT%H:%M:00Z");
    let terms = json!({
        "starts_at": starts_at.to_string(), "minutes": 60, "mode": "in_person", "place": "망원역 2번 출구",
    });
    let click = visitor
        .client
        .post(format!("{}/api/core/engagements", visitor.base))
        .bearer_auth(&minji)
        .header("idempotency-key", "a-click-of-minji")
        .header("traceparent", traceparent())
        .json(&json!({ "talent_id": talent["id"], "terms": terms }));
    let answer = click.send().await.unwrap();
    assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());

    let complete = |spans: &[Span]| {
        let of_it: Vec<Span> = spans.iter().filter(|s| s.trace == TRACE).cloned().collect();
        let has = |name: &str| of_it.iter().any(|s| s.name == name);
        let all = ["POST /api/core/engagements", "frame NoticeCreated", "frame MessageStored"];
        all.iter().all(|name| has(name)).then_some(of_it)
    };
    let spans = collector.wait_for("the click with both of its frames", complete).await;
    let parent = |span: &Span| spans.iter().find(|s| s.id == span.parent);
    for (frame, service) in [("NoticeCreated", "notify-address"), ("MessageStored", "chat")] {
        let mut span = spans.iter().find(|s| s.name == format!("frame {frame}")).unwrap();
        let mut way = vec![format!("{} {}", span.kind, span.process)];
        while let Some(above) = parent(span) {
            span = above;
            way.push(format!("{} {}", span.kind, span.process));
        }
        let expected = [
            format!("consumer {service}"),
            format!("producer {service}"),
            format!("consumer {service}"),
            "producer core".to_owned(),
            "server core".to_owned(),
        ];
        assert_eq!(way, expected, "{}", tree(&spans));
        assert_eq!(span.parent, CLICK);
    }
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/trace.svg"), picture(&spans)).unwrap();
}

struct Visitor {
    base: String,
    client: reqwest::Client,
}

impl Visitor {
    /// Signs up somebody new and waits until core knows them. While something is down, a request may be
    /// refused; it is made again until it is not. Returns the access token.
    async fn signs_up(&self, name: &str) -> String {
        let email = format!("{name}@example.org");
        let documents = self.json(Method::GET, "/api/auth/documents", None, None).await;
        let consents: Vec<Value> = documents["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|document| document["required"] == true)
            .map(|document| json!({"doc": document["doc"], "version": document["version"]}))
            .collect();
        let form = json!({
            "email": email, "password": "correct horse battery", "birth_date": "1990-01-01",
            "consents": consents, "locale": "ko",
        });
        self.json(Method::POST, "/api/auth/signup", Some(form), None).await;
        let path = format!("/dev/mail.json?to={email}");
        let since = Instant::now();
        let token = loop {
            assert!(since.elapsed() < PATIENCE, "no mail has come to {email}");
            let mails: Vec<Mail> =
                serde_json::from_value(self.json(Method::GET, &path, None, None).await).unwrap();
            if let Some(token) = mails.iter().rev().find_map(Mail::token) {
                break token.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let link = json!({ "token": token });
        let session = self.json(Method::POST, "/api/auth/address/verify", Some(link), None).await;
        let token = session["access_token"].as_str().unwrap();
        // Answers only when the event has come over Kafka.
        let me = self.json(Method::GET, "/api/core/me", None, Some(token)).await;
        assert_eq!(me["id"], session["account"]["id"]);
        token.to_owned()
    }

    async fn json(&self, method: Method, path: &str, body: Option<Value>, token: Option<&str>) -> Value {
        let (since, key) = (Instant::now(), common::time::Clock::default().id().to_string());
        loop {
            let mut request = self.client.request(method.clone(), format!("{}{path}", self.base));
            if let Some(body) = &body {
                request = request.json(body).header("idempotency-key", &key);
            }
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let answer = request.send().await.unwrap();
            let status = answer.status();
            if status.is_success() {
                return answer.json().await.unwrap();
            }
            let words = answer.text().await.unwrap();
            assert!(since.elapsed() < PATIENCE, "{path}: {status} {words}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_each_may_die_and_people_still_sign_up() {
    let home = tempfile::tempdir().unwrap().keep().join("home");
    let mut options = Options::new(&home).unwrap();
    options.programs = programs();
    options.postgres = postgres::Binaries::Machine;
    let collector = Collector::start();
    for service in ["core", "auth", "notify-address", "chat"] {
        options = options.set(service, "OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint);
    }
    let mut cluster = Box::pin(Cluster::start(options)).await.unwrap();
    let client = reqwest::Client::builder().timeout(PATIENCE).build().unwrap();
    let visitor = Visitor { base: cluster.url(), client };
    visitor.signs_up("before").await;
    a_click_is_one_trace(&visitor, &collector).await;

    let ones = ["core-1", "auth-1", "notify-address-1", "chat-1"];
    for name in ones {
        cluster.kill9(name).await.unwrap();
    }
    visitor.signs_up("with-half-of-them").await;
    for name in ones {
        cluster.start_again(name).await.unwrap();
    }
    for name in ["kafka", "postgres"] {
        cluster.kill9(name).await.unwrap();
        cluster.start_again(name).await.unwrap();
    }
    visitor.signs_up("after").await;

    // A roll-out: the other half goes in order, and comes back elsewhere.
    let before = cluster.balancer().state()["core"].targets.clone();
    cluster.stop_one("core-2").await.unwrap();
    assert_eq!(cluster.processes()["core-2"], None);
    cluster.start_again("core-2").await.unwrap();
    let after = cluster.balancer().state()["core"].targets.clone();
    assert!(after.iter().any(|target| before.iter().all(|old| old.address != target.address)));
    visitor.signs_up("rolled-out").await;

    assert!(cluster.dead().await.unwrap().is_empty());
    cluster.stop().await.unwrap();
    assert!(down(&home).await.unwrap().is_empty(), "it has stopped everything itself");
    assert!(!home.exists());
    std::fs::remove_dir(home.parent().unwrap()).unwrap();
}
