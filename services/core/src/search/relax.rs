//! Nothing was found: what to let go of, and how much there would be then.

use common::http::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    finder::Finder,
    request::{Filter, Place, REACHES, Reach, Search},
};
use crate::catalogue::api::Mode;

/// Counts end here: "100+".
const MOST: usize = 100;

/// A wider reach: in km, or everywhere.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum Wider {
    Km(u32),
    Everywhere(Everywhere),
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Everywhere {
    All,
}

/// One filter to let go of.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Relaxation {
    kind: Filter,
    /// For `reach` the next one that holds something; else `null`: without it.
    #[schema(required)]
    value: Option<Wider>,
    /// How many there are then; a hundred means a hundred or more.
    count: usize,
}

/// Everything that helps by itself, the reach first.
pub(super) async fn suggest(
    finder: &mut Finder<'_>,
    search: &Search,
    reach_km: Option<u32>,
) -> Result<Vec<Relaxation>, Problem> {
    let mut all = Vec::new();
    let held = Search { reach: reach_km.map_or(search.reach, Reach::Km), ..search.clone() };
    // Words that are nowhere at all are not looked for again without each of the filters.
    let loose = Search { category: None, mode: None, weekday: None, reach: Reach::All, ..search.clone() };
    let is_loose = search.relaxed().len() < 2 && search.reach == Reach::All;
    let nowhere = !search.query.is_empty() && !is_loose && finder.count(&loose, 1).await? == 0;
    if !nowhere
        && let Some(km) = reach_km
        && matches!(search.place, Place::Around { .. })
        && search.mode != Some(Mode::Online)
    {
        let wider = REACHES.into_iter().filter(|wider| *wider > km).map(Reach::Km).chain([Reach::All]);
        for reach in wider {
            let count = finder.count(&Search { reach, ..search.clone() }, MOST).await?;
            if count > 0 {
                let value = match reach {
                    Reach::Km(km) => Wider::Km(km),
                    Reach::All | Reach::Grow => Wider::Everywhere(Everywhere::All),
                };
                all.push(Relaxation { kind: Filter::Reach, value: Some(value), count });
                break;
            }
        }
    }
    for (kind, relaxed) in held.relaxed() {
        let count = if nowhere && kind != Filter::Q { 0 } else { finder.count(&relaxed, MOST).await? };
        if count > 0 {
            all.push(Relaxation { kind, value: None, count });
        }
    }
    Ok(all)
}
