//! Logging in at identity providers that somebody else has built: npm's oidc-provider with the quirks of each (tools/fakes), and
//! a browser that follows every redirect. What a provider may do wrong is tested in `services/auth`.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a story that cannot be told must fail loudly"
)]

use std::{collections::BTreeMap, process::Stdio};

use common::config::Env;
use dojob_auth::{Config, Limits, generate_signing_key};
use dojob_journeys::{installed, schema};
use reqwest::{Method, Url, header};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use testkit::App;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// Where the providers send people back to; this test takes them to the service under test.
const PAGES: &str = "http://localhost:8080";

/// The four providers; they end with the test.
struct Fakes {
    settings: Vec<(String, String)>,
    _node: Child,
    /// Open as long as it runs: it dies of a warning that nobody reads.
    _said: Lines<BufReader<ChildStdout>>,
}

impl Fakes {
    async fn start() -> Self {
        let directory = installed("tools/fakes").await;
        let mut node = Command::new("node")
            .arg("providers.mjs")
            .current_dir(directory)
            .env("FAKES_PORT", "0")
            .env("DOJOB_URL", PAGES)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(node.stdout.take().unwrap()).lines();
        let line = lines.next_line().await.unwrap().expect("the fakes print their settings");
        let settings: BTreeMap<String, String> = serde_json::from_str(&line).unwrap();
        Self { settings: settings.into_iter().collect(), _node: node, _said: lines }
    }

    /// The account service as an operator would start it: by its environment.
    async fn app(&self) -> App {
        let key = generate_signing_key().unwrap();
        let mut values: Vec<(&str, &str)> =
            self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        values.push(("DOJOB_AUTH_SIGNING_KEY", key.expose_secret()));
        let config = Config { limits: Limits::none(), ..Config::from_env(&Env::of(&values)) };
        App::start(&schema("auth"), |shared| dojob_auth::build(config, shared)).await
    }
}

/// A browser: cookies by host, and no redirect that the test does not see.
struct Browser<'a> {
    app: &'a App,
    cookies: BTreeMap<(String, String), String>,
}

/// What a server answered.
struct Page {
    status: u16,
    location: Option<String>,
    text: String,
}

impl<'a> Browser<'a> {
    fn new(app: &'a App) -> Self {
        Self { app, cookies: BTreeMap::new() }
    }

    async fn send(&mut self, method: Method, url: &str, body: Option<(&str, String)>) -> Page {
        // Our own pages are those of the service under test.
        let url = url.strip_prefix(PAGES).map_or(url.to_owned(), |path| format!("{}{path}", self.app.base));
        let host = url.split('/').nth(2).unwrap().to_owned();
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .filter(|((of, _), _)| *of == host)
            .map(|((_, n), v)| format!("{n}={v}"))
            .collect();
        let mut request = self.app.client().request(method, &url).header(header::COOKIE, cookies.join("; "));
        if let Some((kind, body)) = body {
            request = request.header(header::CONTENT_TYPE, kind).body(body);
        }
        let response = request.send().await.unwrap();
        for set in response.headers().get_all(header::SET_COOKIE) {
            let (pair, _) = set.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let key = (host.clone(), name.to_owned());
            if value.is_empty() {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
        let location = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap());
        // Those of a provider may be relative.
        let location = location.map(|to| match to.strip_prefix('/') {
            Some(path) => format!("{}://{host}/{path}", url.split(':').next().unwrap()),
            None => to.to_owned(),
        });
        Page { status: response.status().as_u16(), location, text: response.text().await.unwrap() }
    }

    /// Follows redirects until a page stands.
    async fn open(&mut self, url: &str) -> (String, Page) {
        let mut url = url.to_owned();
        for _ in 0..10 {
            let page = self.send(Method::GET, &url, None).await;
            match page.location.clone() {
                Some(to) if to.contains("/login/back") => return (to, page),
                Some(to) => url = to,
                None => return (url, page),
            }
        }
        panic!("too many redirects at {url}");
    }

    /// Goes to a provider, says who they are there, and is led back to a page of ours: its address.
    async fn visit(&mut self, provider: &str, person: &str) -> String {
        let body = json!({ "purpose": "log_in", "return_to": "/me" }).to_string();
        let path = format!("{PAGES}/api/auth/providers/{provider}/begin");
        let begun = self.send(Method::POST, &path, Some(("application/json", body))).await;
        assert_eq!(begun.status, 201, "{provider}: {}", begun.text);
        let begun: Value = serde_json::from_str(&begun.text).unwrap();
        let (asks, _) = self.open(begun["location"].as_str().unwrap()).await;
        let form = ("application/x-www-form-urlencoded", format!("person={person}"));
        let said = self.send(Method::POST, &asks, Some(form)).await;
        let (back, page) = self.open(&said.location.expect("the provider goes on")).await;
        if back.contains("/login/back") {
            return back;
        }
        // A page that posts a form to us.
        let (action, fields) = form_of(&page.text);
        let posted = Url::parse_with_params(PAGES, fields).unwrap();
        let form = ("application/x-www-form-urlencoded", posted.query().unwrap_or_default().to_owned());
        let answer = self.send(Method::POST, &action, Some(form)).await;
        answer.location.expect("led back to a page of ours")
    }

    async fn finish(&mut self) -> (u16, Value) {
        let page = self.send(Method::POST, &format!("{PAGES}/api/auth/providers/finish"), None).await;
        (page.status, serde_json::from_str(&page.text).unwrap_or_default())
    }
}

/// Where a form goes and what is in it.
fn form_of(html: &str) -> (String, Vec<(String, String)>) {
    let attribute = |tag: &str, name: &str| {
        let begin = tag.find(&format!("{name}=\""))? + name.len() + 2;
        let value = tag[begin..].split('"').next()?;
        Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&"))
    };
    let tags = || html.split('<').filter_map(|tag| tag.split('>').next());
    let action = tags().find(|tag| tag.starts_with("form")).and_then(|tag| attribute(tag, "action"));
    let fields = tags().filter(|tag| tag.starts_with("input"));
    let fields = fields.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)));
    (action.unwrap_or_else(|| panic!("no form: {html}")), fields.collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_gets_in_at_every_provider() {
    let fakes = Fakes::start().await;
    let app = fakes.app().await;
    let offered = app.nobody().get("/api/auth/providers").await.status(200);
    let offered: Vec<_> =
        offered["items"].as_array().unwrap().iter().map(|one| one["provider"].clone()).collect();
    assert_eq!(offered, ["kakao", "naver", "google", "apple"]);

    // Who has verified their address, who has not, and who has none.
    for (person, vouched) in [("1001", true), ("1002", false), ("1003", false)] {
        for provider in ["kakao", "naver", "google", "apple"] {
            let mut browser = Browser::new(&app);
            let back = browser.visit(provider, person).await;
            assert!(back.ends_with("/login/back?next=%2Fme"), "{provider} {person}: {back}");
            let (status, pending) = browser.finish().await;
            assert_eq!(status, 202, "{provider} {person}: {pending}");
            let is_vouched = vouched && provider != "naver";
            assert_eq!(pending["email"].is_string(), is_vouched, "{provider} {person}: {pending}");
            assert_eq!(pending["name"].is_string(), person != "1003", "{provider} {person}: {pending}");
        }
    }

    // A name of Apple's comes once.
    let mut again = Browser::new(&app);
    again.visit("apple", "1001").await;
    assert_eq!(again.finish().await.1["name"], Value::Null);

    // Somebody joins, and is known the next time.
    let mut browser = Browser::new(&app);
    browser.visit("kakao", "1001").await;
    browser.finish().await;
    let form = json!({ "birth_date": "1990-03-14", "locale": "ko", "consents": [
        { "doc": "terms", "version": "2026-11-30" }, { "doc": "privacy", "version": "2026-11-30" }] });
    let sign_up = format!("{PAGES}/api/auth/signup/provider");
    let joined = browser.send(Method::POST, &sign_up, Some(("application/json", form.to_string()))).await;
    assert_eq!(joined.status, 201, "{}", joined.text);
    let mut elsewhere = Browser::new(&app);
    elsewhere.visit("kakao", "1001").await;
    let (status, session) = elsewhere.finish().await;
    assert_eq!((status, &session["account"]["email"]), (200, &json!("minji@fake.example")));

    // And somebody changes their mind.
    for provider in ["kakao", "naver", "google", "apple"] {
        let back = Browser::new(&app).visit(provider, "").await;
        assert!(back.ends_with("problem=provider.declined"), "{provider}: {back}");
    }
}

/// What the providers send in forms and signatures of their own is believed, and whoever comes back is who they were.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_disconnects_at_a_provider_can_come_back() {
    let fakes = Fakes::start().await;
    let app = fakes.app().await;
    for provider in ["kakao", "naver", "apple"] {
        let mut browser = Browser::new(&app);
        browser.visit(provider, "1003").await;
        browser.finish().await;
        let form = json!({ "birth_date": "1990-03-14", "locale": "ko", "consents": [
            { "doc": "terms", "version": "2026-11-30" }, { "doc": "privacy", "version": "2026-11-30" }] });
        let sign_up = format!("{PAGES}/api/auth/signup/provider");
        let joined = browser.send(Method::POST, &sign_up, Some(("application/json", form.to_string()))).await;
        assert_eq!(joined.status, 201, "{provider}: {}", joined.text);
        let joined: Value = serde_json::from_str(&joined.text).unwrap();

        let issuer = format!("DOJOB_AUTH_{}_ISSUER", provider.to_uppercase());
        let (_, issuer) = fakes.settings.iter().find(|(name, _)| *name == issuer).unwrap();
        let message = app.client().get(format!("{issuer}/disconnected/1003")).send().await.unwrap();
        let message: Value = serde_json::from_str(&message.text().await.unwrap()).unwrap();
        let text = |name: &str| message[name].as_str().unwrap().to_owned();
        let heard = app
            .client()
            .post(format!("{}{}", app.base, text("path")))
            .header(header::CONTENT_TYPE, text("type"))
            .header(header::AUTHORIZATION, text("authorization"))
            .body(text("body"))
            .send()
            .await
            .unwrap();
        assert!(heard.status().is_success(), "{provider}: {}", heard.status());
        app.pump().await;
        let said = app.said().await;
        let unlinked = json!({ "account_id": joined["account"]["id"], "provider": provider });
        assert!(said.contains(&("IdentityUnlinked".to_owned(), unlinked)), "{provider}: {said:?}");

        let mut again = Browser::new(&app);
        again.visit(provider, "1003").await;
        let (status, session) = again.finish().await;
        assert_eq!((status, &session["account"]["id"]), (200, &joined["account"]["id"]), "{provider}");
        assert_eq!(session["account"]["erase_at"], Value::Null, "{provider}: leaving is taken back");
        app.pump().await;
    }
}
