//! Changing what a listing says. Agreements keep the words they were made with.

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
    domain::{Content, Fact, Listing, Mode, Times, parse_body, parse_bring, parse_minutes, parse_title},
    events, store,
};
use crate::{
    budget::{Budgets, Kind},
    listing::{Category, ListingRef},
    region::Dong,
};

/// What an edit changes; absent stays. `revision` is the one the editor saw.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditListing {
    #[schema(minimum = 1)]
    revision: i32,
    #[schema(min_length = 2, max_length = 60)]
    title: Option<String>,
    #[schema(min_length = 10, max_length = 2000)]
    body: Option<String>,
    #[schema(value_type = Option<Category>)]
    category: Option<String>,
    #[schema(minimum = 15, maximum = 480)]
    minutes: Option<i32>,
    #[schema(value_type = Option<Mode>)]
    mode: Option<String>,
    region_code: Option<String>,
    times: Option<Vec<String>>,
    #[schema(max_length = 200)]
    bring: Option<String>,
}

impl EditListing {
    /// The values that are there, each readable.
    pub fn read(&self, regions: &Regions) -> Result<Edit, Problem> {
        let mut f = Fields::new();
        let edit = Edit {
            revision: self.revision,
            title: self.title.as_ref().and_then(|raw| f.take("/title", parse_title(raw))),
            body: self.body.as_ref().and_then(|raw| f.take("/body", parse_body(raw))),
            category: self.category.as_ref().and_then(|raw| f.take("/category", Category::parse(raw))),
            minutes: self.minutes.and_then(|raw| f.take("/minutes", parse_minutes(raw))),
            mode: self.mode.as_ref().and_then(|raw| f.take("/mode", Mode::parse(raw))),
            dong: self.region_code.as_ref().and_then(|raw| f.take("/region_code", Dong::parse(regions, raw))),
            times: self.times.as_ref().and_then(|raw| f.take("/times", Times::parse(raw))),
            bring: self.bring.as_ref().and_then(|raw| f.take("/bring", parse_bring(raw))),
        };
        f.done()?;
        Ok(edit)
    }
}

/// A readable edit.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    revision: i32,
    title: Option<String>,
    body: Option<String>,
    category: Option<Category>,
    minutes: Option<i32>,
    mode: Option<Mode>,
    dong: Option<Dong>,
    times: Option<Times>,
    bring: Option<String>,
}

impl Edit {
    /// The content after the edit, and where it stands then.
    fn apply(&self, content: Content, regions: &Regions) -> Result<(Content, Dong), Problem> {
        let dong = match &self.dong {
            Some(dong) => dong.clone(),
            None => Dong::parse(regions, &content.region_code).map_err(|e| {
                Problem::internal(format!("the region of a listing, {}: {}", content.region_code, e.code))
            })?,
        };
        let content = Content {
            title: self.title.clone().unwrap_or(content.title),
            body: self.body.clone().unwrap_or(content.body),
            category: self.category.unwrap_or(content.category),
            minutes: self.minutes.unwrap_or(content.minutes),
            mode: self.mode.unwrap_or(content.mode),
            region_code: dong.code.clone(),
            times: self.times.unwrap_or(content.times),
            bring: self.bring.clone().unwrap_or(content.bring),
        };
        Ok((content, dong))
    }
}

/// Changes what a listing says; words that say the same change nothing.
///
/// # Errors
/// 404 when there is none of this kind; 403 `listing.not_yours`; 409 when it was changed since the editor saw it, or is
/// filled or closed; 429 after too many edits.
pub(crate) async fn edit(
    tx: &mut Tx<'_>,
    regions: &Regions,
    budgets: Budgets,
    owner: Uuid,
    of: ListingRef,
    edit: &Edit,
) -> Result<Listing, Problem> {
    let now = tx.clock().now();
    let (listing, spent) =
        join(store::lock(tx, of.kind, of.id), budgets.spend(tx, owner, Kind::ListingEdit)).await;
    let listing = listing?.ok_or_else(Problem::not_found)?.of(owner)?;
    spent?;
    let (content, dong) = edit.apply(listing.content.clone(), regions)?;
    let revised = listing.clone().revise(content, edit.revision, now)?;
    if revised.content == listing.content {
        return Ok(listing);
    }
    store::save(tx, &revised, &dong);
    events::publish(tx, Actor::Account(owner), &revised, Fact::Revised).await?;
    Ok(revised)
}
