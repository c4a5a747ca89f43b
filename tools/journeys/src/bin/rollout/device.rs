//! A device with an open socket: it sends, it receives, and when it is told to go away it reconnects, as the web does.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use dojob_chat::close;
use dojob_journeys::chaos::{
    ledger::Write,
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

use crate::conversations::{Conversation, Conversations};

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Tokens live for ten minutes; devices get new ones at moments of their own.
const RENEWED_AFTER: std::ops::Range<u64> = 240..480;

/// What is sent and not yet known to be stored.
struct Unsure {
    client: String,
    text: String,
    /// Not sent yet, or refused: it is due.
    due: bool,
}

pub struct Device {
    pub site: Arc<Site>,
    pub conversations: Arc<Conversations>,
    pub person: Person,
    /// Which conversation, and which of its devices this is.
    pub conversation: usize,
    pub number: usize,
    /// Between two messages, on average.
    pub pause: Duration,
    pub rng: StdRng,
    unsure: Option<Unsure>,
    renew_at: Instant,
}

impl Device {
    pub fn new(
        (site, conversations): (&Arc<Site>, &Arc<Conversations>),
        person: Person,
        (conversation, number): (usize, usize),
        pause: Duration,
        mut rng: StdRng,
    ) -> Self {
        let renew_at = Instant::now() + Duration::from_secs(rng.random_range(RENEWED_AFTER));
        let (site, conversations) = (site.clone(), conversations.clone());
        Self { site, conversations, person, conversation, number, pause, rng, unsure: None, renew_at }
    }

    /// Lives until its task is ended.
    pub async fn live(mut self) {
        let conversations = self.conversations.clone();
        let Some(conversation) = conversations.all().get(self.conversation) else { return };
        let (mut failures, mut gone) = (0_u32, None::<Instant>);
        loop {
            match self.connect(conversation).await {
                Ok(mut stream) => {
                    failures = 0;
                    conversations.open.fetch_add(1, Ordering::Relaxed);
                    if let Some(since) = gone.take() {
                        let mut tally = conversations.tally();
                        tally.returned += 1;
                        tally.slowest = tally.slowest.max(since.elapsed());
                    }
                    let end = self.converse(&mut stream, conversation).await;
                    gone = Some(Instant::now());
                    conversations.open.fetch_sub(1, Ordering::Relaxed);
                    conversations.tally().closed += 1;
                    // The answer to the good-bye; a process that is gone needs none.
                    let _ = tokio::time::timeout(Duration::from_secs(1), stream.close(None)).await;
                    if let Err(error) = end {
                        conversations.complain(format!("{error:#}"));
                    }
                }
                Err(error) => {
                    failures += 1;
                    conversations.complain(format!("{error:#}"));
                }
            }
            // As web/src/features/chat/live/closing.ts.
            let longest = 500 << failures.min(6);
            tokio::time::sleep(Duration::from_millis(self.rng.random_range(longest / 2..=longest))).await;
        }
    }

    /// From the upgrade until it is authenticated and has resumed.
    async fn connect(&mut self, conversation: &Conversation) -> anyhow::Result<Stream> {
        let connected =
            connect_async(format!("{}/api/chat/ws", self.site.base().replace("http", "ws"))).await;
        let (mut stream, _) = match connected {
            Ok(connected) => connected,
            Err(Error::Http(response)) => bail!("an upgrade was answered with {}", response.status()),
            Err(error) => bail!("an upgrade failed: {error}"),
        };
        send_frame(&mut stream, json!({ "type": "auth", "token": self.person.token })).await?;
        loop {
            let frame = receive(&mut stream).await?;
            match frame {
                Incoming::Frame(frame) if frame["type"] == "ready" => break,
                Incoming::Frame(_) => {}
                Incoming::Closed(code) => bail!("a new socket was closed with {code}"),
            }
        }
        let known = json!([{ "id": conversation.id, "last_seq": conversation.received(self.number) }]);
        send_frame(&mut stream, json!({ "type": "resume", "conversations": known })).await?;
        Ok(stream)
    }

    /// Sends and receives until it is told to go away.
    async fn converse(&mut self, stream: &mut Stream, conversation: &Conversation) -> anyhow::Result<()> {
        if let Some(unsure) = &mut self.unsure {
            unsure.due = false;
            send(stream, conversation, unsure).await?;
        }
        let mut next = self.next_message();
        loop {
            let incoming = tokio::select! {
                incoming = receive(stream) => incoming?,
                () = tokio::time::sleep_until(next.into()) => {
                    next = self.next_message();
                    let conversations = self.conversations.clone();
                    if self.unsure.is_none() && !conversations.is_silenced() {
                        let text = format!("안녕하세요 {}", self.site.number());
                        // Noted first: when it does not get through, it is sent again.
                        self.unsure = Some(Unsure { client: self.site.fresh_id(), text, due: true });
                        conversations.pending.fetch_add(1, Ordering::Relaxed);
                    }
                    if let Some(unsure) = self.unsure.as_mut().filter(|unsure| unsure.due) {
                        unsure.due = false;
                        send(stream, conversation, unsure).await?;
                    }
                    continue;
                }
                () = tokio::time::sleep_until(self.renew_at.into()) => {
                    self.renew_at = Instant::now() + Duration::from_secs(self.rng.random_range(RENEWED_AFTER));
                    self.person.log_in(&self.site).await?;
                    send_frame(stream, json!({ "type": "auth", "token": self.person.token })).await?;
                    continue;
                }
            };
            match incoming {
                Incoming::Frame(frame) => self.take(conversation, &frame).await?,
                Incoming::Closed(close::GOING_AWAY) => return Ok(()),
                Incoming::Closed(code) => bail!("a socket was closed with {code}"),
            }
        }
    }

    fn next_message(&mut self) -> Instant {
        Instant::now() + self.pause.mul_f64(self.rng.random_range(0.0..2.0))
    }

    async fn take(&mut self, conversation: &Conversation, frame: &Value) -> anyhow::Result<()> {
        match word(frame, "/type").as_str() {
            "message" if frame["message"]["conversation_id"] == conversation.id => {
                let seq = frame["message"]["seq"].as_i64().context("a message has a number")?;
                self.conversations.receive(conversation, self.number, seq);
            }
            "stored" => {
                let Some(Unsure { client, text, .. }) =
                    self.unsure.take_if(|u| frame["client_id"] == u.client)
                else {
                    return Ok(());
                };
                let seq = frame["seq"].as_i64().context("a message has a number")?;
                self.site.ledger.record(Write::Message {
                    conversation: conversation.id.clone(),
                    id: word(frame, "/id"),
                    seq: seq.to_string(),
                    client,
                    author: self.person.id.clone(),
                    text,
                });
                conversation.keep(seq);
                self.conversations.tally().sent += 1;
                self.conversations.pending.fetch_sub(1, Ordering::Relaxed);
            }
            "refused" => {
                let code = word(frame, "/problem/code");
                self.conversations.complain(format!("a message was refused with {code}"));
                if let Some(unsure) = &mut self.unsure {
                    unsure.due = true;
                }
            }
            "reload" => self.read(conversation).await?,
            _ => {}
        }
        Ok(())
    }

    /// What was missed is read over HTTP, as the web does: the socket had gone on without it.
    async fn read(&mut self, conversation: &Conversation) -> anyhow::Result<()> {
        self.conversations.tally().reloaded += 1;
        loop {
            let path = format!(
                "/api/chat/conversations/{}/messages?after={}",
                conversation.id,
                conversation.received(self.number)
            );
            let page = self.person.read(&self.site, &path).await?.context("messages cannot be read")?;
            for message in page["items"].as_array().into_iter().flatten() {
                let seq = message["seq"].as_i64().context("a message has a number")?;
                self.conversations.read(conversation, self.number, seq);
            }
            if page["more"] != true {
                return Ok(());
            }
        }
    }
}

enum Incoming {
    Frame(Value),
    Closed(u16),
}

async fn receive(stream: &mut Stream) -> anyhow::Result<Incoming> {
    loop {
        match stream.next().await {
            Some(Ok(Message::Text(text))) => return Ok(Incoming::Frame(serde_json::from_str(&text)?)),
            Some(Ok(Message::Close(reason))) => {
                return Ok(Incoming::Closed(reason.map_or(1005, |reason| reason.code.into())));
            }
            Some(Ok(_)) => {}
            Some(Err(_)) | None => bail!("a socket ended without a close frame"),
        }
    }
}

async fn send_frame(stream: &mut Stream, frame: Value) -> anyhow::Result<()> {
    // One that is closing says so to the reader.
    match stream.send(Message::text(frame.to_string())).await {
        Ok(()) | Err(Error::ConnectionClosed | Error::AlreadyClosed | Error::Io(_) | Error::Protocol(_)) => {
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

async fn send(stream: &mut Stream, conversation: &Conversation, unsure: &Unsure) -> anyhow::Result<()> {
    let Unsure { client, text, .. } = unsure;
    send_frame(
        stream,
        json!({ "type": "send", "conversation_id": conversation.id, "client_id": client, "text": text }),
    )
    .await
}
