//! Which events there are, what is kept of one, and for how long.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::provider::Provider;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecurityEventKind {
    SignedUp,
    /// On a device on which somebody had logged in before.
    LoggedIn,
    NewDevice,
    /// Wrong passwords, within an hour.
    LogInsFailed,
    PasswordChanged,
    /// By a link of a mail.
    PasswordReset,
    AddressChanged,
    /// The former address took a change back.
    AddressRestored,
    ProviderLinked,
    ProviderUnlinked,
    /// Logged out from another device, or because an account may have no more of them.
    DeviceEnded,
    /// Several at once.
    DevicesEnded,
    /// A refresh token was used that had been replaced before, and the device was logged out.
    CopyDetected,
}

impl SecurityEventKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::SignedUp,
        Self::LoggedIn,
        Self::NewDevice,
        Self::LogInsFailed,
        Self::PasswordChanged,
        Self::PasswordReset,
        Self::AddressChanged,
        Self::AddressRestored,
        Self::ProviderLinked,
        Self::ProviderUnlinked,
        Self::DeviceEnded,
        Self::DevicesEnded,
        Self::CopyDetected,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::SignedUp => "signed_up",
            Self::LoggedIn => "logged_in",
            Self::NewDevice => "new_device",
            Self::LogInsFailed => "log_ins_failed",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::AddressChanged => "address_changed",
            Self::AddressRestored => "address_restored",
            Self::ProviderLinked => "provider_linked",
            Self::ProviderUnlinked => "provider_unlinked",
            Self::DeviceEnded => "device_ended",
            Self::DevicesEnded => "devices_ended",
            Self::CopyDetected => "copy_detected",
        }
    }

    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Entries are kept for so long: somebody who finds out late can still see how it began.
pub(crate) const KEEP: TimeDelta = TimeDelta::days(180);

/// Log-ins that fail within this time are one entry.
pub(crate) const SUM: TimeDelta = TimeDelta::hours(1);

/// Where something was done, as far as it is kept. No network address: people recognise "the network that I am on now", and for that a
/// keyed hash of account and network will do, by which no two accounts can be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// "Chrome · Windows"
    pub device: Option<String>,
    pub network: Option<[u8; 16]>,
}

/// What is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub kind: SecurityEventKind,
    /// Where it was done; of a device that was logged out, the device is that one.
    pub place: Place,
    pub provider: Option<Provider>,
    pub times: i32,
}

impl Entry {
    pub fn of(kind: SecurityEventKind, place: Place) -> Self {
        Self { kind, place, provider: None, times: 1 }
    }

    pub fn at_provider(kind: SecurityEventKind, place: Place, provider: Provider) -> Self {
        Self { provider: Some(provider), ..Self::of(kind, place) }
    }

    /// That so many devices were logged out.
    pub fn devices(place: Place, count: usize) -> Self {
        let times = i32::try_from(count).unwrap_or(i32::MAX);
        Self { times, ..Self::of(SecurityEventKind::DevicesEnded, place) }
    }
}

/// An entry as it is read.
#[derive(Clone, Debug)]
pub(crate) struct Logged {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// Of what is added up: the latest.
    pub last_at: DateTime<Utc>,
    pub kind: SecurityEventKind,
    pub times: i32,
    pub device: Option<String>,
    pub provider: Option<Provider>,
    pub network: Option<Vec<u8>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_they_are_written() {
        for kind in SecurityEventKind::ALL {
            assert_eq!(SecurityEventKind::of(kind.code()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
    }
}
