//! Who is first, and who is too late.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use futures_util::{SinkExt, StreamExt, future::join_all};
use reqwest::{Method, header};
use serde_json::json;
use tokio_tungstenite::{connect_async, tungstenite::Message};

use crate::{
    people::{Person, client, proposal},
    target::{Target, Verdict},
};

/// Forty acceptances of one proposal, each under a key of its own.
pub async fn accepts(target: &Target) -> anyhow::Result<Verdict> {
    let (giver, asker) = (Person::new(target, "지우").await?, Person::new(target, "하준").await?);
    let talent = giver.gives("세금 신고 같이 하기").await?;
    let made = asker.post("/api/core/engagements", proposal(&talent, 30)).await?;
    let path = format!("/api/core/engagements/{}/accept", made["id"].as_str().context("an id")?);
    let body = json!({ "terms_version": 1 });
    let answers = join_all((0..40).map(|_| giver.send(Method::POST, &path, Some(&body)))).await;
    let mut statuses = std::collections::BTreeMap::<u16, usize>::new();
    for answer in answers {
        *statuses.entry(answer?.status().as_u16()).or_default() += 1;
    }
    let held = statuses.get(&200) == Some(&1) && statuses.keys().all(|status| *status < 500);
    Ok(Verdict::of(held, format!("{statuses:?}")))
}

/// A device is logged out from another one, while its token, its socket and its stream are in use.
pub async fn thrown_out(target: &Target) -> anyhow::Result<Verdict> {
    const DOORS: [&str; 4] =
        ["/api/auth/account", "/api/core/me", "/api/notifications/unread", "/api/chat/unread"];
    let own = Person::new(target, "예린").await?;
    let thief = own.elsewhere().await?;
    for door in DOORS {
        thief.get(door).await?;
    }
    let url = format!("{}/api/chat/ws", target.base.replacen("http", "ws", 1));
    let (mut socket, _) = connect_async(&url).await?;
    let auth = json!({ "type": "auth", "token": thief.token }).to_string();
    socket.send(Message::text(auth.clone())).await?;
    let ready = socket.next().await.context("the socket ended")??;
    ensure!(ready.to_text()?.contains("ready"), "{ready}");
    let stream = client(1)?.get(format!("{}/api/notifications/stream", target.base));
    let mut stream = stream.header(header::AUTHORIZATION, format!("Bearer {}", thief.token)).send().await?;
    ensure!(stream.status().is_success(), "no stream: {}", stream.status());

    let revoked = own.send(Method::DELETE, &format!("/api/auth/devices/{}", thief.device), None).await?;
    ensure!(revoked.status().is_success(), "{}", revoked.text().await?);
    let since = Instant::now();
    let (mut alive, late) = (DOORS.to_vec(), Duration::from_secs(8));
    while !alive.is_empty() && since.elapsed() < late {
        let mut open = Vec::new();
        for door in alive {
            if thief.send(Method::GET, door, None).await?.status() != 401 {
                open.push(door);
            }
        }
        alive = open;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let rest = since.elapsed();
    let rest_of = |time: Duration| late.saturating_sub(time).max(Duration::from_millis(1));
    let ended = tokio::time::timeout(rest_of(rest), async {
        while matches!(socket.next().await, Some(Ok(message)) if !message.is_close()) {}
    });
    let socket_is_open = ended.await.is_err();
    let ended = tokio::time::timeout(rest_of(since.elapsed()), async {
        while matches!(stream.chunk().await, Ok(Some(_))) {}
    });
    let stream_is_open = ended.await.is_err();
    let all = since.elapsed();
    // The same token at a new socket.
    let (mut again, _) = connect_async(&url).await?;
    again.send(Message::text(auth)).await?;
    let let_in = matches!(again.next().await, Some(Ok(message)) if message.to_text().is_ok_and(|t| t.contains("ready")));
    let held =
        alive.is_empty() && !socket_is_open && !stream_is_open && !let_in && all < Duration::from_secs(5);
    Ok(Verdict::of(
        held,
        format!(
            "requests refused after {rest:.1?}, everything after {all:.1?}; still taken: {alive:?}, socket open: \
             {socket_is_open}, stream open: {stream_is_open}, let in again: {let_in}"
        ),
    ))
}
