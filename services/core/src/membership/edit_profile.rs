//! Saying who one is and where one lives.

use actix_web::{HttpResponse, patch, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::{Actor, Emit},
    http::{ApiJson, Fields, Problem, Problems},
};
use futures_util::future::join;
use regions::Regions;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    domain::{Edit, Profile, parse_bio, parse_languages, parse_name},
    events::MemberProfileChanged,
    problem::leaving,
    store,
    view::{MeView, Totals},
};
use crate::{
    budget::{Budgets, Kind},
    region::Dong,
};

/// What is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EditProfile {
    #[schema(min_length = 1, max_length = 20)]
    name: Option<String>,
    #[schema(max_length = 600)]
    bio: Option<String>,
    /// A 읍면동; a former code becomes today's.
    region_code: Option<String>,
    /// BCP 47, one to ten of: ko, en, zh, vi, ja, th, kvk …
    languages: Option<Vec<String>>,
}

impl EditProfile {
    fn parse(self, regions: &Regions) -> Result<Edit, Problem> {
        let mut f = Fields::new();
        let edit = Edit {
            name: self.name.and_then(|raw| f.take("/name", parse_name(&raw))),
            bio: self.bio.and_then(|raw| f.take("/bio", parse_bio(&raw))),
            region_code: self
                .region_code
                .and_then(|raw| f.take("/region_code", Dong::parse(regions, &raw)))
                .map(|dong| dong.code),
            languages: self.languages.and_then(|raw| f.take("/languages", parse_languages(&raw))),
        };
        f.done()?;
        Ok(edit)
    }
}

/// Changes the caller's profile.
#[utoipa::path(
    operation_id = "edit_profile", tag = "membership", request_body = EditProfile,
    responses((status = 200, body = MeView), Problems), security(("bearer" = [])),
)]
#[patch("/me")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    budgets: Data<Budgets>,
    me: Caller,
    ApiJson(req): ApiJson<EditProfile>,
) -> Result<HttpResponse, Problem> {
    let edit = req.parse(&regions)?;
    let view = cx
        .tx(async |mut tx: Tx<'_>| {
            let now = tx.clock().now();
            let (known, spent) = join(
                store::lock_with_totals(&tx, me.account),
                budgets.spend(&tx, me.account, Kind::ProfileEdit),
            )
            .await;
            let mut known = known?;
            spent?;
            if known.is_none() {
                store::ensure(&tx, me.account, now).await?;
                known = store::lock_with_totals(&tx, me.account).await?;
            }
            let (profile, totals) =
                known.unwrap_or_else(|| (Profile::new(me.account, now), Totals::default()));
            if profile.gone {
                return Err(leaving());
            }
            let (profile, changed) = profile.edit(edit.clone());
            if !changed.is_empty() {
                store::update(&mut tx, &profile);
                tx.emit(Actor::Account(me.account), &MemberProfileChanged::of(&profile, changed)).await?;
            }
            Ok(MeView::of(profile, totals, &regions))
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
