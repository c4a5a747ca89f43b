//! The auth service as its clients see it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up must fail loudly"
)]

mod address;
mod agree;
mod authz;
mod by_provider;
mod change_password;
mod contracts;
mod devices;
mod documents;
mod get_account;
mod get_jwks;
mod known;
mod leaving;
mod list_demo;
mod log_in;
mod mail;
mod promises;
mod prove;
mod refresh;
mod reset;
mod security_log;
mod set_news;
mod sign_up;

use std::time::Duration;

use common::auth::Verifier;
use dojob_auth::{Config, Hashing, LeastAge, Limits, MIGRATIONS, generate_signing_key};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, App, Member, Schema, app::test_keys};
use uuid::Uuid;

const SCHEMA: Schema = Schema {
    service: "auth",
    migrations: || MIGRATIONS,
    directory: concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"),
};

const COOKIE: &str = "__Secure-dojob_refresh";

const VERSION: &str = "2026-11-30";

const PASSWORD: &str = "correct horse battery";

/// Where links in mails lead.
const PAGES: &str = "https://dojob.example";

/// What other services show.
const INTERNAL_KEY: &str = "a key that only services of ours have";

/// The service with quick hashes.
async fn start() -> App {
    start_with(|_| {}).await
}

/// The service without limits on attempts.
async fn start_patient() -> App {
    start_with(|config| config.limits = Limits::none()).await
}

async fn start_with(change: impl FnOnce(&mut Config)) -> App {
    let hashing = Hashing { memory_kib: 8, passes: 1, threads: 2, patience: Duration::from_secs(5) };
    let mut config = Config {
        signing_key: Some(generate_signing_key().unwrap()),
        // The name that testkit's tokens carry: both keys are known, as after a change of keys.
        issuer: "https://test.dojob.example".to_owned(),
        hashing,
        // The tests of the e-mail's sign-up are about the law's least age.
        least_age: LeastAge::of(14).unwrap(),
        pages: PAGES.to_owned(),
        internal_keys: vec![INTERNAL_KEY.into(), "the one before it, which is still taken".into()],
        ..Config::default()
    };
    change(&mut config);
    App::start(&SCHEMA, |mut shared| {
        let mut keys = dojob_auth::keys(&config)?.1;
        keys.keys.extend(test_keys().1.keys);
        shared.verifier = Verifier::of(config.issuer.clone(), &keys);
        dojob_auth::build(config, shared)
    })
    .await
}

/// A device that is logged in.
struct LoggedIn<'a> {
    app: &'a App,
    /// The bearer of its access token.
    member: Member<'a>,
    account: Uuid,
    device_session: Uuid,
    cookie: String,
}

impl<'a> LoggedIn<'a> {
    #[track_caller]
    fn of(app: &'a App, answer: &Answer, status: u16) -> Self {
        let body = answer.status(status);
        let account = body["account"]["id"].as_str().unwrap().parse().unwrap();
        let device_session = body["device_session_id"].as_str().unwrap().parse().unwrap();
        let token = body["access_token"].as_str().unwrap().to_owned();
        Self {
            app,
            member: app.person(account).with_token(token),
            account,
            device_session,
            cookie: cookie_of(answer),
        }
    }

    /// Goes on with this device's current cookie.
    async fn refresh(&self) -> Answer {
        refresh(self.app, &self.cookie).await
    }

    async fn refreshed(&self) -> Self {
        let answer = self.refresh().await;
        Self::of(self.app, &answer, 200)
    }
}

/// A sign-up that nothing is wrong with.
fn form(email: &str) -> Value {
    json!({
        "email": email,
        "password": PASSWORD,
        "birth_date": "1990-03-14",
        "consents": [{ "doc": "terms", "version": VERSION }, { "doc": "privacy", "version": VERSION }],
        "locale": "ko",
    })
}

/// The same with some fields changed.
#[expect(clippy::needless_pass_by_value, reason = "callers write the changes in place")]
fn form_with(email: &str, changes: Value) -> Value {
    let mut form = form(email);
    for (key, value) in changes.as_object().unwrap() {
        form[key] = value.clone();
    }
    form
}

async fn sign_up<'a>(app: &'a App, email: &str) -> LoggedIn<'a> {
    LoggedIn::of(app, &join(app, &form(email)).await, 200)
}

/// Signs up and follows the link of the mail in the same browser; the answer to that.
async fn join(app: &App, form: &Value) -> Answer {
    let mark = ask_to_join(app, form).await;
    verify_in(app, &mark, &last_token(app, "verify_address").await).await
}

/// Signs up, and leaves the mail unopened; the cookie that marks the browser.
async fn ask_to_join(app: &App, form: &Value) -> String {
    let answer = app.nobody().post("/api/auth/signup", form).await;
    answer.status(202);
    let (mark, _) = answer.header("set-cookie").split_once(';').unwrap();
    assert!(mark.starts_with("__Host-dojob_sign_up="), "{mark}");
    mark.to_owned()
}

/// Opens the link of a sign-up in the browser that has this cookie.
async fn verify_in(app: &App, mark: &str, token: &str) -> Answer {
    let (path, body) = ("/api/auth/address/verify", json!({ "token": token }));
    app.nobody().send(Method::POST, path, Some(&body), &[("cookie", mark)]).await
}

/// Opens a link, without anything besides it.
async fn follow(app: &App, path: &str, token: &str) -> Answer {
    app.nobody().post(path, &json!({ "token": token })).await
}

/// What notify-address is given for a mail.
async fn pull(app: &App, id: &str) -> Answer {
    let key = format!("Internal {INTERNAL_KEY}");
    let path = format!("/internal/auth/mails/{id}");
    app.nobody().send(Method::GET, &path, None, &[("authorization", &key)]).await
}

/// Every mail that was asked for and need be sent, oldest first; pump first, where a job asks for it.
async fn mails(app: &App) -> Vec<Value> {
    let ids = "SELECT id::text FROM mails ORDER BY requested_at, id";
    let mut mails = Vec::new();
    for row in app.db.superuser().await.query(ids, &[]).await.unwrap() {
        let answer = pull(app, row.get(0)).await;
        if answer.status == 200 {
            mails.push(answer.json());
        }
    }
    mails
}

/// The kinds of the mails to this address, oldest first.
async fn kinds_to(app: &App, address: &str) -> Vec<String> {
    let mails = mails(app).await;
    let to = mails.iter().filter(|mail| mail["to"] == address);
    to.map(|mail| mail["kind"].as_str().unwrap().to_owned()).collect()
}

/// What stands behind the `#` in the link of the latest mail of this kind.
async fn last_token(app: &App, kind: &str) -> String {
    let mails = mails(app).await;
    let mail = mails.iter().rev().find(|mail| mail["kind"] == kind);
    let mail = mail.unwrap_or_else(|| panic!("no {kind} among {mails:?}"));
    mail["params"]["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned()
}

async fn try_log_in(app: &App, email: &str, password: &str) -> Answer {
    app.nobody().post("/api/auth/login", &json!({ "email": email, "password": password })).await
}

async fn log_in<'a>(app: &'a App, email: &str) -> LoggedIn<'a> {
    LoggedIn::of(app, &try_log_in(app, email, PASSWORD).await, 200)
}

async fn with_cookie(app: &App, path: &str, cookie: &str) -> Answer {
    app.nobody().send(Method::POST, path, None, &[("cookie", &format!("{COOKIE}={cookie}"))]).await
}

async fn refresh(app: &App, cookie: &str) -> Answer {
    with_cookie(app, "/api/auth/refresh", cookie).await
}

/// The value of the refresh cookie that an answer sets.
#[track_caller]
fn cookie_of(answer: &Answer) -> String {
    let set = answer.header("set-cookie");
    let (pair, _) = set.split_once(';').unwrap_or((set, ""));
    pair.strip_prefix(&format!("{COOKIE}="))
        .unwrap_or_else(|| panic!("no refresh cookie: {set:?}"))
        .to_owned()
}

/// Kinds of the events that were published since, with their data; that mails were asked for is told by [`mails`].
async fn published(app: &App) -> Vec<(String, Value)> {
    app.pump().await;
    let said = app.said().await;
    said.into_iter().filter(|(kind, _)| kind != "MailRequested").collect()
}

/// How many rows every table has; empty ones are left out.
async fn rows(app: &App) -> Vec<(String, i64)> {
    let client = app.db.superuser().await;
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' \
                  AND tablename <> '__diesel_schema_migrations' ORDER BY 1";
    let mut rows = Vec::new();
    for table in client.query(tables, &[]).await.unwrap() {
        let table: String = table.get(0);
        let count: i64 =
            client.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.unwrap().get(0);
        if count > 0 {
            rows.push((table, count));
        }
    }
    rows
}

/// Everything that is stored, as text.
async fn dump(app: &App) -> String {
    let client = app.db.superuser().await;
    let mut text = String::new();
    for (table, _) in rows(app).await {
        for row in client.query(&format!("SELECT t::text FROM {table} t"), &[]).await.unwrap() {
            text.extend([&table, " ", row.get(0), "\n"]);
        }
    }
    text
}
