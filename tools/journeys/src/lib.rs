//! Stories that cross services, told against the standalone library: four services in one process on real
//! PostgreSQL and real HTTP, with a moved clock and a pump instead of waiting.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::assigning_clones,
    reason = "a story that cannot be told must fail loudly, and tells itself once"
)]

pub mod bad_days;

use std::{net::TcpListener, time::Duration};

use actix_web::HttpServer;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use common::{Service, service::Pump, time::Clock};
use reqwest::{Method, header};
use serde_json::{Value, json};
use standalone::{Databases, Platform};
use testkit::{Schema, TestDb};
use tokio::sync::Mutex;

/// The platform of one story.
pub struct Town {
    pub clock: Clock,
    pub services: Vec<Service>,
    /// core, auth, notify-address, chat.
    pub databases: [TestDb; 4],
    pub base: String,
    pump: Mutex<Pump>,
    client: reqwest::Client,
    server: actix_web::dev::ServerHandle,
}

/// The tables of one of the four services.
pub fn schema(service: &'static str) -> Schema {
    let (migrations, directory): (fn() -> _, _) = match service {
        "core" => (
            || dojob_core::MIGRATIONS,
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../services/core/migrations"),
        ),
        "auth" => (
            || dojob_auth::MIGRATIONS,
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../services/auth/migrations"),
        ),
        "chat" => (
            || dojob_chat::MIGRATIONS,
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../services/chat/migrations"),
        ),
        _ => (
            || dojob_notify_address::MIGRATIONS,
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../services/notify-address/migrations"),
        ),
    };
    Schema { service, migrations, directory }
}

impl Town {
    /// Four services on four clean databases, with nothing running in the background.
    pub async fn start() -> Self {
        Self::with_clock(Clock::default()).await
    }

    /// As [`Town::start`], at another time.
    pub async fn with_clock(clock: Clock) -> Self {
        let databases = [
            TestDb::acquire(&schema("core")).await,
            TestDb::acquire(&schema("auth")).await,
            TestDb::acquire(&schema("notify-address")).await,
            TestDb::acquire(&schema("chat")).await,
        ];
        Self::on(clock, databases).await
    }

    /// As [`Town::start`], for a story that breaks tables.
    pub async fn fresh() -> Self {
        let databases = [
            TestDb::fresh(&schema("core")).await,
            TestDb::fresh(&schema("auth")).await,
            TestDb::fresh(&schema("notify-address")).await,
            TestDb::fresh(&schema("chat")).await,
        ];
        Self::on(Clock::default(), databases).await
    }

    async fn on(clock: Clock, databases: [TestDb; 4]) -> Self {
        let [core, auth, notify_address, chat] = databases.each_ref().map(|db| db.url.clone().into());
        let home = tempfile::tempdir().expect("a directory for the identity's key");
        let platform = Platform {
            clock: clock.clone(),
            databases: Databases { core, auth, notify_address, chat },
            auth: standalone::local_identity(home.path()).expect("the identity's key can be kept"),
            max_connections: 4,
            origins: Vec::new(),
        };
        let services = platform.build().await.expect("the platform can be built");
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let hosted = services.clone();
        let server = HttpServer::new(move || {
            let hosted = hosted.clone();
            actix_web::App::new().configure(move |c| hosted.iter().for_each(|s| s.configure(c)))
        })
        .workers(2)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        #[expect(
            clippy::disallowed_methods,
            clippy::let_underscore_future,
            reason = "ends with the story's runtime"
        )]
        let _ = tokio::spawn(server);
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let pump = Mutex::new(Pump::of(&services));
        Self { clock, services, databases, base, pump, client, server: handle }
    }

    /// Hands on events, reacts to them and runs due timers, in all four services, until nothing moves.
    pub async fn pump(&self) -> usize {
        self.pump.lock().await.run().await.expect("the pump runs")
    }

    /// Lets everything run by itself from here on, as in production. The pump is over: it leads the relays.
    pub async fn run(&self) {
        *self.pump.lock().await = Pump::of(&[]);
        self.services.iter().for_each(Service::start);
    }

    /// Tables of all services in which a row contains `text`.
    pub async fn rows_with(&self, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for db in &self.databases {
            let superuser = db.superuser().await;
            let tables = superuser
                .query(
                    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables \
                     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
                    &[],
                )
                .await
                .unwrap();
            for table in tables {
                let table: String = table.get(0);
                let query = format!("SELECT 1 FROM {table} t WHERE t::text ILIKE '%' || $1 || '%' LIMIT 1");
                if superuser.query_opt(&query, &[&text]).await.unwrap().is_some() {
                    found.push(table);
                }
            }
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
        Person { town: self, id: String::new(), email: String::new(), token: None, cookie: String::new() }
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

impl Drop for Town {
    fn drop(&mut self) {
        drop(self.server.stop(false));
        self.services.iter().for_each(|s| s.cx.db.close());
    }
}

/// A password of everybody in the stories.
pub const PASSWORD: &str = "세 개의 코드로 한 곡";

/// Somebody in the town.
pub struct Person<'a> {
    town: &'a Town,
    pub id: String,
    pub email: String,
    token: Option<String>,
    cookie: String,
}

impl Person<'_> {
    /// Signs up with the required consents.
    pub async fn sign_up(&mut self, birth_date: &str) {
        let documents = self.get("/api/auth/documents", 200).await;
        let required = documents["items"].as_array().unwrap().iter().filter(|d| d["required"] == true);
        let consents: Vec<_> =
            required.map(|d| json!({ "doc": d["doc"], "version": d["version"] })).collect();
        let body = json!({
            "email": self.email, "password": PASSWORD, "birth_date": birth_date, "consents": consents, "locale": "ko",
        });
        self.enter("/api/auth/signup", body, 201).await;
        self.town.pump().await;
    }

    /// The access token, for what [`Person::call`] does not do.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Logs in again.
    pub async fn log_in(&mut self) {
        let body = json!({ "email": self.email, "password": PASSWORD });
        self.enter("/api/auth/login", body, 200).await;
    }

    async fn enter(&mut self, path: &str, body: Value, expected: u16) {
        let url = format!("{}{path}", self.town.base);
        let answer = self.town.client.post(url).json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        let cookie =
            answer.headers().get(header::SET_COOKIE).and_then(|c| c.to_str().ok()?.split(';').next());
        self.cookie = cookie.unwrap_or_default().to_owned();
        let text = answer.text().await.unwrap();
        assert_eq!(status, expected, "{path}: {text}");
        self.sit(&serde_json::from_str(&text).unwrap());
    }

    fn sit(&mut self, session: &Value) {
        self.token = session["access_token"].as_str().map(str::to_owned);
        self.id = session["account"]["id"].as_str().expect("an account").to_owned();
    }

    /// Trades the cookie for a fresh access token, as the web does when ten minutes are over.
    pub async fn refresh(&mut self) {
        let url = format!("{}/api/auth/refresh", self.town.base);
        let answer = self.town.client.post(url).header(header::COOKIE, &self.cookie).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "the session lives");
        let cookie =
            answer.headers().get(header::SET_COOKIE).and_then(|c| c.to_str().ok()?.split(';').next());
        self.cookie = cookie.unwrap_or_default().to_owned();
        self.sit(&answer.json().await.unwrap());
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
        let mut request = self.town.client.request(method.clone(), format!("{}{path}", self.town.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if method == Method::POST {
            request = request.header("idempotency-key", self.town.clock.id().to_string());
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let here = std::panic::Location::caller();
        async move {
            let answer = request.send().await.expect("the town answers");
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
