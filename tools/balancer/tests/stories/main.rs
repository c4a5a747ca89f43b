//! The balancer between real sockets.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a story that cannot be told must fail loudly"
)]

mod backend;

use std::{
    collections::BTreeSet,
    net::{SocketAddr, TcpListener},
    sync::atomic::Ordering,
    time::Duration,
};

use backend::Backend;
use balancer::{Address, Balancer, Health, Table};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::{connect_async, tungstenite::Message};
use tokio_util::task::TaskTracker;

/// Longer than anything here takes, however busy the machine.
const PATIENCE: Duration = Duration::from_mins(1);

fn loopback() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

/// One group, `all`, checked often.
fn table(targets: &[Address]) -> Value {
    json!({
        "default": "all",
        "groups": {"all": {
            "health": {"path": "/readyz", "interval": 0.02, "timeout": 5, "healthy": 2, "unhealthy": 2},
            "deregistration": 600,
            "targets": targets,
        }},
    })
}

fn start(table: Value) -> Balancer {
    let table: Table = serde_json::from_value(table).unwrap();
    Balancer::start(loopback(), Some(loopback()), table).unwrap()
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().timeout(PATIENCE).build().unwrap()
}

fn url(balancer: &Balancer, path: &str) -> String {
    format!("http://{}{path}", balancer.address)
}

async fn name(balancer: &Balancer, path: &str) -> String {
    let said: Value = client().get(url(balancer, path)).send().await.unwrap().json().await.unwrap();
    said["name"].as_str().unwrap().to_owned()
}

fn health(balancer: &Balancer, address: SocketAddr) -> Option<Health> {
    balancer.state()["all"].targets.iter().find(|t| t.address == address).map(|t| t.state)
}

async fn until(what: &str, condition: impl Fn() -> bool) {
    let met = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, met).await.unwrap_or_else(|_| panic!("never: {what}"));
}

async fn until_healthy(balancer: &Balancer, backends: &[&Backend]) {
    for backend in backends {
        until("healthy", || health(balancer, backend.address) == Some(Health::Healthy)).await;
    }
}

#[tokio::test]
async fn paths_lead_to_their_groups_and_the_rest_nowhere() {
    let (core, chat) = (Backend::start("core").await, Backend::start("chat").await);
    let balancer = start(json!({
        "rules": [
            {"paths": ["/api/core", "/api/core/*"], "group": "core"},
            {"paths": ["/api/chat", "/api/chat/*"], "group": "chat"},
        ],
        "groups": {"core": {"targets": [core.target()]}, "chat": {"targets": [chat.target()]}},
    }));
    assert_eq!(name(&balancer, "/api/core/me?x=/api/chat").await, "core");
    assert_eq!(name(&balancer, "/api/chat").await, "chat");
    for path in ["/api/corex", "/", "/API/core"] {
        assert_eq!(client().get(url(&balancer, path)).send().await.unwrap().status(), 404, "{path}");
    }
}

#[tokio::test]
async fn healthy_targets_take_turns() {
    let (a, b) = (Backend::start("a").await, Backend::start("b").await);
    let balancer = start(table(&[a.target(), b.target()]));
    until_healthy(&balancer, &[&a, &b]).await;
    let mut names = Vec::new();
    for _ in 0..4 {
        names.push(name(&balancer, "/").await);
    }
    assert_eq!(names[..2], names[2..]);
    assert_ne!(names[0], names[1]);
}

#[tokio::test]
async fn headers_say_who_asks_and_hide_the_hop() {
    let a = Backend::start("a").await;
    let balancer = start(table(&[a.target()]));
    let response = client()
        .post(url(&balancer, "/x?y=1"))
        .header("x-forwarded-for", "203.0.113.7")
        .header("connection", "x-mine")
        .header("x-mine", "1")
        .body("twelve bytes")
        .send()
        .await
        .unwrap();
    assert!(response.headers().get("x-private").is_none());
    let said: Value = response.json().await.unwrap();
    let headers = &said["headers"];
    assert_eq!(
        (&said["method"], &said["target"], &said["length"]),
        (&json!("POST"), &json!("/x?y=1"), &json!(12))
    );
    assert_eq!(headers["x-forwarded-for"], "203.0.113.7, 127.0.0.1");
    assert_eq!(headers["x-forwarded-proto"], "http");
    assert_eq!(headers["x-forwarded-port"], json!(balancer.address.port().to_string()));
    assert_eq!(headers["host"], json!(balancer.address.to_string()));
    assert!(headers["x-amzn-trace-id"].as_str().unwrap().starts_with("Root=1-"));
    assert!(headers.get("x-mine").is_none());
}

#[tokio::test]
async fn events_stream_one_by_one() {
    let a = Backend::start("a").await;
    let balancer = start(table(&[a.target()]));
    let mut response = client().get(url(&balancer, "/events")).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    for event in ["data: 1\n\n", "data: 2\n\n"] {
        // The next one is only sent after this one has come: nothing is held back.
        a.events.send(event).await.unwrap();
        assert_eq!(response.chunk().await.unwrap().unwrap(), event);
    }
}

#[tokio::test]
async fn a_web_socket_goes_through_until_it_is_silent_for_too_long() {
    let tasks = TaskTracker::new();
    let address = backend::echo(&tasks).await;
    let mut table = table(&[]);
    table["idle"] = json!(1.5);
    // The echo knows no checks: nobody is healthy, so all are used.
    table["groups"]["all"]["health"]["interval"] = json!(600);
    table["groups"]["all"]["registration"] = json!(600);
    table["groups"]["all"]["targets"] = json!([{"address": address}]);
    let balancer = start(table);
    let (mut socket, answer) = connect_async(format!("ws://{}/ws", balancer.address)).await.unwrap();
    assert_eq!(answer.status(), 101);
    socket.send(Message::text("hello")).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("hello"));
    assert_eq!(balancer.state()["all"].targets[0].in_flight, 1);
    let end = tokio::time::timeout(PATIENCE, socket.next()).await.expect("it ends");
    assert!(!matches!(end, Some(Ok(Message::Text(_)))), "{end:?}");
    until("the socket is no longer counted", || balancer.state()["all"].targets[0].in_flight == 0).await;
}

#[tokio::test]
async fn thresholds_move_a_target_in_and_out() {
    let (a, b) = (Backend::start("a").await, Backend::start("b").await);
    a.ready.store(503, Ordering::SeqCst);
    let balancer = start(table(&[a.target(), b.target()]));
    until_healthy(&balancer, &[&b]).await;
    until("a is unhealthy", || health(&balancer, a.address) == Some(Health::Unhealthy)).await;
    for _ in 0..4 {
        assert_eq!(name(&balancer, "/").await, "b");
    }
    a.ready.store(399, Ordering::SeqCst);
    until_healthy(&balancer, &[&a]).await;
    assert_ne!(name(&balancer, "/").await, name(&balancer, "/").await);
}

#[tokio::test]
async fn with_nobody_healthy_all_are_used_and_with_nobody_at_all_503() {
    let (a, b) = (Backend::start("a").await, Backend::start("b").await);
    a.ready.store(500, Ordering::SeqCst);
    b.ready.store(500, Ordering::SeqCst);
    let balancer = start(table(&[a.target(), b.target()]));
    for backend in [&a, &b] {
        until("unhealthy", || health(&balancer, backend.address) == Some(Health::Unhealthy)).await;
    }
    let names = BTreeSet::from([name(&balancer, "/").await, name(&balancer, "/").await]);
    assert_eq!(names.len(), 2);
    balancer.deregister("all", a.address).unwrap();
    balancer.deregister("all", b.address).unwrap();
    assert_eq!(client().get(url(&balancer, "/")).send().await.unwrap().status(), 503);
}

#[tokio::test]
async fn a_target_that_cannot_be_reached_costs_nothing_while_there_is_another() {
    let (a, b) = (Backend::start("a").await, Backend::start("b").await);
    let mut slow = table(&[a.target(), b.target()]);
    // Checks that come too late to help.
    slow["groups"]["all"]["health"] = json!({"interval": 600, "healthy": 1});
    let balancer = start(slow);
    until_healthy(&balancer, &[&a, &b]).await;
    let client = client();
    for _ in 0..4 {
        // Leaves kept connections to both, which die with them.
        client.get(url(&balancer, "/")).send().await.unwrap().bytes().await.unwrap();
    }
    a.kill().await;
    for _ in 0..6 {
        let said: Value =
            client.post(url(&balancer, "/")).body("kept").send().await.unwrap().json().await.unwrap();
        assert_eq!((&said["name"], &said["length"]), (&json!("b"), &json!(4)));
    }
    b.kill().await;
    assert_eq!(client.get(url(&balancer, "/")).send().await.unwrap().status(), 502);
}

#[tokio::test]
async fn without_a_second_chance_it_costs_the_request() {
    let (a, b) = (Backend::start("a").await, Backend::start("b").await);
    let mut slow = table(&[a.target(), b.target()]);
    slow["groups"]["all"]["health"]["interval"] = json!(600);
    slow["second_chance"] = json!(false);
    let balancer = start(slow);
    b.kill().await;
    let mut answers = BTreeSet::new();
    for _ in 0..2 {
        answers.insert(client().get(url(&balancer, "/")).send().await.unwrap().status().as_u16());
    }
    assert_eq!(answers, BTreeSet::from([200, 502]));
}

#[tokio::test]
async fn who_has_least_under_way_is_next() {
    let (a, b) = (Backend::start("a").await, Backend::start("b").await);
    let mut least = table(&[a.target(), b.target()]);
    least["groups"]["all"]["algorithm"] = json!("least_outstanding_requests");
    let balancer = start(least);
    until_healthy(&balancer, &[&a, &b]).await;
    let slow = tokio::task::JoinSet::from_iter([client().get(url(&balancer, "/slow")).send()]);
    until("the slow request has come", || a.seen() + b.seen() == 1).await;
    let (busy, free) = if a.seen() == 1 { (&a, "b") } else { (&b, "a") };
    let under_way = || balancer.state()["all"].targets.iter().map(|t| t.in_flight).sum::<usize>();
    for _ in 0..4 {
        assert_eq!(name(&balancer, "/").await, free);
        until("only the slow one is under way", || under_way() == 1).await;
    }
    busy.go_on.notify_one();
    slow.join_all().await;
}

#[tokio::test]
async fn what_was_sent_is_never_sent_again() {
    let tasks = TaskTracker::new();
    let (address, count) = backend::mute(&tasks).await;
    let b = Backend::start("b").await;
    let mut table = table(&[Address { address, health: Some(b.address) }]);
    table["groups"]["all"]["targets"].as_array_mut().unwrap().push(json!(b.target()));
    table["groups"]["all"]["health"] = json!({"interval": 600, "healthy": 1});
    let balancer = start(table);
    until("both healthy", || balancer.state()["all"].targets.iter().all(|t| t.state == Health::Healthy))
        .await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(client().post(url(&balancer, "/")).send().await.unwrap().status().as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 502, 502]);
    assert_eq!((count.load(Ordering::SeqCst), b.seen()), (2, 2));
    // Also when it dies in the middle of a request.
    balancer.deregister("all", address).unwrap();
    assert_eq!(client().get(url(&balancer, "/die")).send().await.unwrap().status(), 502);
    assert_eq!(b.seen(), 3);
}

#[tokio::test]
async fn a_target_that_takes_too_long_is_given_up() {
    let a = Backend::start("a").await;
    let mut table = table(&[a.target()]);
    table["idle"] = json!(0.2);
    let balancer = start(table);
    assert_eq!(client().get(url(&balancer, "/slow")).send().await.unwrap().status(), 504);
    assert_eq!(a.seen(), 1);
}

#[tokio::test]
async fn a_draining_target_finishes_and_gets_nothing_new() {
    let (a, b) = (Backend::start("a").await, Backend::start("b").await);
    let balancer = start(table(&[a.target()]));
    let slow = tokio::task::JoinSet::from_iter([client().get(url(&balancer, "/slow")).send()]);
    until("the slow request has come", || a.seen() == 1).await;
    let control = format!("http://{}", balancer.control.unwrap());
    let post = async |path: &str, body: Value| {
        client().post(format!("{control}{path}")).json(&body).send().await.unwrap().status()
    };
    let (in_, out) = ("/targets/register", "/targets/deregister");
    assert_eq!(post(in_, json!({"group": "all", "address": b.address, "health": b.address})).await, 200);
    assert_eq!(post(in_, json!({"group": "all", "address": b.address})).await, 400, "it is in already");
    assert_eq!(post(out, json!({"group": "all", "address": a.address})).await, 200);
    assert_eq!(post(out, json!({"group": "none", "address": a.address})).await, 400);
    let state: Value = client().get(format!("{control}/state")).send().await.unwrap().json().await.unwrap();
    let drained = json!({"address": a.address, "state": "draining", "in_flight": 1});
    assert!(state["all"]["targets"].as_array().unwrap().contains(&drained), "{state}");
    for _ in 0..4 {
        assert_eq!(name(&balancer, "/").await, "b");
    }
    a.go_on.notify_one();
    let answers = slow.join_all().await;
    assert_eq!(answers[0].as_ref().unwrap().status(), 200);
    assert_eq!(a.seen(), 1);
}

#[tokio::test]
async fn when_the_delay_is_over_nothing_goes_on() {
    let a = Backend::start("a").await;
    let mut table = table(&[a.target()]);
    table["groups"]["all"]["deregistration"] = json!(0.1);
    let balancer = start(table);
    let slow = tokio::task::JoinSet::from_iter([client().get(url(&balancer, "/slow")).send()]);
    until("the slow request has come", || a.seen() == 1).await;
    balancer.deregister("all", a.address).unwrap();
    assert_eq!(slow.join_all().await[0].as_ref().unwrap().status(), 502);
    until("it is gone", || health(&balancer, a.address).is_none()).await;
    balancer.stop(PATIENCE).await;
}
