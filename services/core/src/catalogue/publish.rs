//! Publishing a talent, opening a need.

use common::{
    db::Tx,
    events::Actor,
    http::{Fields, Problem},
};
use futures_util::future::join;
use regions::Regions;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    content::{self, Draft},
    domain::{Content, Fact, Listing, Mode, NEED_DAYS, TALENT_DAYS, parse_days},
    events, expire, store,
};
use crate::{
    budget::{Budgets, Kind},
    listing::{Category, ListingKind},
    membership,
    region::Dong,
};

/// The body of a request with the fields that every new listing has. A struct inside the other would let unknown fields
/// pass, and would stand in the document as a type of its own.
macro_rules! request {
    ($(#[$doc:meta])* $name:ident, $example:tt $($rest:tt)*) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            #[schema(min_length = 2, max_length = 60, example = $example)]
            title: String,
            #[schema(min_length = 10, max_length = 2000)]
            body: String,
            #[schema(value_type = Category)]
            category: String,
            #[schema(minimum = 15, maximum = 480)]
            minutes: i32,
            #[schema(value_type = Mode)]
            mode: String,
            /// A 읍면동; a former code becomes today's.
            region_code: String,
            /// `mon`…`sun` - `morning`, `afternoon`, `evening`; none means "to be agreed".
            #[serde(default)]
            times: Vec<String>,
            /// Empty: nothing.
            #[serde(default)]
            #[schema(max_length = 200)]
            bring: String,
            $($rest)*
        }

        impl $name {
            fn draft(self) -> Draft {
                let Self { title, body, category, minutes, mode, region_code, times, bring, .. } = self;
                Draft { title, body, category, minutes, mode, region_code, times, bring }
            }
        }
    };
}

request! {
    /// An hour to offer.
    PublishTalent, "통기타 첫걸음, 코드 세 개로 한 곡"
}
request! {
    /// An hour to ask for.
    OpenNeed, "할머니 휴대폰 사진을 옮겨 주실 분"
    /// 14 when absent.
    #[schema(minimum = 1, maximum = 60)]
    expires_in_days: Option<i32>,
}

/// A readable new listing.
#[derive(Clone, Debug)]
pub(crate) struct Publication {
    kind: ListingKind,
    content: Content,
    dong: Dong,
    days: i64,
}

impl PublishTalent {
    /// # Errors
    /// 422 with a pointer for each value that is not taken.
    pub fn read(self, regions: &Regions) -> Result<Publication, Problem> {
        let mut f = Fields::new();
        let read = content::read(&mut f, regions, &self.draft());
        let (content, dong) = f.finish(read)?;
        Ok(Publication { kind: ListingKind::Talent, content, dong, days: TALENT_DAYS })
    }
}

impl OpenNeed {
    /// # Errors
    /// 422 with a pointer for each value that is not taken.
    pub fn read(self, regions: &Regions) -> Result<Publication, Problem> {
        let mut f = Fields::new();
        let expires_in_days = self.expires_in_days;
        let read = content::read(&mut f, regions, &self.draft());
        let days =
            expires_in_days.map_or(Some(NEED_DAYS), |days| f.take("/expires_in_days", parse_days(days)));
        let (days, (content, dong)) = f.finish(days.zip(read))?;
        Ok(Publication { kind: ListingKind::Need, content, dong, days })
    }
}

/// Publishes a listing of a complete member, who is locked while their listings are counted.
///
/// # Errors
/// 403 `member.under_age`; 409 `profile.incomplete`, or when the member keeps too many of this kind; 429 when it published too many.
pub(crate) async fn publish(
    tx: &mut Tx<'_>,
    budgets: Budgets,
    owner: Uuid,
    publication: &Publication,
) -> Result<Listing, Problem> {
    let Publication { kind, content, dong, days } = publication;
    let now = tx.clock().now();
    let of = match kind {
        ListingKind::Talent => Kind::Talent,
        ListingKind::Need => Kind::Need,
    };
    let (member, spent) = join(membership::api::lock_active(tx, owner), budgets.spend(tx, owner, of)).await;
    member?;
    spent?;
    let open = store::count_open(tx, owner, *kind).await?;
    let id = tx.clock().id();
    let listing = Listing::publish((id, *kind, owner), content.clone(), *days, open, now)?;
    store::save(tx, &listing, dong);
    expire::set_timer(tx, &listing).await?;
    events::publish(tx, Actor::Account(owner), &listing, Fact::Published).await?;
    Ok(listing)
}
