//! Transactions, and what PostgreSQL may answer.

use std::cell::Cell;

use common::{
    db::{Class, OnConstraint, Tx, classify, prepared},
    events::{Actor, Emit},
    http::Problem,
};
use diesel::sql_types;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use testkit::{App, TestDb};

use crate::{Node, Rows, SCHEMA, eventually, ms, secs, tiny};

const INSERT: &str = "INSERT INTO thing (id, name, size) VALUES (gen_random_uuid(), 'guitar', 1)";

#[tokio::test]
async fn all_of_a_transaction_is_committed_or_nothing() {
    let db = TestDb::acquire(&SCHEMA).await;
    let (node, rows) = (Node::new(&db.url, "a"), Rows::of(&db).await);
    let refused = node
        .cx
        .tx(async |mut tx: Tx<'_>| {
            tx.batch_execute(INSERT).await?;
            Err::<(), _>(Problem::new(crate::tiny::NAME_TAKEN))
        })
        .await;
    assert_eq!(refused.unwrap_err().code(), "thing.name_taken");
    assert_eq!(rows.count("SELECT count(*) FROM thing").await, 0);
    let made = node.cx.tx(async |mut tx: Tx<'_>| Ok(tx.batch_execute(INSERT).await?)).await;
    made.unwrap();
    assert_eq!(rows.count("SELECT count(*) FROM thing").await, 1);
}

/// Two transactions that take two rows in opposite order until one of them has been a deadlock's victim.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_run_again_and_reaches_nobody() {
    let db = TestDb::acquire(&SCHEMA).await;
    let (node, rows) = (Node::new(&db.url, "a"), Rows::of(&db).await);
    rows.run("INSERT INTO thing (id, name, size) SELECT gen_random_uuid(), n::text, 0 FROM generate_series(1, 2) n").await;
    let (runs, both_hold_one) = (Cell::new(0), tokio::sync::Barrier::new(2));
    let add = async |first: &str, second: &str| {
        node.cx
            .tx(async |mut tx: Tx<'_>| {
                let meet = runs.replace(runs.get() + 1) < 2;
                tx.batch_execute(&format!("UPDATE thing SET size = size + 1 WHERE name = '{first}'")).await?;
                if meet {
                    both_hold_one.wait().await;
                }
                tx.batch_execute(&format!("UPDATE thing SET size = size + 1 WHERE name = '{second}'"))
                    .await?;
                Ok(())
            })
            .await
    };
    let (one, other) = tokio::join!(add("1", "2"), add("2", "1"));
    one.unwrap();
    other.unwrap();
    assert!(runs.get() >= 3, "one of the two was the victim and ran again");
    assert_eq!(rows.count("SELECT sum(size) FROM thing").await, 4);
}

#[tokio::test]
async fn a_serialization_failure_is_run_again_three_times_at_most() {
    let db = TestDb::acquire(&SCHEMA).await;
    let (node, rows) = (Node::new(&db.url, "a"), Rows::of(&db).await);
    rows.run(INSERT).await;
    for (fail, runs_expected) in [(1, 2), (9, 3)] {
        let runs = Cell::new(0);
        let done = node
            .cx
            .tx(async |mut tx: Tx<'_>| {
                tx.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT size FROM thing")
                    .await?;
                if runs.replace(runs.get() + 1) < fail {
                    rows.run("UPDATE thing SET size = size + 1").await;
                }
                tx.batch_execute("UPDATE thing SET size = size + 100").await?;
                Ok(())
            })
            .await;
        assert_eq!(runs.get(), runs_expected);
        match done {
            Ok(()) => assert_eq!(fail, 1),
            Err(problem) => {
                assert_eq!((problem.status().as_u16(), problem.code()), (503, "server.unavailable"));
            }
        }
    }
    assert_eq!(rows.count("SELECT size::bigint FROM thing").await, 1 + 100 + 1 + 3);
}

/// Runs one statement that fails, and tells how that is classified and answered.
async fn fails(node: &Node, sql: &str) -> (Class, u16) {
    let mut connection = node.cx.read().await.unwrap();
    connection.batch_execute("SET default_transaction_read_only = off").await.unwrap();
    let error = connection.batch_execute(sql).await.unwrap_err();
    // For the next one that gets this connection, if it is still there.
    let _gone = connection.batch_execute("ROLLBACK").await;
    (classify(&error), Problem::from(error).status().as_u16())
}

#[tokio::test]
async fn every_class_of_error_is_recognised_by_what_postgresql_really_says() {
    let db = TestDb::acquire(&SCHEMA).await;
    let (node, rows) = (Node::new(&db.url, "a"), Rows::of(&db).await);
    rows.run(INSERT).await;
    rows.run("INSERT INTO booking VALUES ('[1,5)')").await;
    for (sql, class, status) in [
        (INSERT, Class::Constraint, 500),
        ("UPDATE thing SET size = -1", Class::Constraint, 500),
        ("UPDATE thing SET parent = gen_random_uuid()", Class::Constraint, 500),
        ("INSERT INTO booking VALUES ('[4,6)')", Class::Constraint, 500),
        ("UPDATE thing SET name = NULL", Class::Permanent, 500),
        ("SELECT nonsense", Class::Permanent, 500),
        ("SET statement_timeout = '20ms'; SELECT pg_sleep(1)", Class::Transient, 503),
        ("SELECT pg_terminate_backend(pg_backend_pid())", Class::Transient, 503),
        ("BEGIN READ ONLY; DELETE FROM thing", Class::Transient, 503),
        (
            "DO $$ BEGIN RAISE 'could not extend file \"base/1/2\": No space left on device' \
             USING ERRCODE = '53100'; END $$",
            Class::Transient,
            503,
        ),
        ("DO $$ BEGIN RAISE 'out of shared memory' USING ERRCODE = '53200'; END $$", Class::Transient, 503),
    ] {
        assert_eq!(fails(&node, sql).await, (class, status), "{sql}");
    }
    // A row that somebody else holds.
    rows.run("BEGIN; SELECT FROM thing FOR UPDATE").await;
    let locked = "SET lock_timeout = '20ms'; UPDATE thing SET size = 2";
    assert_eq!(fails(&node, locked).await, (Class::LockTimeout, 503));
    rows.run("ROLLBACK").await;
    // A connection that was closed between two requests.
    let mut held = node.cx.read().await.unwrap();
    held.batch_execute("SELECT 1").await.unwrap();
    rows.kill("a", "true").await;
    tokio::time::sleep(ms(50)).await;
    assert_eq!(classify(&held.batch_execute("SELECT 1").await.unwrap_err()), Class::Transient);
}

#[tokio::test]
async fn a_named_constraint_becomes_its_own_refusal_and_no_other() {
    let db = TestDb::acquire(&SCHEMA).await;
    let (node, rows) = (Node::new(&db.url, "a"), Rows::of(&db).await);
    rows.run("INSERT INTO booking VALUES ('[1,5)')").await;
    let taken = || Problem::new(crate::tiny::ROOM_TAKEN);
    let mut connection = node.cx.read().await.unwrap();
    connection.batch_execute("SET default_transaction_read_only = off").await.unwrap();
    let refused = connection.batch_execute("INSERT INTO booking VALUES ('[1,2)')").await;
    assert_eq!(refused.on_constraint("booking_during_excl", taken()).unwrap_err().code(), "room.taken");
    let refused = connection.batch_execute("INSERT INTO thing VALUES (gen_random_uuid(), 'a', -1)").await;
    assert_eq!(refused.on_constraint("booking_during_excl", taken()).unwrap_err().code(), "server.internal");
}

/// `BEGIN` is sent without waiting for its answer; were it refused, what follows must not count by itself.
#[tokio::test]
async fn nothing_is_written_outside_a_transaction() {
    let db = TestDb::acquire(&SCHEMA).await;
    let (node, rows) = (Node::new(&db.url, "a"), Rows::of(&db).await);
    let refused = node.cx.read().await.unwrap().batch_execute(INSERT).await.unwrap_err();
    assert!(refused.to_string().contains("read-only transaction"), "{refused}");
    assert_eq!(rows.count("SELECT count(*) FROM thing").await, 0);
}

/// What is left for the end goes with the commit, in its order, on a connection that has prepared nothing yet, too.
#[tokio::test]
async fn what_is_deferred_is_committed_in_its_order_or_not_at_all() {
    let db = TestDb::acquire(&SCHEMA).await;
    let (node, rows) = (Node::new(&db.url, "a"), Rows::of(&db).await);
    let insert = |name: &str, size: i32| {
        prepared(
            diesel::sql_query("INSERT INTO thing (id, name, size) VALUES (gen_random_uuid(), $1, $2)")
                .bind::<sql_types::Text, _>(name.to_owned())
                .bind::<sql_types::Integer, _>(size),
        )
    };
    let grow = || prepared(diesel::sql_query("UPDATE thing SET size = size * 10 + 1"));
    let said = crate::tiny::Said { key: node.clock.id(), n: 1 };
    for (round, statements) in [(0, 1), (1, 1), (2, 40)] {
        let name = format!("guitar {round}");
        node.cx
            .tx(async |mut tx: Tx<'_>| {
                tx.emit(Actor::System, &said).await?;
                tx.defer(insert(&name, 2));
                for _ in 0..statements {
                    tx.defer(prepared(diesel::sql_query("UPDATE thing SET size = size")));
                }
                tx.defer(grow());
                Ok(())
            })
            .await
            .unwrap();
    }
    let sizes = rows.texts("SELECT size::text FROM thing ORDER BY name", &[]).await;
    assert_eq!(sizes, ["2111", "211", "21"]);
    assert_eq!(rows.count("SELECT count(*) FROM event_log").await, 3);
    // One fails, whether the connection has prepared it or not: then all of it is undone, and it is told why.
    for broken in ["guitar 1", "guitar 1"] {
        let refused = node.cx.tx(async |mut tx: Tx<'_>| {
            tx.defer(grow());
            tx.defer(insert(broken, 7));
            tx.defer(grow());
            tx.emit(Actor::System, &said).await?;
            Ok(())
        });
        let refused = refused.await.unwrap_err();
        assert!(format!("{refused:?}").contains("thing_name_key"), "{refused:?}");
        assert_eq!(rows.texts("SELECT size::text FROM thing ORDER BY name", &[]).await, sizes);
        assert_eq!(rows.count("SELECT count(*) FROM event_log").await, 3);
    }
    node.pump().run().await.unwrap();
    assert_eq!(rows.effects("echo", said.key).await.len(), 3, "what was undone left places empty");
}

#[tokio::test]
async fn a_swallowed_error_is_not_reported_as_done() {
    let app = App::start(&SCHEMA, |shared| Ok(tiny::build(shared, tiny::Moods::default()))).await;
    let answer = app.nobody().put("/api/tiny/swallow/twice", &serde_json::json!({})).await;
    assert_eq!(answer.problem(500), "server.internal");
    assert_eq!(Rows::of(&app.db).await.count("SELECT count(*) FROM thing").await, 0);
}

#[tokio::test]
async fn a_future_dropped_in_mid_transaction_leaves_nothing_open_and_nothing_half_written() {
    let db = TestDb::acquire(&SCHEMA).await;
    let (node, rows) = (Node::new(&db.url, "a"), Rows::of(&db).await);
    for inside_a_statement in [false, true] {
        let work = node.cx.tx(async |mut tx: Tx<'_>| {
            tx.batch_execute(INSERT).await?;
            if inside_a_statement {
                tx.batch_execute("SELECT pg_sleep(1)").await?;
            }
            tokio::time::sleep(secs(60)).await;
            Ok(())
        });
        assert!(tokio::time::timeout(ms(200), work).await.is_err());
        // Nobody touches the pool, and still the row's lock is gone: the same name can be written at once.
        eventually(secs(3), async || {
            rows.count(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'a' \
                 AND datname = current_database() AND xact_start IS NOT NULL",
            )
            .await
                == 0
        })
        .await;
        assert_eq!(rows.count("SELECT count(*) FROM thing").await, 0);
    }
    node.cx.tx(async |mut tx: Tx<'_>| Ok(tx.batch_execute(INSERT).await?)).await.unwrap();
    assert_eq!(rows.count("SELECT count(*) FROM thing").await, 1);
}

#[tokio::test]
async fn prepared_sql_is_parsed_once_per_connection() {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = sql_types::BigInt)]
        n: i64,
    }
    let db = TestDb::acquire(&SCHEMA).await;
    let node = Node::new(&db.url, "a");
    let mut connection = node.cx.read().await.unwrap();
    for n in 0..3 {
        let ask = diesel::sql_query("SELECT 1 WHERE $1 >= 0").bind::<sql_types::Integer, _>(n);
        assert_eq!(prepared(ask).execute(&mut *connection).await.unwrap(), 1);
    }
    let sql = "SELECT count(*) AS n FROM pg_prepared_statements WHERE statement LIKE 'SELECT 1 WHERE%'";
    let count: Count = diesel::sql_query(sql).get_result(&mut *connection).await.unwrap();
    assert_eq!(count.n, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_together_migrate_in_turns() {
    let db = TestDb::acquire(&SCHEMA).await;
    let rows = Rows::of(&db).await;
    let path = |set: &str| {
        format!(
            "DO $$ BEGIN EXECUTE format('ALTER ROLE dojob_tiny IN DATABASE %I {set} search_path', current_database()) || '{}'; END $$",
            if set == "SET" { " = fresh" } else { "" }
        )
    };
    rows.run(
        "DROP SCHEMA IF EXISTS fresh CASCADE; CREATE SCHEMA fresh; GRANT ALL ON SCHEMA fresh TO dojob_tiny",
    )
    .await;
    rows.run(&path("SET")).await;
    let nodes: Vec<_> = (0..3).map(|_| Node::new(&db.url, "m")).collect();
    let all = futures_util::future::join_all(nodes.iter().map(|n| n.cx.db.migrate(crate::MIGRATIONS))).await;
    let missing = nodes[0].cx.db.missing_migrations(crate::MIGRATIONS).await;
    rows.run(&path("RESET")).await;
    assert_eq!(rows.count("SELECT count(*) FROM fresh.__diesel_schema_migrations").await, 3);
    rows.run("DROP SCHEMA fresh CASCADE").await;
    for one in all {
        one.unwrap();
    }
    assert_eq!(missing.unwrap(), Vec::<String>::new());
}
