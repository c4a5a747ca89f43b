//! How a region is shown. Everything is borrowed from the table.

use common::http::shape;
use regions::{Hit, Level, Region};
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::schema::{Array, SchemaType, Type},
};

/// A legal district (법정동) or one that it lies in.
#[derive(Serialize, ToSchema)]
pub struct RegionView<'a> {
    /// Ten digits, in force today.
    pub code: &'a str,
    /// The own last part: "망원동".
    pub name: &'a str,
    /// The whole official name: "서울특별시 마포구 망원동".
    pub path: &'a str,
    /// Where it lies, in short: "서울 마포구"; empty for a 시도. Names are not unique: show both.
    pub parent: String,
    #[schema(value_type = LevelView)]
    pub level: Level,
}

/// Where in the tree a region stands.
#[derive(ToSchema)]
#[schema(as = Level, rename_all = "snake_case")]
#[expect(dead_code, reason = "the shape of `regions::Level` for OpenAPI")]
pub enum LevelView {
    Sido,
    Sigungu,
    Eupmyeondong,
    Ri,
}

/// A region that fits what was typed.
#[derive(Serialize, ToSchema)]
pub struct HitView<'a> {
    #[serde(flatten)]
    pub region: RegionView<'a>,
    /// The typed parts of `name` as [start, end) in UTF-16 code units; null when nothing of it was typed.
    #[schema(required, schema_with = maybe_spans)]
    pub r#match: Option<Vec<[usize; 2]>>,
    /// The former name, when it and not today's name is what was typed.
    #[schema(required)]
    pub former_name: Option<String>,
}

fn maybe_spans() -> Array {
    let mut spans = shape::spans();
    spans.schema_type = SchemaType::from_iter([Type::Array, Type::Null]);
    spans
}

/// A list that is never paged.
#[derive(Serialize, ToSchema)]
pub struct Items<T> {
    pub items: Vec<T>,
}

impl<'a> From<Region<'a>> for RegionView<'a> {
    fn from(region: Region<'a>) -> Self {
        let Region { code, name, path, level, .. } = region;
        Self { code, name, path, parent: region.parent_path(), level }
    }
}

impl<'a> From<Hit<'a>> for HitView<'a> {
    fn from(hit: Hit<'a>) -> Self {
        let region = RegionView::from(hit.region);
        Self { r#match: marks(&region, &hit), region, former_name: hit.former_name }
    }
}

/// The table marks characters of the whole path; the web shows the name, which is its end, and counts code units.
fn marks(region: &RegionView<'_>, hit: &Hit<'_>) -> Option<Vec<[usize; 2]>> {
    let above = region.path.chars().count().checked_sub(region.name.chars().count())?;
    let units = |chars: usize| region.name.chars().take(chars).map(char::len_utf16).sum::<usize>();
    let marks: Vec<_> = hit
        .matched
        .iter()
        .filter(|span| span.end > above)
        .map(|span| [units(span.start.saturating_sub(above)), units(span.end - above)])
        .collect();
    (!marks.is_empty()).then_some(marks)
}
