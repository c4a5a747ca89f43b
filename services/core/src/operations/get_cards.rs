//! Several things in few words, by their ids: what notices and conversations, which hold nothing but ids, are shown
//! with.

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    http::{ApiQuery, FieldError, Fields, MaybeCaller, Problem, Problems},
};
use regions::Regions;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    catalogue,
    engagement::{self, api::EngagementCard},
    listing::ListingKind,
    membership::{self, api::MemberCard},
    problems::field,
};

/// Cards asked for at once.
const MAX: usize = 100;

/// Ids, separated by commas; at most 100 together.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct CardsQuery {
    members: String,
    engagements: String,
    talents: String,
    needs: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
struct ListingCard {
    id: Uuid,
    title: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct Cards {
    members: Vec<MemberCard>,
    /// Only those to which the caller is a party.
    engagements: Vec<EngagementCard>,
    talents: Vec<ListingCard>,
    needs: Vec<ListingCard>,
}

/// Cards of members, engagements, talents and needs. What is unknown, or not the caller's to see, is left out.
#[utoipa::path(
    operation_id = "get_cards", tag = "cards", params(CardsQuery),
    responses((status = 200, body = Cards), Problems), security((), ("bearer" = []))
)]
#[get("/cards")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: MaybeCaller,
    ApiQuery(asked): ApiQuery<CardsQuery>,
) -> Result<HttpResponse, Problem> {
    let mut f = Fields::new();
    let members = f.take("/members", ids(&asked.members));
    let engagements = f.take("/engagements", ids(&asked.engagements));
    let talents = f.take("/talents", ids(&asked.talents));
    let needs = f.take("/needs", ids(&asked.needs));
    let taken = members.zip(engagements).zip(talents.zip(needs));
    let ((members, engagements), (talents, needs)) = f.finish(taken)?;
    if members.len() + engagements.len() + talents.len() + needs.len() > MAX {
        return Err(Problem::field("", FieldError::new(field::CARDS_TOO_MANY, json!({ "max": MAX }))));
    }
    let mut c = cx.read().await?;
    let mut known = membership::api::cards(&c, &regions, &members).await?;
    let engagements = match me.account() {
        Some(me) if !engagements.is_empty() => {
            engagement::api::cards(&mut c, me, &engagements, cx.clock.now()).await?
        }
        _ => Vec::new(),
    };
    let talents = titles(&mut c, ListingKind::Talent, &talents).await?;
    let needs = titles(&mut c, ListingKind::Need, &needs).await?;
    let members = members.iter().filter_map(|id| known.remove(id)).collect();
    Ok(HttpResponse::Ok().json(Cards { members, engagements, talents, needs }))
}

async fn titles(
    c: &mut diesel_async::AsyncPgConnection,
    kind: ListingKind,
    ids: &[Uuid],
) -> Result<Vec<ListingCard>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut titles = catalogue::api::titles(c, kind, ids).await?;
    Ok(ids.iter().filter_map(|id| Some(ListingCard { id: *id, title: titles.remove(id)? })).collect())
}

fn ids(list: &str) -> Result<Vec<Uuid>, FieldError> {
    let parsed = list.split(',').filter(|id| !id.is_empty()).map(str::parse);
    parsed
        .collect::<Result<_, _>>()
        .map_err(|_unreadable: uuid::Error| FieldError::plain(field::ID_UNREADABLE))
}
