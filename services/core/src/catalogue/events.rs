//! What the catalogue publishes: one event for each fact, coarse enough to keep.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Actor, Emit, Event},
    http::Problem,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::domain::{Fact, Listing, Mode};
use crate::listing::{Category, ListingKind};

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

/// Publishes what happened to a listing.
///
/// # Errors
/// 500 for a fact that its kind cannot have; the domain never makes one.
pub(super) async fn publish(
    tx: &mut Tx<'_>,
    actor: Actor,
    listing: &Listing,
    fact: Fact,
) -> Result<(), Problem> {
    match listing.kind {
        ListingKind::Talent => {
            let data = TalentFact::of(listing);
            match fact {
                Fact::Published => tx.emit(actor, &TalentPublished(data)).await?,
                Fact::Revised => tx.emit(actor, &TalentRevised(data)).await?,
                Fact::Paused => tx.emit(actor, &TalentPaused(data)).await?,
                Fact::Resumed => tx.emit(actor, &TalentResumed(data)).await?,
                Fact::Renewed => tx.emit(actor, &TalentRenewed(data)).await?,
                Fact::ExpiringSoon => tx.emit(actor, &TalentExpiringSoon(data)).await?,
                Fact::Expired => tx.emit(actor, &TalentExpired(data)).await?,
                Fact::Filled | Fact::Closed => {
                    return Err(Problem::internal(format!("talent {}: {fact:?} is for needs", listing.id)));
                }
            }
        }
        ListingKind::Need => {
            let data = NeedFact::of(listing);
            match fact {
                Fact::Published => tx.emit(actor, &NeedOpened(data)).await?,
                Fact::Revised => tx.emit(actor, &NeedRevised(data)).await?,
                Fact::Paused => tx.emit(actor, &NeedPaused(data)).await?,
                Fact::Resumed => tx.emit(actor, &NeedResumed(data)).await?,
                Fact::Renewed => tx.emit(actor, &NeedRenewed(data)).await?,
                Fact::ExpiringSoon => tx.emit(actor, &NeedExpiringSoon(data)).await?,
                Fact::Expired => tx.emit(actor, &NeedExpired(data)).await?,
                Fact::Filled => tx.emit(actor, &NeedFilled(data)).await?,
                Fact::Closed => tx.emit(actor, &NeedClosed(data)).await?,
            }
        }
    }
    Ok(())
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
