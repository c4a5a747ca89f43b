//! Password hashing on threads of its own: it takes tens of milliseconds and 19 MiB each time, so it must neither
//! run on a thread that serves requests nor pile up. As many threads as cores, each with memory that it keeps and
//! uses again; a caller that would wait longer than two seconds is refused at once.

use std::{
    num::NonZero,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use common::http::Problem;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::oneshot;

/// What is asked of argon2id, and how many hashes are made at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashing {
    /// 19456 (19 MiB), OWASP's recommendation.
    pub memory_kib: u32,
    pub passes: u32,
    pub threads: usize,
    /// Nobody waits longer than this for a thread.
    pub patience: Duration,
}

impl Default for Hashing {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            passes: 2,
            threads: std::thread::available_parallelism().map_or(2, NonZero::get),
            patience: Duration::from_secs(2),
        }
    }
}

impl Hashing {
    /// As argon2 takes them: one lane, 32 bytes out.
    pub(super) fn params(&self) -> anyhow::Result<Params> {
        Params::new(self.memory_kib, self.passes, 1, Some(LENGTH)).map_err(|e| anyhow::anyhow!("argon2: {e}"))
    }
}

/// Bytes of a hash.
pub(super) const LENGTH: usize = 32;

/// More than two seconds' worth for one thread, so that time and not this number decides; it bounds the memory.
const QUEUE_PER_THREAD: usize = 128;

/// The threads; they end when this is dropped.
pub(super) struct Hasher {
    queue: SyncSender<Work>,
    patience: Duration,
    /// The work that was asked for, for tests that compare it.
    #[cfg(test)]
    pub(super) asked: Mutex<Vec<Params>>,
}

struct Work {
    password: SecretString,
    salt: Vec<u8>,
    params: Params,
    since: Instant,
    answer: oneshot::Sender<Result<[u8; LENGTH], argon2::Error>>,
}

impl Hasher {
    /// # Errors
    /// The system gives no threads.
    pub fn start(hashing: Hashing) -> anyhow::Result<Self> {
        let threads = hashing.threads.max(1);
        let (queue, waiting) = sync_channel(threads * QUEUE_PER_THREAD);
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..threads {
            let (waiting, patience) = (waiting.clone(), hashing.patience);
            std::thread::Builder::new()
                .name(format!("auth-hasher-{number}"))
                .spawn(move || hash_all(&waiting, patience))?;
        }
        Ok(Self {
            queue,
            patience: hashing.patience,
            #[cfg(test)]
            asked: Mutex::default(),
        })
    }

    /// argon2id of `password`.
    ///
    /// # Errors
    /// 503 with `Retry-After` when all threads are taken for longer than the patience.
    pub async fn hash(&self, password: &str, salt: &[u8], params: Params) -> Result<[u8; LENGTH], Problem> {
        #[cfg(test)]
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(params.clone());
        let (answer, hashed) = oneshot::channel();
        let work =
            Work { password: password.into(), salt: salt.to_vec(), params, since: Instant::now(), answer };
        let busy = || Problem::unavailable("password hashing is overloaded").retry_after(self.patience);
        self.queue.try_send(work).map_err(|_full| busy())?;
        hashed.await.map_err(|_given_up| busy())?.map_err(Problem::internal)
    }
}

fn hash_all(waiting: &Mutex<Receiver<Work>>, patience: Duration) {
    let mut memory: Vec<Block> = Vec::new();
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        // Too late, or the caller is gone: dropping the answer refuses it.
        if work.since.elapsed() > patience || work.answer.is_closed() {
            continue;
        }
        memory.resize(work.params.block_count(), Block::new());
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, work.params);
        let mut out = [0; LENGTH];
        let password = work.password.expose_secret().as_bytes();
        let done =
            argon2.hash_password_into_with_memory(password, &work.salt, &mut out, memory.as_mut_slice());
        // The receiver may have gone meanwhile; then nobody needs the hash.
        let _ = work.answer.send(done.map(|()| out));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Hashing = Hashing { memory_kib: 8, passes: 1, threads: 1, patience: Duration::from_secs(2) };

    #[tokio::test]
    async fn memory_that_is_used_again_gives_the_same_hash() {
        let hasher = Hasher::start(CHEAP).unwrap();
        let big = Params::new(64, 2, 1, Some(LENGTH)).unwrap();
        let first = hasher.hash("password", b"saltsalt", CHEAP.params().unwrap()).await.unwrap();
        let other = hasher.hash("password", b"saltsalt", big.clone()).await.unwrap();
        let again = hasher.hash("password", b"saltsalt", CHEAP.params().unwrap()).await.unwrap();
        assert_eq!(first, again);
        let mut plain = [0; LENGTH];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, big)
            .hash_password_into(b"password", b"saltsalt", &mut plain)
            .unwrap();
        assert_eq!(other, plain);
    }

    #[tokio::test]
    async fn a_caller_that_would_wait_too_long_is_refused() {
        // One thread, and a hash that takes much longer than anybody is willing to wait.
        let hasher = Hasher::start(Hashing { patience: Duration::from_millis(300), ..CHEAP }).unwrap();
        let slow = Params::new(32 * 1024, 24, 1, Some(LENGTH)).unwrap();
        let ask = || hasher.hash("password", b"saltsalt", slow.clone());
        let (one, two, three) = tokio::join!(ask(), ask(), ask());
        assert!(one.is_ok());
        for late in [two, three] {
            let problem = late.unwrap_err();
            assert_eq!(problem.status().as_u16(), 503);
            let response = problem.response(None);
            assert!(response.headers().contains_key("retry-after"));
        }
    }
}
