//! HTTP/1.1 over keep-alive connections, by hand: the client shares the machine with the server, so it must be cheap.

use std::{
    fmt::Write,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::numbers::float;

/// Bytes of the n-th request.
pub type Make = Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>;

/// A request as it goes over the wire.
pub fn request(method: &str, path: &str, token: Option<&str>, body: Option<&str>) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: bench\r\n");
    if let Some(token) = token {
        let _ = write!(head, "authorization: Bearer {token}\r\n");
    }
    if let Some(body) = body {
        // We have one thread, so no two requests are made in the same nanosecond.
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
        let length = body.len();
        let _ = write!(
            head,
            "content-type: application/json\r\nidempotency-key: bench-{now}\r\ncontent-length: {length}\r\n"
        );
    }
    head.push_str("\r\n");
    head.push_str(body.unwrap_or_default());
    head.into_bytes()
}

/// GETs of the paths that `path` makes.
pub fn gets(path: impl Fn(u64) -> String + Send + Sync + 'static) -> Make {
    Arc::new(move |n| request("GET", &path(n), None, None))
}

/// What a loop did.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    pub requests: u64,
    pub wall: Duration,
    /// Waits for an answer, in milliseconds: the middle one, and what one in a hundred exceeds.
    pub p50: f64,
    pub p99: f64,
}

impl Done {
    pub fn per_second(&self) -> f64 {
        float(self.requests) / self.wall.as_secs_f64()
    }
}

/// Sends requests for `time`, one connection for each of `makes` and one after the other on each; every answer must
/// be a success.
///
/// # Errors
/// A connection breaks, or an answer is no success.
pub async fn run(port: u16, makes: &[Make], time: Duration) -> anyhow::Result<Done> {
    paced(port, makes, time, Duration::ZERO).await
}

/// The same, with a pause behind each answer.
///
/// # Errors
/// As above.
pub async fn paced(port: u16, makes: &[Make], time: Duration, pause: Duration) -> anyhow::Result<Done> {
    let started = Instant::now();
    let loops = (0u64..).zip(makes).map(async |(k, make)| {
        let mut client = Client::connect(port).await?;
        let (mut requests, mut waits) = (0u64, Vec::new());
        while started.elapsed() < time {
            let sent = Instant::now();
            let status = client.exchange(&make(k * 1_000_003 + requests)).await?;
            ensure!((200..300).contains(&status), "{}", client.text());
            waits.push(sent.elapsed().as_secs_f64() * 1e3);
            requests += 1;
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
        }
        anyhow::Ok(waits)
    });
    let mut waits = futures_util::future::try_join_all(loops).await?.concat();
    let (requests, wall) = (u64::try_from(waits.len())?, started.elapsed());
    waits.sort_by(f64::total_cmp);
    let at = |percent| waits.get(waits.len() * percent / 100).copied().unwrap_or(f64::NAN);
    Ok(Done { requests, wall, p50: at(50), p99: at(99) })
}

/// One connection.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Where the body of the last answer begins.
    body: usize,
}

impl Client {
    /// # Errors
    /// Nobody listens.
    pub async fn connect(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024), body: 0 })
    }

    /// Sends a request and reads the answer; gives its status.
    ///
    /// # Errors
    /// The connection breaks.
    pub async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<u16> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server closed the connection");
            let Some(head) = self.buffer.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
            let text = std::str::from_utf8(self.buffer.get(..head).unwrap_or_default())?;
            let status: u16 = text.get(9..12).context("a status")?.parse()?;
            let named =
                |l: &str| l.get(..15).is_some_and(|name| name.eq_ignore_ascii_case("content-length:"));
            let length =
                text.lines().find(|l| named(l)).and_then(|l| l.get(15..)).map(|v| v.trim().parse::<usize>());
            self.body = head + 4;
            let total = self.body + length.transpose()?.unwrap_or(0);
            while self.buffer.len() < total {
                ensure!(
                    self.stream.read_buf(&mut self.buffer).await? > 0,
                    "the server closed the connection"
                );
            }
            return Ok(status);
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.buffer).into_owned()
    }

    /// A request with JSON in both directions, which must succeed.
    ///
    /// # Errors
    /// It does not.
    pub async fn json(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let body = body.map(Value::to_string);
        let status = self.exchange(&request(method, path, token, body.as_deref())).await?;
        ensure!((200..300).contains(&status), "{method} {path}: {}", self.text());
        let body = self.buffer.get(self.body..).filter(|b| !b.is_empty());
        Ok(body.map(serde_json::from_slice).transpose()?.unwrap_or_default())
    }

    /// The connection, for another protocol.
    pub fn into_stream(self) -> (TcpStream, Vec<u8>) {
        let rest = self.buffer.get(self.body..).unwrap_or_default().to_vec();
        (self.stream, rest)
    }
}

/// For query strings.
pub fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "%{byte:02X}");
        out
    })
}
