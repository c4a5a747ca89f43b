#![doc = include_str!("../README.md")]

mod held;
mod mail;
mod session;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use tokio::task::AbortHandle;

use held::Held;
pub use {held::Mood, mail::Mail};

/// A mail server on loopback that keeps what it is sent. Cheap to clone; the server ends with the last clone.
#[derive(Clone, Debug)]
pub struct Mailbox(Arc<Server>);

#[derive(Debug)]
struct Server {
    address: SocketAddr,
    held: Arc<Held>,
    accepting: AbortHandle,
}

impl Mailbox {
    /// Starts the server on a free port, in the runtime of the caller.
    ///
    /// # Errors
    /// No port is free.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let held = Arc::new(Held::default());
        let for_sessions = held.clone();
        #[expect(clippy::disallowed_methods, reason = "ended when the mailbox is dropped")]
        let accepting = tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((stream, _)) => drop(tokio::spawn(session::run(stream, for_sessions.clone()))),
                    Err(error) => {
                        tracing::warn!(%error, "the mailbox cannot accept");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                }
            }
        });
        Ok(Self(Arc::new(Server { address, held, accepting: accepting.abort_handle() })))
    }

    /// Where it listens: `smtp://127.0.0.1:40125`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.0.address)
    }

    /// How it behaves from now on.
    pub fn behave(&self, mood: Mood) {
        self.0.held.lock().mood = mood;
    }

    /// Everything that is held, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.0.held.lock().mails.iter().cloned().collect()
    }

    /// What was sent to this address, oldest first.
    pub fn to(&self, address: &str) -> Vec<Mail> {
        let is_to = |mail: &Mail| mail.to.iter().any(|to| to.eq_ignore_ascii_case(address));
        self.0.held.lock().mails.iter().filter(|mail| is_to(mail)).cloned().collect()
    }

    /// The mail of this number, if it is held.
    pub fn find(&self, number: u64) -> Option<Mail> {
        self.0.held.lock().mails.iter().find(|mail| mail.number == number).cloned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
