//! Delivering: the same messages to people with many sockets and to people with one each. The difference is the price
//! of a delivery; what is left is the price of keeping a message, which has its own row.

use std::{
    io::Write,
    net::TcpStream as Blocking,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde_json::json;
use tokio::{io::AsyncReadExt, net::TcpStream, task::JoinSet};

use super::effect::Conversation;
use crate::{
    cpu,
    http::Client,
    numbers::{float, micros},
    peers::{Peer, Peers, Program},
    report::{Ratio, Row},
    stage::{Person, Stage},
    ws::{self, Count},
};

/// As many as an account may have.
const MANY: usize = 20;

/// Each person sends so many in a window: a burst and what comes back meanwhile stay below the limit.
const EACH: u64 = 45;
const PACE: Duration = Duration::from_millis(45);

/// People of one owner who talk with each other.
struct Group<'p> {
    owner: usize,
    members: Vec<usize>,
    talks: Vec<&'p Conversation>,
    sockets: usize,
    count: Count,
}

/// What a window cost.
#[derive(Clone, Copy)]
struct Sent {
    messages: f64,
    deliveries: f64,
    micros: f64,
    postgres: f64,
}

/// # Errors
/// dojob fails, or a message is not delivered.
pub async fn run(
    stage: &Stage,
    people: &[Person],
    talks: &[Conversation],
    peers: &mut Peers,
) -> anyhow::Result<Vec<Row>> {
    let mut readers = JoinSet::new();
    let mut groups = Vec::new();
    for (owner, sockets) in [(0, MANY), (1, 1)] {
        // Askers are split between the two owners, so that each has sockets of one kind only.
        let mine = |t: &&Conversation| t.owner == owner && t.asker % 2 == owner;
        let mut firsts: Vec<&Conversation> = Vec::new();
        for talk in talks.iter().filter(mine) {
            if firsts.iter().all(|t| t.asker != talk.asker) {
                firsts.push(talk);
            }
        }
        let members: Vec<usize> = std::iter::once(owner).chain(firsts.iter().map(|t| t.asker)).collect();
        let group = Group { owner, members, talks: firsts, sockets, count: Count::default() };
        for person in &group.members {
            let token = &people.get(*person).context("a person")?.token;
            for _ in 0..sockets {
                readers.spawn(ws::listen(ws::open(stage.port, token).await?, group.count.clone()));
            }
        }
        groups.push(group);
    }
    let [many, few] = groups.as_slice() else { anyhow::bail!("two groups") };
    let fans = many.sockets * 2;
    let mut pairs = Vec::new();
    let (mut kept, mut postgres, mut raws, mut owns) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for turn in 0..2u64 {
        let bytes = usize::try_from(many.count.frame_bytes.load(Ordering::Relaxed).max(300))?;
        let (mut raw, mut ours) = (Vec::new(), Vec::new());
        for step in if turn == 0 { ["raw", "ours"] } else { ["ours", "raw"] } {
            if step == "raw" {
                raw.push(raw_loop(fans, bytes, 300).await?);
            } else {
                let with_few = say(stage, people, few, turn * 2).await?;
                let with_many = say(stage, people, many, turn * 2 + 1).await?;
                let each = |s: Sent| s.micros / s.messages;
                let extra =
                    with_many.deliveries / with_many.messages - with_few.deliveries / with_few.messages;
                let delivery = (each(with_many) - each(with_few)) / extra;
                kept.push(each(with_few) - delivery * with_few.deliveries / with_few.messages);
                postgres.push(with_few.postgres / with_few.messages);
                ours.push(delivery);
            }
        }
        pairs.extend(ours.iter().copied().zip(raw.iter().copied()));
        raws.extend(raw);
        owns.extend(ours);
    }
    readers.abort_all();
    let ratio = Ratio::of(&pairs);
    let mut beside = Vec::new();
    for program in peers.chat.clone() {
        match peer(stage, &program, fans).await {
            Ok(micros) => beside.push(format!("{} {micros:.1} µs", program.name)),
            Err(error) => peers.absent.push(format!("{}: {error:#}", program.name)),
        }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / float(u64::try_from(values.len()).unwrap_or(1));
    Ok(vec![
        Row {
            number: "7",
            claim: "delivery of a chat message to a socket".to_owned(),
            ours: format!("{:.1} µs", mean(&owns)),
            floor: format!("{:.1} µs raw write", mean(&raws)),
            ratio: Some(ratio),
            goal: "CPU ≤ 1.4×",
            held: Some(ratio.all <= 1.4),
            note: format!(
                "{fans} sockets per message against 2; all deliveries counted; peers, which keep nothing: {}",
                beside.join(", ")
            ),
        },
        Row {
            number: "7b",
            claim: "keeping a chat message (POST, commit, event, relay)".to_owned(),
            ours: format!("{:.0} µs ({:.0} PostgreSQL)", mean(&kept), mean(&postgres)),
            floor: "–".to_owned(),
            ratio: None,
            goal: "–",
            held: None,
            note: "without deliveries; one at a time, so each has a commit and a relay step of its own"
                .to_owned(),
        },
    ])
}

/// Everybody of a group sends at the pace, and every socket of both receives each message.
async fn say(stage: &Stage, people: &[Person], group: &Group<'_>, turn: u64) -> anyhow::Result<Sent> {
    let before = group.count.messages.load(Ordering::Relaxed);
    let (mut all, mut dojob) = (stage.meter(), cpu::Meter::start(&[stage.dojob()]));
    let senders = group.members.iter().enumerate().map(async |(k, person)| {
        let talk =
            group.talks.iter().find(|t| t.asker == *person || *person == group.owner).context("a talk")?;
        let token = &people.get(*person).context("a person")?.token;
        let mut client = Client::connect(stage.port).await?;
        let path = format!("/api/chat/conversations/{}/messages", talk.id);
        // One behind the other, so that messages do not come in heaps.
        let stagger = PACE / u32::try_from(group.members.len())? * u32::try_from(k)?;
        let start = Instant::now() + stagger;
        for n in 0..EACH {
            tokio::time::sleep_until((start + PACE * u32::try_from(n)?).into()).await;
            let client_id = format!("00000000-0000-4000-8000-{:012}", turn * 1000 + n);
            let body =
                json!({ "client_id": client_id, "text": "토요일 오전 열 시에 망원동 주민센터 앞에서 봬요." });
            client.json("POST", &path, Some(token), Some(&body)).await?;
        }
        anyhow::Ok(EACH)
    });
    let messages: u64 = futures_util::future::try_join_all(senders).await?.iter().sum();
    let expected = messages * 2 * u64::try_from(group.sockets)?;
    let waiting = Instant::now();
    let delivered = loop {
        let delivered = group.count.messages.load(Ordering::Relaxed) - before;
        if delivered >= expected || waiting.elapsed() > Duration::from_secs(3) {
            break delivered;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    let (all, dojob) = (all.spent(), dojob.spent());
    ensure!(delivered == expected, "{delivered} of {expected} messages were delivered");
    Ok(Sent {
        messages: float(messages),
        deliveries: float(delivered),
        micros: micros(all),
        postgres: micros(all.saturating_sub(dojob)),
    })
}

/// A delivery by a peer: the difference between many sockets and two, at our pace.
async fn peer(stage: &Stage, program: &Program, fans: usize) -> anyhow::Result<f64> {
    let peer = Peer::start(stage, program, "/").await?;
    let (mut readers, count, mut client) =
        (JoinSet::new(), Count::default(), Client::connect(peer.port).await?);
    let message = json!({
        "type": "message", "id": "00000000-0000-7000-8000-000000000001", "seq": 1, "from": "00000000-0000-7000-8000-000000000002",
        "conversation_id": "00000000-0000-7000-8000-000000000003", "at": "2026-11-30T00:00:00.000000Z",
        "client_id": "00000000-0000-4000-8000-000000000001", "text": "토요일 오전 열 시에 망원동 주민센터 앞에서 봬요.",
    });
    let mut costs = Vec::new();
    for sockets in [2, fans] {
        while readers.len() < sockets {
            readers.spawn(ws::listen(
                ws::open_peer(peer.port, program.name == "socket.io").await?,
                count.clone(),
            ));
        }
        for measured in [false, true] {
            let (before, mut meter) =
                (count.messages.load(Ordering::Relaxed), cpu::Meter::start(&[peer.pid()]));
            for _ in 0..200 {
                client.json("POST", "/", None, Some(&message)).await?;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            let expected = 200 * u64::try_from(sockets)?;
            let delivered = count.messages.load(Ordering::Relaxed) - before;
            ensure!(delivered == expected, "{delivered} of {expected} messages were delivered");
            if measured {
                costs.push(micros(meter.spent()) / 200.0);
            }
        }
    }
    let [few, many] = *costs.as_slice() else { anyhow::bail!("two windows") };
    Ok((many - few) / float(u64::try_from(fans - 2)?))
}

/// Writes the same bytes to as many sockets, at the same pace, and nothing else: microseconds of the writer per write.
async fn raw_loop(sockets: usize, bytes: usize, rounds: u32) -> anyhow::Result<f64> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let (address, mut readers, mut writers) =
        (listener.local_addr()?, JoinSet::new(), Vec::<Blocking>::new());
    for _ in 0..sockets {
        let mut stream = TcpStream::connect(address).await?;
        let (writer, _) = listener.accept()?;
        writer.set_nodelay(true)?;
        writers.push(writer);
        readers.spawn(async move {
            let mut buffer = vec![0; 4096];
            while stream.read(&mut buffer).await.is_ok_and(|n| n > 0) {}
        });
    }
    let writing = tokio::task::spawn_blocking(move || -> anyhow::Result<Duration> {
        let frame = vec![b'x'; bytes];
        let before = cpu::of_this_thread();
        for _ in 0..rounds {
            for writer in &mut writers {
                writer.write_all(&frame)?;
            }
            // The counter moves when the thread leaves its core, so all of it is read at the end.
            #[expect(
                clippy::disallowed_methods,
                reason = "a thread of its own, which has nothing else to do"
            )]
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(cpu::of_this_thread().saturating_sub(before))
    });
    let used = writing.await??;
    readers.abort_all();
    Ok(micros(used) / f64::from(rounds) / float(u64::try_from(sockets)?))
}
