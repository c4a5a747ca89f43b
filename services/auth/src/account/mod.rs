//! Accounts as rows and values: what every other context stands on. `identity` has the operations.

mod api;
mod domain;
mod store;

pub(crate) use api::{
    Account, AccountCard, TOPIC, card, delete, delete_pending, delete_pending_with, find_by_email,
    find_credential, find_sign_up_browser, find_verified, forget_known_devices, get, get_credential,
    get_may_act, insert, is_device_known_since, is_erasing, is_known_since, is_unreachable, lock,
    lock_credential, next_version, update_credential, update_email, update_erase_at, update_may_act,
    update_unreachable, update_verified,
};
pub use domain::Locale;
pub(crate) use domain::{Credential, Email, Password, as_before};
