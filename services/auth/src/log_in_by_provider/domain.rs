//! A visit to a provider: what for, for how long, and where it may lead back to.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::provider::{Proof, Provider};

/// What somebody wants who is sent to a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To log in, or to join.
    LogIn,
    /// To be able to log in there, too; for who is logged in.
    Link,
    /// To show once more that it is them; for who is logged in.
    Prove,
}

impl Purpose {
    pub const ALL: [Self; 3] = [Self::LogIn, Self::Link, Self::Prove];

    pub const fn code(self) -> &'static str {
        match self {
            Self::LogIn => "log_in",
            Self::Link => "link",
            Self::Prove => "prove",
        }
    }

    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

/// For so long somebody may be away.
pub(super) const LIFE: TimeDelta = TimeDelta::minutes(10);

/// Back from the provider, the page finishes at once.
pub(super) const FINISH: TimeDelta = TimeDelta::minutes(2);

/// The pages that a visit may lead back to. A page with an id of its own the web remembers itself: no address comes back from
/// outside.
pub(super) const RETURNS: [&str; 9] =
    ["/", "/search", "/engagements", "/chat", "/inbox", "/post", "/me", "/me/log-ins", "/me/leave"];

/// The page, if it is one of them; exactly, with nothing behind it.
pub(super) fn return_to(path: &str) -> Option<&'static str> {
    RETURNS.into_iter().find(|known| *known == path)
}

/// Somebody who was sent to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    pub provider: Provider,
    pub purpose: Purpose,
    /// Whose log-in it is to be added to, or proved by.
    pub account: Option<Uuid>,
    pub return_to: &'static str,
    pub expires_at: DateTime<Utc>,
}

/// Who came back, until the page finishes: sealed in the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Arrival {
    /// The SHA-256 of the state, in hex: it can be finished once.
    pub visit: String,
    pub proof: Proof,
    pub at: DateTime<Utc>,
}

/// Why a visit comes to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The provider cannot be reached, or its answer cannot be checked.
    Unavailable,
    /// The person said no at the provider.
    Declined,
    /// The provider's answer is not believed.
    Unbelievable,
    /// Unknown, over, used before, of another browser or of another provider.
    Over,
    /// No such page to come back to.
    ReturnTo,
    /// For this one must be logged in.
    NotLoggedIn,
    /// Somebody else at the provider than the one whose account it is.
    SomebodyElse,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_ours_are_led_back_to() {
        assert_eq!(return_to("/me"), Some("/me"));
        for outside in [
            "",
            "/me/",
            "/me?next=//evil.example",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/me/../../evil",
            "/api/auth/logout",
            "javascript:alert(1)",
            "/ME",
            " /me",
            "/me\n",
            "/%6de",
        ] {
            assert_eq!(return_to(outside), None, "{outside:?}");
        }
    }

    #[test]
    fn purposes_keep_their_words() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::of(purpose.code()), Some(purpose));
            assert_eq!(serde_json::to_value(purpose).unwrap(), purpose.code());
        }
        assert_eq!(Purpose::of("nothing"), None);
    }
}
