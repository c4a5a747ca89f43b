//! The shell around services: health, draining, and a second start.

use std::{net::TcpListener, time::Instant};

use common::{
    Service,
    events::Emit,
    service::{Serving, serve},
    time::Clock,
};
use serde_json::Value;
use testkit::TestDb;
use tokio::sync::oneshot;

use crate::{
    Node, Rows, SCHEMA, eventually, ms, secs, shared,
    tiny::{self, Mood, Moods},
};

pub struct Up {
    pub base: String,
    pub admin: String,
    pub stop: oneshot::Sender<()>,
    pub over: oneshot::Receiver<anyhow::Result<()>>,
}

/// Serves until told to stop.
pub fn up(services: Vec<Service>, deregistration: u64) -> Up {
    let listen = || TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let (listener, admin_listener) = (listen(), listen());
    let url = |l: &TcpListener| format!("http://{}", l.local_addr().unwrap());
    let (base, admin) = (url(&listener), url(&admin_listener));
    let (stop, stopped) = oneshot::channel::<()>();
    let (tell, over) = oneshot::channel();
    let serving = Serving {
        listener,
        admin: Some(admin_listener),
        services,
        front: None,
        workers: 2,
        deregistration: ms(deregistration),
        patience: secs(15),
    };
    #[expect(clippy::disallowed_methods, clippy::let_underscore_future, reason = "the process under test")]
    let _ = tokio::spawn(async move {
        let done = serve(serving, async {
            let _ = stopped.await;
        })
        .await;
        let _ = tell.send(done);
    });
    Up { base, admin, stop, over }
}

pub async fn get(url: String) -> reqwest::Result<(u16, String)> {
    let client = reqwest::Client::builder().timeout(secs(10)).build()?;
    let answer = client.get(url).send().await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

async fn is_up(up: &Up) {
    eventually(secs(5), async || get(format!("{}/readyz", up.admin)).await.is_ok_and(|a| a.0 == 204)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_finishes_what_was_begun_and_a_second_start_goes_on() {
    let db = TestDb::acquire(&SCHEMA).await;
    let rows = Rows::of(&db).await;
    let Node { service, cx, moods, clock } = &Node::new(&db.url, "a");
    let key = clock.id();
    moods.set(key, Some(Mood::Slow(ms(4000))));
    let up = up(vec![service.clone()], 1000);
    is_up(&up).await;
    assert_eq!(get(format!("{}/healthz", up.admin)).await.unwrap().0, 204);
    let keep_alive = reqwest::Client::builder().build().unwrap();
    keep_alive.get(format!("{}/api/tiny/who", up.base)).send().await.unwrap();
    // The only free connection is one that an HTTP worker has opened: the reaction below will run on it.
    rows.kill("a", "pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')").await;
    // A server process that was told to end may still take a statement before it does.
    let read = async || get(format!("{}/api/tiny/things", up.base)).await.unwrap().0;
    eventually(secs(3), async || read().await == 200).await;

    // A reaction that spans the end of HTTP, and a request that is in flight.
    let event = tiny::Said { key, n: 1 };
    cx.tx(async |mut tx| Ok(tx.emit(common::events::Actor::System, &event).await?)).await.unwrap();
    eventually(secs(3), async || moods.tries(key) == 1).await;
    let since = Instant::now();
    let slow = get(format!("{}/api/tiny/slow/2500", up.base));
    let meanwhile = async {
        tokio::time::sleep(ms(200)).await;
        up.stop.send(()).unwrap();
        eventually(secs(1), async || {
            get(format!("{}/readyz", up.admin)).await.unwrap() == (503, "stopping".to_owned())
        })
        .await;
        let still = get(format!("{}/api/tiny/who", up.base)).await.unwrap();
        assert_eq!(still.0, 200, "until the balancer knows of it");
        eventually(secs(3), async || get(format!("{}/api/tiny/who", up.base)).await.is_err()).await;
        assert_eq!(rows.effects("echo", key).await, [0; 0], "the reaction is still at work");
    };
    let (slow, ()) = tokio::join!(slow, meanwhile);
    assert_eq!(slow.unwrap().0, 204);
    up.over.await.unwrap().unwrap();
    let took = since.elapsed();
    assert!(took < secs(10), "an idle keep-alive connection is not waited for: {took:?}");
    assert_eq!(rows.effects("echo", key).await, [1], "the reaction's transaction was committed");
    assert_eq!(rows.count("SELECT position FROM consumer_position").await, 1);
    eventually(secs(2), async || rows.kill("a", "true").await == 0).await;

    let again = Node::new(&db.url, "a2");
    let up = self::up(vec![again.service.clone()], 0);
    is_up(&up).await;
    again.say(key, 2).await;
    eventually(secs(3), async || rows.effects("echo", key).await == [1, 2]).await;
    up.stop.send(()).unwrap();
    up.over.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_last_is_in_the_log_at_the_end() {
    let db = TestDb::acquire(&SCHEMA).await;
    let rows = Rows::of(&db).await;
    let node = Node::new(&db.url, "a");
    let up = up(vec![node.service.clone()], 0);
    is_up(&up).await;
    for n in 0..20 {
        node.say(node.clock.id(), n).await;
    }
    up.stop.send(()).unwrap();
    up.over.await.unwrap().unwrap();
    assert_eq!(rows.count("SELECT count(*) FROM event_log").await, 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happened_is_counted_by_pattern_and_not_by_path() {
    let db = TestDb::acquire(&SCHEMA).await;
    let node = Node::new(&db.url, "a");
    let up = up(vec![node.service.clone()], 0);
    is_up(&up).await;
    let key = node.clock.id();
    for _ in 0..3 {
        get(format!("{}/api/tiny/things/{}", up.base, node.clock.id())).await.unwrap();
    }
    get(format!("{}/api/tiny/panics", up.base)).await.unwrap();
    let outside = get(format!("{}/api/tinyx", up.base)).await.unwrap();
    let problem: Value = serde_json::from_str(&outside.1).unwrap();
    assert_eq!((outside.0, &problem["code"]), (404, &"request.not_found".into()), "outside all mounts too");
    node.say(key, 1).await;
    let metrics = || async { get(format!("{}/metrics", up.admin)).await.unwrap().1 };
    eventually(secs(3), async || {
        metrics().await.contains("dojob_consumer_events_total{consumer=\"tiny/echo\",source=\"tiny\"} 1")
    })
    .await;
    let text = metrics().await;
    for line in [
        "dojob_http_requests_total{service=\"tiny\",method=\"GET\",route=\"/api/tiny/things/{id}\",status=\"404\"} 3",
        "dojob_http_requests_total{service=\"tiny\",method=\"GET\",route=\"/api/tiny/panics\",status=\"500\"} 1",
        "dojob_relay_events_total{service=\"tiny\"} 1",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    up.stop.send(()).unwrap();
    up.over.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_whose_mounts_overlap_are_not_served() {
    let db = TestDb::acquire(&SCHEMA).await;
    let build = || tiny::build(shared(&db.url, "a", Clock::default()), Moods::default());
    let up = up(vec![build(), build()], 0);
    let words = up.over.await.unwrap().unwrap_err().to_string();
    assert!(words.contains("overlap"), "{words}");
    drop(up.stop);
}

/// A task that an HTTP worker begins must not end with that worker.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_begun_on_another_runtime_lives_on_ours() {
    let tasks = common::service::Tasks::default();
    let (tell, told) = oneshot::channel();
    let begin = tasks.clone();
    std::thread::spawn(move || {
        let worker = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        worker.block_on(async {
            begin.spawn(async move {
                tokio::time::sleep(ms(100)).await;
                let _ = tell.send(());
            });
        });
    })
    .join()
    .unwrap();
    told.await.expect("the task finished");
    tasks.stop(secs(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_says_that_it_is_data_and_no_stranger_s_name_is_answered() {
    let db = TestDb::acquire(&SCHEMA).await;
    let node = Node::new(&db.url, "a");
    let up = up(vec![node.service.clone()], 0);
    is_up(&up).await;
    let client = reqwest::Client::builder().timeout(secs(10)).build().unwrap();
    for (path, status, policy) in [
        ("/api/tiny/who", 200, "default-src 'none'; frame-ancestors 'none'"),
        ("/api/tiny/nothing", 404, "default-src 'none'; frame-ancestors 'none'"),
        ("/api/tiny/openapi.json", 200, "default-src 'none'; frame-ancestors 'none'"),
        ("/elsewhere", 404, "default-src 'none'; frame-ancestors 'none'"),
        ("/api/tiny/docs/", 200, "default-src 'none'; script-src 'self'; "),
    ] {
        let answer = client.get(format!("{}{path}", up.base)).send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).map_or("", |v| v.to_str().unwrap());
        assert_eq!(
            (answer.status().as_u16(), header("x-content-type-options")),
            (status, "nosniff"),
            "{path}"
        );
        assert!(header("content-security-policy").starts_with(policy), "{path}");
        // As a page that was rebound to this address asks.
        let rebound = client.get(format!("{}{path}", up.base)).header("host", "attacker.example:8080");
        let rebound = rebound.send().await.unwrap();
        assert_eq!(rebound.status(), 421, "{path}");
        assert_eq!(rebound.json::<Value>().await.unwrap()["code"], "request.host", "{path}");
    }
    drop(up.stop);
    up.over.await.unwrap().unwrap();
}
