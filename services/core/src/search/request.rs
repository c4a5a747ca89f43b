//! What somebody looks for, read from the query string.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use common::{
    http::{Cursor, FieldError, Fields, Problem, problems::PAGE_CURSOR},
    text, time,
};
use regions::{Level, Regions};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    catalogue::api::{Mode, Times},
    listing::{Category, ListingKind, Query},
    problems::field,
    region::area,
};

/// How far people go, in km. A search without a wish of its own grows through them until it holds enough.
pub(super) const REACHES: [u32; 5] = [3, 5, 10, 20, 40];

/// So many listings are enough.
pub(super) const ENOUGH: usize = 20;

/// The query string of a search. Whatever is absent does not filter.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// Words; all of them must be found. Initial consonants (ㄱㅌ) stand for syllables.
    q: Option<String>,
    /// Where one starts from: a 읍면동. A 시군구 or 시도 means "within it".
    region: Option<String>,
    /// How far one goes, in km: 3, 5, 10, 20, 40 or `all`. Absent: grows until there are twenty.
    #[param(example = "10")]
    reach_km: Option<String>,
    #[param(value_type = Option<Mode>)]
    mode: Option<String>,
    /// `mon` … `sun`. Listings without times ("to be agreed") always fit.
    weekday: Option<String>,
    #[param(value_type = Option<Category>)]
    category: Option<String>,
    /// `recommended` when absent. `near` needs a 읍면동, else it is `newest`.
    #[param(inline, value_type = Option<Sort>)]
    sort: Option<String>,
    /// 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before, with the same other parameters.
    cursor: Option<String>,
}

/// What a search can let go of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SearchFilter)]
pub(super) enum Filter {
    Category,
    Mode,
    Q,
    Reach,
    Weekday,
}

/// The order of what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sort {
    Recommended,
    Near,
    Newest,
}

impl Sort {
    fn parse(raw: &str) -> Result<Self, FieldError> {
        match raw {
            "recommended" => Ok(Self::Recommended),
            "near" => Ok(Self::Near),
            "newest" => Ok(Self::Newest),
            _ => Err(FieldError::plain(field::SORT_UNKNOWN)),
        }
    }
}

/// Where one looks.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    Anywhere,
    /// Around the point of a 읍면동.
    Around {
        code: String,
        lat: f64,
        lon: f64,
    },
    /// Within a 시군구 or 시도.
    Within(i32),
}

/// How far one goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// As far as it takes to hold enough.
    Grow,
    Km(u32),
    All,
}

/// A search that makes sense.
#[derive(Clone, Debug)]
pub(super) struct Search {
    pub kind: ListingKind,
    pub query: Query,
    pub category: Option<Category>,
    pub mode: Option<Mode>,
    pub weekday: Option<Times>,
    pub place: Place,
    pub reach: Reach,
    pub sort: Sort,
}

/// Where a walk stands: the order of every walk is `k` ascending, then the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PageKey {
    /// As bits, so that it survives a cursor unchanged.
    pub k: u64,
    /// In microseconds.
    pub at: i64,
    pub id: Uuid,
}

impl PageKey {
    pub fn k(&self) -> f64 {
        f64::from_bits(self.k)
    }

    pub fn at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.at).unwrap_or_default()
    }
}

/// Where a page ended.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Position {
    pub sort: Sort,
    /// When the first page was asked for, in microseconds: ages are counted from then, and what is newer stays out.
    pub as_of: i64,
    /// The reach of the first page, and whether it grew.
    pub reach: Option<u32>,
    pub grown: bool,
    /// The window begins behind this key,
    pub from: Option<PageKey>,
    /// and was given up to here: points (as bits) and id.
    pub given: Option<(u64, Uuid)>,
}

impl Position {
    /// Whether its instants can be ours: they come back as numbers.
    fn is_plausible(&self) -> bool {
        let instants = std::iter::once(self.as_of).chain(self.from.map(|key| key.at));
        instants.map(DateTime::from_timestamp_micros).all(|at| at.is_some_and(time::is_plausible))
    }
}

/// A search, and which page of it.
#[derive(Debug)]
pub(super) struct Asked {
    pub search: Search,
    pub limit: usize,
    pub position: Option<Position>,
}

impl SearchQuery {
    pub fn parse(self, kind: ListingKind, regions: &Regions) -> Result<Asked, Problem> {
        let limit = common::http::PageQuery { limit: self.limit, cursor: None }.limit()?;
        let position = self.cursor.as_deref().map(Cursor::decode::<Position>).transpose()?;
        if position.as_ref().is_some_and(|p| !p.is_plausible()) {
            return Err(Problem::new(PAGE_CURSOR));
        }
        let mut f = Fields::new();
        // An empty parameter is an empty form field: it does not filter.
        let some = |raw: Option<String>| raw.filter(|raw| !raw.is_empty());
        let place = some(self.region).and_then(|raw| f.take("/region", place(regions, &raw)));
        let reach = some(self.reach_km).and_then(|raw| f.take("/reach_km", reach(&raw)));
        let mode = some(self.mode).and_then(|raw| f.take("/mode", Mode::parse(&raw)));
        let weekday = some(self.weekday).and_then(|raw| f.take("/weekday", Times::weekday(&raw)));
        let category = some(self.category).and_then(|raw| f.take("/category", Category::parse(&raw)));
        let sort = some(self.sort).and_then(|raw| f.take("/sort", Sort::parse(&raw)));
        f.done()?;
        let place = place.unwrap_or(Place::Anywhere);
        let around = matches!(place, Place::Around { .. });
        let search = Search {
            kind,
            query: Query::parse(&text::words(self.q.as_deref().unwrap_or_default())),
            category,
            mode,
            weekday,
            // What one does not travel to has no reach.
            reach: if around && mode != Some(Mode::Online) {
                reach.unwrap_or(Reach::Grow)
            } else {
                Reach::All
            },
            sort: match sort.unwrap_or(Sort::Recommended) {
                Sort::Near if !around => Sort::Newest,
                sort => sort,
            },
            place,
        };
        if position.as_ref().is_some_and(|p| p.sort != search.sort) {
            return Err(Problem::new(PAGE_CURSOR));
        }
        Ok(Asked { search, limit, position })
    }
}

fn place(regions: &Regions, raw: &str) -> Result<Place, FieldError> {
    let region = regions.get(raw).ok_or_else(|| FieldError::plain(field::REGION_UNKNOWN))?;
    match region.level {
        Level::Eupmyeondong => {
            Ok(Place::Around { code: region.code.to_owned(), lat: region.lat, lon: region.lon })
        }
        Level::Sido | Level::Sigungu => {
            area(region.code).map(Place::Within).ok_or_else(|| FieldError::plain(field::REGION_UNKNOWN))
        }
        Level::Ri => Err(FieldError::plain(field::REGION_LEVEL)),
    }
}

fn reach(raw: &str) -> Result<Reach, FieldError> {
    if raw == "all" {
        return Ok(Reach::All);
    }
    let km = raw.parse().ok().filter(|km| REACHES.contains(km));
    km.map(Reach::Km).ok_or_else(|| FieldError::new(field::REACH_UNKNOWN, json!({ "known": REACHES })))
}

impl Search {
    /// The modes of listings that fit: who looks for one way also takes "either".
    pub fn modes(&self) -> Option<Vec<&'static str>> {
        self.mode.map(|mode| match mode {
            Mode::Either => vec![Mode::Either.as_str()],
            mode => vec![mode.as_str(), Mode::Either.as_str()],
        })
    }

    /// The 읍면동 within `km` (of all, if none) by distance: how far each of their listings is.
    pub fn dongs<'r>(&self, regions: &'r Regions, km: Option<u32>) -> Vec<(&'r str, f64)> {
        /// Farther than any two points of the country.
        const COUNTRY_KM: f64 = 2000.0;
        let Place::Around { code, .. } = &self.place else { return Vec::new() };
        let near = regions.within_km(code, km.map_or(COUNTRY_KM, f64::from));
        near.into_iter().map(|n| (n.region.code, n.km)).collect()
    }

    /// One looks in an area.
    pub fn within_area(&self) -> bool {
        matches!(self.place, Place::Within(_))
    }

    /// How far listings at `code` are from where one starts.
    pub fn distance(&self, regions: &Regions, code: &str) -> Option<f64> {
        match &self.place {
            Place::Around { code: from, .. } => regions.distance_km(from, code),
            Place::Anywhere | Place::Within(_) => None,
        }
    }

    /// The same search without one of its filters, for each filter that it has: what it is called, and the search.
    pub fn relaxed(&self) -> BTreeMap<Filter, Self> {
        let mut all = BTreeMap::new();
        if self.mode.is_some() {
            let reach = if matches!(self.place, Place::Around { .. }) && self.mode == Some(Mode::Online) {
                Reach::Km(40)
            } else {
                self.reach
            };
            all.insert(Filter::Mode, Self { mode: None, reach, ..self.clone() });
        }
        if self.weekday.is_some() {
            all.insert(Filter::Weekday, Self { weekday: None, ..self.clone() });
        }
        if self.category.is_some() {
            all.insert(Filter::Category, Self { category: None, ..self.clone() });
        }
        if !self.query.is_empty() {
            all.insert(Filter::Q, Self { query: Query::default(), ..self.clone() });
        }
        all
    }
}
