//! The inbox: pages, the exact count, reading.

use std::collections::BTreeSet;

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use testkit::App;
use uuid::Uuid;

use crate::world::{Story, inbox, keys, notice, start, unread};

const ALL: &str = "/api/notifications/read-all";

fn ids(items: &[Value]) -> Vec<Uuid> {
    items.iter().map(|n| n["id"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn pages_follow_one_another_newest_first() {
    let app = start().await;
    let ana = app.member();
    for _ in 0..7 {
        notice(&app, ana.id).await;
    }
    notice(&app, app.clock.id()).await;
    let (mut seen, mut path, mut pages) = (Vec::new(), "/api/notifications?limit=3".to_owned(), 0);
    loop {
        let page = ana.get(&path).await.status(200);
        seen.extend(ids(page["items"].as_array().unwrap()));
        pages += 1;
        match page["next"].as_str() {
            // What arrives in between does not move what is behind the cursor.
            Some(next) => path = format!("/api/notifications?limit=3&cursor={next}"),
            None => break,
        }
        notice(&app, ana.id).await;
    }
    assert_eq!((seen.len(), pages), (7, 3));
    assert!(seen.is_sorted_by(|a, b| a > b));
}

#[tokio::test]
async fn bad_pages_are_refused() {
    let app = start().await;
    let ana = app.member();
    for (query, code) in [
        ("limit=0", "page.limit"),
        ("limit=101", "page.limit"),
        ("limit=x", "request.unreadable"),
        ("cursor=x", "page.cursor"),
        ("cursor=WzEsIm5vIHV1aWQiXQ", "page.cursor"),
        ("offset=3", "request.unreadable"),
    ] {
        assert_eq!(ana.get(&format!("/api/notifications?{query}")).await.problem(400), code, "{query}");
    }
}

#[tokio::test]
async fn reading_one_is_idempotent_and_only_for_its_owner() {
    let app = start().await;
    let (ana, ben) = (app.member(), app.member());
    notice(&app, ana.id).await;
    notice(&app, ana.id).await;
    let id = ids(&inbox(&app, ana.id).await)[0];
    let path = format!("/api/notifications/{id}/read");

    assert_eq!(ben.post(&path, &json!({})).await.problem(404), "request.not_found");
    assert_eq!(unread(&app, ana.id).await, 2);
    ana.post(&path, &json!({})).await.status(204);
    let read_at = inbox(&app, ana.id).await[0]["read_at"].clone();
    assert_ne!(read_at, Value::Null);
    ana.post(&path, &json!({})).await.status(204);
    assert_eq!(inbox(&app, ana.id).await[0]["read_at"], read_at, "the first time counts");
    assert_eq!(unread(&app, ana.id).await, 1);
    for bad in ["nonsense", &Uuid::nil().to_string()] {
        assert_eq!(
            ana.post(&format!("/api/notifications/{bad}/read"), &json!({})).await.problem(404),
            "request.not_found"
        );
    }
    app.pump().await;
    let read = app.said().await.iter().filter(|(kind, _)| kind == "NoticesRead").count();
    assert_eq!(read, 1, "reading again is no news");
}

#[tokio::test]
async fn what_arrived_after_the_newest_seen_stays_unread() {
    let app = start().await;
    let (ana, ben) = (app.member(), app.member());
    for person in [&ana, &ana, &ben] {
        notice(&app, person.id).await;
    }
    let newest_seen = ids(&inbox(&app, ana.id).await)[0];
    notice(&app, ana.id).await;
    for _ in 0..2 {
        ana.post(ALL, &json!({ "until": newest_seen })).await.status(204);
        assert_eq!(unread(&app, ana.id).await, 1);
    }
    ana.post(ALL, &json!({})).await.status(204);
    assert_eq!((unread(&app, ana.id).await, unread(&app, ben.id).await), (0, 1));
    ana.post(ALL, &json!({ "until": null })).await.status(204);
    for body in [json!({ "until": "x" }), json!({ "since": newest_seen }), json!(null)] {
        assert_eq!(ana.post(ALL, &body).await.problem(400), "request.unreadable");
    }
}

#[tokio::test]
async fn count_and_pages_come_from_their_indexes() {
    let app = start().await;
    let client = app.db.superuser().await;
    let bulk = "INSERT INTO notification.accounts SELECT lpad(to_hex(a), 32, '0')::uuid, 1, NULL FROM generate_series(0, 49) a; \
        INSERT INTO notification.notices SELECT lpad(to_hex(n % 50), 32, '0')::uuid, lpad(to_hex(n), 32, '0')::uuid, \
        lpad(to_hex(n), 32, '0')::uuid, 'x', 'hours', '{}', now(), CASE WHEN n % 1000 < 990 THEN now() END \
        FROM generate_series(1, 50000) n; ANALYZE notification.notices";
    client.batch_execute(bulk).await.unwrap();
    let plan = async |query: &str| {
        let whose = "account_id = '00000000-0000-0000-0000-000000000007'";
        let rows = client.query(&format!("EXPLAIN {query}").replace("MINE", whose), &[]).await.unwrap();
        rows.iter().map(|row| row.get::<_, String>(0)).collect::<String>()
    };
    let count = plan("SELECT count(*) FROM notification.notices WHERE MINE AND read_at IS NULL").await;
    assert!(count.contains("notices_unread_idx") && !count.contains("Seq Scan"), "{count}");
    let page = plan("SELECT * FROM notification.notices WHERE MINE ORDER BY id DESC LIMIT 21").await;
    assert!(page.contains("notices_pkey") && !page.contains("Sort"), "{page}");
}

/// What may happen to an inbox.
#[derive(Clone, Copy, Debug)]
enum Act {
    Create,
    /// The nth newest, if there is one.
    Read(usize),
    /// Up to the nth newest.
    ReadUntil(usize),
    ReadAll,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => Just(Act::Create),
        2 => (0..6_usize).prop_map(Act::Read),
        1 => (0..6_usize).prop_map(Act::ReadUntil),
        1 => Just(Act::ReadAll),
    ];
    proptest::collection::vec(act, 1..14)
}

async fn perform(app: &App, account: Uuid, act: Act) {
    let person = app.person(account);
    match act {
        Act::Create => notice(app, account).await,
        Act::ReadAll => drop(person.post(ALL, &json!({})).await.status(204)),
        Act::Read(nth) | Act::ReadUntil(nth) => {
            let Some(id) = ids(&inbox(app, account).await).get(nth).copied() else { return };
            let answer = match act {
                Act::Read(_) => person.post(&format!("/api/notifications/{id}/read"), &json!({})).await,
                _ => person.post(ALL, &json!({ "until": id })).await,
            };
            answer.status(204);
        }
    }
}

/// Runs each case on an account of its own; cases shrink.
fn each_case(cases: u32, check: impl Fn(&tokio::runtime::Runtime, &App, Vec<Act>)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let app = runtime.block_on(start());
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let ran = runner.run(&acts(), |acts| {
        check(&runtime, &app, acts);
        Ok(())
    });
    runtime.block_on(async { drop(app) });
    ran.unwrap();
}

#[test]
fn the_unread_count_is_exact_after_every_step() {
    each_case(32, |runtime, app, acts| {
        runtime.block_on(async {
            let account = app.clock.id();
            // Newest last; true means read.
            let mut model: Vec<bool> = Vec::new();
            for act in acts {
                perform(app, account, act).await;
                let count = model.len();
                match act {
                    Act::Create => model.push(false),
                    Act::Read(nth) if nth < count => model[count - 1 - nth] = true,
                    Act::ReadUntil(nth) if nth < count => model[..count - nth].fill(true),
                    Act::ReadAll => model.fill(true),
                    Act::Read(_) | Act::ReadUntil(_) => {}
                }
                let expected = i64::try_from(model.iter().filter(|read| !**read).count()).unwrap();
                assert_eq!(unread(app, account).await, expected, "after {act:?}");
            }
        });
    });
}

#[test]
fn the_unread_count_is_exact_after_acts_that_cross_one_another() {
    each_case(16, |runtime, app, acts| {
        runtime.block_on(async {
            let account = app.clock.id();
            let created = acts.iter().filter(|act| matches!(act, Act::Create)).count();
            futures_util::future::join_all(acts.iter().map(|act| perform(app, account, *act))).await;
            let items = inbox(app, account).await;
            let listed = items.iter().filter(|n| n["read_at"] == Value::Null).count();
            assert_eq!(items.len(), created);
            assert_eq!(unread(app, account).await, i64::try_from(listed).unwrap());
            assert_eq!(ids(&items).into_iter().collect::<BTreeSet<_>>().len(), created);
        });
    });
}

#[tokio::test]
async fn a_proposal_that_was_taken_back_unseen_leaves_nothing() {
    let app = start().await;
    let donor = app.clock.id();
    let propose = async |story: &Story| {
        let terms =
            json!({ "by": "recipient", "awaiting": "donor", "starts_at": story.starts_at, "minutes": 60 });
        story.tell(&app, "EngagementProposed", 1, terms).await;
    };
    let withdraw = async |story: &Story, sequence| {
        story.tell(&app, "EngagementWithdrawn", sequence, json!({ "by": "recipient" })).await;
    };
    // The loop of the security review, as far as notices go: 564 of them in ten seconds.
    for _ in 0..282 {
        let story = Story { donor, ..Story::new(&app) };
        propose(&story).await;
        withdraw(&story, 2).await;
    }
    assert_eq!((keys(&app, donor).await.len(), unread(&app, donor).await), (0, 0));
    assert_eq!(app.said().await.iter().filter(|(kind, _)| kind == "NoticesRemoved").count(), 282);

    // What was seen is told to be over.
    let seen = Story { donor, ..Story::new(&app) };
    propose(&seen).await;
    let id = inbox(&app, donor).await[0]["id"].as_str().unwrap().to_owned();
    app.person(donor).post(&format!("/api/notifications/{id}/read"), &json!({})).await.status(204);
    withdraw(&seen, 2).await;
    assert_eq!(keys(&app, donor).await, ["engagement.withdrawn", "engagement.proposed"]);

    // So is what somebody had answered in between.
    let answered = Story { donor, ..Story::new(&app) };
    propose(&answered).await;
    withdraw(&answered, 4).await;
    assert_eq!(keys(&app, donor).await.len(), 4);
}
