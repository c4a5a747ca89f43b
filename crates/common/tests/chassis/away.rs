//! PostgreSQL goes away and comes back.

use diesel::QueryDsl;
use diesel_async::RunQueryDsl;
use postgres::{Binaries, Options, Server};
use serde_json::json;
use testkit::App;
use uuid::Uuid;

use crate::{
    MIGRATIONS, Node, Rows, SCHEMA, eventually, ms, secs,
    tiny::{self, effect},
};

#[tokio::test]
async fn killed_connections_are_replaced_without_a_restart() {
    let app = App::start(&SCHEMA, |shared| Ok(tiny::build(shared, tiny::Moods::default()))).await;
    let rows = Rows::of(&app.db).await;
    for n in 0..3 {
        app.member().post("/api/tiny/things", &json!({ "name": n.to_string(), "size": 1 })).await.status(201);
        assert!(rows.kill("test", "true").await > 0);
        tokio::time::sleep(ms(50)).await;
        app.nobody().get("/api/tiny/things").await.status(200);
    }
}

#[tokio::test]
async fn a_connection_lost_in_the_middle_is_503_with_retry_after() {
    let app = App::start(&SCHEMA, |shared| Ok(tiny::build(shared, tiny::Moods::default()))).await;
    let rows = Rows::of(&app.db).await;
    let ana = app.member();
    let (body, key) = (json!({ "name": "slow", "size": 800 }), "slow-0001");
    let (answer, ()) = tokio::join!(ana.post_with_key("/api/tiny/things", &body, key), async {
        eventually(secs(5), async || rows.kill("test", "state = 'idle in transaction'").await > 0).await;
    });
    assert_eq!(answer.problem(503), "server.unavailable");
    assert_eq!(answer.header("retry-after"), "1");
    assert!(!answer.text.contains("connection"), "causes are for the log: {}", answer.text);
    assert_eq!(rows.count("SELECT count(*) FROM thing").await, 0);
    ana.post_with_key("/api/tiny/things", &body, key).await.status(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stops_and_starts_is_waited_for() {
    let home = tempfile::tempdir().unwrap();
    let start = async || {
        Server::start(Options::new(home.path(), Binaries::Machine).without_durability()).await.unwrap()
    };
    let server = start().await;
    let url = server.ensure_database("tiny", "tiny").await.unwrap();
    let node = Node::new(&url, "a");
    node.cx.db.migrate(MIGRATIONS).await.unwrap();
    node.service.start();
    let key = Uuid::from_u128(1);
    let reacted = async |n: i64| {
        let effects = async || {
            let mut connection = node.cx.read().await.ok()?;
            effect::table.count().get_result::<i64>(&mut *connection).await.ok()
        };
        eventually(secs(20), async || effects().await == Some(n)).await;
    };
    node.say(key, 1).await;
    reacted(1).await;

    server.stop().await.unwrap();
    drop(server);
    let since = std::time::Instant::now();
    let away = node.cx.read().await.err().unwrap();
    assert_eq!(away.status().as_u16(), 503);
    assert!(since.elapsed() < secs(2), "refused at once: {:?}", since.elapsed());
    tokio::time::sleep(ms(1200)).await;

    let server = start().await;
    eventually(secs(5), async || node.cx.read().await.is_ok()).await;
    node.say(key, 2).await;
    reacted(2).await;
    drop(node);
    server.stop().await.unwrap();
}
