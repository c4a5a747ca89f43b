//! Resting, coming back, standing anew, ending.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::Actor,
    http::{ApiPath, Problem, Problems},
};
use regions::Regions;
use uuid::Uuid;

use super::{
    domain::{Act, Kind, State},
    event, expire, store,
    view::{NeedView, TalentView, View},
};
use crate::{engagement, membership};

/// An operation without a body: who asks, of what kind, and the act.
macro_rules! operation {
    ($(#[$doc:meta])+ $name:ident $path:literal $id:literal $view:ty, $kind:ident $act:ident) => {
        $(#[$doc])+
        #[utoipa::path(
            operation_id = $id, tag = "catalogue", params(("id" = Uuid, Path)),
            responses((status = 200, body = $view), Problems), security(("bearer" = [])),
        )]
        #[post($path)]
        pub(super) async fn $name(
            cx: Data<Ctx>,
            regions: Data<Regions>,
            me: Caller,
            ApiPath(id): ApiPath<Uuid>,
        ) -> Result<HttpResponse, Problem> {
            perform(&cx, &regions, me, Kind::$kind, id, Act::$act).await
        }
    };
}

operation! {
    /// Lets a talent rest: searches do not find it, nobody can propose on it.
    pause_talent "/talents/{id}/pause" "pause_talent" TalentView, Talent Paused
}
operation! {
    /// Brings a resting talent back.
    resume_talent "/talents/{id}/resume" "resume_talent" TalentView, Talent Resumed
}
operation! {
    /// Lets a talent stand for another 180 days, from now, also after its end.
    renew_talent "/talents/{id}/renew" "renew_talent" TalentView, Talent Renewed
}
operation! {
    /// Lets a need rest: searches do not find it, nobody can offer to help.
    pause_need "/needs/{id}/pause" "pause_need" NeedView, Need Paused
}
operation! {
    /// Brings a resting need back.
    resume_need "/needs/{id}/resume" "resume_need" NeedView, Need Resumed
}
operation! {
    /// Lets a need stand for another 14 days, from now, also after its end.
    renew_need "/needs/{id}/renew" "renew_need" NeedView, Need Renewed
}
operation! {
    /// Ends a need for good; whoever had offered to help is told.
    close_need "/needs/{id}/close" "close_need" NeedView, Need Closed
}

async fn perform(
    cx: &Ctx,
    regions: &Regions,
    me: Caller,
    kind: Kind,
    id: Uuid,
    act: Act,
) -> Result<HttpResponse, Problem> {
    let view = cx
        .tx(async |mut tx: Tx<'_>| {
            let now = tx.clock().now();
            let listing =
                store::lock(&mut tx, kind, id).await?.ok_or_else(Problem::not_found)?.of(me.account)?;
            let listing = match act {
                Act::Paused => listing.pause(now)?,
                Act::Resumed => listing.resume(now)?,
                Act::Closed => listing.close(now)?,
                _ => {
                    membership::api::lock_members(&mut tx, &[me.account]).await?;
                    let open = store::count_open(&mut tx, me.account, kind).await?;
                    listing.renew(open, now)?
                }
            };
            store::update_state(&mut tx, &listing).await?;
            if listing.state == State::Closed {
                expire::clear_timer(&mut tx, &listing).await?;
            } else {
                expire::set_timer(&mut tx, &listing).await?;
            }
            event::say(&mut tx, Actor::Account(me.account), &listing, act).await?;
            if act == Act::Closed {
                engagement::api::need_closed(&mut tx, id).await?;
            }
            View::of(&mut tx, regions, listing, Some(me.account), now).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
