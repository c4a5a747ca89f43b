//! What the catalogue tells: one fact for each act, coarse enough to keep.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Actor, Emit, Event},
};
use diesel::QueryResult;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::domain::{Act, Category, Kind, Listing, Mode};

/// What every fact about a talent carries.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct TalentFact {
    talent_id: Uuid,
    donor_id: Uuid,
    category: Category,
    region_code: String,
    mode: Mode,
    expires_at: DateTime<Utc>,
    revision: i32,
    #[serde(skip)]
    version: i64,
}

/// What every fact about a need carries.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct NeedFact {
    need_id: Uuid,
    recipient_id: Uuid,
    category: Category,
    region_code: String,
    mode: Mode,
    expires_at: DateTime<Utc>,
    revision: i32,
    #[serde(skip)]
    version: i64,
}

impl TalentFact {
    fn of(listing: &Listing) -> Self {
        let Listing { id, owner, content, expires_at, revision, version, .. } = listing.clone();
        let (category, region_code, mode) = (content.category, content.region_code, content.mode);
        Self { talent_id: id, donor_id: owner, category, region_code, mode, expires_at, revision, version }
    }
}

impl NeedFact {
    fn of(listing: &Listing) -> Self {
        let Listing { id, owner, content, expires_at, revision, version, .. } = listing.clone();
        let (category, region_code, mode) = (content.category, content.region_code, content.mode);
        Self { need_id: id, recipient_id: owner, category, region_code, mode, expires_at, revision, version }
    }
}

/// An event for each name, of the same data and key.
macro_rules! facts {
    ($data:ty, $key:ident: $($(#[$doc:meta])* $kind:ident)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, ToSchema)]
        #[serde(transparent)]
        struct $kind($data);

        impl Event for $kind {
            const TOPIC: &'static str = "dojob.core.catalogue.v1";
            const KIND: &'static str = stringify!($kind);

            fn key(&self) -> Uuid {
                self.0.$key
            }

            fn sequence(&self) -> i64 {
                self.0.version
            }
        }
    )+ };
}

facts! { TalentFact, talent_id:
    /// A talent can be found from now on.
    TalentPublished
    /// Its donor changed what it says; `revision` counts.
    TalentRevised
    /// Its donor takes no proposals for a while.
    TalentPaused
    /// It can be found again after a pause.
    TalentResumed
    /// It stays until a later `expires_at`.
    TalentRenewed
    /// It will expire in a few days unless its donor renews it.
    TalentExpiringSoon
    /// Nobody renewed it: it cannot be found any more.
    TalentExpired
}
facts! { NeedFact, need_id:
    /// A need can be found from now on.
    NeedOpened
    /// Its recipient changed what it says; `revision` counts.
    NeedRevised
    /// Its recipient takes no proposals for a while.
    NeedPaused
    /// It can be found again: after a pause, or because the meeting that filled it will not be.
    NeedResumed
    /// It stays until a later `expires_at`.
    NeedRenewed
    /// It will expire in a few days unless its recipient renews it.
    NeedExpiringSoon
    /// Nobody renewed it: it cannot be found any more.
    NeedExpired
    /// Somebody helps: a proposal for it was accepted.
    NeedFilled
    /// Its recipient closed it.
    NeedClosed
}

/// Tells what happened to a listing.
pub(super) async fn say(tx: &mut Tx<'_>, actor: Actor, listing: &Listing, act: Act) -> QueryResult<()> {
    match listing.kind {
        Kind::Talent => {
            let fact = TalentFact::of(listing);
            match act {
                Act::Published => tx.emit(actor, &TalentPublished(fact)).await,
                Act::Revised => tx.emit(actor, &TalentRevised(fact)).await,
                Act::Paused => tx.emit(actor, &TalentPaused(fact)).await,
                Act::Resumed => tx.emit(actor, &TalentResumed(fact)).await,
                Act::Renewed => tx.emit(actor, &TalentRenewed(fact)).await,
                Act::ExpiringSoon => tx.emit(actor, &TalentExpiringSoon(fact)).await,
                // A talent is neither filled nor closed; its domain says so.
                Act::Expired | Act::Filled | Act::Closed => tx.emit(actor, &TalentExpired(fact)).await,
            }
        }
        Kind::Need => {
            let fact = NeedFact::of(listing);
            match act {
                Act::Published => tx.emit(actor, &NeedOpened(fact)).await,
                Act::Revised => tx.emit(actor, &NeedRevised(fact)).await,
                Act::Paused => tx.emit(actor, &NeedPaused(fact)).await,
                Act::Resumed => tx.emit(actor, &NeedResumed(fact)).await,
                Act::Renewed => tx.emit(actor, &NeedRenewed(fact)).await,
                Act::ExpiringSoon => tx.emit(actor, &NeedExpiringSoon(fact)).await,
                Act::Expired => tx.emit(actor, &NeedExpired(fact)).await,
                Act::Filled => tx.emit(actor, &NeedFilled(fact)).await,
                Act::Closed => tx.emit(actor, &NeedClosed(fact)).await,
            }
        }
    }
}

#[cfg(test)]
mod contracts {
    use testkit::contracts::{same_samples, sample};

    use super::*;

    #[test]
    fn samples_of_every_fact() {
        let (id, person) = (Uuid::from_u128(11), Uuid::from_u128(1));
        let (category, mode, expires_at) = (Category::Music, Mode::InPerson, DateTime::UNIX_EPOCH);
        let region_code = "1144012300".to_owned();
        let t = TalentFact {
            talent_id: id,
            donor_id: person,
            category,
            region_code,
            mode,
            expires_at,
            revision: 1,
            version: 1,
        };
        let region_code = "4713025000".to_owned();
        let (category, mode) = (Category::Paperwork, Mode::Either);
        let n = NeedFact {
            need_id: id,
            recipient_id: person,
            category,
            region_code,
            mode,
            expires_at,
            revision: 2,
            version: 3,
        };
        same_samples(
            "core",
            &[
                sample("plain", &TalentPublished(t.clone())),
                sample("plain", &TalentRevised(t.clone())),
                sample("plain", &TalentPaused(t.clone())),
                sample("plain", &TalentResumed(t.clone())),
                sample("plain", &TalentRenewed(t.clone())),
                sample("plain", &TalentExpiringSoon(t.clone())),
                sample("plain", &TalentExpired(t)),
                sample("plain", &NeedOpened(n.clone())),
                sample("plain", &NeedRevised(n.clone())),
                sample("plain", &NeedPaused(n.clone())),
                sample("plain", &NeedResumed(n.clone())),
                sample("plain", &NeedRenewed(n.clone())),
                sample("plain", &NeedExpiringSoon(n.clone())),
                sample("plain", &NeedExpired(n.clone())),
                sample("plain", &NeedFilled(n.clone())),
                sample("plain", &NeedClosed(n)),
            ],
        );
    }
}
