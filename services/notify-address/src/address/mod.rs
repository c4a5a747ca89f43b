//! Address: where things are, by the names people type. Answered from the region table that is compiled in; nothing here
//! reads the database, and every answer may be kept for an hour.

mod children;
mod dataset;
mod nearest;
mod region;
mod search;
mod view;

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Data,
};
use common::{http::Problem, service::Routes};
use regions::{Level, Regions};
use serde::Serialize;

/// The region table and what is answered most often.
pub(crate) struct Book {
    regions: Regions,
    /// Codes of the 시도.
    sidos: Vec<String>,
    /// Changes with the table and with the program that searches it.
    etag: String,
}

impl Book {
    fn embedded() -> Self {
        let regions = Regions::embedded();
        let sidos = regions.iter().filter(|r| r.level == Level::Sido).map(|r| r.code.to_owned()).collect();
        let etag = format!("\"{}-{}\"", regions.dataset_version(), env!("CARGO_PKG_VERSION"));
        Self { regions, sidos, etag }
    }

    /// The answer, or 304 for whoever has it already.
    fn answer(&self, request: &HttpRequest, view: &impl Serialize) -> HttpResponse {
        let known = request
            .headers()
            .get(header::IF_NONE_MATCH)
            .is_some_and(|tags| tags.as_bytes() == self.etag.as_bytes());
        let mut response = HttpResponse::build(if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
        response.insert_header((header::CACHE_CONTROL, "public, max-age=3600"));
        response.insert_header((header::ETAG, self.etag.as_str()));
        if known { response.finish() } else { response.json(view) }
    }
}

/// `?limit=`, 1 to 20.
fn limit(limit: Option<u32>, usual: usize) -> Result<usize, Problem> {
    match limit {
        None => Ok(usual),
        Some(limit @ 1..=20) => usize::try_from(limit).map_err(Problem::internal),
        Some(_) => Err(Problem::new(StatusCode::BAD_REQUEST, "page.limit")),
    }
}

pub(crate) fn routes() -> Routes {
    let book = Data::new(Book::embedded());
    Arc::new(move |c| {
        c.app_data(book.clone())
            .service(search::handle)
            .service(region::handle)
            .service(children::handle)
            .service(nearest::handle)
            .service(dataset::handle);
    })
}
