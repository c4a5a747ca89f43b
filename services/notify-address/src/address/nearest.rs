//! The regions around a point.

use actix_web::{HttpResponse, http::header, post, web::Data};
use common::http::{ApiJson, FieldError, Fields, MaybeCaller, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    directory::{Directory, limit},
    view::{Items, RegionView},
};
use crate::problems::field;

/// Where somebody is. In the body, because addresses are logged and kept on the way; it is answered and forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Degrees north.
    lat: f64,
    /// Degrees east.
    lon: f64,
    /// How many, 1 to 20; 5 when absent.
    #[schema(minimum = 1, maximum = 20)]
    limit: Option<u32>,
}

#[derive(Serialize, ToSchema)]
pub struct NearView<'a> {
    #[serde(flatten)]
    region: RegionView<'a>,
    /// To the region's point, in hundredths.
    distance_km: f64,
}

impl Point {
    /// A point on earth that lies in the box around the country, islands included.
    fn check(&self) -> Result<(), Problem> {
        let mut fields = Fields::new();
        if !(-90.0..=90.0).contains(&self.lat) {
            fields.refuse("/lat", FieldError::plain(field::PLACE_LATITUDE));
        }
        if !(-180.0..=180.0).contains(&self.lon) {
            fields.refuse("/lon", FieldError::plain(field::PLACE_LONGITUDE));
        }
        fields.done()?;
        if (32.5..=39.0).contains(&self.lat) && (124.0..=132.0).contains(&self.lon) {
            Ok(())
        } else {
            Err(Problem::field("", FieldError::plain(field::PLACE_OUTSIDE_KOREA)))
        }
    }
}

/// The 읍면동 nearest to a point. Nothing of the point is kept, here or in a log.
#[utoipa::path(
    operation_id = "list_nearest_regions",
    tag = "regions",
    request_body = Point,
    responses((status = 200, body = Items<NearView>), Problems)
)]
#[post("/nearest")]
pub(super) async fn handle(
    directory: Data<Directory>,
    _: MaybeCaller,
    point: ApiJson<Point>,
) -> Result<HttpResponse, Problem> {
    let limit = limit(point.limit, 5)?;
    point.check()?;
    let near = directory.regions.nearest(point.lat, point.lon, limit).into_iter();
    let items: Vec<NearView<'_>> = near
        .map(|near| NearView { region: near.region.into(), distance_km: (near.km * 100.0).round() / 100.0 })
        .collect();
    let never = (header::CACHE_CONTROL, "no-store");
    Ok(HttpResponse::Ok().insert_header(never).json(Items { items }))
}
