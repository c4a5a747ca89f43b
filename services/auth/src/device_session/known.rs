//! Known devices: a device on which somebody has logged in before shows it at the next log-in, by a cookie of its own that
//! outlives the session. Its owner is not locked out by a stranger's guesses, and is not told of a "new" device.
//!
//! **What the cookie is.** `version (1 byte) ‖ device (16) ‖ a mark (20) for each account`, base64url, the latest five accounts first.
//! A mark is the second of the log-in and, in 16 bytes, the HMAC of version, device, that second and who logged in:
//! the e-mail in its one form, or the account's id where somebody came through a provider. So nobody can make one without our key, none is of use for another person or beside another device's id, and the
//! cookie tells no address. Nothing of it is stored.
//!
//! **The key** is derived from the signing key by HMAC under a name of its own ([`derive`](crate::issuer::derive)), as that of the
//! counters is: an HMAC's outputs for two names tell nothing of each other or of the key, and an operator has no second
//! secret to keep. With a new signing key every device is new once.
//!
//! **What a stolen one can do.** Guess at passwords on a counter of its own, five and then ever more slowly, as on the account's.
//! It opens nothing. Whoever once knew the password may have made many: none is worth anything after the owner has thrown a
//! device out, logged out everywhere or changed the password (`accounts.strangers_until`).

use std::net::IpAddr;

use actix_web::{HttpRequest, cookie::Cookie};
use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use common::http::network;
use secrecy::SecretString;
use uuid::Uuid;

use super::cookie;
use crate::issuer::derive;

const NAME: &str = "__Secure-dojob_known";

const VERSION: u8 = 1;

/// Who shares a device with more than these is new on it again.
const ACCOUNTS: usize = 5;

/// For so long after a log-in a device is known; browsers keep no cookie for longer.
const AGE: TimeDelta = TimeDelta::days(400);

/// Makes and recognises the cookies of known devices.
#[derive(Clone, Debug)]
pub(crate) struct KnownDevices {
    key: hmac::Key,
}

/// What a device shows of its former log-ins; not believed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    device: Uuid,
    marks: Vec<Mark>,
}

/// A log-in to one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    /// In seconds of the epoch.
    at: u32,
    tag: [u8; 16],
}

/// A device on which somebody has logged in to the account before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub device: Uuid,
    /// The latest log-in.
    pub at: DateTime<Utc>,
}

impl KnownDevices {
    pub fn new(secret: &SecretString) -> Self {
        Self { key: derive(secret, "dojob known device v1") }
    }

    /// The device, if this person has logged in on it: an e-mail in its one form, or an account's id.
    pub fn recognise(&self, shown: Option<&Shown>, who: &str, now: DateTime<Utc>) -> Option<Known> {
        let shown = shown?;
        let mark = shown.marks.iter().find(|mark| self.is_of(mark, shown.device, who))?;
        let at = DateTime::from_timestamp(mark.at.into(), 0)?;
        (now < at + AGE).then_some(Known { device: shown.device, at })
    }

    /// The cookie after a log-in of this person; a device that showed none is `new`.
    pub fn remember(
        &self,
        shown: Option<&Shown>,
        who: &str,
        new: Uuid,
        now: DateTime<Utc>,
    ) -> Cookie<'static> {
        let device = shown.map_or(new, |shown| shown.device);
        let at = u32::try_from(now.timestamp()).unwrap_or(0);
        let mut marks = vec![Mark { at, tag: self.tag(device, at, who) }];
        let others = shown.iter().flat_map(|shown| &shown.marks).filter(|m| !self.is_of(m, device, who));
        marks.extend(others.take(ACCOUNTS - 1));
        cookie::build(NAME, Shown { device, marks }.write(), AGE)
    }

    fn is_of(&self, mark: &Mark, device: Uuid, who: &str) -> bool {
        verify_slices_are_equal(&mark.tag, &self.tag(device, mark.at, who)).is_ok()
    }

    /// The network of an address, as the security log of this account keeps it: nobody reads an address from it without our key,
    /// and no two accounts can be compared by it.
    pub fn network(&self, account: Uuid, address: IpAddr) -> [u8; 16] {
        // No mark begins like this: that begins with its version.
        self.sign(format!("network {account} {}", network(address)).as_bytes())
    }

    fn tag(&self, device: Uuid, at: u32, who: &str) -> [u8; 16] {
        let mut data = vec![VERSION];
        data.extend(device.as_bytes());
        data.extend(at.to_be_bytes());
        data.extend(who.as_bytes());
        self.sign(&data)
    }

    fn sign(&self, data: &[u8]) -> [u8; 16] {
        let whole = hmac::sign(&self.key, data);
        let mut tag = [0; 16];
        tag.iter_mut().zip(whole.as_ref()).for_each(|(to, from)| *to = *from);
        tag
    }
}

impl Shown {
    /// What the request brings, if it can be one of ours.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        Self::read(request.cookie(NAME)?.value())
    }

    fn read(text: &str) -> Option<Self> {
        // Anything longer is none of ours; it need not be decoded to know that.
        let bytes = (text.len() < 200).then(|| URL_SAFE_NO_PAD.decode(text).ok())??;
        let (version, rest) = bytes.split_first()?;
        let (device, rest) = rest.split_first_chunk::<16>()?;
        let (marks, odd) = rest.as_chunks::<20>();
        let mark = |bytes: &[u8; 20]| {
            let (at, tag) = bytes.split_first_chunk::<4>()?;
            Some(Mark { at: u32::from_be_bytes(*at), tag: tag.try_into().ok()? })
        };
        let marks: Option<Vec<Mark>> = marks.iter().map(mark).collect();
        let is_ours = *version == VERSION && odd.is_empty();
        Some(Self { device: Uuid::from_bytes(*device), marks: marks? })
            .filter(|shown| is_ours && (1..=ACCOUNTS).contains(&shown.marks.len()))
    }

    fn write(&self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(self.device.as_bytes());
        for mark in &self.marks {
            bytes.extend(mark.at.to_be_bytes());
            bytes.extend(mark.tag);
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HERE: Uuid = Uuid::from_u128(7);

    fn start() -> DateTime<Utc> {
        "2026-11-23T00:00:00Z".parse().unwrap()
    }

    fn devices(secret: &str) -> KnownDevices {
        KnownDevices::new(&secret.into())
    }

    fn person(n: usize) -> String {
        format!("person{n}@dojob.example")
    }

    fn shown(cookie: &Cookie<'_>) -> Shown {
        Shown::read(cookie.value()).expect("it is one of ours")
    }

    #[test]
    fn who_logged_in_is_known_here_for_four_hundred_days() {
        let (devices, one) = (devices("secret"), person(1));
        let shown = shown(&devices.remember(None, &one, HERE, start()));
        let known = Known { device: HERE, at: start() };
        assert_eq!(devices.recognise(Some(&shown), &one, start()), Some(known));
        let last = start() + AGE - TimeDelta::seconds(1);
        assert_eq!(devices.recognise(Some(&shown), &one, last), Some(known));
        assert_eq!(devices.recognise(Some(&shown), &one, start() + AGE), None);
        assert_eq!(devices.recognise(None, &one, start()), None);
    }

    #[test]
    fn a_mark_is_for_one_address_one_device_one_time_and_one_key() {
        let (devices, one) = (devices("secret"), person(1));
        let shown = shown(&devices.remember(None, &one, HERE, start()));
        assert_eq!(devices.recognise(Some(&shown), &person(2), start()), None);
        assert_eq!(self::devices("other").recognise(Some(&shown), &one, start()), None);
        let elsewhere = Shown { device: Uuid::from_u128(8), ..shown.clone() };
        assert_eq!(devices.recognise(Some(&elsewhere), &one, start()), None);
        let mut younger = shown.clone();
        younger.marks[0].at += 1;
        assert_eq!(devices.recognise(Some(&younger), &one, start()), None);
        let mut forged = shown;
        forged.marks[0].tag[15] ^= 1;
        assert_eq!(devices.recognise(Some(&forged), &one, start()), None);
    }

    #[test]
    fn a_family_shares_a_device_and_a_crowd_does_not() {
        let devices = devices("secret");
        let mut cookie = devices.remember(None, &person(0), HERE, start());
        for n in [1, 2, 3, 4, 1, 0] {
            cookie = devices.remember(Some(&shown(&cookie)), &person(n), Uuid::from_u128(9), start());
        }
        let is_known =
            |cookie: &Cookie<'_>, n| devices.recognise(Some(&shown(cookie)), &person(n), start()).is_some();
        assert!((0..5).all(|n| is_known(&cookie, n)));
        let more = devices.remember(Some(&shown(&cookie)), &person(5), HERE, start());
        assert_eq!(shown(&more).device, HERE, "the device stays the same");
        assert!(!is_known(&more, 2) && is_known(&more, 5) && is_known(&more, 0));
        assert!(more.value().len() < 200);
    }

    proptest! {
        #[test]
        fn what_is_read_from_a_cookie_is_what_was_written(
            text in prop_oneof![".{0,220}", "[A-Za-z0-9_-]{23,160}", "AQ[A-Za-z0-9_-]{48}"]
        ) {
            if let Some(shown) = Shown::read(&text) {
                prop_assert_eq!(shown.write(), text);
            }
        }
    }
}
