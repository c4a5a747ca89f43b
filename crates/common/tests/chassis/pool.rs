//! Connections of threads, and those that the rest shares.

use std::sync::mpsc;

use common::db::{Database, Pool, ping};
use testkit::TestDb;

use crate::SCHEMA;

/// A thread with a runtime of its own, as an HTTP worker is: takes its share, holds `held` connections until told to end.
fn worker(pool: &Pool, of: usize, held: usize) -> (std::thread::JoinHandle<()>, mpsc::Sender<()>) {
    let (pool, (end, ended), (ready, is_ready)) = (pool.clone(), mpsc::channel(), mpsc::channel());
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            pool.give_share(of).unwrap();
            let mut connections = Vec::new();
            for _ in 0..held {
                connections.push(pool.get().await.unwrap());
            }
            ping(&pool).await.unwrap();
            ready.send(()).unwrap();
            ended.recv().unwrap();
        });
    });
    is_ready.recv().unwrap();
    (thread, end)
}

#[tokio::test]
async fn threads_have_connections_of_their_own_and_no_more_are_opened() {
    let db = TestDb::acquire(&SCHEMA).await;
    let pool = Pool::new(&Database::new(db.url.clone(), 8), "shares").unwrap();
    assert_eq!((pool.connections().max, pool.connections().idle), (8, 0));
    // Three for each of two, of which one is for the ping; two for the rest.
    let workers = [worker(&pool, 2, 2), worker(&pool, 2, 2)];
    let connections = pool.connections();
    assert_eq!((connections.max, connections.in_use, connections.idle), (8, 4, 2));

    // The rest has its own, also while the threads hold theirs, and when they and their runtimes are gone.
    ping(&pool).await.unwrap();
    for (thread, end) in workers {
        end.send(()).unwrap();
        thread.join().unwrap();
    }
    ping(&pool).await.unwrap();
    pool.close();
    assert!(ping(&pool).await.is_err());
}

/// Several threads: the rest's connections are driven by this runtime while the test waits for its worker.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_pool_is_not_shared_out() {
    let db = TestDb::acquire(&SCHEMA).await;
    let pool = Pool::new(&Database::new(db.url.clone(), 2), "shares").unwrap();
    let (thread, end) = worker(&pool, 2, 1);
    assert_eq!((pool.connections().max, pool.connections().in_use), (2, 1));
    end.send(()).unwrap();
    thread.join().unwrap();
    pool.close();
}
