//! Bad input, for every operation of the five OpenAPI documents: whatever is sent, the answer is one that the document
//! has, a refusal says which by a known code, and nothing breaks.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use chrono::TimeDelta;
use dojob_journeys::{Fixture, PASSWORD, wire};
use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::hour::{guitar, terms};

/// What people paste, and what attackers do.
const TEXTS: [&str; 10] = [
    "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}, typed on a Mac",
    "zero\u{200b}width\u{2060}characters",
    "\u{202e}backwards\u{2066}",
    "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 이모지",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "'; DROP TABLE members; --",
    "nul\0and\u{7}bell",
    "\u{ffff}\u{fdd0}\u{10ffff}",
    "{{7*7}} ${jndi:ldap://x} %s%n ../../etc/passwd",
    "Z̸̡̛͙̲a̸̛͜l̶̢̛g̷̨o",
];
const NEVER_SHOWN: [char; 6] = ['\u{200b}', '\u{2060}', '\u{202e}', '\u{2066}', '\0', '\u{7}'];

/// An operation as its document describes it.
struct Operation {
    id: String,
    method: Method,
    path: String,
    parameters: Vec<Value>,
    /// Names of the body's fields.
    fields: Option<BTreeSet<String>>,
    is_secured: bool,
    /// Content types by status.
    answers: BTreeMap<u16, BTreeSet<String>>,
}

impl Operation {
    fn parameters(&self, place: &str) -> Vec<&str> {
        let here = self.parameters.iter().filter(|p| p["in"] == place);
        here.map(|p| p["name"].as_str().unwrap()).collect()
    }

    fn needs_key(&self) -> bool {
        self.parameters("header").contains(&"Idempotency-Key")
    }
}

fn operations(fixture: &Fixture) -> Vec<Operation> {
    let mut operations = Vec::new();
    let mounts = fixture.services.iter().flat_map(|service| &service.mounts);
    // What services ask one another has a key of its own, and no client comes that far.
    for mount in mounts.filter(|mount| mount.path.starts_with("/api/")) {
        let document = serde_json::to_value(mount.openapi()).unwrap();
        let resolve = |value: &Value| match value["$ref"].as_str() {
            Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap().clone(),
            None => value.clone(),
        };
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                // What a provider sends is in its own form, and it may add to it: strict bodies are ours.
                let is_ours = operation["tags"] != json!(["webhook"]);
                let body = operation.pointer("/requestBody/content/application~1json/schema").map(resolve);
                let body = body.filter(|_| is_ours);
                let answers = operation["responses"].as_object().unwrap().iter().map(|(status, answer)| {
                    let types = resolve(answer)["content"].as_object().cloned().unwrap_or_default();
                    (status.parse().unwrap(), types.into_iter().map(|(name, _)| name).collect())
                });
                operations.push(Operation {
                    id: operation["operationId"].as_str().unwrap().to_owned(),
                    method: method.to_uppercase().parse().unwrap(),
                    path: path.clone(),
                    parameters: operation["parameters"].as_array().cloned().unwrap_or_default(),
                    fields: body
                        .map(|schema| schema["properties"].as_object().unwrap().keys().cloned().collect()),
                    is_secured: operation["security"].as_array().is_some_and(|s| !s.is_empty()),
                    answers: answers.collect(),
                });
            }
        }
    }
    operations
}

/// People, and things of theirs that paths can name.
struct Scenario<'a> {
    fixture: &'a Fixture,
    auth: tokio_postgres::Client,
    client: reqwest::Client,
    email: String,
    token: String,
    ids: BTreeMap<&'static str, String>,
    region: String,
    document: String,
    codes: Value,
    sent: usize,
    /// What must not have been answered.
    wrong: Vec<String>,
}

/// One request; what is not said is as in a good one.
#[derive(Default)]
struct Send<'a> {
    what: &'a str,
    path: Option<String>,
    query: Option<String>,
    content_type: Option<&'a str>,
    body: Option<Vec<u8>>,
    authorization: Option<Vec<u8>>,
    key: Option<Vec<u8>>,
    cookie: Option<&'a str>,
    /// The one answer that will do.
    expected: Option<u16>,
}

impl Scenario<'_> {
    async fn of(fixture: &Fixture) -> Scenario<'_> {
        let minji = fixture.neighbour("민지", "망원동").await;
        let doyun = fixture.neighbour("도윤", "망원동").await;
        let region = doyun.get("/api/core/me", 200).await["region"]["code"].as_str().unwrap().to_owned();
        let talent = guitar(&doyun, &region).await;
        let need = json!({
            "title": "휴대폰 사진을 옮겨 주실 분", "body": "컴퓨터로 사진을 옮기고 싶어요.", "category": "computer",
            "minutes": 60, "mode": "either", "region_code": region, "times": [], "bring": "",
        });
        let id = |value: Value| value["id"].as_str().unwrap().to_owned();
        let need = id(doyun.post("/api/core/needs", need, 201).await);
        let others = json!({
            "title": "영어로 이야기해요", "body": "한 시간 동안 영어로만 이야기해요.", "category": "language",
            "minutes": 60, "mode": "online", "region_code": region, "times": [], "bring": "",
        });
        let others = id(minji.post("/api/core/talents", others, 201).await);
        let proposal = json!({ "talent_id": talent, "terms": terms(fixture, 30, 60) });
        let engagement = id(minji.post("/api/core/engagements", proposal, 201).await);
        fixture.pump().await;
        let notices = doyun.get("/api/notifications", 200).await;
        let notice = id(notices["items"][0].clone());
        let documents = doyun.get("/api/auth/documents", 200).await;
        let ids = BTreeMap::from([
            ("talent", talent),
            ("others", others),
            ("need", need),
            ("engagement", engagement),
            ("notice", notice),
            ("member", minji.id.clone()),
        ]);
        let codes = std::fs::read_to_string(testkit::contracts::directory().join("problems.json")).unwrap();
        Scenario {
            fixture,
            auth: fixture.database("auth").superuser().await,
            client: reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap(),
            email: doyun.email.clone(),
            token: String::new(),
            ids,
            region,
            document: documents["items"][0]["version"].as_str().unwrap().to_owned(),
            codes: serde_json::from_str(&codes).unwrap(),
            sent: 0,
            wrong: Vec::new(),
        }
    }

    fn id(&self, name: &str) -> &str {
        &self.ids[name]
    }

    async fn log_in(&mut self) {
        let body = json!({ "email": self.email, "password": PASSWORD });
        let answer =
            self.client.post(format!("{}/api/auth/login", self.fixture.base)).json(&body).send().await;
        let session: Value = answer.unwrap().json().await.unwrap();
        session["access_token"].as_str().unwrap().clone_into(&mut self.token);
    }

    /// Nobody is refused for having asked too often.
    async fn calm(&self) {
        self.fixture.clock.advance(TimeDelta::milliseconds(110));
        self.auth.batch_execute("DELETE FROM throttles").await.unwrap();
    }

    /// A path that leads somewhere.
    fn path(&self, operation: &Operation) -> String {
        let id = match operation.path.as_str() {
            path if path.starts_with("/api/core/talents/") => self.id("talent"),
            path if path.starts_with("/api/core/needs/") => self.id("need"),
            path if path.starts_with("/api/core/members/") => self.id("member"),
            path if path.starts_with("/api/notifications/") => self.id("notice"),
            path if path.starts_with("/api/auth/devices/") => self.id("member"),
            _ => self.id("engagement"),
        };
        let path = operation.path.replace("{id}", id).replace("{code}", &self.region);
        path.replace("{doc}", "terms").replace("{category}", "listing").replace("{provider}", "kakao")
    }

    /// A query that will do, with all that is required.
    fn query(&self, operation: &Operation) -> BTreeMap<&'static str, String> {
        let (now, later) = (self.fixture.clock.now(), self.fixture.clock.now() + TimeDelta::days(7));
        if operation.id == "list_busy_times" {
            BTreeMap::from([("from", wire(now)), ("to", wire(later))])
        } else {
            BTreeMap::new()
        }
    }

    /// A body that will do, with every field that there is.
    fn body(&self, operation: &Operation) -> Option<Value> {
        let terms = || terms(self.fixture, 40, 60);
        let listing = |more: Value| {
            let mut listing = json!({
                "title": "통기타 첫걸음", "body": "한 시간 안에 노래 한 곡을 쳐요.", "category": "music", "minutes": 60,
                "mode": "either", "region_code": self.region, "times": ["tue-evening"], "bring": "기타",
            });
            listing.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            listing
        };
        operation.fields.as_ref()?;
        Some(match operation.id.as_str() {
            "publish_talent" => listing(json!({})),
            "open_need" => listing(json!({ "expires_in_days": 7 })),
            "edit_talent" | "edit_need" => listing(json!({ "revision": 1 })),
            "edit_profile" => {
                json!({ "name": "도윤", "bio": "기타를 쳐요.", "region_code": self.region, "languages": ["ko"] })
            }
            "open_inquiry" => json!({ "talent_id": self.id("others"), "need_id": null }),
            "list_nearest_regions" => json!({ "lat": 37.55, "lon": 126.9, "limit": 3 }),
            "propose_engagement" => {
                json!({ "talent_id": self.id("others"), "need_id": null, "terms": terms() })
            }
            "accept_engagement" => json!({ "terms_version": 1 }),
            "counter_engagement" => json!({ "terms_version": 1, "terms": terms() }),
            "decline_engagement" => json!({ "reason": "time" }),
            "cancel_engagement" => json!({ "reason": "health" }),
            "claim_outcome" => json!({ "claim": "took_place", "minutes": 60 }),
            "adjust_minutes" => json!({ "minutes": 50 }),
            "send_message" => json!({ "client_id": self.fixture.clock.id(), "text": "안녕하세요" }),
            "read_conversation" => json!({ "seq": 1 }),
            "read_all_notices" => json!({ "until": self.id("notice") }),
            "set_preference" => json!({ "on": true }),
            "set_news_consent" => json!({ "granted": true, "version": self.document }),
            "agree_to_documents" => {
                json!({ "consents": [{ "doc": "terms", "version": self.document }] })
            }
            "change_password" => {
                json!({ "current": "not the one it is", "new": "three chords for one song" })
            }
            "confirm_address" => json!({ "token": "A".repeat(64) }),
            "verify_address" | "undo_address" | "reset_password" => {
                json!({ "token": "A".repeat(64), "password": "three chords for one song" })
            }
            "resend_verification" | "forgot_password" => json!({ "email": "nobody@dojob.example" }),
            "change_address" => json!({ "email": "new@dojob.example" }),
            "prove" => json!({ "password": "not the one it is" }),
            "log_in" => json!({ "email": "nobody@dojob.example", "password": "three chords for one song" }),
            "sign_up" => json!({
                "email": format!("{}@dojob.example", self.fixture.clock.id()), "password": "three chords for one song",
                "birth_date": "1990-03-14", "locale": "ko", "consents": [
                    { "doc": "terms", "version": self.document }, { "doc": "privacy", "version": self.document }],
            }),
            "begin_provider_visit" => json!({ "purpose": "log_in", "return_to": "/me" }),
            "sign_up_by_provider" => json!({ "birth_date": "1990-03-14", "locale": "ko", "consents": [
                { "doc": "terms", "version": self.document }, { "doc": "privacy", "version": self.document }] }),
            id => panic!("{id} has a body and no good one here: add it"),
        })
    }

    /// Sends one request and judges the answer. `None` when there was no telling.
    async fn send(&mut self, operation: &Operation, send: Send<'_>) -> Option<u16> {
        if operation.path.starts_with("/api/auth") || operation.id == "send_message" {
            self.calm().await;
        }
        self.sent += 1;
        let path = send.path.unwrap_or_else(|| self.path(operation));
        let query = send.query.unwrap_or_else(|| encode(&self.query(operation)));
        let url = format!("{}{path}?{query}", self.fixture.base);
        let bearer = || format!("Bearer {}", self.token).into_bytes();
        let mut request = self.client.request(operation.method.clone(), url.trim_end_matches('?'));
        request = request.header(header::AUTHORIZATION, send.authorization.unwrap_or_else(bearer));
        let fresh = || self.fixture.clock.id().to_string().into_bytes();
        request = request.header("idempotency-key", send.key.unwrap_or_else(fresh));
        if let Some(cookie) = send.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let body = send.body.or_else(|| self.body(operation).map(|body| body.to_string().into_bytes()));
        if let Some(body) = body {
            let content_type = send.content_type.unwrap_or("application/json");
            request = request.header(header::CONTENT_TYPE, content_type).body(body);
        }
        let what =
            format!("{} {} ({})", operation.method, url.trim_start_matches(&self.fixture.base), send.what);
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => {
                self.wrong.push(format!("{what}: {error:?}"));
                return None;
            }
        };
        let status = answer.status().as_u16();
        let content_type = answer.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let content_type = content_type.map(|v| v.split(';').next().unwrap().to_owned());
        // A stream has no end.
        let endless = content_type.as_deref() == Some("text/event-stream");
        let text = if endless { String::new() } else { answer.text().await.unwrap_or_default() };
        if let Some(wrong) = self.judge(operation, status, content_type.as_deref(), &text) {
            self.wrong.push(format!("{what}: {wrong}: {status} {text}"));
        } else if send.expected.is_some_and(|expected| expected != status) {
            self.wrong.push(format!("{what}: not {:?}: {status} {text}", send.expected));
        }
        Some(status)
    }

    fn judge(
        &self,
        operation: &Operation,
        status: u16,
        content_type: Option<&str>,
        text: &str,
    ) -> Option<String> {
        let Some(types) = operation.answers.get(&status) else { return Some("not documented".to_owned()) };
        if status >= 500 {
            return Some("breaks".to_owned());
        }
        if content_type.is_some_and(|is| !types.contains(is)) {
            return Some(format!("{content_type:?} is not documented"));
        }
        if text.contains(NEVER_SHOWN) {
            return Some("shows what deceives the eye".to_owned());
        }
        if status < 400 {
            return None;
        }
        let Ok(problem) = serde_json::from_str::<Value>(text) else { return Some("no problem".to_owned()) };
        let code = problem["code"].as_str().unwrap_or_default();
        let statuses = self.codes["problems"][code]["status"].as_array().cloned().unwrap_or_default();
        if content_type != Some("application/problem+json") || problem["status"] != status {
            return Some("no problem".to_owned());
        }
        if !statuses.contains(&json!(status)) {
            return Some(format!("{code} is not in problems.json with this status"));
        }
        let mut fields = problem["errors"].as_array().into_iter().flatten();
        let known =
            |code: &str| ["fields", "problems"].iter().any(|list| self.codes[list].get(code).is_some());
        let unknown = |error: &&Value| !error["code"].as_str().is_some_and(known);
        let unknown = fields.find(unknown);
        unknown.map(|error| format!("{error} is not in problems.json"))
    }
}

fn encode(query: &BTreeMap<&str, String>) -> String {
    let pairs = query.iter().map(|(name, value)| format!("{name}={}", percent(value.as_bytes())));
    pairs.collect::<Vec<_>>().join("&")
}

fn percent(bytes: &[u8]) -> String {
    let digits = b"0123456789ABCDEF";
    let of = |byte: &u8| ['%', digits[usize::from(byte >> 4)].into(), digits[usize::from(byte & 15)].into()];
    bytes.iter().flat_map(of).collect()
}

/// Pointers to every value below `value`.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut go = |name: &str, below: &Value| {
        let at = format!("{at}/{name}");
        pointers(below, &at, found);
        found.push(at);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, below)| go(name, below)),
        Value::Array(items) => items.iter().enumerate().for_each(|(i, below)| go(&i.to_string(), below)),
        _ => {}
    }
}

fn with(body: &Value, pointer: &str, value: Value) -> Vec<u8> {
    let mut body = body.clone();
    *body.pointer_mut(pointer).unwrap() = value;
    body.to_string().into_bytes()
}

async fn bodies(scenario: &mut Scenario<'_>, operation: &Operation, good: &Value) {
    let unreadable = [
        ("no JSON", b"{".to_vec()),
        ("nothing", Vec::new()),
        ("a list", b"[]".to_vec()),
        ("null", b"null".to_vec()),
        ("not UTF-8", b"{\"text\":\"\xff\xfe\xc0\x80\"}".to_vec()),
        ("a lone surrogate", br#"{"text":"\ud800"}"#.to_vec()),
        ("deep", [b"[".repeat(20_000), b"]".repeat(20_000)].concat()),
        ("two values", format!("{good}{good}").into_bytes()),
    ];
    for (what, body) in unreadable {
        let expected = Some(400);
        scenario.send(operation, Send { what, body: Some(body), expected, ..Send::default() }).await;
    }
    let mut more = good.clone();
    more["surprise"] = json!(1);
    let body = Some(more.to_string().into_bytes());
    scenario
        .send(operation, Send { what: "unknown field", body, expected: Some(400), ..Send::default() })
        .await;
    for content_type in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "\u{e9}/json"]
    {
        let send = Send {
            what: content_type,
            content_type: Some(content_type),
            expected: Some(415),
            ..Send::default()
        };
        scenario.send(operation, send).await;
    }
    let mut all = Vec::new();
    pointers(good, "", &mut all);
    for pointer in all {
        let huge = Some(with(good, &pointer, json!("가".repeat(25_000))));
        let what = format!("{pointer} huge");
        scenario
            .send(operation, Send { what: &what, body: huge, expected: Some(413), ..Send::default() })
            .await;
        let long = json!("가".repeat(5_000));
        let types = [
            json!(null),
            json!(true),
            json!(-1),
            json!(1e300),
            json!("x"),
            json!([]),
            json!({}),
            json!(""),
            long,
        ];
        for value in types.into_iter().chain(TEXTS.map(Value::from)) {
            let what = format!("{pointer} = {}", value.to_string().chars().take(40).collect::<String>());
            let body = Some(with(good, &pointer, value));
            scenario.send(operation, Send { what: &what, body, ..Send::default() }).await;
        }
    }
}

async fn paths(scenario: &mut Scenario<'_>, operation: &Operation) {
    let unknown = scenario.fixture.clock.id().to_string();
    let nothing = [
        "garbage".to_owned(),
        unknown,
        "00000000-0000-0000-0000-000000000000".to_owned(),
        percent(b"\0"),
        percent(b"\xff\xfe"),
        percent("이모지👍".as_bytes()),
        percent(b"'; DROP TABLE members; --"),
        "..%2F..%2Fetc%2Fpasswd".to_owned(),
        "9".repeat(3_000),
    ];
    for name in operation.parameters("path") {
        for garbage in &nothing {
            let template = format!("{{{name}}}");
            let path = operation.path.replace(&template, garbage);
            let what = format!("{name} that is none");
            scenario.send(operation, Send { what: &what, path: Some(path), ..Send::default() }).await;
        }
    }
}

async fn queries(scenario: &mut Scenario<'_>, operation: &Operation) {
    let good = scenario.query(operation);
    let values: Vec<Vec<u8>> = ["", "garbage", "-1", "0", "101", "99999999999999999999", "1e400", "NaN"]
        .into_iter()
        .chain(TEXTS)
        .map(|text| text.as_bytes().to_vec())
        .chain([b"\xff\xfe".to_vec(), "가".repeat(2_000).into_bytes()])
        .collect();
    for name in operation.parameters("query") {
        for value in &values {
            let mut others = good.clone();
            others.remove(name);
            let (others, value) = (encode(&others), percent(value));
            let query = format!("{others}&{name}={value}");
            let what = format!("query {name}");
            let query = Some(query.trim_start_matches('&').to_owned());
            scenario.send(operation, Send { what: &what, query, ..Send::default() }).await;
        }
        let twice = Some(format!("{}&{name}=1&{name}=2", encode(&good)));
        scenario.send(operation, Send { what: "twice the same", query: twice, ..Send::default() }).await;
    }
    for query in ["surprise=1", "%ff=%ff", "&&==&", "a[]=1&a[b]=2"] {
        let query = Some(format!("{}&{query}", encode(&good)));
        scenario.send(operation, Send { what: "unknown query", query, ..Send::default() }).await;
    }
}

async fn headers(scenario: &mut Scenario<'_>, operation: &Operation) {
    let tokens: [&[u8]; 6] =
        [b"Bearer garbage", b"Basic YTpi", b"Bearer", b"", b"Bearer a.b.c", "Bearer 토큰".as_bytes()];
    for token in tokens {
        let authorization = Some(token.to_vec());
        let expected = operation.is_secured.then_some(401);
        scenario.send(operation, Send { what: "token", authorization, expected, ..Send::default() }).await;
    }
    if operation.needs_key() {
        let keys =
            [Vec::new(), b"short".to_vec(), b"x".repeat(101), "키키키키".into(), b"with space".to_vec()];
        for key in keys {
            let send = Send { what: "key", key: Some(key), expected: Some(400), ..Send::default() };
            scenario.send(operation, send).await;
        }
    }
    if !operation.parameters("cookie").is_empty() {
        for cookie in
            ["garbage", "__Secure-dojob_refresh=garbage", "__Secure-dojob_refresh=\u{e9}", "=;;=", "a=b; a"]
        {
            scenario.send(operation, Send { what: cookie, cookie: Some(cookie), ..Send::default() }).await;
        }
    }
}

#[tokio::test]
async fn whatever_is_sent_every_operation_answers_as_documented() {
    let fixture = Box::pin(Fixture::start()).await;
    let operations = operations(&fixture);
    let mut scenario = Scenario::of(&fixture).await;
    let mounts: BTreeSet<_> = operations.iter().filter_map(|o| o.path.split('/').nth(2)).collect();
    assert_eq!(
        mounts.into_iter().collect::<Vec<_>>(),
        ["addresses", "auth", "chat", "core", "notifications"]
    );
    for operation in &operations {
        // Also because the clock moves.
        scenario.calm().await;
        scenario.log_in().await;
        let good = scenario.body(operation);
        if let (Some(good), Some(fields)) = (&good, &operation.fields) {
            let here = good.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
            assert_eq!(&here, fields, "{}: the good body must have every field", operation.id);
        }
        // What it is compared with gets past the door, or all of this would prove nothing.
        let status = scenario.send(operation, Send { what: "good", ..Send::default() }).await;
        let shut = matches!(status, Some(400 | 415 | 422)) && operation.id != "open_socket";
        assert!(!shut, "{}: what should be good is not: {:?}", operation.id, scenario.wrong);
        if let Some(good) = good {
            bodies(&mut scenario, operation, &good).await;
        }
        paths(&mut scenario, operation).await;
        queries(&mut scenario, operation).await;
        headers(&mut scenario, operation).await;
    }
    assert!(
        scenario.wrong.is_empty(),
        "{} of {}:\n{}",
        scenario.wrong.len(),
        scenario.sent,
        scenario.wrong.join("\n")
    );
    assert!(scenario.sent > 2_000, "only {} requests", scenario.sent);
    fixture.pump().await;
    let doyun = fixture.visitor().get("/api/core/talents?q=기타", 200).await;
    assert!(doyun["items"].is_array(), "the tables are still there");
}
