//! How long each step of leaving takes, the timers between them, and who has to answer.

use chrono::TimeDelta;

/// Timer that closes the account on its last day. An operator who has restored an older backup sets it for everybody in the ledger
/// (docs/runbooks/restore.md).
pub(super) const CLOSE: &str = "leaving.close";

/// Timer that has every service erase.
pub(super) const ERASE: &str = "leaving.erase";

/// Timer that looks for receipts; each further time an hour later, until all are there.
pub(super) const LATE: &str = "leaving.late";

/// So long whoever leaves may take it back.
pub(super) const UNDO: TimeDelta = TimeDelta::days(14);

/// After the last device session has ended, its access token may still be taken where nobody has heard of that yet: ten minutes, and
/// one for clocks that differ. Nothing is erased before, so nothing can be written afterwards.
pub(super) const SETTLE: TimeDelta = TimeDelta::minutes(11);

/// A receipt that takes longer is missed. It takes seconds while everything runs.
pub(super) const PATIENCE: TimeDelta = TimeDelta::hours(1);

/// Who erases, and where it says so.
pub(super) const SERVICES: [(&str, &str); 3] = [
    ("core", "dojob.core.leaving.v1"),
    ("chat", "dojob.chat.leaving.v1"),
    ("notify-address", "dojob.notify-address.leaving.v1"),
];

/// The services that have not answered.
pub(super) fn missing(received: &[String]) -> Vec<&'static str> {
    let services = SERVICES.into_iter().map(|(service, _)| service);
    services.filter(|service| !received.iter().any(|one| one == service)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_missing_once_all_three_have_answered() {
        let received = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(missing(&[]), ["core", "chat", "notify-address"]);
        assert_eq!(missing(&received(&["chat", "core", "chat"])), ["notify-address"]);
        assert!(missing(&received(&["notify-address", "core", "chat"])).is_empty());
    }
}
