//! Connections of threads, and those that the rest shares.

use std::{collections::BTreeSet, future::Future, sync::mpsc, time::Duration};

use common::db::{Database, Lookup, Pool, ping};
use diesel::{QueryableByName, sql_types::Integer};
use diesel_async::RunQueryDsl;
use futures_util::future::join_all;
use testkit::TestDb;

use crate::SCHEMA;

/// A thread with a runtime of its own, as an HTTP worker is: takes its share, holds `held` connections until told to end.
fn worker(pool: &Pool, held: usize) -> (std::thread::JoinHandle<()>, mpsc::Sender<()>) {
    let (pool, (end, ended), (ready, is_ready)) = (pool.clone(), mpsc::channel(), mpsc::channel());
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            pool.take_share().unwrap();
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
    let pool = Pool::new(&Database { workers: 2, ..Database::new(db.url.clone(), 8) }, "shares").unwrap();
    assert_eq!((pool.connections().max, pool.connections().idle), (8, 0));
    // Three for each of two, of which one is for look-ups; two for the rest, whose one is borrowed for a ping.
    let workers = [worker(&pool, 1), worker(&pool, 1)];
    let connections = pool.connections();
    assert_eq!((connections.max, connections.in_use, connections.idle), (8, 2, 2));

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
    let pool = Pool::new(&Database { workers: 2, ..Database::new(db.url.clone(), 2) }, "shares").unwrap();
    let (thread, end) = worker(&pool, 1);
    assert_eq!((pool.connections().max, pool.connections().in_use), (2, 1));
    end.send(()).unwrap();
    thread.join().unwrap();
    pool.close();
}

/// What one HTTP worker does, on a thread and a runtime of its own.
fn on_a_worker<F: Future<Output = ()>>(pool: &Pool, work: impl FnOnce(Pool) -> F + Send + 'static) {
    let pool = pool.clone();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            pool.take_share().unwrap();
            work(pool).await;
        });
    });
    thread.join().unwrap();
}

/// Which connection this is.
async fn backend(lookup: &Lookup) -> Option<i32> {
    #[derive(QueryableByName)]
    struct Backend {
        #[diesel(sql_type = Integer)]
        pid: i32,
    }
    let asked = diesel::sql_query("SELECT pg_backend_pid() AS pid").get_result::<Backend>(&mut &**lookup);
    asked.await.ok().map(|backend| backend.pid)
}

/// The connection that look-ups share, once it is open.
async fn shared(pool: &Pool) -> i32 {
    loop {
        let (one, other) = (pool.lookup().await.unwrap(), pool.lookup().await.unwrap());
        let (one, other) = (backend(&one).await, backend(&other).await);
        if let (Some(one), Some(other)) = (one, other)
            && one == other
        {
            return one;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn look_ups_share_a_connection_and_get_another_when_it_is_lost() {
    let db = TestDb::acquire(&SCHEMA).await;
    let pool = Pool::new(&Database { workers: 1, ..Database::new(db.url.clone(), 6) }, "lookups").unwrap();
    let (own, superuser) = (pool.clone(), db.superuser().await);
    let work = async move |pool: Pool| {
        let first = shared(&pool).await;
        // Twenty at once, on that one.
        let lookups = join_all((0..20).map(|_| async { pool.lookup().await.unwrap() })).await;
        let pids: BTreeSet<_> = join_all(lookups.iter().map(backend)).await.into_iter().collect();
        assert_eq!(pids, BTreeSet::from([Some(first)]));
        // A crowd does not wait for it alone, and no more are opened than there may be.
        let crowd = (0..34).map(|_| async { backend(&pool.lookup().await.unwrap()).await });
        let pids: BTreeSet<_> = join_all(crowd).await.into_iter().collect();
        assert!(pids.len() > 1 && pids.len() <= 6, "{pids:?}");
        assert_eq!(pool.connections().max, 6);
        drop(lookups);

        superuser.batch_execute(&format!("SELECT pg_terminate_backend({first})")).await.unwrap();
        assert_ne!(shared(&pool).await, first);
        assert_eq!(pool.connections().max, 6);
    };
    tokio::task::spawn_blocking(move || on_a_worker(&own, work)).await.unwrap();
    pool.close();
    assert!(pool.lookup().await.is_err());
}
