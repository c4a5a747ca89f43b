//! Log → consumers and live listeners.

use std::time::Instant;

use common::events::{Actor, Emit, Event, Failure, Live, LiveEvent};
use testkit::TestDb;
use uuid::Uuid;

use crate::{
    Node, Rows, SCHEMA, eventually, ms, secs,
    tiny::{Mood, Mumbled, TOPIC},
};

async fn one_node() -> (TestDb, Node, Rows) {
    let db = TestDb::acquire(&SCHEMA).await;
    let (node, rows) = (Node::new(&db.url, "a"), Rows::of(&db).await);
    (db, node, rows)
}

/// A numbered fact that nobody reacts to.
#[derive(serde::Serialize)]
struct Muttered {
    key: Uuid,
    n: i64,
}

impl Event for Muttered {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "Muttered";

    fn key(&self) -> Uuid {
        self.key
    }

    fn sequence(&self) -> i64 {
        self.n
    }
}

async fn received(live: &mut Live) -> i64 {
    match tokio::time::timeout(secs(6), live.recv()).await.expect("nothing was announced") {
        Some(LiveEvent::Event(record)) => record.sequence,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn events_arrive_once_and_in_order_per_key() {
    let (_db, node, rows) = one_node().await;
    let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for n in 1..=450 {
        node.say(if n % 3 == 0 { b } else { a }, n).await;
    }
    let mut pump = node.pump();
    assert_eq!(pump.run().await.unwrap(), 900, "announced and taken");
    assert_eq!(rows.effects("echo", a).await, (1..=450).filter(|n| n % 3 != 0).collect::<Vec<_>>());
    assert_eq!(rows.effects("echo", b).await, (1..=450).filter(|n| n % 3 == 0).collect::<Vec<_>>());
    assert_eq!(rows.count("SELECT count(*) FROM event_log").await, 450);
    assert_eq!(pump.run().await.unwrap(), 0);
    // A consumer that forgot where it was reads everything again, to no effect.
    rows.run("UPDATE consumer_position SET position = 0").await;
    node.pump().run().await.unwrap();
    assert_eq!(rows.count("SELECT count(*) FROM effect").await, 450);
}

#[tokio::test]
async fn an_event_that_is_played_twice_has_one_effect() {
    let (_db, node, rows) = one_node().await;
    let key = node.clock.id();
    node.say(key, 1).await;
    let mut live = node.cx.bus.live(TOPIC);
    node.pump().run().await.unwrap();
    let Some(LiveEvent::Event(record)) = live.recv().await else { panic!("no event") };
    for _ in 0..2 {
        node.service.consumers[0].play(&node.cx, &record).await.unwrap();
    }
    assert_eq!(rows.effects("echo", key).await, [1]);
    assert_eq!((record.source(), &record.headers["actor"]), ("tiny", &serde_json::json!("system")));
}

#[tokio::test]
async fn one_that_fails_is_parked_and_holds_back_nobody_but_its_key() {
    let (_db, node, rows) = one_node().await;
    let (bad, good, worse) = (node.clock.id(), node.clock.id(), node.clock.id());
    node.moods.set(bad, Some(Mood::Fails));
    node.moods.set(worse, Some(Mood::Panics));
    for (key, n) in [(good, 1), (bad, 1), (good, 2), (worse, 1), (bad, 2), (good, 3)] {
        node.say(key, n).await;
    }
    let mut pump = node.pump();
    pump.run().await.unwrap();
    assert_eq!(rows.effects("echo", good).await, [1, 2, 3]);
    assert_eq!(rows.effects("echo", bad).await, [0; 0]);
    assert_eq!((rows.parked(bad).await, rows.parked(worse).await), (vec![1, 2], vec![1]));
    assert_eq!(node.moods.tries(bad), 1 + 5, "once with the batch, five times alone");
    let causes = rows.texts("SELECT cause FROM parked_event ORDER BY id", &[]).await;
    assert_eq!(
        causes,
        ["in a bad mood", "panicked: in a very bad mood", "an earlier event of this key is parked"]
    );
    // Later ones of the key wait behind, although the mood is better.
    node.moods.set(bad, None);
    node.say(bad, 3).await;
    node.say(good, 4).await;
    pump.run().await.unwrap();
    assert_eq!((rows.parked(bad).await, rows.effects("echo", good).await), (vec![1, 2, 3], vec![1, 2, 3, 4]));
    // Played again: in order, and one that still fails keeps back its own key only.
    let echo = &node.service.consumers[0];
    assert!(
        matches!(echo.replay_dead_letters(&node.cx, None).await, Err(Failure::Permanent(cause)) if cause.contains("bad mood"))
    );
    assert_eq!(rows.effects("echo", bad).await, [1, 2, 3]);
    assert_eq!((rows.parked(bad).await, rows.parked(worse).await), (vec![], vec![1]));
    node.moods.set(worse, None);
    assert_eq!(echo.replay_dead_letters(&node.cx, None).await.unwrap(), 1);
    node.say(bad, 4).await;
    pump.run().await.unwrap();
    assert_eq!(
        (rows.effects("echo", bad).await, rows.effects("echo", worse).await),
        (vec![1, 2, 3, 4], vec![1])
    );
}

#[tokio::test]
async fn one_that_waits_lets_those_before_it_through_and_none_past_it() {
    let (_db, node, rows) = one_node().await;
    let (good, waiting) = (node.clock.id(), node.clock.id());
    node.moods.set(waiting, Some(Mood::Waits));
    for (key, n) in [(good, 1), (waiting, 1), (good, 2)] {
        node.say(key, n).await;
    }
    let mut pump = node.pump();
    assert!(pump.run().await.is_err(), "it is tried again later");
    assert_eq!((rows.effects("echo", good).await, rows.effects("echo", waiting).await), (vec![1], vec![]));
    node.moods.set(waiting, None);
    pump.run().await.unwrap();
    assert_eq!(
        (rows.effects("echo", good).await, rows.effects("echo", waiting).await),
        (vec![1, 2], vec![1])
    );
    assert_eq!(rows.parked(waiting).await, [0; 0]);
}

#[tokio::test]
async fn data_that_cannot_be_read_is_parked_too() {
    let (_db, node, rows) = one_node().await;
    let key = node.clock.id();
    rows.run(&format!(
        "INSERT INTO event_log (event_id, topic, kind, key, sequence, occurred_at, headers, data) \
         VALUES (gen_random_uuid(), '{TOPIC}', 'Said', '{key}', 1, now(), '{{}}', '{{\"n\": \"word\"}}')"
    ))
    .await;
    node.pump().run().await.unwrap();
    assert_eq!(rows.parked(key).await, [1]);
}

#[tokio::test]
async fn events_of_no_interest_are_passed_without_a_write() {
    let (_db, node, rows) = one_node().await;
    let mumble = |count: usize| {
        let node = &node;
        async move {
            let all = node.cx.tx(async |mut tx| {
                for _ in 0..count {
                    tx.emit(Actor::Clock, &Mumbled(Uuid::from_u128(7))).await?;
                }
                Ok(())
            });
            all.await.unwrap();
        }
    };
    let mut pump = node.pump();
    mumble(3).await;
    pump.run().await.unwrap();
    assert_eq!(rows.count("SELECT count(*) FROM consumer_position").await, 0);
    mumble(1000).await;
    pump.run().await.unwrap();
    assert_eq!(rows.count("SELECT position FROM consumer_position").await, 1003, "but not for ever");
    node.say(node.clock.id(), 1).await;
    pump.run().await.unwrap();
    assert_eq!(rows.count("SELECT position FROM consumer_position").await, 1004);
    assert_eq!(rows.count("SELECT count(*) FROM processed_event").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_whose_database_is_away_tries_for_ever_and_skips_nothing() {
    let (_db, node, rows) = one_node().await;
    let key = node.clock.id();
    node.moods.set(key, Some(Mood::Slow(ms(150))));
    node.service.start();
    for n in 1..=3 {
        node.say(key, n).await;
    }
    for _ in 0..8 {
        eventually(secs(5), async || node.moods.tries(key) > 0).await;
        rows.kill("a", "true").await;
        tokio::time::sleep(ms(60)).await;
    }
    assert_eq!(rows.parked(key).await, [0; 0]);
    node.moods.set(key, None);
    eventually(secs(5), async || rows.effects("echo", key).await == [1, 2, 3]).await;
    assert_eq!(rows.parked(key).await, [0; 0], "more than five tries, and still nothing is parked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_process_follows_the_log_and_one_that_dies_holds_up_nobody() {
    let db = TestDb::acquire(&SCHEMA).await;
    let rows = Rows::of(&db).await;
    let (a, b) = (Node::new(&db.url, "a"), Node::new(&db.url, "b"));
    a.service.start();
    b.service.start();
    let (mut at_a, mut at_b) = (a.cx.bus.live(TOPIC), b.cx.bus.live(TOPIC));
    tokio::time::sleep(ms(300)).await;
    let key = a.clock.id();
    a.say(key, 1).await;
    b.say(key, 2).await;
    for live in [&mut at_a, &mut at_b] {
        assert_eq!((received(live).await, received(live).await), (1, 2));
    }

    a.cx.tasks.stopping().cancel();
    a.cx.db.close();
    rows.kill("a", "true").await;
    b.say(key, 3).await;
    eventually(secs(5), async || rows.effects("echo", key).await == [1, 2, 3]).await;
    assert_eq!(received(&mut at_b).await, 3);
}

/// An event as another process would write it.
fn told(key: Uuid, n: i64) -> String {
    format!(
        "INSERT INTO event_log (event_id, topic, kind, key, sequence, occurred_at, headers, data) VALUES \
         (gen_random_uuid(), '{TOPIC}', 'Said', '{key}', {n}, now(), '{{}}', '{{\"key\": \"{key}\", \"n\": {n}}}');"
    )
}

/// Nothing within a while that is long beside the usual one.
async fn silence(live: &mut Live) {
    let early = tokio::time::timeout(ms(300), live.recv()).await;
    assert!(early.is_err(), "{early:?}");
}

/// A place in the log is handed out before the commit, so the later one may be seen first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_committed_late_is_passed_by_nobody() {
    let (db, node, rows) = one_node().await;
    node.service.start();
    let (mut live, key) = (node.cx.bus.live(TOPIC), node.clock.id());
    tokio::time::sleep(ms(300)).await;
    let late = Rows::of(&db).await;
    late.run(&format!("BEGIN; {}", told(key, 1))).await;
    node.say(key, 2).await;
    // Whoever begins now has the same doubt.
    let newcomer = Node::new(&db.url, "b");
    let mut at_newcomer = newcomer.cx.bus.live(TOPIC);
    newcomer.service.start();
    silence(&mut live).await;
    // Others who write meanwhile change nothing about it.
    for n in 3..=20 {
        node.say(key, n).await;
    }
    silence(&mut live).await;
    late.run("COMMIT").await;
    for n in 1..=20 {
        assert_eq!(received(&mut live).await, n);
    }
    eventually(secs(5), async || rows.effects("echo", key).await == (1..=20).collect::<Vec<_>>()).await;
    newcomer.say(key, 21).await;
    let mut last = received(&mut at_newcomer).await;
    while last < 21 {
        last = received(&mut at_newcomer).await;
    }
    eventually(secs(5), async || rows.effects("echo", key).await.len() == 21).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_that_stays_empty_is_passed_soon() {
    let (db, node, rows) = one_node().await;
    node.service.start();
    let (mut live, key) = (node.cx.bus.live(TOPIC), node.clock.id());
    tokio::time::sleep(ms(300)).await;
    let other = Rows::of(&db).await;
    other.run(&format!("BEGIN; {} ROLLBACK", told(key, 9))).await;
    node.say(key, 1).await;
    assert_eq!(received(&mut live).await, 1);
    // A server that crashes skips some.
    other.count("SELECT setval(pg_get_serial_sequence('event_log', 'position'), 1000)").await;
    node.say(key, 2).await;
    assert_eq!(received(&mut live).await, 2);
    // While one is open and its places are empty: those behind it wait, and go on when it is undone.
    other.run(&format!("BEGIN; {}", told(key, 9))).await;
    node.say(key, 3).await;
    silence(&mut live).await;
    other.run("ROLLBACK").await;
    assert_eq!(received(&mut live).await, 3);
    eventually(secs(5), async || rows.effects("echo", key).await == [1, 2, 3]).await;
}

/// Only who has told something can be waited for: whatever else is open, for however long, holds up nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_tells_nothing_holds_up_nobody() {
    let (db, node, rows) = one_node().await;
    let elsewhere = TestDb::acquire(&SCHEMA).await;
    let (here, elsewhere) = (Rows::of(&db).await, Rows::of(&elsewhere).await);
    let write =
        "BEGIN; INSERT INTO thing (id, name, size) VALUES (gen_random_uuid(), 'open', 1); TABLE event_log";
    here.run(write).await;
    elsewhere.run(write).await;
    elsewhere.run(&told(Uuid::from_u128(5), 1)).await;
    let (mut live, key) = (node.cx.bus.live(TOPIC), node.clock.id());
    node.service.start();
    tokio::time::sleep(ms(300)).await;
    let other = Rows::of(&db).await;
    for n in 1..=3 {
        other.run(&format!("BEGIN; {} ROLLBACK", told(key, 9))).await;
        node.say(key, n).await;
        assert_eq!(received(&mut live).await, n);
    }
    eventually(secs(5), async || rows.effects("echo", key).await == [1, 2, 3]).await;
    here.run("ROLLBACK").await;
    elsewhere.run("ROLLBACK").await;
}

/// The process never learnt that its commit passed, or somebody else made it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_committed_and_not_announced_is_found_in_the_log() {
    let (_db, node, rows) = one_node().await;
    node.service.start();
    let (mut live, key) = (node.cx.bus.live(TOPIC), node.clock.id());
    tokio::time::sleep(ms(300)).await;
    node.say(key, 1).await;
    assert_eq!(received(&mut live).await, 1);
    rows.run(&told(key, 2)).await;
    node.say(key, 3).await;
    assert_eq!((received(&mut live).await, received(&mut live).await), (2, 3));
    rows.run(&told(key, 4)).await;
    assert_eq!(received(&mut live).await, 4, "without a word from anybody");
    eventually(secs(5), async || rows.effects("echo", key).await == [1, 2, 3, 4]).await;
}

/// A process of the version before tells its outbox.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_version_before_puts_into_its_outbox_is_in_the_log() {
    let (_db, node, rows) = one_node().await;
    node.service.start();
    let (mut live, key) = (node.cx.bus.live(TOPIC), node.clock.id());
    tokio::time::sleep(ms(300)).await;
    node.say(key, 1).await;
    assert_eq!(received(&mut live).await, 1);
    rows.run(&told(key, 2).replace("event_log", "outbox")).await;
    assert_eq!(received(&mut live).await, 2);
    assert_eq!(rows.count("SELECT count(*) FROM outbox").await, 0);
}

#[tokio::test]
async fn a_listener_that_falls_behind_is_told_of_a_gap() {
    let (_db, node, _rows) = one_node().await;
    let mut live = node.cx.bus.live(TOPIC);
    let key = node.clock.id();
    for round in 0..5 {
        let all = node.cx.tx(async |mut tx| {
            for n in 1..=1000 {
                // The reactions are not what is measured here.
                tx.emit(Actor::System, &Muttered { key, n: round * 1000 + n }).await?;
            }
            Ok(())
        });
        all.await.unwrap();
    }
    node.pump().run().await.unwrap();
    assert!(matches!(live.recv().await, Some(LiveEvent::Gap)));
    let mut rest = Vec::new();
    while let Ok(Some(LiveEvent::Event(record))) = tokio::time::timeout(ms(50), live.recv()).await {
        rest.push(record.sequence);
    }
    assert_eq!((rest.last(), rest.is_sorted()), (Some(&5000), true));
}

/// `cargo test -p dojob-common --release latency -- --ignored --nocapture`
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn latency_from_commit_to_effect() {
    let (_db, node, _rows) = one_node().await;
    node.service.start();
    tokio::time::sleep(ms(300)).await;
    let key = node.clock.id();
    let mut times = Vec::new();
    for n in 1..=500 {
        let since = Instant::now();
        node.say(key, n).await;
        let committed = Instant::now();
        while i64::from(node.moods.tries(key)) < n {
            node.moods.tried.notified().await;
        }
        times.push((committed.elapsed(), committed.duration_since(since)));
    }
    times.sort_unstable();
    let [p50, p95, p99] = [50, 95, 99].map(|q| times[times.len() * q / 100].0);
    println!("commit → reaction: p50 {p50:?}, p95 {p95:?}, p99 {p99:?}");
    times.sort_unstable_by_key(|t| t.1);
    println!("emit and commit: p50 {:?}", times[times.len() / 2].1);
    assert!(p50 < ms(3));
}
