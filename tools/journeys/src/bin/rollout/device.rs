//! A device with an open socket: it talks, it listens, and when it is told to go away it comes back, as the web does.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use dojob_chat::close;
use dojob_journeys::bad_days::{
    ledger::Kept,
    people::{Person, Site, word},
};
use futures_util::{SinkExt, StreamExt};
use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message},
};

use crate::talks::{Talk, Talks};

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Tokens live for ten minutes; devices get new ones at moments of their own.
const RENEWED_AFTER: std::ops::Range<u64> = 240..480;

/// What is said and not yet known to be kept.
struct Unsure {
    client: String,
    text: String,
    /// Not said yet, or refused: it is due.
    due: bool,
}

pub struct Device {
    pub site: Arc<Site>,
    pub talks: Arc<Talks>,
    pub person: Person,
    /// Which conversation, and which of its devices this is.
    pub talk: usize,
    pub number: usize,
    /// Between two messages, on average.
    pub pause: Duration,
    pub rng: StdRng,
    unsure: Option<Unsure>,
    renew_at: Instant,
}

impl Device {
    pub fn new(
        (site, talks): (&Arc<Site>, &Arc<Talks>),
        person: Person,
        (talk, number): (usize, usize),
        pause: Duration,
        mut rng: StdRng,
    ) -> Self {
        let renew_at = Instant::now() + Duration::from_secs(rng.random_range(RENEWED_AFTER));
        let (site, talks) = (site.clone(), talks.clone());
        Self { site, talks, person, talk, number, pause, rng, unsure: None, renew_at }
    }

    /// Lives until its task is ended.
    pub async fn live(mut self) {
        let talks = self.talks.clone();
        let Some(talk) = talks.all().get(self.talk) else { return };
        let (mut failures, mut away) = (0_u32, None::<Instant>);
        loop {
            match self.connect(talk).await {
                Ok(mut stream) => {
                    failures = 0;
                    talks.open.fetch_add(1, Ordering::Relaxed);
                    if let Some(since) = away.take() {
                        let mut tally = talks.tally();
                        tally.returned += 1;
                        tally.slowest = tally.slowest.max(since.elapsed());
                    }
                    let end = self.converse(&mut stream, talk).await;
                    away = Some(Instant::now());
                    talks.open.fetch_sub(1, Ordering::Relaxed);
                    talks.tally().closed += 1;
                    // The answer to the good-bye; a process that is gone needs none.
                    let _ = tokio::time::timeout(Duration::from_secs(1), stream.close(None)).await;
                    if let Err(error) = end {
                        talks.complain(format!("{error:#}"));
                    }
                }
                Err(error) => {
                    failures += 1;
                    talks.complain(format!("{error:#}"));
                }
            }
            // As web/src/features/chat/live/closing.ts.
            let longest = 500 << failures.min(6);
            tokio::time::sleep(Duration::from_millis(self.rng.random_range(longest / 2..=longest))).await;
        }
    }

    /// From the upgrade until it is known here and has said how far it has come.
    async fn connect(&mut self, talk: &Talk) -> anyhow::Result<Stream> {
        let connected =
            connect_async(format!("{}/api/chat/ws", self.site.base().replace("http", "ws"))).await;
        let (mut stream, _) = match connected {
            Ok(connected) => connected,
            Err(Error::Http(response)) => bail!("an upgrade was answered with {}", response.status()),
            Err(error) => bail!("an upgrade failed: {error}"),
        };
        say(&mut stream, json!({ "type": "auth", "token": self.person.token })).await?;
        loop {
            let frame = hear(&mut stream).await?;
            match frame {
                Heard::Frame(frame) if frame["type"] == "ready" => break,
                Heard::Frame(_) => {}
                Heard::Closed(code) => bail!("a new socket was closed with {code}"),
            }
        }
        let known = json!([{ "id": talk.id, "last_seq": talk.heard(self.number) }]);
        say(&mut stream, json!({ "type": "resume", "conversations": known })).await?;
        Ok(stream)
    }

    /// Talks and listens until it is sent away.
    async fn converse(&mut self, stream: &mut Stream, talk: &Talk) -> anyhow::Result<()> {
        if let Some(unsure) = &mut self.unsure {
            unsure.due = false;
            send(stream, talk, unsure).await?;
        }
        let mut next = self.next_message();
        loop {
            let heard = tokio::select! {
                heard = hear(stream) => heard?,
                () = tokio::time::sleep_until(next.into()) => {
                    next = self.next_message();
                    let talks = self.talks.clone();
                    if self.unsure.is_none() && !talks.is_hushed() {
                        let text = format!("안녕하세요 {}", self.site.number());
                        // Noted first: when it does not get through, it is said again.
                        self.unsure = Some(Unsure { client: self.site.fresh_id(), text, due: true });
                        talks.pending.fetch_add(1, Ordering::Relaxed);
                    }
                    if let Some(unsure) = self.unsure.as_mut().filter(|unsure| unsure.due) {
                        unsure.due = false;
                        send(stream, talk, unsure).await?;
                    }
                    continue;
                }
                () = tokio::time::sleep_until(self.renew_at.into()) => {
                    self.renew_at = Instant::now() + Duration::from_secs(self.rng.random_range(RENEWED_AFTER));
                    self.person.log_in(&self.site).await?;
                    say(stream, json!({ "type": "auth", "token": self.person.token })).await?;
                    continue;
                }
            };
            match heard {
                Heard::Frame(frame) => self.take(talk, &frame).await?,
                Heard::Closed(close::GOING_AWAY) => return Ok(()),
                Heard::Closed(code) => bail!("a socket was closed with {code}"),
            }
        }
    }

    fn next_message(&mut self) -> Instant {
        Instant::now() + self.pause.mul_f64(self.rng.random_range(0.0..2.0))
    }

    async fn take(&mut self, talk: &Talk, frame: &Value) -> anyhow::Result<()> {
        match word(frame, "/type").as_str() {
            "message" if frame["message"]["conversation_id"] == talk.id => {
                let seq = frame["message"]["seq"].as_i64().context("a message has a number")?;
                self.talks.hear(talk, self.number, seq);
            }
            "stored" => {
                let Some(Unsure { client, text, .. }) =
                    self.unsure.take_if(|u| frame["client_id"] == u.client)
                else {
                    return Ok(());
                };
                let seq = frame["seq"].as_i64().context("a message has a number")?;
                self.site.ledger.keep(Kept::Message {
                    conversation: talk.id.clone(),
                    id: word(frame, "/id"),
                    seq: seq.to_string(),
                    client,
                    author: self.person.id.clone(),
                    text,
                });
                talk.keep(seq);
                self.talks.tally().sent += 1;
                self.talks.pending.fetch_sub(1, Ordering::Relaxed);
            }
            "refused" => {
                let code = word(frame, "/problem/code");
                self.talks.complain(format!("a message was refused with {code}"));
                if let Some(unsure) = &mut self.unsure {
                    unsure.due = true;
                }
            }
            "reload" => self.read(talk).await?,
            _ => {}
        }
        Ok(())
    }

    /// What was missed is read over HTTP, as the web does: the socket had gone on without it.
    async fn read(&mut self, talk: &Talk) -> anyhow::Result<()> {
        self.talks.tally().reloaded += 1;
        loop {
            let path =
                format!("/api/chat/conversations/{}/messages?after={}", talk.id, talk.heard(self.number));
            let page = self.person.read(&self.site, &path).await?.context("messages cannot be read")?;
            for message in page["items"].as_array().into_iter().flatten() {
                let seq = message["seq"].as_i64().context("a message has a number")?;
                self.talks.read(talk, self.number, seq);
            }
            if page["more"] != true {
                return Ok(());
            }
        }
    }
}

enum Heard {
    Frame(Value),
    Closed(u16),
}

async fn hear(stream: &mut Stream) -> anyhow::Result<Heard> {
    loop {
        match stream.next().await {
            Some(Ok(Message::Text(text))) => return Ok(Heard::Frame(serde_json::from_str(&text)?)),
            Some(Ok(Message::Close(reason))) => {
                return Ok(Heard::Closed(reason.map_or(1005, |reason| reason.code.into())));
            }
            Some(Ok(_)) => {}
            Some(Err(_)) | None => bail!("a socket ended without a word"),
        }
    }
}

async fn say(stream: &mut Stream, frame: Value) -> anyhow::Result<()> {
    // One that is closing tells so to whoever listens.
    match stream.send(Message::text(frame.to_string())).await {
        Ok(()) | Err(Error::ConnectionClosed | Error::AlreadyClosed | Error::Io(_) | Error::Protocol(_)) => {
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

async fn send(stream: &mut Stream, talk: &Talk, unsure: &Unsure) -> anyhow::Result<()> {
    let Unsure { client, text, .. } = unsure;
    say(stream, json!({ "type": "send", "conversation_id": talk.id, "client_id": client, "text": text }))
        .await
}
