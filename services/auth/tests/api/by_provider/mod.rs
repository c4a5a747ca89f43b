//! Logging in, joining and linking at identity providers that the tests play themselves.

mod begin;
mod callback;
mod claims;
mod credentials;
mod facts;
mod fake;
mod sign_up;
mod webhooks;

use dojob_auth::Provider;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, App};

use crate::{LoggedIn, VERSION, start_with};
use fake::{Asked, Fake};

/// A browser, with the cookies that a visit to a provider sets.
#[derive(Clone, Default)]
struct Browser(Vec<(String, String)>);

impl Browser {
    /// Keeps what an answer sets; what has an empty value is taken away.
    fn keep(&mut self, answer: &Answer) {
        for set in answer.headers.get_all("set-cookie") {
            let (pair, _) = set.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.0.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.0.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    fn get(&self, name: &str) -> String {
        self.0.iter().find(|(known, _)| known == name).map(|(_, v)| v.clone()).unwrap_or_default()
    }

    fn header(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// A request of ours, with a token where somebody is logged in.
    async fn send(
        &mut self,
        app: &App,
        by: By<'_>,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Answer {
        let cookies = self.header();
        let member = match by {
            By::Nobody => app.nobody(),
            By::Member(device) => device.member.clone(),
        };
        let answer = member.send(method, path, body, &[("cookie", &cookies)]).await;
        self.keep(&answer);
        answer
    }

    async fn begin(&mut self, app: &App, by: By<'_>, fake: &Fake, purpose: &str) -> Answer {
        let path = format!("/api/auth/providers/{}/begin", fake.provider.code());
        let body = json!({ "purpose": purpose, "return_to": "/me" });
        self.send(app, by, Method::POST, &path, Some(&body)).await
    }

    /// The provider sends the browser back.
    async fn come_back(&mut self, app: &App, provider: Provider, query: &[(&str, &str)]) -> Answer {
        let path = format!("/api/auth/callback/{}", provider.code());
        let query = serde_urlencoded::to_string(query).unwrap();
        if provider == Provider::Apple {
            let request = app.client().post(format!("{}{path}", app.base));
            let request =
                request.header("cookie", self.header()).header("origin", "https://appleid.apple.com");
            let request = request.header("content-type", "application/x-www-form-urlencoded").body(query);
            let response = request.send().await.unwrap();
            let answer = to_answer(response).await;
            self.keep(&answer);
            return answer;
        }
        self.send(app, By::Nobody, Method::GET, &format!("{path}?{query}"), None).await
    }

    async fn finish(&mut self, app: &App, by: By<'_>) -> Answer {
        self.send(app, by, Method::POST, "/api/auth/providers/finish", None).await
    }

    /// The whole visit of somebody with this subject, up to the page that finishes it.
    async fn visit(&mut self, app: &App, by: By<'_>, fake: &Fake, purpose: &str, subject: &str) -> Answer {
        let begun = self.begin(app, by, fake, purpose).await.status(201);
        let asked = Asked::of(begun["location"].as_str().unwrap());
        let code = fake.approve(&asked, subject);
        let back =
            self.come_back(app, fake.provider, &[("code", &code), ("state", asked.get("state"))]).await;
        assert_eq!(back.header("location"), "/login/back?next=%2Fme", "{}", back.text);
        self.finish(app, by).await
    }

    /// Joins: somebody who is new here.
    async fn join<'a>(&mut self, app: &'a App, fake: &Fake, subject: &str) -> LoggedIn<'a> {
        self.visit(app, By::Nobody, fake, "log_in", subject).await.status(202);
        let answer = self.sign_up(app, "1990-03-14").await;
        device(app, &answer, 201)
    }

    async fn sign_up(&mut self, app: &App, born: &str) -> Answer {
        let form = json!({ "birth_date": born, "locale": "ko",
            "consents": [{ "doc": "terms", "version": VERSION }, { "doc": "privacy", "version": VERSION }] });
        self.send(app, By::Nobody, Method::POST, "/api/auth/signup/provider", Some(&form)).await
    }
}

/// Who asks.
#[derive(Clone, Copy)]
enum By<'a> {
    Nobody,
    Member(&'a LoggedIn<'a>),
}

/// The device that an answer logs in; it may set other cookies before the session's.
#[track_caller]
fn device<'a>(app: &'a App, answer: &Answer, status: u16) -> LoggedIn<'a> {
    let body = answer.status(status);
    let account = body["account"]["id"].as_str().unwrap().parse().unwrap();
    let device_session = body["device_session_id"].as_str().unwrap().parse().unwrap();
    let member = app.person(account).with_token(body["access_token"].as_str().unwrap().to_owned());
    let mut browser = Browser::default();
    browser.keep(answer);
    LoggedIn { app, member, account, device_session, cookie: browser.get(crate::COOKIE) }
}

/// The service, registered with these providers.
async fn start_at(fakes: &[&Fake]) -> App {
    start_with(|config| {
        config.least_age = dojob_auth::LeastAge::default();
        config.providers = fakes.iter().map(|fake| fake.settings()).collect();
        config.limits = dojob_auth::Limits::none();
    })
    .await
}

fn now() -> chrono::DateTime<chrono::Utc> {
    common::time::Clock::default().now()
}

fn play(provider: Provider) -> Fake {
    Fake::start(provider, now())
}

async fn to_answer(response: reqwest::Response) -> Answer {
    Answer::of("POST /api/auth/callback", response).await
}

/// The problem that a page is told which a visit leads back to.
#[track_caller]
fn told(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    let to = answer.header("location");
    assert!(to.starts_with("/login/back?next=%2F"), "only to a page of ours: {to}");
    assert!(answer.headers.get_all("set-cookie").iter().count() == 0, "nothing is kept of it");
    Asked::of(to).find("problem").unwrap_or_default().to_owned()
}
