//! How often somebody may try: wrong passwords by account and by address, on a known device and to change the password by that
//! alone (a stranger's guesses lock nobody out there), sign-ups and visits to providers by address, mails by e-mail and by address. An attempt is counted
//! *before* it is made and given back when it succeeds, so that a hundred at the same moment are not a hundred free
//! ones. What is counted is found by a keyed hash; the row is deleted when it has no effect any more.

mod domain;
mod problem;
mod store;

use std::net::IpAddr;

use aws_lc_rs::hmac;
use chrono::{DateTime, TimeDelta, Utc};
use common::{
    db::Tx,
    events::Failure,
    http::{Problem, network},
    jobs::{Job, Jobs, Schedule},
    service::Ctx,
};
use futures_util::FutureExt;
use moka::sync::Cache;
use secrecy::SecretString;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::issuer::derive;
use domain::TooSoon;
pub use domain::{Limit, Limits};

/// Timer that deletes a counter.
const FORGET: &str = "throttle.forget";

/// A refusal is remembered for so long at most: another process may have lifted the block meanwhile.
const REMEMBER: TimeDelta = TimeDelta::seconds(5);

/// So many refusals are remembered; beyond them, those that are asked for least make room.
const REMEMBERED: u64 = 100_000;

/// So many attempts are counted at once: a crowd waits here, and not with the pool's connections for one row's lock.
const AT_ONCE: usize = 2;

/// Counts attempts in PostgreSQL, so that all replicas count together. What was refused a moment ago is refused without asking.
#[derive(Debug)]
pub(crate) struct Throttle {
    limits: Limits,
    key: hmac::Key,
    refused: Cache<Vec<u8>, Refused>,
    counting: Semaphore,
}

/// A refusal, and until when it is believed.
#[derive(Clone, Copy, Debug)]
struct Refused {
    blocked_until: DateTime<Utc>,
    known_until: DateTime<Utc>,
}

/// What is counted, and how many are allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    key: Vec<u8>,
    limit: Limit,
}

impl Throttle {
    pub fn new(limits: Limits, secret: &SecretString) -> Self {
        Self {
            limits,
            key: derive(secret, "dojob throttle v1"),
            refused: Cache::new(REMEMBERED),
            counting: Semaphore::new(AT_ONCE),
        }
    }

    /// Passwords tried for this e-mail, whether it is registered or not.
    pub fn passwords_of(&self, email: &str) -> Counted {
        self.counted(&format!("passwords of {email}"), self.limits.account)
    }

    /// Passwords tried from this address.
    pub fn passwords_from(&self, address: IpAddr) -> Counted {
        self.counted(&format!("passwords from {}", network(address)), self.limits.address)
    }

    /// Passwords tried for this e-mail on a device whose owner has logged in with it before.
    pub fn passwords_on(&self, device: Uuid, email: &str) -> Counted {
        self.counted(&format!("passwords on {device} of {email}"), self.limits.account)
    }

    /// Passwords tried by a device session that wants another one, or to prove who is on it.
    pub fn passwords_in(&self, device_session: Uuid) -> Counted {
        self.counted(&format!("passwords in {device_session}"), self.limits.account)
    }

    /// Passwords shown with the link of this account's sign-up.
    pub fn passwords_with_link(&self, account: Uuid) -> Counted {
        self.counted(&format!("passwords with the link of {account}"), self.limits.account)
    }

    /// Sign-ups from this address.
    pub fn sign_ups_from(&self, address: IpAddr) -> Counted {
        self.counted(&format!("sign-ups from {}", network(address)), self.limits.sign_up)
    }

    /// Mails that somebody asks for to this e-mail, whether it is registered or not.
    pub fn mails_to(&self, email: &str) -> Counted {
        self.counted(&format!("mails to {email}"), self.limits.mail)
    }

    /// Mails that are asked for from this address.
    pub fn mails_from(&self, address: IpAddr) -> Counted {
        self.counted(&format!("mails from {}", network(address)), self.limits.mails_from)
    }

    /// Visits to identity providers from this address.
    pub fn visits_from(&self, address: IpAddr) -> Counted {
        self.counted(&format!("visits from {}", network(address)), self.limits.visit)
    }

    /// Counts one attempt on each, or none. The account comes before the address, here and where attempts are given back:
    /// in any other order two that log in to one account from one address wait for each other.
    ///
    /// # Errors
    /// 429 `account.throttled` with `Retry-After`.
    pub async fn attempt(&self, cx: &Ctx, counted: &[Counted]) -> Result<(), Problem> {
        self.refuse_known(counted, cx.clock.now())?;
        let _turn = self.counting.acquire().await.map_err(Problem::internal)?;
        // Those before us may have used up what there was.
        self.refuse_known(counted, cx.clock.now())?;
        cx.tx(async |mut tx: Tx<'_>| {
            let now = tx.clock().now();
            for one in counted {
                let before = store::lock(&mut tx, &one.key, now).await?;
                let after =
                    one.limit.attempt(before, now).inspect_err(|soon| self.remember(one, *soon, now))?;
                let forget_at = one.limit.forget_at(&after);
                store::update(&mut tx, &one.key, &after, forget_at).await?;
                if before.attempts == 0 {
                    tx.schedule(FORGET, hex::encode(&one.key), forget_at, &()).await?;
                }
            }
            Ok(())
        })
        .await
    }

    /// As [`Throttle::attempt`], and carries it out. An error of `work` is ours (a refusal is an answer), so the attempts are given
    /// back.
    ///
    /// # Errors
    /// As [`Throttle::attempt`], and those of `work`.
    pub async fn attempt_to<T>(
        &self,
        cx: &Ctx,
        counted: &[Counted],
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        self.attempt(cx, counted).await?;
        match work.await {
            Ok(done) => Ok(done),
            Err(ours) => {
                give_all_back(cx, counted).await?;
                Err(ours)
            }
        }
    }

    /// Starts counting from zero: somebody who knows the password is not guessing.
    pub async fn reset(&self, tx: &mut Tx<'_>, counted: &Counted) -> Result<(), Problem> {
        self.refused.invalidate(&counted.key);
        store::delete(tx, &counted.key).await?;
        tx.unschedule(FORGET, hex::encode(&counted.key)).await?;
        Ok(())
    }

    fn remember(&self, counted: &Counted, TooSoon(wait): TooSoon, now: DateTime<Utc>) {
        let blocked_until = TimeDelta::from_std(wait).map_or(now, |wait| now + wait);
        let known_until = blocked_until.min(now + REMEMBER);
        self.refused.insert(counted.key.clone(), Refused { blocked_until, known_until });
    }

    fn refuse_known(&self, counted: &[Counted], now: DateTime<Utc>) -> Result<(), TooSoon> {
        let known = counted.iter().filter_map(|one| self.refused.get(&one.key));
        match known.filter(|refused| refused.known_until > now).map(|r| r.blocked_until - now).max() {
            Some(wait) => Err(TooSoon(wait.to_std().unwrap_or_default())),
            None => Ok(()),
        }
    }

    fn counted(&self, what: &str, limit: Limit) -> Counted {
        Counted { key: hmac::sign(&self.key, what.as_bytes()).as_ref().to_vec(), limit }
    }
}

/// Gives back attempts that were never made, because something of ours was unavailable.
pub(crate) async fn give_all_back(cx: &Ctx, counted: &[Counted]) -> Result<(), Problem> {
    cx.tx(async |mut tx: Tx<'_>| {
        for one in counted {
            give_back(&mut tx, one).await?;
        }
        Ok(())
    })
    .await
}

/// Gives back an attempt that came to nothing.
pub(crate) async fn give_back(tx: &mut Tx<'_>, counted: &Counted) -> Result<(), Problem> {
    store::decrement(tx, &counted.key).await?;
    Ok(())
}

/// The timers of this context.
pub(crate) fn jobs(jobs: Jobs) -> Jobs {
    jobs.on(FORGET, |tx, job| forget(tx, job).boxed())
}

/// Deletes a counter when it has no effect any more.
async fn forget(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let key = hex::decode(&job.key).map_err(|e| Failure::Permanent(e.to_string()))?;
    let now = tx.clock().now();
    match store::find_forget_at(tx, &key).await? {
        Some(later) if later > now => Ok(Some(later)),
        Some(_) => {
            store::delete(tx, &key).await?;
            Ok(None)
        }
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_is_one_address() {
        let one = |text: &str| network(text.parse().unwrap());
        assert_eq!(one("2001:db8:1:2:3::4"), one("2001:db8:1:2:9:9:9:9"));
        assert_ne!(one("2001:db8:1:2::1"), one("2001:db8:1:3::1"));
        assert_eq!(one("::ffff:192.0.2.1"), one("192.0.2.1"));
        assert_ne!(one("192.0.2.1"), one("192.0.2.2"));
    }

    #[test]
    fn a_key_tells_nothing_without_the_secret() {
        let throttle = |secret: &str| Throttle::new(Limits::default(), &secret.into());
        let one = throttle("a").passwords_of("min@dojob.example");
        assert_eq!(one, throttle("a").passwords_of("min@dojob.example"));
        assert_ne!(one, throttle("b").passwords_of("min@dojob.example"));
        assert_eq!(one.key.len(), 32);
    }
}
