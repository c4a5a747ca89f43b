//! Stories that cross services, told against the standalone library: four services in one process on real
//! PostgreSQL and real HTTP, with a moved clock and a pump instead of waiting.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::assigning_clones,
    reason = "a story that cannot be told must fail loudly, and tells itself once"
)]

pub mod chaos;
pub mod program;

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use common::{Service, http::Edge, service::Pump, time::Clock};
use mailbox::{Mail, Mailbox};
use reqwest::{Method, header};
use serde_json::{Value, json};
use standalone::{Databases, Platform};
use testkit::{Hosted, Schema, TestDb};
use tokio::{process::Command, sync::Mutex};

/// The platform of one story.
pub struct Fixture {
    pub clock: Clock,
    pub services: Vec<Service>,
    /// In the order of [`SERVICES`].
    databases: [TestDb; 4],
    pub base: String,
    /// Where all mail ends.
    pub mailbox: Mailbox,
    pump: Mutex<Pump>,
    /// Everything runs in the background: work may be under way at the end.
    is_running: AtomicBool,
    client: reqwest::Client,
    _server: Hosted,
}

/// The services, in the order in which the platform builds them.
const SERVICES: [&str; 4] = ["core", "auth", "notify-address", "chat"];

/// A directory of the repository whose npm packages are there: tests of one program that run at the same time
/// must not install into it twice.
///
/// # Panics
/// When npm cannot install them.
pub async fn installed(directory: &str) -> PathBuf {
    static INSTALLING: Mutex<()> = Mutex::const_new(());
    let _one = INSTALLING.lock().await;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut make = Command::new("make");
    make.args(["--no-print-directory", &format!("{directory}/node_modules")]).current_dir(&root);
    assert!(make.status().await.unwrap().success(), "npm cannot install what {directory} needs");
    root.join(directory)
}

/// The tables of one of the four services.
///
/// # Panics
/// When there is no such service.
pub fn schema(service: &'static str) -> Schema {
    macro_rules! of {
        ($($name:literal => $service:ident),*) => {
            match service {
                $($name => Schema {
                    service,
                    migrations: || $service::MIGRATIONS,
                    directory: concat!(env!("CARGO_MANIFEST_DIR"), "/../../services/", $name, "/migrations"),
                },)*
                other => panic!("there is no service {other}"),
            }
        };
    }
    of!("core" => dojob_core, "auth" => dojob_auth, "notify-address" => dojob_notify_address, "chat" => dojob_chat)
}

/// Where the four are reached.
fn addresses_of(databases: &[TestDb; 4]) -> Databases {
    let [core, auth, notify_address, chat] = databases.each_ref().map(|db| db.url.clone().into());
    Databases { core, auth, notify_address, chat }
}

impl Fixture {
    /// Four services on four clean databases, with nothing running in the background.
    pub async fn start() -> Self {
        Self::with_clock(Clock::default()).await
    }

    /// As [`Fixture::start`], at another time.
    pub async fn with_clock(clock: Clock) -> Self {
        let [core, auth, notify, chat] =
            SERVICES.map(|name| Box::pin(async move { TestDb::acquire(&schema(name)).await }));
        let databases = [core.await, auth.await, notify.await, chat.await];
        Self::on(clock, databases).await
    }

    /// As [`Fixture::start`], for a story that breaks tables.
    pub async fn fresh() -> Self {
        let [core, auth, notify, chat] =
            SERVICES.map(|name| Box::pin(async move { TestDb::fresh(&schema(name)).await }));
        let databases = [core.await, auth.await, notify.await, chat.await];
        Self::on(Clock::default(), databases).await
    }

    async fn on(clock: Clock, databases: [TestDb; 4]) -> Self {
        let home = tempfile::tempdir().expect("a directory for the identity's key");
        // The port first: what sends mails asks auth there, and their links lead there.
        let listener = Hosted::bind();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let mailbox = Mailbox::start().expect("the mailbox starts");
        let mut auth = standalone::local_identity(home.path()).expect("the identity's key can be kept");
        auth.pages.clone_from(&base);
        let platform = Platform {
            clock: clock.clone(),
            databases: addresses_of(&databases),
            mail: standalone::mail(&auth, Some(mailbox.url()), base.clone()),
            auth,
            max_connections: 6,
            workers: Hosted::WORKERS,
            edge: Edge::default(),
            budgets: true,
        };
        let services = platform.build().await.expect("the platform can be built");
        let server = Hosted::services_on(listener, &services);
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let (pump, is_running) = (Mutex::new(Pump::of(&services)), AtomicBool::default());
        Self { clock, services, databases, base, mailbox, pump, is_running, client, _server: server }
    }

    /// The database of a service.
    ///
    /// # Panics
    /// When there is no such service.
    pub fn database(&self, service: &str) -> &TestDb {
        let at = SERVICES.iter().position(|name| *name == service).expect("a service");
        &self.databases[at]
    }

    /// A service by its name.
    ///
    /// # Panics
    /// As there.
    pub fn service(&self, name: &str) -> &Service {
        self.services.iter().find(|service| service.cx.name == name).expect("a service")
    }

    /// Publishes events, reacts to them and runs due timers, in all four services, until nothing moves.
    pub async fn pump(&self) -> usize {
        self.pump.lock().await.run().await.expect("the pump runs")
    }

    /// From here on nothing of this service moves, as if it were away.
    ///
    /// # Panics
    /// For a service other than the last one that is built.
    pub async fn pump_without(&self, service: &str) {
        let (last, others) = self.services.split_last().expect("services");
        assert_eq!(last.cx.name, service, "the pump leaves out the last one alone");
        *self.pump.lock().await = Pump::of(others);
    }

    /// From here on everything moves (again), from where its database says that it stands.
    pub async fn pump_all(&self) {
        *self.pump.lock().await = Pump::of(&self.services);
    }

    /// The mail number `nth` (from zero) to this address, waited for.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn mail(&self, to: &str, nth: usize) -> Mail {
        for _ in 0..500 {
            self.pump().await;
            if let Some(mail) = self.mailbox.to(to).into_iter().nth(nth) {
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no mail came to {to}");
    }

    /// Lets everything run by itself from here on, as in production. The pump is over: it has the lease of the relays.
    pub async fn run(&self) {
        self.is_running.store(true, Ordering::Relaxed);
        *self.pump.lock().await = Pump::of(&[]);
        self.services.iter().for_each(Service::start);
    }

    /// Tables of all services in which a row contains `text`.
    pub async fn rows_with(&self, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for db in &self.databases {
            found.extend(db.tables_with(text).await);
        }
        found
    }

    /// Lets time pass, and everything happen that it brings.
    pub async fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
        self.pump().await;
    }

    /// Somebody without an account.
    pub fn visitor(&self) -> Person<'_> {
        Person { fixture: self, id: String::new(), email: String::new(), token: None, cookie: String::new() }
    }

    /// Somebody who signs up and completes their profile.
    pub async fn neighbour(&self, name: &str, region: &str) -> Person<'_> {
        let mut person = self.visitor();
        person.email = format!("{}@dojob.example", self.clock.id());
        person.sign_up("1990-03-14").await;
        let found = person.get(&format!("/api/addresses/regions?q={region}"), 200).await;
        let code = found["items"][0]["code"].as_str().expect("a region").to_owned();
        person
            .call(Method::PATCH, "/api/core/me", Some(json!({ "name": name, "region_code": code })), 200)
            .await;
        self.pump().await;
        person
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        self.services.iter().for_each(|s| s.cx.db.close());
        // A story that has failed already says more than this could.
        if std::thread::panicking() {
            return;
        }
        for (db, name) in self.databases.iter().zip(SERVICES) {
            let last = || self.service(name).cx.bus.last(name).unwrap_or(0);
            let is_at_rest = !self.is_running.load(Ordering::Relaxed);
            let left = db.left_behind(is_at_rest.then(|| (self.clock.now(), last())));
            assert!(left.is_empty(), "the story leaves work behind in {name}:\n{}", left.join("\n"));
        }
    }
}

/// A password of everybody in the stories.
pub const PASSWORD: &str = "세 개의 코드로 한 곡";

/// Somebody on the platform.
pub struct Person<'a> {
    fixture: &'a Fixture,
    pub id: String,
    pub email: String,
    token: Option<String>,
    cookie: String,
}

impl Person<'_> {
    /// Signs up with the required consents and follows the link of the mail.
    pub async fn sign_up(&mut self, birth_date: &str) {
        self.ask_to_join(birth_date).await;
        self.verify().await;
    }

    /// Signs up, and leaves the mail unopened.
    pub async fn ask_to_join(&self, birth_date: &str) {
        let documents = self.get("/api/auth/documents", 200).await;
        let required = documents["items"].as_array().unwrap().iter().filter(|d| d["required"] == true);
        let consents: Vec<_> =
            required.map(|d| json!({ "doc": d["doc"], "version": d["version"] })).collect();
        let body = json!({
            "email": self.email, "password": PASSWORD, "birth_date": birth_date, "consents": consents, "locale": "ko",
        });
        self.post("/api/auth/signup", body, 202).await;
    }

    /// Follows the link of the latest mail of a sign-up.
    pub async fn verify(&mut self) {
        self.fixture.mail(&self.email, 0).await;
        let mails = self.fixture.mailbox.to(&self.email);
        let token = mails.iter().rev().find_map(|mail| mail.token()).expect("a link").to_owned();
        // As on another device than the one that signed up.
        let link = json!({ "token": token, "password": PASSWORD });
        self.authenticate("/api/auth/address/verify", link, 200).await;
        self.fixture.pump().await;
    }

    /// The access token, for what [`Person::call`] does not do.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Logs in again.
    pub async fn log_in(&mut self) {
        self.log_in_with(PASSWORD).await;
    }

    /// Logs in with a password of their own.
    pub async fn log_in_with(&mut self, password: &str) {
        let body = json!({ "email": self.email, "password": password });
        self.authenticate("/api/auth/login", body, 200).await;
    }

    async fn authenticate(&mut self, path: &str, body: Value, expected: u16) {
        let url = format!("{}{path}", self.fixture.base);
        let answer = self.fixture.client.post(url).json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        let cookie =
            answer.headers().get(header::SET_COOKIE).and_then(|c| c.to_str().ok()?.split(';').next());
        self.cookie = cookie.unwrap_or_default().to_owned();
        let text = answer.text().await.unwrap();
        assert_eq!(status, expected, "{path}: {text}");
        self.set_session(&serde_json::from_str(&text).unwrap());
    }

    fn set_session(&mut self, session: &Value) {
        self.token = session["access_token"].as_str().map(str::to_owned);
        self.id = session["account"]["id"].as_str().expect("an account").to_owned();
    }

    /// Trades the cookie for a fresh access token, as the web does when ten minutes are over.
    pub async fn refresh(&mut self) {
        let url = format!("{}/api/auth/refresh", self.fixture.base);
        let answer = self.fixture.client.post(url).header(header::COOKIE, &self.cookie).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "the session lives");
        let cookie =
            answer.headers().get(header::SET_COOKIE).and_then(|c| c.to_str().ok()?.split(';').next());
        self.cookie = cookie.unwrap_or_default().to_owned();
        self.set_session(&answer.json().await.unwrap());
    }

    /// What is answered, whatever it is.
    pub async fn ask(&self, path: &str) -> (u16, Value) {
        let request =
            self.fixture.client.get(format!("{}{path}", self.fixture.base)).bearer_auth(self.token());
        let answer = request.send().await.expect("the platform answers");
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    #[track_caller]
    pub fn get(&self, path: &str, expected: u16) -> impl Future<Output = Value> {
        self.call(Method::GET, path, None, expected)
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: Value, expected: u16) -> impl Future<Output = Value> {
        self.call(Method::POST, path, Some(body), expected)
    }

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "callers write Method::GET")]
    pub fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        expected: u16,
    ) -> impl Future<Output = Value> {
        let asked = format!("{method} {path}");
        let mut request = self.fixture.client.request(method.clone(), format!("{}{path}", self.fixture.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if method == Method::POST {
            request = request.header("idempotency-key", self.fixture.clock.id().to_string());
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let here = std::panic::Location::caller();
        async move {
            let answer = request.send().await.expect("the platform answers");
            let status = answer.status().as_u16();
            let text = answer.text().await.unwrap();
            assert_eq!(status, expected, "{asked} at {here}: {text}");
            if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
        }
    }
}

/// The whole minute of a moment, as the API writes it: when a meeting may start.
pub fn wire(at: DateTime<Utc>) -> String {
    let minute = at - TimeDelta::seconds(at.timestamp() % 60);
    minute.to_rfc3339_opts(SecondsFormat::Secs, true)
}
