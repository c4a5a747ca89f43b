//! Device sessions: how one goes on from refresh to refresh, and how it ends.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::token::{Secret, Token};

/// Why a device session ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Logged out on the device itself.
    Logout,
    /// Every device was logged out.
    LogoutAll,
    /// Logged out from another device, or by a log-in there when an account may have no more.
    DeviceRemoved,
    /// The password was changed on another device.
    PasswordChanged,
    /// A refresh token was used that had been replaced before: somebody may have copied it.
    Reuse,
}

impl Cause {
    /// Whether somebody may have been on the account who should not: devices that are known from before are not trusted to
    /// be the owner's any more.
    pub(crate) fn raises_doubt(self) -> bool {
        match self {
            Self::LogoutAll | Self::DeviceRemoved | Self::PasswordChanged | Self::Reuse => true,
            Self::Logout => false,
        }
    }
}

/// A device session that is not used for thirty days is over.
pub(crate) const IDLE: TimeDelta = TimeDelta::days(30);

/// So many devices of an account are logged in at most.
pub(crate) const MOST: i64 = 20;

/// For so long a proof of who is on the device is fresh enough for what needs one.
const FRESH: TimeDelta = TimeDelta::minutes(5);

/// For so long the replaced token still leads to its successor.
const OVERLAP: TimeDelta = TimeDelta::seconds(30);

/// A device that is logged in.
#[derive(Clone)]
pub(crate) struct DeviceSession {
    pub id: Uuid,
    pub account: Uuid,
    pub expires_at: DateTime<Utc>,
    pub family_key: Vec<u8>,
    pub current: Vec<u8>,
    pub previous: Option<Previous>,
    pub ended: Option<Cause>,
    /// When whoever is on this device last proved who they are: by a log-in, a password or at a provider.
    pub proved_at: Option<DateTime<Utc>>,
}

/// The token before the current one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Previous {
    pub hash: Vec<u8>,
    /// Leads from it to the current one.
    pub salt: Vec<u8>,
    pub replaced_at: DateTime<Utc>,
}

/// How a presented token is answered.
pub(crate) enum Refreshed {
    /// With a new token, for the first time.
    Rotated { secret: Secret, previous: Previous },
    /// With the same new token once more.
    Repeated { secret: Secret },
}

/// Why a device must log in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No such device session, or it has expired, or this device logged itself out.
    Over,
    /// Somebody logged this device out from another one.
    Revoked,
    /// A replaced token was used: the device session was ended.
    Reused,
    /// A replaced token is being used now: the device session is to be ended.
    Reusing,
    /// For this the person has to prove who they are once more.
    Unproved,
}

impl DeviceSession {
    /// Why the device session cannot be used any more, if so.
    pub fn refusal(&self, now: DateTime<Utc>) -> Option<Refusal> {
        match self.ended {
            Some(Cause::Logout) => Some(Refusal::Over),
            Some(Cause::LogoutAll | Cause::DeviceRemoved | Cause::PasswordChanged) => Some(Refusal::Revoked),
            Some(Cause::Reuse) => Some(Refusal::Reused),
            None => (self.expires_at <= now).then_some(Refusal::Over),
        }
    }

    /// Whether whoever is on this device has just proved who they are.
    pub fn is_proved(&self, now: DateTime<Utc>) -> bool {
        self.proved_at.is_some_and(|at| now < at + FRESH)
    }

    /// What follows on this token; `salt` is random and only used for a new one. Only the *last* replaced token is answered, also
    /// within the overlap: whoever presents the one before it has missed two answers in a row, which a page that refreshes
    /// once for all its tabs does not, while a thief who is half a minute late does exactly this.
    pub fn refresh(&self, token: &Token, salt: [u8; 32], now: DateTime<Utc>) -> Result<Refreshed, Refusal> {
        if !token.is_of(&self.family_key) {
            return Err(Refusal::Over);
        }
        if let Some(refusal) = self.refusal(now) {
            return Err(refusal);
        }
        let hash = token.secret.hash();
        if self.current == hash {
            let previous = Previous { hash: hash.to_vec(), salt: salt.to_vec(), replaced_at: now };
            return Ok(Refreshed::Rotated { secret: token.secret.successor(&salt), previous });
        }
        match &self.previous {
            Some(previous) if previous.hash == hash && now < previous.replaced_at + OVERLAP => {
                Ok(Refreshed::Repeated { secret: token.secret.successor(&previous.salt) })
            }
            _ => Err(Refusal::Reusing),
        }
    }
}

/// What a device is called in the list of devices, from its `User-Agent`: "Chrome · Windows". Nothing if neither
/// program nor system is known; the words of the header themselves are not kept.
pub(crate) fn label(user_agent: &str) -> Option<String> {
    // The order matters: most programs also claim to be those that they descend from.
    const PROGRAMS: [(&str, &str); 15] = [
        ("KAKAOTALK", "KakaoTalk"),
        ("NAVER(", "Naver"),
        ("Instagram", "Instagram"),
        ("Whale/", "Whale"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("EdgA/", "Edge"),
        ("EdgiOS/", "Edge"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("CriOS/", "Chrome"),
        ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Chromium/", "Chromium"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 8] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Macintosh", "Mac"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ];
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|n| n.1)
    };
    match (named(&PROGRAMS), named(&SYSTEMS)) {
        (Some(program), Some(system)) => Some(format!("{program} · {system}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [9; 32];

    fn start() -> DateTime<Utc> {
        "2026-11-23T00:00:00Z".parse().unwrap()
    }

    fn secret(n: u8) -> Secret {
        Secret::new([n; 32])
    }

    fn token(secret: &Secret) -> Token {
        Token::read(&Token::write(Uuid::nil(), secret, &KEY)).unwrap()
    }

    fn session() -> DeviceSession {
        DeviceSession {
            id: Uuid::nil(),
            account: Uuid::nil(),
            expires_at: start() + IDLE,
            family_key: KEY.to_vec(),
            current: secret(1).hash().to_vec(),
            previous: None,
            ended: None,
            proved_at: Some(start()),
        }
    }

    #[test]
    fn a_proof_is_fresh_for_five_minutes() {
        let session = session();
        assert!(session.is_proved(start()));
        assert!(session.is_proved(start() + FRESH - TimeDelta::milliseconds(1)));
        assert!(!session.is_proved(start() + FRESH));
        // As rows from before it was noted.
        assert!(!DeviceSession { proved_at: None, ..session }.is_proved(start()));
    }

    fn rotated(session: &DeviceSession, with: &Secret, at: DateTime<Utc>) -> (DeviceSession, Secret) {
        match session.refresh(&token(with), [5; 32], at) {
            Ok(Refreshed::Rotated { secret, previous }) => {
                let current = secret.hash().to_vec();
                (DeviceSession { current, previous: Some(previous), ..session.clone() }, secret)
            }
            _ => panic!("not the current token"),
        }
    }

    fn refused(session: &DeviceSession, with: &Secret, at: DateTime<Utc>) -> Option<Refusal> {
        session.refresh(&token(with), [6; 32], at).err()
    }

    #[test]
    fn the_replaced_token_leads_to_the_same_successor_for_half_a_minute() {
        let (after, second) = rotated(&session(), &secret(1), start());
        match after.refresh(&token(&secret(1)), [7; 32], start() + TimeDelta::milliseconds(29_999)) {
            Ok(Refreshed::Repeated { secret }) => assert!(secret == second),
            _ => panic!("within the overlap"),
        }
        assert_eq!(refused(&after, &secret(1), start() + OVERLAP), Some(Refusal::Reusing));
    }

    #[test]
    fn the_token_before_the_replaced_one_is_a_copy_at_once() {
        let (after, second) = rotated(&session(), &secret(1), start());
        let (later, _) = rotated(&after, &second, start());
        assert_eq!(refused(&later, &secret(1), start()), Some(Refusal::Reusing));
    }

    #[test]
    fn a_token_that_was_never_ours_ends_nothing() {
        let forged = Token::read(&Token::write(Uuid::nil(), &secret(1), &[8; 32])).unwrap();
        assert_eq!(session().refresh(&forged, [5; 32], start()).err(), Some(Refusal::Over));
    }

    #[test]
    fn thirty_idle_days_end_it() {
        assert_eq!(refused(&session(), &secret(1), start() + IDLE - TimeDelta::seconds(1)), None);
        assert_eq!(refused(&session(), &secret(1), start() + IDLE), Some(Refusal::Over));
    }

    #[test]
    fn how_it_ended_is_told() {
        for (cause, refusal) in [
            (Cause::Logout, Refusal::Over),
            (Cause::LogoutAll, Refusal::Revoked),
            (Cause::DeviceRemoved, Refusal::Revoked),
            (Cause::PasswordChanged, Refusal::Revoked),
            (Cause::Reuse, Refusal::Reused),
        ] {
            let ended = DeviceSession { ended: Some(cause), ..session() };
            assert_eq!(refused(&ended, &secret(1), start()), Some(refusal), "{cause:?}");
        }
    }

    #[test]
    fn a_device_is_called_by_program_and_system() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                Some("Chrome · Windows"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
                Some("Safari · iPhone"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                Some("Edge · Windows"),
            ),
            (
                "Mozilla/5.0 (Linux; Android 16; SM-S931N) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
                Some("Samsung Internet · Android"),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0",
                Some("Firefox · Mac"),
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Whale/4.33 Safari/537.36",
                Some("Whale · Linux"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 KAKAOTALK/25.9.0 (INAPP)",
                Some("KakaoTalk · iPhone"),
            ),
            ("dojob-app (Android 16)", Some("Android")),
            ("curl/8.9", None),
            ("", None),
        ] {
            assert_eq!(label(agent).as_deref(), expected, "{agent}");
        }
    }
}
