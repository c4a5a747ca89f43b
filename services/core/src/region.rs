//! Regions as core uses them: people and listings stand at the point of a 읍면동, never closer.

use common::http::FieldError;
use regions::{Level, Regions};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problems::field;

/// A region in words.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct RegionView {
    #[schema(example = "1144012300")]
    pub code: String,
    #[schema(example = "망원동")]
    pub name: String,
    #[schema(example = "서울특별시 마포구 망원동")]
    pub path: String,
    #[schema(example = "서울 마포구")]
    pub short: String,
}

impl RegionView {
    /// The region of a stored code. A code that the table no longer knows stands for itself.
    pub fn of(regions: &Regions, code: &str) -> Self {
        regions.get(code).map_or_else(
            || Self {
                code: code.to_owned(),
                name: code.to_owned(),
                path: String::new(),
                short: String::new(),
            },
            |r| Self {
                code: r.code.to_owned(),
                name: r.name.to_owned(),
                path: r.path.to_owned(),
                short: r.parent_path(),
            },
        )
    }
}

/// A 읍면동: where somebody lives or a listing stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dong {
    /// In force today.
    pub code: String,
    pub lat: f64,
    pub lon: f64,
    /// Numbers of the regions above, see [`area`].
    pub areas: Vec<i32>,
}

impl Dong {
    /// Reads a code; a former one becomes today's. Larger and smaller regions than a 읍면동 are refused.
    pub fn parse(regions: &Regions, code: &str) -> Result<Self, FieldError> {
        let region = regions.get(code.trim()).ok_or_else(|| FieldError::plain(field::REGION_UNKNOWN))?;
        if region.level != Level::Eupmyeondong {
            return Err(FieldError::plain(field::REGION_LEVEL));
        }
        let areas = regions.ancestors(region.code).into_iter().filter_map(area).collect();
        Ok(Self { code: region.code.to_owned(), lat: region.lat, lon: region.lon, areas })
    }
}

/// A 시도 or 시군구 as a number: the first five digits of its code.
pub(crate) fn area(code: &str) -> Option<i32> {
    code.get(..5)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_neighbourhood_is_a_place_to_stand() {
        let regions = Regions::embedded();
        let refused = |code: &str| Dong::parse(&regions, code).unwrap_err().code;
        assert_eq!(refused("1144000000"), "region.level");
        assert_eq!(refused("1100000000"), "region.level");
        assert_eq!(refused("0000000000"), "region.unknown");
        assert_eq!(refused("망원동"), "region.unknown");
        let dong = Dong::parse(&regions, "1144012300").unwrap();
        assert_eq!((dong.code.as_str(), dong.areas), ("1144012300", vec![11000, 11440]));
    }

    #[test]
    fn a_former_code_becomes_todays() {
        let regions = Regions::embedded();
        // 강원도 춘천시 퇴계동, before it became 강원특별자치도.
        let dong = Dong::parse(&regions, "4211012000").unwrap();
        assert!(dong.code.starts_with("51"), "{}", dong.code);
    }
}
