//! Too much of something.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use uuid::Uuid;

use crate::{
    people::{Person, client, proposal},
    target::{Target, Verdict},
};

const MB: u64 = 1 << 20;

/// A connection from this address of loopback.
async fn connect(target: &Target, last: u8) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)), 0).into())?;
    socket.connect(SocketAddr::from((Ipv4Addr::LOCALHOST, target.port))).await
}

/// A WebSocket that has said nothing yet.
async fn socket(target: &Target, last: u8) -> anyhow::Result<TcpStream> {
    let mut stream = connect(target, last).await?;
    let upgrade = "GET /api/chat/ws HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(upgrade.as_bytes()).await?;
    let mut head = [0; 4096];
    let read = stream.read(&mut head).await?;
    anyhow::ensure!(head.get(..read).is_some_and(|head| head.starts_with(b"HTTP/1.1 101")), "no socket");
    Ok(stream)
}

/// Resident bytes of the program.
fn memory(target: &Target) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", target.pid))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}

/// Four sockets that nobody has logged in declare a frame of 2^40 bytes and send 250 MB of it.
pub async fn frames(target: &Target) -> anyhow::Result<Verdict> {
    const SOCKETS: u64 = 4;
    drop(join_all((0..SOCKETS).map(|_| socket(target, 3))).await);
    let before = memory(target)?;
    let done = Arc::new(AtomicBool::default());
    let mut senders = JoinSet::new();
    for _ in 0..SOCKETS {
        let mut socket = socket(target, 3).await?;
        senders.spawn(async move {
            let declared = [0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            let part = vec![b'a'; 64 * 1024];
            let mut sent = 0;
            if socket.write_all(&declared).await.is_ok() {
                while sent < 250 * MB / SOCKETS && socket.write_all(&part).await.is_ok() {
                    sent += 64 * 1024;
                }
            }
            sent
        });
    }
    let watching = {
        let (done, mut most) = (done.clone(), before);
        async move {
            while !done.load(Ordering::Relaxed) {
                most = most.max(memory(target)?);
                sleep(Duration::from_millis(5)).await;
            }
            anyhow::Ok(most)
        }
    };
    let sending = async {
        let sent = timeout(Duration::from_secs(30), senders.join_all()).await;
        sleep(Duration::from_millis(200)).await;
        done.store(true, Ordering::Relaxed);
        sent
    };
    let (most, sent) = tokio::join!(watching, sending);
    let more = most?.saturating_sub(before);
    let sent: u64 = sent.context("they are still sending")?.iter().sum();
    Ok(Verdict::of(more < 5 * MB, format!("{} MB sent, {} KB more memory", sent / MB, more / 1024)))
}

/// 1,100 log-ins whose bodies come byte by byte.
pub async fn bodies(target: &Target) -> anyhow::Result<Verdict> {
    const BODIES: usize = 1100;
    let request = "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
        content-length: 500\r\n\r\n{";
    let mut streams = Vec::new();
    for _ in 0..BODIES {
        // A refused one is what we want to see.
        if let Ok(mut stream) = connect(target, 2).await
            && stream.write_all(request.as_bytes()).await.is_ok()
        {
            streams.push(stream);
        }
    }
    let opened = streams.len();
    let ends = Instant::now() + Duration::from_secs(30);
    let mut trickling = JoinSet::new();
    trickling.spawn(async move {
        while Instant::now() < ends && !streams.is_empty() {
            sleep(Duration::from_secs(2)).await;
            let mut open = Vec::new();
            for mut stream in streams {
                // What the server said or closed can be read; from one that waits for us nothing can.
                let mut answer = [0; 1];
                let waits = stream
                    .try_read(&mut answer)
                    .is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
                if waits && stream.write_all(b" ").await.is_ok() {
                    open.push(stream);
                }
            }
            streams = open;
        }
        streams.len()
    });
    let mut longest = Duration::ZERO;
    for _ in 0..10 {
        let since = Instant::now();
        let newcomer = client(1)?;
        let asked = newcomer.get(format!("{}/api/auth/documents", target.base)).send();
        let served = timeout(Duration::from_secs(10), asked).await;
        longest = longest.max(since.elapsed());
        if !matches!(served, Ok(Ok(answer)) if answer.status().is_success()) {
            longest = longest.max(Duration::from_secs(10));
        }
        sleep(Duration::from_millis(200)).await;
    }
    let left: usize = trickling.join_all().await.iter().sum();
    let held = longest < Duration::from_secs(1) && left == 0;
    Ok(Verdict::of(
        held,
        format!("{opened} opened, a newcomer waited {longest:.0?} at most, {left} left after 30 s"),
    ))
}

/// 600 connections that guess a password as fast as they can, beside members who read.
pub async fn log_ins(target: &Target) -> anyhow::Result<Verdict> {
    let member = Person::new(target, "민지").await?;
    let idle = reads(&member, Duration::from_secs(2)).await?;
    let over = Arc::new(AtomicBool::default());
    let mut guesses = JoinSet::new();
    let guessing = client(4)?;
    for _ in 0..600 {
        let (client, over, url) = (guessing.clone(), over.clone(), format!("{}/api/auth/login", target.base));
        guesses.spawn(async move {
            let mut refused = 0_u32;
            while !over.load(Ordering::Relaxed) {
                let guess =
                    json!({ "email": "somebody@dojob.example", "password": Uuid::new_v4().to_string() });
                let answer = client.post(&url).json(&guess).timeout(Duration::from_secs(10)).send().await;
                refused += u32::from(answer.is_ok_and(|answer| answer.status() == 429));
                // As many as the machine could hash for; faster, the script would starve the two cores that it shares.
                sleep(Duration::from_secs(1)).await;
            }
            refused
        });
    }
    sleep(Duration::from_secs(1)).await;
    let busy = reads(&member, target.lasts).await?;
    over.store(true, Ordering::Relaxed);
    let refused: u32 = guesses.join_all().await.iter().sum();
    // An idle machine answers in a millisecond: three times that is nothing to a person, and a busy one takes its time.
    let bound = |idle: Duration| (idle * 3).max(Duration::from_millis(500));
    let held = busy.0 <= bound(idle.0) && busy.1 <= bound(idle.1) && refused > 0;
    let [a, b, c, d] = [idle.0, busy.0, idle.1, busy.1].map(|p99| format!("{p99:.0?}"));
    Ok(Verdict::of(held, format!("p99 of auth {a} to {b}, of core {c} to {d}, {refused} refused")))
}

/// The 99th percentile of reads in auth and in core.
async fn reads(member: &Person, lasts: Duration) -> anyhow::Result<(Duration, Duration)> {
    let of = async |path: &str| -> anyhow::Result<Duration> {
        let (ends, mut took) = (Instant::now() + lasts, Vec::new());
        while Instant::now() < ends {
            let since = Instant::now();
            member.get(path).await?;
            took.push(since.elapsed());
        }
        took.sort_unstable();
        Ok(took.get(took.len() * 99 / 100).copied().unwrap_or_default())
    };
    let (auth, core) = tokio::join!(of("/api/auth/account"), of("/api/core/me"));
    Ok((auth?, core?))
}

/// A new account proposes and withdraws, and asks, as fast as it can, for ten seconds.
pub async fn contacts(target: &Target) -> anyhow::Result<Verdict> {
    let (attacker, victim) = (Person::new(target, "도윤").await?, Person::new(target, "서연").await?);
    let mut talents = Vec::new();
    for n in 1..=5 {
        talents.push(victim.gives(&format!("통기타 첫걸음 {n}")).await?);
    }
    let before = victim.get("/api/notifications/unread").await?["count"].as_i64().unwrap_or_default();
    let ends = Instant::now() + Duration::from_secs(10);
    let proposing = async {
        let mut proposals = 0;
        for (n, talent) in talents.iter().cycle().enumerate() {
            if Instant::now() > ends {
                break;
            }
            let hours = 24 + i64::try_from(n % 100)?;
            let made =
                attacker.send(Method::POST, "/api/core/engagements", Some(&proposal(talent, hours))).await?;
            if made.status().is_success() {
                proposals += 1;
                let id = made.json::<serde_json::Value>().await?["id"].as_str().context("an id")?.to_owned();
                attacker.post(&format!("/api/core/engagements/{id}/withdraw"), json!({})).await?;
            }
        }
        anyhow::Ok(proposals)
    };
    let asking = async {
        let mut inquiries = 0;
        for talent in talents.iter().cycle() {
            if Instant::now() > ends {
                break;
            }
            let body = json!({ "talent_id": talent });
            let made = attacker.send(Method::POST, "/api/core/inquiries", Some(&body)).await?;
            inquiries += u32::from(made.status() == 201);
        }
        anyhow::Ok(inquiries)
    };
    let (proposals, inquiries) = tokio::join!(proposing, asking);
    let (proposals, inquiries) = (proposals?, inquiries?);
    sleep(Duration::from_secs(2)).await;
    let notices =
        victim.get("/api/notifications/unread").await?["count"].as_i64().unwrap_or_default() - before;
    let conversations = victim.get("/api/chat/conversations").await?["items"].as_array().map_or(0, Vec::len);
    let held = proposals <= 10 && inquiries <= 20 && notices <= 3 && conversations <= talents.len();
    Ok(Verdict::of(
        held,
        format!(
            "{proposals} proposals, {inquiries} inquiries, {notices} notices, {conversations} conversations"
        ),
    ))
}
