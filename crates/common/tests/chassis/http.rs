//! Requests that cannot be read, answers that must be problems.

use std::time::Duration;

use common::{config::Env, http::Edge};
use serde_json::{Value, json};
use testkit::{Answer, App};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{Rows, SCHEMA, ms, secs, tiny};

async fn start() -> App {
    App::start(&SCHEMA, |shared| Ok(tiny::build(shared, tiny::Moods::default()))).await
}

async fn raw(app: &App, content_type: &str, body: impl Into<reqwest::Body>) -> (u16, Value) {
    let me = app.clock.id();
    let answer = app
        .client()
        .post(format!("{}/api/tiny/things", app.base))
        .bearer_auth(app.token(me, me))
        .header("idempotency-key", me.to_string())
        .header("content-type", content_type)
        .body(body)
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[test]
fn the_codes_of_the_chassis_are_as_published() {
    testkit::contracts::same_chassis();
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_400_and_says_where() {
    let app = start().await;
    for (body, pointer) in [
        (&br#"{"name": "a", "size": "big"}"#[..], "/size"),
        (br#"{"name": "a", "size": 1, "parts": [{"count": 1}, {"count": 300}]}"#, "/parts/1/count"),
        (br#"{"name": "a", "size": 1, "colour": "red"}"#, "/colour"),
        (br#"{"name": "a", "size": 1, "parts": [{"count": 1, "a/b": 2}]}"#, "/parts/0/a~1b"),
        (br#"{"name": "a"}"#, ""),
        (br#"{"name": "a", "size": 1"#, ""),
        (br#"{"name": "a", "size": 1} {}"#, ""),
        (b"{\"name\": \"\xff\xfe\", \"size\": 1}", "/name"),
        (b"", ""),
        (&[b'['; 5000], ""),
        // Not even if the values stand in the order of the fields.
        (br#"["a", 1, []]"#, ""),
        (br#"{"name": "a", "size": 1, "parts": [[[[[[[["#, "/parts/0/0"),
    ] {
        let (status, problem) = raw(&app, "application/json", body.to_vec()).await;
        let shown = String::from_utf8_lossy(body);
        assert_eq!((status, &problem["code"]), (400, &json!("request.unreadable")), "{shown}: {problem}");
        let at = problem["errors"][0]["pointer"].as_str().unwrap_or_default();
        assert_eq!(at, pointer, "{shown}: {problem}");
    }
    let (_, problem) = raw(&app, "application/json", "{\"\u{202e}\u{200b}한글\": 1}").await;
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(r"\u{202e}\u{200b}한글"), "what is quoted is visible: {detail}");
    let (status, problem) = raw(&app, "text/plain", "{}").await;
    assert_eq!((status, &problem["code"]), (415, &json!("request.not_json")));
    let (status, _) = raw(&app, "application/json; charset=utf-8", r#"{"name": "a", "size": 1}"#).await;
    assert_eq!(status, 201);
}

#[tokio::test]
async fn a_body_over_64_kib_is_413_however_it_is_sent() {
    let app = start().await;
    let body = |len: usize| format!(r#"{{"name": "{}", "size": 1}}"#, "x".repeat(len));
    let (status, _) = raw(&app, "application/json", body(65_000)).await;
    assert_eq!(status, 201);
    for len in [65_536, 200_000] {
        let (status, problem) = raw(&app, "application/json", body(len)).await;
        assert_eq!((status, &problem["code"]), (413, &json!("request.too_large")), "{len}");
    }
    let chunks = futures_util::stream::iter(vec![Ok::<_, std::io::Error>(body(200_000))]);
    let (status, problem) = raw(&app, "application/json", reqwest::Body::wrap_stream(chunks)).await;
    assert_eq!((status, &problem["code"]), (413, &json!("request.too_large")));
}

#[tokio::test]
async fn every_refused_value_is_named_at_once() {
    let app = start().await;
    let answer = app
        .member()
        .post("/api/tiny/things", &json!({ "name": "", "size": 1, "parts": [{"count": 1}, {"count": 2}] }))
        .await;
    assert_eq!(answer.refused(), ["/name=text.empty", "/parts=parts.too_many"]);
}

fn is_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.problem(status), code);
    let body = answer.json();
    let id = answer.header("x-request-id");
    assert!(!id.is_empty());
    assert_eq!(body["request_id"], id);
    assert_eq!(body["type"], format!("urn:dojob:problem:{code}"));
    assert_eq!(body["status"], status);
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn whatever_goes_wrong_is_a_problem_with_the_request_id() {
    let app = start().await;
    let (ana, nobody) = (app.member(), app.nobody());
    is_problem(&nobody.get("/api/tiny/nothing/here").await, 404, "request.not_found");
    is_problem(&nobody.get("/api/tiny").await, 404, "request.not_found");
    is_problem(&nobody.get("/api/tiny/things/no-uuid").await, 404, "request.not_found");
    is_problem(&nobody.get("/api/tiny/things/%ff").await, 404, "request.not_found");
    is_problem(&nobody.get(&format!("/api/tiny/things/{}", app.clock.id())).await, 404, "request.not_found");
    is_problem(&ana.delete("/api/tiny/things").await, 404, "request.not_found");
    is_problem(&nobody.get("/api/tiny/things?cursor=nonsense").await, 400, "page.cursor");
    is_problem(&nobody.get("/api/tiny/things?limit=0").await, 400, "page.limit");
    is_problem(&nobody.get("/api/tiny/things?limit=-1").await, 400, "request.unreadable");
    is_problem(&nobody.get("/api/tiny/things?size=1").await, 400, "request.unreadable");
    is_problem(&nobody.get("/api/tiny/mine").await, 401, "token.missing");
    is_problem(&nobody.get("/api/tiny/panics").await, 500, "server.internal");
    nobody.get("/api/tiny/things").await.status(200);
}

#[tokio::test]
async fn a_usable_request_id_is_kept_and_a_doubtful_one_is_not() {
    let app = start().await;
    for (given, kept) in [("abcd-1234", true), ("abc", false), ("has space", false), ("x\u{7f}yz", false)] {
        let Ok(value) = reqwest::header::HeaderValue::from_str(given) else { continue };
        let request = app.client().get(format!("{}/api/tiny/who", app.base)).header("x-request-id", value);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["x-request-id"] == given, kept, "{given}");
    }
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_double() {
    let app = start().await;
    Rows::of(&app.db)
        .await
        .run("INSERT INTO thing (id, name, size) SELECT gen_random_uuid(), n::text, n FROM generate_series(1, 45) n")
        .await;
    let (mut seen, mut next, mut pages) = (std::collections::BTreeSet::new(), String::new(), 0);
    loop {
        let page = app.nobody().get(&format!("/api/tiny/things?limit=20{next}")).await.status(200);
        for item in page["items"].as_array().unwrap() {
            assert!(seen.insert(item["id"].as_str().unwrap().to_owned()));
        }
        pages += 1;
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!((seen.len(), pages), (45, 3));
}

#[tokio::test]
async fn only_our_own_pages_may_use_what_a_cookie_authenticates() {
    let app = App::start(&SCHEMA, |mut shared| {
        shared.edge = Edge::from_env(&Env::of(&[("DOJOB_ORIGINS", "https://dojob.example")]));
        Ok(tiny::build(shared, tiny::Moods::default()))
    })
    .await;
    let own = app.base.clone();
    for (origin, allowed) in [
        (None, true),
        (Some(own.as_str()), true),
        (Some("https://dojob.example"), true),
        (Some("https://dojob.example.evil.example"), false),
        (Some("https://evil.example"), false),
        (Some("http://dojob.example"), false),
        (Some("http://127.0.0.1"), false),
        (Some("null"), false),
        (Some(""), false),
    ] {
        let headers: Vec<_> = origin.map(|o| ("origin", o)).into_iter().collect();
        let answer =
            app.nobody().send(reqwest::Method::POST, "/api/tiny/own-pages-only", None, &headers).await;
        if allowed {
            answer.status(204);
        } else {
            assert_eq!(answer.problem(403), "request.origin", "{origin:?}");
        }
    }
}

/// What a server answers to a POST whose body comes as `pieces`, and when it closed the connection.
async fn trickle(app: &App, declared: usize, pieces: &[(Duration, &str)]) -> (String, Duration) {
    let token = app.token(app.clock.id(), app.clock.id());
    let mut stream = TcpStream::connect(app.base.strip_prefix("http://").unwrap()).await.unwrap();
    let head = format!(
        "POST /api/tiny/things HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer {token}\r\n\
         idempotency-key: {}\r\ncontent-length: {declared}\r\n\r\n",
        app.clock.id()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    for (pause, piece) in pieces {
        tokio::time::sleep(*pause).await;
        stream.write_all(piece.as_bytes()).await.unwrap();
    }
    let since = std::time::Instant::now();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    (String::from_utf8_lossy(&answer).into_owned(), since.elapsed())
}

#[tokio::test]
async fn a_body_that_stands_still_is_given_up_and_its_connection_closed() {
    let app = start().await;
    let (answer, took) = trickle(&app, 500, &[(ms(0), "{"), (ms(300), "\"")]).await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("request.timeout"), "{answer}");
    assert!(took >= secs(4) && took < secs(9), "{took:?}");
}

#[tokio::test]
async fn a_client_cannot_choose_its_own_address() {
    let app = start().await;
    let forwarded = [("x-forwarded-for", "198.51.100.1"), ("forwarded", "for=198.51.100.2")];
    let answer = app.nobody().send(reqwest::Method::GET, "/api/tiny/remote", None, &forwarded).await;
    assert_eq!(answer.status(200)["address"], "127.0.0.1");
}

#[tokio::test]
async fn a_stream_is_handed_on_as_it_is_written() {
    let app = start().await;
    let since = std::time::Instant::now();
    let mut answer = app.client().get(format!("{}/api/tiny/stream", app.base)).send().await.unwrap();
    assert_eq!(answer.chunk().await.unwrap().unwrap(), "data: first\n\n");
    assert!(since.elapsed() < ms(400), "{:?}", since.elapsed());
    assert_eq!(answer.chunk().await.unwrap().unwrap(), "data: second\n\n");
    assert!(since.elapsed() >= ms(450));
}

#[tokio::test]
async fn the_api_describes_itself_from_the_binary() {
    let app = start().await;
    let api = app.nobody().get("/api/tiny/openapi.json").await.status(200);
    assert_eq!(api["openapi"], "3.1.0");
    for path in api["paths"].as_object().unwrap().keys() {
        assert!(path.starts_with("/api/tiny/"), "{path}");
    }
    let make = &api["paths"]["/api/tiny/things"]["post"];
    assert_eq!(make["operationId"], "make_thing");
    for status in ["201", "400", "401", "404", "409", "422", "503"] {
        assert!(make["responses"][status].is_object(), "{status}");
    }
    assert_eq!(api["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    let served: Value = serde_json::to_value(app.service.mounts[0].openapi()).unwrap();
    assert_eq!(served, api);
    let page = app.nobody().get("/api/tiny/docs/").await;
    assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"), "{:?}", page.headers);
    let script = app.nobody().get("/api/tiny/docs/swagger-ui-bundle.js").await;
    assert_eq!(script.status, 200);
    assert!(script.text.len() > 100_000);
    // Kept compressed in the binary and sent as they are.
    for asset in [page, script] {
        assert_eq!(asset.headers["content-encoding"], "gzip");
    }
    let settings = app.nobody().get("/api/tiny/docs/swagger-initializer.js").await;
    assert!(settings.text.contains("/api/tiny/openapi.json"), "{}", settings.text);
}
