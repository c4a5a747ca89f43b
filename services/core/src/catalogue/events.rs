//! What the catalogue publishes: one event for each fact, coarse enough to keep.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Actor, Emit},
    http::Problem,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::domain::{Fact, Listing, Mode};
use crate::listing::{Category, ListingKind};

const TOPIC: &str = "dojob.core.catalogue.v1";

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

common::events::events! {
    topic: TOPIC, about: TalentFact, key: talent_id, sequence: version;

    /// A talent can be found from now on.
    struct TalentPublished {}

    /// Its donor changed what it says; `revision` counts.
    struct TalentRevised {}

    /// Its donor takes no proposals for a while.
    struct TalentPaused {}

    /// It can be found again after a pause.
    struct TalentResumed {}

    /// It stays until a later `expires_at`.
    struct TalentRenewed {}

    /// It will expire in a few days unless its donor renews it.
    struct TalentExpiringSoon {}

    /// Nobody renewed it: it cannot be found any more.
    struct TalentExpired {}
}

common::events::events! {
    topic: TOPIC, about: NeedFact, key: need_id, sequence: version;

    /// A need can be found from now on.
    struct NeedOpened {}

    /// Its recipient changed what it says; `revision` counts.
    struct NeedRevised {}

    /// Its recipient takes no proposals for a while.
    struct NeedPaused {}

    /// It can be found again: after a pause, or because the meeting that filled it will not be.
    struct NeedResumed {}

    /// It stays until a later `expires_at`.
    struct NeedRenewed {}

    /// It will expire in a few days unless its recipient renews it.
    struct NeedExpiringSoon {}

    /// Nobody renewed it: it cannot be found any more.
    struct NeedExpired {}

    /// Somebody helps: a proposal for it was accepted.
    struct NeedFilled {}

    /// Its recipient closed it.
    struct NeedClosed {}
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
            let about = TalentFact::of(listing);
            match fact {
                Fact::Published => tx.emit(actor, &TalentPublished { about }).await?,
                Fact::Revised => tx.emit(actor, &TalentRevised { about }).await?,
                Fact::Paused => tx.emit(actor, &TalentPaused { about }).await?,
                Fact::Resumed => tx.emit(actor, &TalentResumed { about }).await?,
                Fact::Renewed => tx.emit(actor, &TalentRenewed { about }).await?,
                Fact::ExpiringSoon => tx.emit(actor, &TalentExpiringSoon { about }).await?,
                Fact::Expired => tx.emit(actor, &TalentExpired { about }).await?,
                Fact::Filled | Fact::Closed => {
                    return Err(Problem::internal(format!("talent {}: {fact:?} is for needs", listing.id)));
                }
            }
        }
        ListingKind::Need => {
            let about = NeedFact::of(listing);
            match fact {
                Fact::Published => tx.emit(actor, &NeedOpened { about }).await?,
                Fact::Revised => tx.emit(actor, &NeedRevised { about }).await?,
                Fact::Paused => tx.emit(actor, &NeedPaused { about }).await?,
                Fact::Resumed => tx.emit(actor, &NeedResumed { about }).await?,
                Fact::Renewed => tx.emit(actor, &NeedRenewed { about }).await?,
                Fact::ExpiringSoon => tx.emit(actor, &NeedExpiringSoon { about }).await?,
                Fact::Expired => tx.emit(actor, &NeedExpired { about }).await?,
                Fact::Filled => tx.emit(actor, &NeedFilled { about }).await?,
                Fact::Closed => tx.emit(actor, &NeedClosed { about }).await?,
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
                sample("plain", &TalentPublished { about: t.clone() }),
                sample("plain", &TalentRevised { about: t.clone() }),
                sample("plain", &TalentPaused { about: t.clone() }),
                sample("plain", &TalentResumed { about: t.clone() }),
                sample("plain", &TalentRenewed { about: t.clone() }),
                sample("plain", &TalentExpiringSoon { about: t.clone() }),
                sample("plain", &TalentExpired { about: t }),
                sample("plain", &NeedOpened { about: n.clone() }),
                sample("plain", &NeedRevised { about: n.clone() }),
                sample("plain", &NeedPaused { about: n.clone() }),
                sample("plain", &NeedResumed { about: n.clone() }),
                sample("plain", &NeedRenewed { about: n.clone() }),
                sample("plain", &NeedExpiringSoon { about: n.clone() }),
                sample("plain", &NeedExpired { about: n.clone() }),
                sample("plain", &NeedFilled { about: n.clone() }),
                sample("plain", &NeedClosed { about: n }),
            ],
        );
    }
}
