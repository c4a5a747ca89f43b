//! Words that claim what is not so.

use anyhow::Context;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use common::time::Clock;
use reqwest::header;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    people::{Person, client},
    target::{Target, Verdict},
};

/// What only a member may read, in each service.
const DOORS: [&str; 5] = [
    "/api/auth/account",
    "/api/core/me",
    "/api/notifications/unread",
    "/api/chat/unread",
    "/api/notifications/stream",
];

/// Tokens that somebody without the key can make, at every door.
pub async fn tokens(target: &Target) -> anyhow::Result<Verdict> {
    let (own, foreign) = (Person::new(target, "하나").await?, Person::new(target, "두리").await?);
    let parts: Vec<&str> = own.token.split('.').collect();
    let [head, claims, signature] = parts[..] else { anyhow::bail!("expected a JWT") };
    let read =
        |part: &str| -> anyhow::Result<Value> { Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part)?)?) };
    let write = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let (header, payload) = (read(head)?, read(claims)?);
    let with = |value: &Value, name: &str, new: Value| {
        let mut value = value.clone();
        value[name] = new;
        write(&value)
    };
    let foreign_claims = foreign.token.split('.').nth(1).context("claims")?;
    let now = Clock::default().now().timestamp();
    let mut forged = vec![
        String::new(),
        "..".to_owned(),
        format!("{head}.{claims}"),
        format!("{head}.{claims}."),
        format!("{head}.{claims}.{}", "A".repeat(signature.len())),
        format!("{head}.{foreign_claims}.{signature}"),
        format!("{head}.{}.{signature}", with(&payload, "exp", json!(now + 1_000_000))),
        format!("{head}.{}.{signature}", with(&payload, "sub", json!(Uuid::new_v4()))),
        format!("{head}.{}.{signature}", with(&payload, "iss", json!("https://evil.example"))),
    ];
    for alg in ["none", "None", "HS256", "RS256", "ES384", ""] {
        let head = with(&header, "alg", json!(alg));
        forged.push(format!("{head}.{claims}.{signature}"));
        forged.push(format!("{head}.{claims}."));
    }
    for (name, value) in [
        ("kid", json!("../../../../dev/null")),
        ("kid", json!("' OR 1=1 --")),
        ("kid", json!("x".repeat(8000))),
        ("jku", json!("http://127.0.0.1:1/keys")),
        ("jwk", json!({ "kty": "oct", "k": "AA" })),
        ("crit", json!(["exp"])),
    ] {
        forged.push(format!("{}.{claims}.{signature}", with(&header, name, value)));
    }
    let (client, mut taken) = (client(6)?, Vec::new());
    for token in &forged {
        for door in DOORS {
            let request = client.get(format!("{}{door}", target.base));
            let answer = request.header(header::AUTHORIZATION, format!("Bearer {token}")).send().await?;
            // A header that is too large is refused before anybody looks at it.
            if !matches!(answer.status().as_u16(), 401 | 431) {
                taken.push(format!("{door} {} {token:.60}", answer.status()));
            }
        }
    }
    let measured = format!("{} forms at {} doors, taken: {taken:?}", forged.len(), DOORS.len());
    Ok(Verdict::of(taken.is_empty(), measured))
}

/// Sixty wrong log-ins, each for another account and each with another address before it.
pub async fn proxies(target: &Target) -> anyhow::Result<Verdict> {
    let (client, mut first_refused) = (client(5)?, None);
    for n in 1..=60_u32 {
        let guess =
            json!({ "email": format!("{}@dojob.example", Uuid::new_v4()), "password": "not this one" });
        let request = client.post(format!("{}/api/auth/login", target.base)).json(&guess);
        let forwarded = format!("198.51.{}.{}", n % 250, n);
        let answer =
            request.header("x-forwarded-for", &forwarded).header("forwarded", format!("for={forwarded}"));
        if answer.send().await?.status() == 429 && first_refused.is_none() {
            first_refused = Some(n);
        }
    }
    Ok(Verdict::of(
        first_refused.is_some_and(|n| n <= 31),
        format!("refused from {first_refused:?} of 60 on"),
    ))
}

/// Requests as a page of another site makes them, and as one whose name was pointed at this address.
pub async fn hosts(target: &Target) -> anyhow::Result<Verdict> {
    let (client, mut wrong) = (client(7)?, Vec::new());
    for (path, host) in [
        ("/", "attacker.example"),
        ("/api/auth/demo", "attacker.example:8080"),
        ("/api/auth/documents", "127.0.0.1.attacker.example"),
        ("/api/core/docs/", "attacker.example"),
    ] {
        let answer = client.get(format!("{}{path}", target.base)).header(header::HOST, host).send().await?;
        if answer.status() != 421 {
            wrong.push(format!("{path} for {host}: {}", answer.status()));
        }
    }
    for origin in ["https://evil.example", "null", "http://localhost.evil.example", "://127.0.0.1"] {
        let request = client.post(format!("{}/api/auth/refresh", target.base)).header(header::ORIGIN, origin);
        let answer = request.header("x-forwarded-host", "evil.example").send().await?;
        if answer.status() != 403 {
            wrong.push(format!("refresh from {origin}: {}", answer.status()));
        }
    }
    for path in ["/", "/api/auth/documents", "/api/core/docs/", "/api/core/openapi.json"] {
        let answer = client.get(format!("{}{path}", target.base)).send().await?;
        let policy =
            answer.headers().get("content-security-policy").and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !policy.contains("frame-ancestors 'none'")
            || !answer.headers().contains_key("x-content-type-options")
        {
            wrong.push(format!("{path}: no policy"));
        }
    }
    Ok(Verdict::of(
        wrong.is_empty(),
        if wrong.is_empty() { "12 requests".to_owned() } else { wrong.join("; ") },
    ))
}
