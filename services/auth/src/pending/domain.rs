//! A sign-up that waits for an age and consent.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::provider::Proof;

/// For so long somebody may think about it.
pub(super) const LIFE: TimeDelta = TimeDelta::hours(24);

/// What the browser of somebody who may want to join keeps for us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub proof: Proof,
    pub since: DateTime<Utc>,
}

impl Pending {
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.since + LIFE
    }

    /// Whether it can still become an account.
    pub(super) fn is_open(&self, now: DateTime<Utc>) -> bool {
        now < self.expires_at()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::{Profile, Provider};

    #[test]
    fn it_is_open_for_a_day() {
        let since: DateTime<Utc> = "2026-12-04T00:00:00Z".parse().unwrap();
        let proof = Proof {
            provider: Provider::Kakao,
            issuer: "https://kauth.kakao.com".to_owned(),
            subject: "4711".to_owned(),
            profile: Profile::default(),
        };
        let pending = Pending { proof, since };
        assert!(pending.is_open(since + LIFE - TimeDelta::seconds(1)));
        assert!(!pending.is_open(since + LIFE));
    }
}
