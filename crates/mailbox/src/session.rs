//! One connection: as much of SMTP (RFC 5321) as a sender needs.

use std::{io, sync::Arc};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use crate::held::{Held, Mood};

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
            "RCPT" => {
                if let Mood::Refuses(code) = held.mood() {
                    say(&mut stream, &format!("{code} not here")).await?;
                } else {
                    to.push(between(rest).to_owned());
                    say(&mut stream, "250 fine").await?;
                }
            }
            "DATA" if to.is_empty() => say(&mut stream, "503 to whom?").await?,
            "DATA" => {
                say(&mut stream, "354 go on").await?;
                let Some(raw) = data(&mut stream).await? else { return Ok(()) };
                held.keep(std::mem::take(&mut to), &raw);
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use crate::{Mailbox, Mood};

    /// What the server says to these words.
    async fn say(mailbox: &Mailbox, words: &str) -> String {
        let address = mailbox.url().trim_start_matches("smtp://").to_owned();
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(words.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let all = stream.read_to_string(&mut answer);
        tokio::time::timeout(Duration::from_secs(5), all).await.unwrap().unwrap();
        answer
    }

    const MAIL: &str = "EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<Minji@dojob.example>\r\nDATA\r\n\
        From: a@b.example\r\nSubject: =?utf-8?b?7JWI64WV?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
        ..dot\r\nhttps://dojob.example/reset#AAAA\r\n.\r\nQUIT\r\n";

    #[tokio::test]
    async fn a_mail_is_kept_as_it_was_sent() {
        let mailbox = Mailbox::start().unwrap();
        let answer = say(&mailbox, MAIL).await;
        assert!(answer.ends_with("354 go on\r\n250 kept\r\n221 goodbye\r\n"), "{answer}");
        let mails = mailbox.to("minji@DOJOB.example");
        assert_eq!(
            (mails[0].number, mails[0].subject.as_str(), mails[0].from.as_str()),
            (1, "안녕", "a@b.example")
        );
        assert!(mails[0].plain.starts_with(".dot"), "{}", mails[0].plain);
        assert_eq!(
            (mails[0].link(), mails[0].token()),
            (Some("https://dojob.example/reset#AAAA"), Some("AAAA"))
        );
        assert_eq!(mailbox.find(1), Some(mails[0].clone()));
        assert_eq!(mailbox.to("somebody@dojob.example"), []);
    }

    #[tokio::test]
    async fn it_refuses_and_hangs_up_when_told_to() {
        let mailbox = Mailbox::start().unwrap();
        mailbox.behave(Mood::Refuses(550));
        assert!(say(&mailbox, MAIL).await.contains("550 not here\r\n503 to whom?"));
        assert_eq!(mailbox.mails().len(), 0);
        mailbox.behave(Mood::HangsUp);
        assert!(say(&mailbox, MAIL).await.ends_with("354 go on\r\n"));
        assert_eq!(mailbox.mails().len(), 1);
    }
}
