//! What an owner has done with a listing, and the answer: how it stands then.

use actix_web::HttpResponse;
use common::{Ctx, auth::Caller, db::Tx, http::Problem};
use regions::Regions;

use super::show::show_own;
use crate::{
    budget::Budgets,
    catalogue::{self, api::Command},
    listing::ListingRef,
};

/// Carries out a command of the catalogue in one transaction with its answer.
///
/// # Errors
/// 404 when there is none of this kind; 403 `listing.not_yours`; the rule's refusal.
pub(super) async fn carry_out(
    cx: &Ctx,
    regions: &Regions,
    budgets: Budgets,
    me: Caller,
    of: ListingRef,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let view = cx
        .tx(async |mut tx: Tx<'_>| {
            let now = tx.clock().now();
            let listing = catalogue::api::carry_out(&mut tx, budgets, me.account, of, command).await?;
            show_own(&tx, regions, listing, now).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
