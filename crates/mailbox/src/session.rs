//! One connection: as much of SMTP (RFC 5321) as a sender needs.

use std::{io, sync::Arc};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use crate::{Held, Mood};

/// A command may be this long, a mail that.
const LINE: u64 = 4 * 1024;
const MAIL: usize = 1024 * 1024;

pub(crate) async fn run(stream: TcpStream, held: Arc<Held>) {
    if let Err(error) = serve(stream, &held).await {
        tracing::debug!(%error, "a sender went away");
    }
}

async fn serve(stream: TcpStream, held: &Held) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut to = Vec::new();
    say(&mut stream, "220 mailbox ready").await?;
    while let Some(line) = line(&mut stream).await? {
        let text = String::from_utf8_lossy(&line);
        let (verb, rest) = text.trim_end().split_once([' ', ':']).unwrap_or((text.trim_end(), ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => say(&mut stream, "250-mailbox\r\n250-8BITMIME\r\n250 SMTPUTF8").await?,
            "HELO" | "NOOP" => say(&mut stream, "250 fine").await?,
            "MAIL" | "RSET" => {
                to.clear();
                say(&mut stream, "250 fine").await?;
            }
            "RCPT" => match held.mood() {
                Mood::Refuses(code) => say(&mut stream, &format!("{code} not here")).await?,
                _ => {
                    to.push(between(rest).to_owned());
                    say(&mut stream, "250 fine").await?;
                }
            },
            "DATA" if to.is_empty() => say(&mut stream, "503 to whom?").await?,
            "DATA" => {
                say(&mut stream, "354 go on").await?;
                let Some(raw) = data(&mut stream).await? else { return Ok(()) };
                held.keep(std::mem::take(&mut to), raw);
                match held.mood() {
                    Mood::AcceptsSlowly(wait) => tokio::time::sleep(wait).await,
                    Mood::HangsUp => return Ok(()),
                    Mood::Accepts | Mood::Refuses(_) => {}
                }
                say(&mut stream, "250 kept").await?;
            }
            "QUIT" => {
                say(&mut stream, "221 goodbye").await?;
                return Ok(());
            }
            _ => say(&mut stream, "502 not known here").await?,
        }
    }
    Ok(())
}

/// `TO:<minji@dojob.example>` → `minji@dojob.example`
fn between(text: &str) -> &str {
    text.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or("", |(address, _)| address)
}

async fn say(stream: &mut BufReader<TcpStream>, words: &str) -> io::Result<()> {
    stream.write_all(format!("{words}\r\n").as_bytes()).await
}

/// The next line; none when the sender has gone or says too much.
async fn line(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    (&mut *stream).take(LINE).read_until(b'\n', &mut line).await?;
    Ok(line.ends_with(b"\n").then_some(line))
}

/// What stands before the line with a dot alone; none when that never comes.
async fn data(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let mut raw = Vec::new();
    while let Some(line) = line(stream).await? {
        match line.strip_prefix(b".") {
            Some(b"\r\n" | b"\n") => return Ok(Some(raw)),
            // A dot that was doubled.
            Some(rest) => raw.extend(rest),
            None => raw.extend(line),
        }
        if raw.len() > MAIL {
            return Ok(None);
        }
    }
    Ok(None)
}
