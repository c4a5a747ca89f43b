//! Device sessions that ended: their tokens are refused by every process, also by one that starts later.

use std::time::Instant;

use chrono::TimeDelta;
use common::{
    Ctx, Shared,
    auth::Revocations,
    db::{Database, Pool, Tx},
    events::{Actor, Bus, Emit, Event},
    service::Pump,
};
use serde::Serialize;
use serde_json::json;
use testkit::{App, TestDb};
use uuid::Uuid;

use crate::{Node, SCHEMA, eventually, secs, serve, shared, tiny};

#[derive(Serialize)]
struct AllDeviceSessionsRevoked {
    account_id: Uuid,
    device_session_ids: Vec<Uuid>,
}

impl Event for AllDeviceSessionsRevoked {
    const TOPIC: &'static str = "dojob.auth.session.v1";
    const KIND: &'static str = "AllDeviceSessionsRevoked";

    fn key(&self) -> Uuid {
        self.account_id
    }

    fn sequence(&self) -> i64 {
        1
    }
}

async fn end(auth: &Ctx, device_session_ids: Vec<Uuid>) {
    let account_id = auth.clock.id();
    let event = AllDeviceSessionsRevoked { account_id, device_session_ids };
    let emitted = auth.tx(async |mut tx: Tx<'_>| Ok(tx.emit(Actor::System, &event).await?)).await;
    emitted.unwrap();
}

#[tokio::test]
async fn a_token_ends_with_its_device_session() {
    let app = App::start(&SCHEMA, |shared| Ok(tiny::build(shared, tiny::Moods::default()))).await;
    app.start_workers();
    let (ana, elsewhere) = (app.member(), app.clock.id());
    let expected = json!({ "account": ana.id, "session": ana.session });
    let ana = ana.with_token(app.token(ana.id, ana.session));
    assert_eq!(ana.get("/api/tiny/mine").await.status(200), expected);
    app.revoke(ana.id, ana.session).await;
    let took = eventually(secs(5), async || ana.get("/api/tiny/mine").await.status == 401).await;
    let refused = ana.get("/api/tiny/mine").await;
    assert_eq!(refused.problem(401), "token.revoked", "after {took:?}");
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    assert_eq!(ana.get("/api/tiny/who").await.problem(401), "token.revoked", "never taken for nobody");
    app.person(ana.id).with_token(app.token(ana.id, elsewhere)).get("/api/tiny/mine").await.status(200);
}

#[tokio::test]
async fn a_process_that_starts_knows_who_was_logged_out_before() {
    let db = TestDb::acquire(&SCHEMA).await;
    let given = shared(&db.url, "a", common::time::Clock::default());
    let auth = Ctx::new("auth", given.clone());
    let [long_ago, one, two] = [(); 3].map(|()| auth.clock.id());
    end(&auth, vec![long_ago]).await;
    auth.clock.advance(Revocations::REMEMBERED);
    end(&auth, vec![one, two]).await;
    // More than is read at once lies behind them.
    let noise = Node::of(given.clone());
    for _ in 0..12 {
        let many = async |mut tx: Tx<'_>| {
            for n in 0..100 {
                tx.emit(Actor::System, &tiny::Said { key: noise.clock.id(), n }).await?;
            }
            Ok(())
        };
        noise.cx.tx(many).await.unwrap();
    }
    auth.clock.advance(Revocations::REMEMBERED - TimeDelta::seconds(10));
    let started = Node::of(Shared { verifier: shared(&db.url, "b", auth.clock.clone()).verifier, ..given });
    let known = started.cx.verifier.revocations();
    assert!(!known.contains(one));
    started.service.start();
    tokio::time::timeout(secs(5), known.settled()).await.expect("it is complete soon");
    assert!(known.contains(one) && known.contains(two) && !known.contains(long_ago));
    let metrics = || started.cx.metrics.text();
    assert!(metrics().contains("dojob_revoked_sessions{service=\"tiny\"}"), "{}", metrics());
}

/// Two services of one process share what is known, and fill it once.
#[tokio::test]
async fn services_of_one_process_know_the_same() {
    let db = TestDb::acquire(&SCHEMA).await;
    let given = shared(&db.url, "a", common::time::Clock::default());
    let (one, two) = (Node::of(given.clone()), Node::of(given.clone()));
    one.service.start();
    two.service.start();
    let auth = Ctx::new("auth", given);
    let session = auth.clock.id();
    end(&auth, vec![session]).await;
    let service = common::Service { cx: auth, ..one.service.clone() };
    let idle = common::Service { consumers: Vec::new(), workers: Vec::new(), ..service };
    Pump::of(&[idle]).run().await.unwrap();
    eventually(secs(5), async || two.cx.verifier.revocations().contains(session)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_cannot_learn_it_waits_and_then_serves() {
    let db = TestDb::acquire(&SCHEMA).await;
    let given = shared(&db.url, "a", common::time::Clock::default());
    let nowhere = Pool::new(&Database::new("postgres://nobody:x@127.0.0.1:9/none".to_owned(), 1), "none");
    let bus = Bus::in_process();
    bus.offer_log("auth", nowhere.unwrap());
    let node = Node::of(Shared { bus, ..given });
    let since = Instant::now();
    let up = serve::up(vec![node.service.clone()], 0);
    let ready = async || serve::get(format!("{}/readyz", up.admin)).await;
    eventually(secs(5), async || ready().await.is_ok_and(|a| a == (503, "starting".to_owned()))).await;
    eventually(secs(20), async || ready().await.is_ok_and(|a| a.0 == 204)).await;
    assert!(since.elapsed() >= secs(9), "{:?}", since.elapsed());
    assert_eq!(serve::get(format!("{}/api/tiny/who", up.base)).await.unwrap().0, 200);
    up.stop.send(()).unwrap();
    up.over.await.unwrap().unwrap();
}

/// What auth gives who must agree to new terms first is no access token: every service says so, without knowing what it is.
#[tokio::test]
async fn a_token_from_before_consent_is_no_access_token() {
    let app = App::start(&SCHEMA, |shared| Ok(tiny::build(shared, tiny::Moods::default()))).await;
    let held = app.member().with_token(format!("{}anything", common::auth::BEFORE_CONSENT));
    for path in ["/api/tiny/mine", "/api/tiny/who"] {
        assert_eq!(held.get(path).await.problem(403), "consent.outdated", "{path}");
    }
}
