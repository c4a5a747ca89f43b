//! Timers.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use common::{db::Tx, events::Failure, jobs::Schedule};
use futures_util::FutureExt;
use serde_json::json;
use testkit::TestDb;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{Node, Rows, SCHEMA, eventually, ms, secs, tiny::Mood};

async fn set(node: &Node, key: Uuid, at: DateTime<Utc>, n: i64) {
    let payload = json!({ "n": n });
    let set = node.cx.tx(async |mut tx: Tx<'_>| Ok(tx.schedule("ring", key, at, &payload).await?)).await;
    set.unwrap();
}

async fn one_node() -> (TestDb, Node, Rows) {
    let db = TestDb::acquire(&SCHEMA).await;
    let (node, rows) = (Node::new(&db.url, "a"), Rows::of(&db).await);
    (db, node, rows)
}

#[tokio::test]
async fn a_timer_is_due_by_the_clock_and_once() {
    let (_db, node, rows) = one_node().await;
    let (early, late) = (node.clock.id(), node.clock.id());
    let now = node.clock.now();
    set(&node, late, now + TimeDelta::hours(3), 2).await;
    set(&node, early, now + TimeDelta::hours(1), 1).await;
    let mut pump = node.pump();
    assert_eq!(pump.run().await.unwrap(), 0);
    node.clock.advance(TimeDelta::hours(2));
    assert_eq!(pump.run().await.unwrap(), 1);
    assert_eq!((rows.effects("ring", early).await, rows.effects("ring", late).await), (vec![1], vec![]));
    node.clock.advance(TimeDelta::days(2));
    pump.run().await.unwrap();
    assert_eq!(rows.effects("ring", late).await, [2]);
    assert_eq!(rows.count("SELECT count(*) FROM job").await, 0);
}

#[tokio::test]
async fn setting_again_moves_it_and_taking_away_ends_it() {
    let (_db, node, rows) = one_node().await;
    let (moved, gone) = (node.clock.id(), node.clock.id());
    let now = node.clock.now();
    for key in [moved, gone] {
        set(&node, key, now + TimeDelta::hours(1), 1).await;
    }
    set(&node, moved, now + TimeDelta::hours(5), 2).await;
    let taken = node.cx.tx(async |mut tx: Tx<'_>| Ok(tx.unschedule("ring", gone).await?)).await;
    taken.unwrap();
    node.clock.advance(TimeDelta::hours(2));
    assert_eq!(node.pump().run().await.unwrap(), 0);
    node.clock.advance(TimeDelta::hours(4));
    node.pump().run().await.unwrap();
    assert_eq!((rows.effects("ring", moved).await, rows.effects("ring", gone).await), (vec![2], vec![]));
}

#[tokio::test]
async fn work_may_set_its_timer_again() {
    let (_db, node, rows) = one_node().await;
    let key = node.clock.id();
    let payload = json!({ "n": 7, "times": 3 });
    let at = node.clock.now();
    let set = node.cx.tx(async |mut tx: Tx<'_>| Ok(tx.schedule("ring", key, at, &payload).await?)).await;
    set.unwrap();
    let mut pump = node.pump();
    for times in 1..=3 {
        pump.run().await.unwrap();
        assert_eq!(rows.effects("ring", key).await.len(), times);
        node.clock.advance(TimeDelta::minutes(61));
    }
    assert_eq!(rows.count("SELECT count(*) FROM job").await, 0);
}

#[tokio::test]
async fn work_that_fails_is_undone_and_tried_later_and_later() {
    let (_db, node, rows) = one_node().await;
    let (fails, panics, fine) = (node.clock.id(), node.clock.id(), node.clock.id());
    node.moods.set(fails, Some(Mood::Fails));
    node.moods.set(panics, Some(Mood::Panics));
    for key in [fails, panics, fine] {
        set(&node, key, node.clock.now(), 1).await;
    }
    let mut pump = node.pump();
    pump.run().await.unwrap();
    assert_eq!(rows.effects("ring", fine).await, [1], "the others go on");
    assert_eq!(rows.effects("ring", fails).await, [0; 0]);
    for (tries, wait) in [(1, 2), (2, 4), (3, 8)] {
        assert_eq!(node.moods.tries(fails), tries);
        node.clock.advance(TimeDelta::seconds(wait - 1));
        pump.run().await.unwrap();
        assert_eq!(node.moods.tries(fails), tries, "not before its time");
        node.clock.advance(TimeDelta::seconds(1));
        pump.run().await.unwrap();
    }
    let errors = rows.texts("SELECT last_error FROM job ORDER BY last_error", &[]).await;
    assert_eq!(errors, ["in a bad mood", "panicked: in a very bad mood"]);
    node.moods.set(fails, None);
    node.moods.set(panics, None);
    node.clock.advance(TimeDelta::minutes(2));
    pump.run().await.unwrap();
    assert_eq!((rows.effects("ring", fails).await, rows.effects("ring", panics).await), (vec![1], vec![1]));
}

#[tokio::test]
async fn the_lease_of_a_crashed_process_runs_out() {
    let (_db, node, rows) = one_node().await;
    let key = node.clock.id();
    set(&node, key, node.clock.now(), 1).await;
    // What a process leaves that died between claiming and finishing.
    let now = node.clock.now();
    rows.run(&format!(
        "UPDATE job SET attempts = 1, locked_until = '{now}'::timestamptz + interval '1 minute'"
    ))
    .await;
    assert_eq!(node.pump().run().await.unwrap(), 0);
    node.clock.advance(TimeDelta::seconds(61));
    assert_eq!(node.pump().run().await.unwrap(), 1);
    assert_eq!(rows.effects("ring", key).await, [1]);
}

/// The trigger of the tests' migration changes the timer in the moment between claim and work.
#[tokio::test]
async fn a_claimed_timer_that_is_moved_or_taken_away_does_not_ring() {
    for (act, expected) in [("take", &[][..]), ("move", &[3])] {
        let (_db, node, rows) = one_node().await;
        let key = node.clock.id();
        set(&node, key, node.clock.now(), 1).await;
        rows.run(&format!("INSERT INTO meddle VALUES ('{act}')")).await;
        let mut pump = node.pump();
        pump.run().await.unwrap();
        assert_eq!(rows.effects("ring", key).await, [0; 0], "{act}");
        assert_eq!(rows.count("SELECT count(*) FROM meddle").await, 0, "it was claimed");
        node.clock.advance(TimeDelta::minutes(61));
        pump.run().await.unwrap();
        assert_eq!(rows.effects("ring", key).await, expected, "{act}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn running_timers_follow_the_moved_clock_at_once_and_a_burst_is_worked_off() {
    let (_db, node, rows) = one_node().await;
    node.service.start();
    let at = node.clock.now() + TimeDelta::days(1);
    for n in 0..100 {
        set(&node, node.clock.id(), at, n).await;
    }
    tokio::time::sleep(ms(100)).await;
    assert_eq!(rows.count("SELECT count(*) FROM effect").await, 0);
    node.clock.advance(TimeDelta::days(2));
    let took = eventually(secs(10), async || rows.count("SELECT count(*) FROM effect").await == 100).await;
    println!("100 due timers in {took:?}");
}

/// Sets the timer of a call that is due now.
async fn call(node: &Node) {
    let (key, at) = (node.clock.id(), node.clock.now());
    let set = node.cx.tx(async |mut tx: Tx<'_>| Ok(tx.schedule("call", key, at, &()).await?)).await;
    set.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_calls_out_holds_no_timer_up_and_runs_once_at_a_time() {
    let (_db, mut node, rows) = one_node().await;
    let (begun, answered) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (counted, answer) = (begun.clone(), answered.clone());
    node.service.jobs = node.service.jobs.clone().on_call("call", move |_job| {
        let (counted, answer) = (counted.clone(), answer.clone());
        async move {
            counted.fetch_add(1, Ordering::SeqCst);
            answer.notified().await;
            Ok(None)
        }
        .boxed()
    });
    node.service.start();
    call(&node).await;
    eventually(secs(10), async || begun.load(Ordering::SeqCst) == 1).await;
    let key = node.clock.id();
    set(&node, key, node.clock.now(), 1).await;
    eventually(secs(10), async || rows.effects("ring", key).await == [1]).await;
    // While it may be under way nobody else takes it up.
    node.clock.advance(TimeDelta::seconds(50));
    tokio::time::sleep(ms(1500)).await;
    assert_eq!(begun.load(Ordering::SeqCst), 1);
    answered.notify_one();
    eventually(secs(10), async || rows.count("SELECT count(*) FROM job WHERE kind = 'call'").await == 0)
        .await;
}

#[tokio::test]
async fn a_call_that_fails_is_tried_later_and_later_and_may_set_its_timer_again() {
    let (_db, mut node, rows) = one_node().await;
    let tries = Arc::new(AtomicUsize::new(0));
    let (counted, clock) = (tries.clone(), node.clock.clone());
    node.service.jobs = node.service.jobs.clone().on_call("call", move |_job| {
        let (nth, now) = (counted.fetch_add(1, Ordering::SeqCst), clock.now());
        async move {
            match nth {
                0 => Err(Failure::Transient("nobody answers".to_owned())),
                1 => Err(Failure::Permanent("nonsense".to_owned())),
                2 => Ok(Some(now + TimeDelta::hours(1))),
                _ => Ok(None),
            }
        }
        .boxed()
    });
    let mut pump = node.pump();
    call(&node).await;
    pump.run().await.unwrap();
    assert_eq!(tries.load(Ordering::SeqCst), 1);
    for (wait, expected) in [(1, 1), (1, 2), (3, 2), (1, 3), (3_599, 3), (1, 4)] {
        node.clock.advance(TimeDelta::seconds(wait));
        pump.run().await.unwrap();
        assert_eq!(tries.load(Ordering::SeqCst), expected, "after {wait} s");
    }
    assert_eq!(rows.count("SELECT count(*) FROM job").await, 0);
}
