//! Tokens: the given keys, and an issuer elsewhere.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use actix_web::{HttpResponse, HttpServer, web};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use common::{
    auth::{Claims, Verifier},
    time::Clock,
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use testkit::{App, app::test_keys};
use uuid::Uuid;

use crate::{SCHEMA, ms, tiny};

async fn start() -> App {
    App::start(&SCHEMA, |shared| Ok(tiny::build(shared, tiny::Moods::default()))).await
}

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// A token with these changes to a good one's header and claims, signed with the right key.
fn signed(app: &App, header: impl FnOnce(&mut Header), claims: impl FnOnce(&mut Claims)) -> String {
    let good = app.token(app.clock.id(), app.clock.id());
    let mut of_header = jsonwebtoken::decode_header(&good).unwrap();
    let body = URL_SAFE_NO_PAD.decode(good.split('.').nth(1).unwrap()).unwrap();
    let mut of_claims: Claims = serde_json::from_slice(&body).unwrap();
    header(&mut of_header);
    claims(&mut of_claims);
    jsonwebtoken::encode(&of_header, &of_claims, &test_keys().0).unwrap()
}

#[tokio::test]
async fn a_bad_token_is_refused_everywhere_and_never_taken_for_nobody() {
    let app = start().await;
    let good = app.token(app.clock.id(), app.clock.id());
    let [head, body, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let none = part(&json!({ "alg": "none", "typ": "at+jwt", "kid": "test" }));
    let hs256 = {
        // The public key as a shared secret: the classic confusion.
        let header =
            Header { kid: Some("test".into()), typ: Some("at+jwt".into()), ..Header::new(Algorithm::HS256) };
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap();
        let public = serde_json::to_vec(&test_keys().1.keys[0]).unwrap();
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&public)).unwrap()
    };
    let mut forged: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap();
    forged["sub"] = json!(app.clock.id());
    for (what, token) in [
        ("nothing", String::new()),
        ("nonsense", "nonsense".to_owned()),
        ("alg none", format!("{none}.{body}.")),
        ("alg none, signed", format!("{none}.{body}.{signature}")),
        ("HS256", hs256),
        ("other claims", format!("{head}.{}.{signature}", part(&forged))),
        ("no signature", format!("{head}.{body}.")),
        ("other issuer", signed(&app, |_| {}, |c| c.iss = "https://evil.example".into())),
        ("other audience", signed(&app, |_| {}, |c| c.aud = "other".into())),
        ("unknown key", signed(&app, |h| h.kid = Some("other".into()), |_| {})),
        ("no key", signed(&app, |h| h.kid = None, |_| {})),
        ("another kind of token", signed(&app, |h| h.typ = Some("JWT".into()), |_| {})),
        ("no kind", signed(&app, |h| h.typ = None, |_| {})),
    ] {
        for path in ["/api/tiny/mine", "/api/tiny/who"] {
            let answer = app.nobody().with_token(token.as_str()).get(path).await;
            assert_eq!(answer.problem(401), "token.invalid", "{what} {path}");
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{what}");
        }
    }
    app.nobody().with_token(signed(&app, |_| {}, |_| {})).get("/api/tiny/who").await.status(200);
    for scheme in ["Basic YTpi", "Bearer", good.as_str()] {
        let answer = app
            .nobody()
            .send(reqwest::Method::GET, "/api/tiny/who", None, &[("authorization", scheme)])
            .await;
        assert_eq!(answer.problem(401), "token.invalid", "{scheme}");
    }
    let shouted = format!("BEARER {good}");
    let answer = app
        .nobody()
        .send(reqwest::Method::GET, "/api/tiny/mine", None, &[("authorization", shouted.as_str())])
        .await;
    answer.status(200);
}

#[tokio::test]
async fn the_caller_is_who_the_token_says_until_it_runs_out_by_the_clock() {
    let app = start().await;
    let ana = app.member();
    let token = app.token(ana.id, ana.session);
    let ana = ana.with_token(token);
    let expected = json!({ "account": ana.id, "session": ana.session });
    assert_eq!(ana.get("/api/tiny/mine").await.status(200), expected);
    assert_eq!(ana.get("/api/tiny/who").await.status(200)["account"], expected["account"]);
    assert_eq!(app.nobody().get("/api/tiny/who").await.status(200)["account"], Value::Null);
    app.clock.advance(TimeDelta::minutes(9));
    ana.get("/api/tiny/mine").await.status(200);
    // Also while it is still remembered as a good one.
    app.clock.advance(TimeDelta::seconds(61));
    assert_eq!(ana.get("/api/tiny/mine").await.problem(401), "token.expired");
    assert_eq!(ana.get("/api/tiny/who").await.problem(401), "token.expired");
}

/// An issuer that counts how often it is asked, and refuses while it is told to.
struct Issuer {
    url: String,
    asked: Arc<AtomicUsize>,
    refuse: Arc<AtomicUsize>,
    server: actix_web::dev::ServerHandle,
}

impl Issuer {
    fn start() -> Self {
        let (asked, refuse) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let (count, refusing) = (asked.clone(), refuse.clone());
        let server = HttpServer::new(move || {
            let (count, refusing) = (count.clone(), refusing.clone());
            let answer = move || {
                count.fetch_add(1, Ordering::SeqCst);
                let refusing = refusing.load(Ordering::SeqCst) > 0;
                async move {
                    tokio::time::sleep(ms(50)).await;
                    if refusing {
                        HttpResponse::ServiceUnavailable().finish()
                    } else {
                        HttpResponse::Ok().json(test_keys().1)
                    }
                }
            };
            actix_web::App::new().route("/jwks.json", web::get().to(answer))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        #[expect(
            clippy::disallowed_methods,
            clippy::let_underscore_future,
            reason = "ends with the test's runtime"
        )]
        let _ = tokio::spawn(server);
        Self { url, asked, refuse, server: handle }
    }
}

fn token(kid: &str, clock: &Clock) -> String {
    let now = clock.now();
    let claims = Claims {
        iss: "https://issuer.example".into(),
        aud: common::auth::AUDIENCE.into(),
        sub: Uuid::from_u128(1),
        sid: Uuid::from_u128(2),
        iat: now.timestamp(),
        exp: now.timestamp() + 600,
        jti: clock.id(),
    };
    let header = Header {
        kid: Some(kid.into()),
        typ: Some(common::auth::TOKEN_TYPE.into()),
        ..Header::new(common::auth::ALGORITHM)
    };
    jsonwebtoken::encode(&header, &claims, &test_keys().0).unwrap()
}

#[tokio::test]
async fn strangers_keys_make_the_issuer_be_asked_once() {
    let (issuer, clock) = (Issuer::start(), Clock::default());
    let verifier = Verifier::remote("https://issuer.example", &issuer.url).unwrap();
    let strangers = (0..100).map(|n| {
        let (verifier, clock) = (verifier.clone(), clock.clone());
        async move { verifier.verify(&token(&format!("stranger-{n}"), &clock), &clock).await }
    });
    for refused in futures_util::future::join_all(strangers).await {
        assert_eq!(refused.unwrap_err().code(), "token.invalid");
    }
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1);
    for _ in 0..50 {
        verifier.verify(&token("test", &clock), &clock).await.unwrap();
    }
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1, "verified offline");
}

#[tokio::test]
async fn an_issuer_that_is_away_is_not_the_tokens_fault() {
    let (issuer, clock) = (Issuer::start(), Clock::default());
    issuer.refuse.store(1, Ordering::SeqCst);
    let verifier = Verifier::remote("https://issuer.example", &issuer.url).unwrap();
    let good = token("test", &clock);
    let all = futures_util::future::join_all((0..20).map(|_| verifier.verify(&good, &clock))).await;
    for away in all {
        let problem = away.unwrap_err();
        assert_eq!((problem.status().as_u16(), problem.code()), (503, "server.unavailable"));
    }
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1);
    issuer.refuse.store(0, Ordering::SeqCst);
    tokio::time::sleep(ms(1100)).await;
    verifier.verify(&good, &clock).await.unwrap();
    issuer.server.stop(false).await;
    verifier.verify(&token("test", &clock), &clock).await.expect("the keys are known");
    let nowhere = Verifier::remote("https://issuer.example", "http://127.0.0.1:1/jwks.json").unwrap();
    assert_eq!(nowhere.verify(&good, &clock).await.unwrap_err().status().as_u16(), 503);
}
