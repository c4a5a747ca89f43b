//! The client's half of a WebSocket, as far as counting what arrives needs it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use anyhow::ensure;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::http::Client;

/// The client's bit, and the length that says that two bytes of length follow.
const MASKED: u8 = 0x80;
const MEDIUM: u8 = 0x7e;

/// What arrived at some sockets.
#[derive(Clone, Debug, Default)]
pub struct Count {
    pub messages: Arc<AtomicU64>,
    /// Of the last message, header included.
    pub frame_bytes: Arc<AtomicU64>,
}

/// An authenticated socket that has said that it knows nothing, so that nothing is held back.
///
/// # Errors
/// The server refuses.
pub async fn open(port: u16, token: &str) -> anyhow::Result<TcpStream> {
    let (mut stream, mut buffer) = upgrade(port, "/api/chat/ws").await?;
    stream.write_all(&text(&json!({ "type": "auth", "token": token }).to_string())).await?;
    let ready = frame(&mut stream, &mut buffer).await?;
    ensure!(ready.starts_with(br#"{"type":"ready""#), "{}", String::from_utf8_lossy(&ready));
    stream.write_all(&text(r#"{"type":"resume","conversations":[]}"#)).await?;
    Ok(stream)
}

async fn upgrade(port: u16, path: &str) -> anyhow::Result<(TcpStream, Vec<u8>)> {
    let mut client = Client::connect(port).await?;
    let upgrade = format!(
        "GET {path} HTTP/1.1\r\nhost: bench\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: ZG9qb2ItYmVuY2gtMDAwMA==\r\n\r\n"
    );
    ensure!(client.exchange(upgrade.as_bytes()).await? == 101, "no upgrade");
    Ok(client.into_stream())
}

/// A socket of a peer, which asks nobody who comes: plain `ws`, or socket.io in its namespace.
///
/// # Errors
/// The server refuses.
pub async fn open_peer(port: u16, socket_io: bool) -> anyhow::Result<TcpStream> {
    let path = if socket_io { "/socket.io/?EIO=4&transport=websocket" } else { "/ws" };
    let (mut stream, mut buffer) = upgrade(port, path).await?;
    if socket_io {
        frame(&mut stream, &mut buffer).await?;
        stream.write_all(&text("40")).await?;
        ensure!(frame(&mut stream, &mut buffer).await?.starts_with(b"40"), "not connected");
    }
    Ok(stream)
}

/// Counts what arrives until the connection ends.
///
/// # Errors
/// It ends.
pub async fn listen(mut stream: TcpStream, count: Count) -> anyhow::Result<()> {
    let mut buffer = Vec::new();
    loop {
        let payload = message(&mut stream, &mut buffer).await?;
        let header = if payload.len() < 126 { 2 } else { 4 };
        count.frame_bytes.store(u64::try_from(payload.len() + header)?, Ordering::Relaxed);
        count.messages.fetch_add(1, Ordering::Relaxed);
    }
}

/// The next chat message; frames of other kinds are passed over.
///
/// # Errors
/// The connection ends.
pub async fn message(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<Vec<u8>> {
    loop {
        let payload = frame(stream, buffer).await?;
        let starts = [br#"{"type":"message""#.as_slice(), br#"42["message""#];
        if starts.iter().any(|start| payload.starts_with(start)) {
            return Ok(payload);
        }
    }
}

/// The payload of the next frame.
async fn frame(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<Vec<u8>> {
    loop {
        if let Some((from, to)) = bounds(buffer) {
            let payload = buffer.get(from..to).unwrap_or_default().to_vec();
            buffer.drain(..to);
            return Ok(payload);
        }
        ensure!(stream.read_buf(buffer).await? > 0, "the server closed the socket");
    }
}

/// Where the payload of the first frame lies, once all of it is there.
fn bounds(buffer: &[u8]) -> Option<(usize, usize)> {
    let (from, length) = match *buffer.get(1)? {
        MEDIUM => (4, usize::from(u16::from_be_bytes([*buffer.get(2)?, *buffer.get(3)?]))),
        127 => return None,
        short => (2, usize::from(short)),
    };
    (buffer.len() >= from + length).then_some((from, from + length))
}

/// A text frame as clients send it, masked with zeros.
fn text(payload: &str) -> Vec<u8> {
    let length = payload.len();
    let mut out = vec![0x81];
    if let Ok(short @ 0..=125) = u8::try_from(length) {
        out.push(MASKED | short);
    } else {
        out.push(MASKED | MEDIUM);
        out.extend(u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
    }
    out.extend([0; 4]);
    out.extend(payload.as_bytes());
    out
}
