//! Which mails there are, and what the links in them are good for.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a mail is about: the name of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// Somebody signed up with this address: is it theirs?
    VerifyAddress,
    /// Somebody signed up with an address that has an account.
    AlreadyRegistered,
    /// A way back in was asked for.
    ResetPassword,
    PasswordChanged,
    /// To the new address: is it theirs?
    ConfirmNewAddress,
    /// To the former address, with a way back.
    AddressChanged,
    /// A log-in on a device that is not known.
    NewDevice,
    /// A log-in ended the device unused for the longest.
    TooManyDevices,
    /// The account is to be erased; until when that can be taken back.
    DeletionScheduled,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::VerifyAddress,
        Self::AlreadyRegistered,
        Self::ResetPassword,
        Self::PasswordChanged,
        Self::ConfirmNewAddress,
        Self::AddressChanged,
        Self::NewDevice,
        Self::TooManyDevices,
        Self::DeletionScheduled,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::VerifyAddress => "verify_address",
            Self::AlreadyRegistered => "already_registered",
            Self::ResetPassword => "reset_password",
            Self::PasswordChanged => "password_changed",
            Self::ConfirmNewAddress => "confirm_new_address",
            Self::AddressChanged => "address_changed",
            Self::NewDevice => "new_device",
            Self::TooManyDevices => "too_many_devices",
            Self::DeletionScheduled => "deletion_scheduled",
        }
    }

    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Each of these leads to the list of all devices: within an hour one says as much as many.
    pub const fn is_folded(self) -> bool {
        matches!(self, Self::NewDevice | Self::TooManyDevices)
    }
}

/// What a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Makes a pending account one that exists.
    Verify,
    /// Sets a new password.
    Reset,
    /// Gives the account the address that the link was sent to.
    Change,
    /// Gives it its former address back, with a new password.
    Undo,
}

impl Purpose {
    pub const ALL: [Self; 4] = [Self::Verify, Self::Reset, Self::Change, Self::Undo];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::Change => "change",
            Self::Undo => "undo",
        }
    }

    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }

    /// How long a link works.
    pub const fn life(self) -> TimeDelta {
        match self {
            Self::Verify | Self::Change => TimeDelta::hours(24),
            Self::Reset => TimeDelta::minutes(30),
            Self::Undo => TimeDelta::days(7),
        }
    }

    /// The page of the web that the link leads to.
    pub const fn page(self) -> &'static str {
        match self {
            Self::Verify => "/verify",
            Self::Reset => "/reset",
            Self::Change => "/address/confirm",
            Self::Undo => "/address/undo",
        }
    }
}

/// Within this time a mail that is folded is not sent again.
pub(crate) const FOLD: TimeDelta = TimeDelta::hours(1);

/// A mail and its link are kept for so long: until the last link has run out, and nobody retries any more.
pub(crate) const KEEP: TimeDelta = TimeDelta::days(7);

/// After a mail came back, nothing is sent to its address for so long.
pub(crate) const UNREACHABLE: TimeDelta = TimeDelta::days(30);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_they_are_written() {
        for kind in MailKind::ALL {
            assert_eq!(MailKind::of(kind.code()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::of(purpose.code()), Some(purpose));
            assert!(purpose.life() <= KEEP);
        }
    }
}
