//! A service under test: its own database, real HTTP on a free port, no background work. [`App::pump`] does what
//! relay, consumers and timers would do.

use std::{
    fmt::Debug,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use common::{
    Ctx, Service, Shared,
    auth::{ALGORITHM, AUDIENCE, Claims, Verifier},
    db::{Database, Pool, Tx},
    events::{Actor, Bus, Emit, Event, Record},
    http::Edge,
    jobs::Jobs,
    metrics::Metrics,
    service::{Pump, Tasks},
    time::Clock,
};
use jsonwebtoken::{
    EncodingKey, Header,
    jwk::{Jwk, JwkSet},
};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    db::{Schema, TestDb},
    hosted::Hosted,
};

const ISSUER: &str = "https://test.dojob.example";
const KEY_ID: &str = "test";

/// A service that a test talks to.
pub struct App {
    pub clock: Clock,
    pub service: Service,
    pub db: TestDb,
    pub base: String,
    pump: tokio::sync::Mutex<Pump>,
    work: Mutex<Work>,
    client: reqwest::Client,
    _server: Hosted,
}

/// What a test made the service do besides answering requests, and so has to see to its end.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Work {
    /// Nothing: the test is about answers.
    #[default]
    None,
    /// By hand: nothing may be left to do.
    Pumped,
    /// In the background: it may be in the middle of something.
    Background,
    /// The test leaves work behind, and said why.
    Excused,
}

/// What a service gets from its process, with tokens of [`test_keys`].
///
/// # Panics
/// When the URL cannot be used.
pub fn shared(url: &str, name: &str, bus: Bus) -> Shared {
    Shared {
        clock: Clock::default(),
        db: Pool::new(&Database::new(url.to_owned(), 4), name).unwrap(),
        bus,
        verifier: Verifier::of(ISSUER, &test_keys().1),
        tasks: Tasks::default(),
        metrics: Metrics::default(),
        edge: Edge::default(),
    }
}

/// Public keys of the tokens that [`App`] hands out.
pub fn test_keys() -> (EncodingKey, JwkSet) {
    let key = EncodingKey::from_ec_pem(include_bytes!("test-key.pem")).expect("the test key can be read");
    let mut jwk = Jwk::from_encoding_key(&key, ALGORITHM).expect("the test key has a public half");
    jwk.common.key_id = Some(KEY_ID.to_owned());
    (key, JwkSet { keys: vec![jwk] })
}

impl App {
    /// Starts the service that `build` makes, on a clean database.
    pub async fn start(schema: &Schema, build: impl FnOnce(Shared) -> anyhow::Result<Service>) -> Self {
        // What a 500 hides from the client belongs into the output of the test that met it.
        let log = tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::ERROR);
        let _installed_already = log.with_test_writer().without_time().try_init();
        let db = TestDb::acquire(schema).await;
        let shared = shared(&db.url, "test", Bus::in_process());
        let clock = shared.clock.clone();
        let service = build(shared).expect("the service can be built");
        let server = Hosted::services(std::slice::from_ref(&service));
        let base = server.base.clone();
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(20))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let pump = tokio::sync::Mutex::new(Pump::of(std::slice::from_ref(&service)));
        let work = Mutex::default();
        Self { clock, service, db, base, pump, work, client, _server: server }
    }

    /// Starts what runs in the background in production too: relay, consumers, timers, workers.
    pub fn start_workers(&self) {
        self.does(Work::Background);
        self.service.start();
    }

    /// Lets the test end with events that nobody has consumed, timers that are due or dead letters.
    pub fn leaves_work(&self, _reason: &'static str) {
        self.does(Work::Excused);
    }

    fn does(&self, work: Work) {
        let mut now = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(*now, Work::Background | Work::Excused) || work == Work::Excused {
            *now = work;
        }
    }

    /// Publishes events, reacts to them and runs due timers, until nothing moves. Returns how many it handled.
    ///
    /// # Panics
    /// When a reaction failed so often that its event became a dead letter.
    pub async fn pump(&self) -> usize {
        self.does(Work::Pumped);
        let handled = self.pump.lock().await.run().await.expect("the pump runs");
        let metrics = self.service.cx.metrics.text();
        let dead = metrics.lines().find(|line| line.starts_with("dojob_consumer_parked_total{"));
        assert_eq!(dead, None, "an event became a dead letter; the log says why");
        handled
    }

    /// A new person, whose token is signed for every request: it stays valid however the clock is moved.
    pub fn member(&self) -> Member<'_> {
        self.person(self.clock.id())
    }

    /// The person with this account.
    pub fn person(&self, account: Uuid) -> Member<'_> {
        let session = self.clock.id();
        Member { app: self, id: account, session, bearer: Bearer::Fresh }
    }

    /// Somebody whose token is good but for this: its device session has ended, and this process knows.
    pub fn logged_out(&self) -> Member<'_> {
        let (member, now) = (self.member(), self.clock.now());
        self.service.cx.verifier.revocations().end(&[member.session], now, now);
        member
    }

    /// Somebody without an account.
    pub fn nobody(&self) -> Member<'_> {
        Member { bearer: Bearer::None, ..self.member() }
    }

    /// An access token for this account, valid for ten minutes from the clock's now.
    pub fn token(&self, account: Uuid, session: Uuid) -> String {
        let now = self.clock.now();
        self.sign(account, session, now, now + TimeDelta::minutes(10))
    }

    /// An access token with any times.
    pub fn sign(&self, account: Uuid, session: Uuid, from: DateTime<Utc>, until: DateTime<Utc>) -> String {
        let header =
            Header { kid: Some(KEY_ID.to_owned()), typ: Some("at+jwt".to_owned()), ..Header::new(ALGORITHM) };
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: account,
            sid: session,
            iat: from.timestamp(),
            exp: until.timestamp(),
            jti: self.clock.id(),
        };
        jsonwebtoken::encode(&header, &claims, &test_keys().0).expect("the test key signs")
    }

    /// Plays another service's event into every consumer of this service, as the bus would.
    pub async fn feed(&self, topic: &str, kind: &str, key: Uuid, sequence: i64, data: Value) {
        self.feed_record(&self.record(topic, kind, key, sequence, data)).await;
    }

    /// An event of another service, made up.
    pub fn record(&self, topic: &str, kind: &str, key: Uuid, sequence: i64, data: Value) -> Record {
        Record {
            position: 0,
            event_id: self.clock.id(),
            topic: topic.to_owned(),
            kind: kind.to_owned(),
            key,
            sequence,
            occurred_at: self.clock.now(),
            headers: json!({ "source": "/dojob/test", "actor": "system" }),
            data,
        }
    }

    /// Plays this very event, again if it was played before.
    pub async fn feed_record(&self, record: &Record) {
        for consumer in &self.service.consumers {
            consumer.play(&self.service.cx, record).await.expect("the reaction succeeds");
        }
    }

    /// The account service, on the same bus, says that this device session ended; [`App::start_workers`] hears of it.
    ///
    /// # Panics
    /// When it cannot be said.
    pub async fn revoke(&self, account: Uuid, session: Uuid) {
        let cx = &self.service.cx;
        let (clock, db, bus, verifier) =
            (cx.clock.clone(), cx.db.clone(), cx.bus.clone(), cx.verifier.clone());
        let (tasks, metrics, edge) = (cx.tasks.clone(), cx.metrics.clone(), cx.edge.clone());
        // It borrows this test's database.
        let cx = Ctx::new("auth", Shared { clock, db, bus, verifier, tasks, metrics, edge });
        let (mounts, consumers, workers) = (Vec::new(), Vec::new(), Vec::new());
        let auth = Service { cx, mounts, consumers, jobs: Jobs::new(), workers };
        let revoked =
            DeviceSessionRevoked { account_id: account, device_session_id: session, cause: "logout" };
        let emitted =
            auth.cx.tx(async |mut tx: Tx<'_>| Ok(tx.emit(Actor::Account(account), &revoked).await?)).await;
        emitted.expect("the event is written");
        Pump::of(&[auth]).run().await.expect("the event is announced");
    }

    /// Everything that this service has published so far, oldest first; pump first.
    pub async fn said(&self) -> Vec<(String, Value)> {
        let rows = self
            .db
            .superuser()
            .await
            .query("SELECT kind, data::text FROM event_log ORDER BY position", &[])
            .await;
        let row = |r: &tokio_postgres::Row| (r.get(0), serde_json::from_str(r.get::<_, &str>(1)).unwrap());
        rows.unwrap().iter().map(row).collect()
    }

    /// The bare client, for what [`Member`] does not do.
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }
}

/// What the account service says when a device session ends.
#[derive(serde::Serialize)]
struct DeviceSessionRevoked {
    account_id: Uuid,
    device_session_id: Uuid,
    cause: &'static str,
}

impl Event for DeviceSessionRevoked {
    const TOPIC: &'static str = "dojob.auth.session.v1";
    const KIND: &'static str = "DeviceSessionRevoked";

    fn key(&self) -> Uuid {
        self.account_id
    }

    fn sequence(&self) -> i64 {
        1
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.service.cx.db.close();
        let work = *self.work.lock().unwrap_or_else(PoisonError::into_inner);
        // A test that has failed already says more than this could.
        if matches!(work, Work::Pumped | Work::Background) && !std::thread::panicking() {
            let cx = &self.service.cx;
            let at_rest = || (self.clock.now(), cx.bus.last(cx.name).unwrap_or(0));
            let left = self.db.left_behind((work == Work::Pumped).then(at_rest));
            assert!(
                left.is_empty(),
                "the test leaves work behind (`App::leaves_work`):\n{}",
                left.join("\n")
            );
        }
    }
}

#[derive(Clone, Debug)]
enum Bearer {
    None,
    /// Signed for every request, so that it never runs out while the clock is moved.
    Fresh,
    Given(Arc<str>),
}

/// A client of the service: nobody, or a person with a token.
#[derive(Clone)]
pub struct Member<'a> {
    app: &'a App,
    pub id: Uuid,
    pub session: Uuid,
    bearer: Bearer,
}

impl Member<'_> {
    /// The same person with this token.
    #[must_use]
    pub fn with_token(&self, token: impl Into<Arc<str>>) -> Self {
        Self { bearer: Bearer::Given(token.into()), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    /// POST with a new `Idempotency-Key`.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        let key = self.app.clock.id().to_string();
        self.post_with_key(path, body, &key).await
    }

    pub async fn post_with_key(&self, path: &str, body: &Value, key: &str) -> Answer {
        self.send(Method::POST, path, Some(body), &[("idempotency-key", key)]).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, Some(body), &[]).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body), &[]).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, &[]).await
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.app.client.request(method.clone(), format!("{}{path}", self.app.base));
        request = match &self.bearer {
            Bearer::None => request,
            Bearer::Fresh => request.bearer_auth(self.app.token(self.id, self.session)),
            Bearer::Given(token) => request.bearer_auth(token),
        };
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.expect("the service answers");
        Answer::of(format!("{method} {path}"), response).await
    }
}

/// What the service answered.
#[derive(Debug)]
pub struct Answer {
    asked: String,
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    /// What came for `asked`, where a test sent the request itself.
    pub async fn of(asked: impl Into<String>, response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap_or_default();
        Self { asked: asked.into(), status, headers, text }
    }

    /// The body as JSON, if this was the status; else fails with what came instead.
    #[track_caller]
    pub fn status(&self, expected: u16) -> Value {
        assert_eq!(self.status, expected, "{}: {}", self.asked, self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem's code, if this was the status.
    #[track_caller]
    pub fn problem(&self, expected: u16) -> String {
        let body = self.status(expected);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}: {}", self.asked, self.text);
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    /// `pointer=code` of every refused value, in order.
    #[track_caller]
    pub fn refused(&self) -> Vec<String> {
        let body = self.status(422);
        let pair = |e: &Value| format!("{}={}", e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap());
        body["errors"].as_array().map(|e| e.iter().map(pair).collect()).unwrap_or_default()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{}: {e}: {}", self.asked, self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
}
