//! The region table as it is asked over HTTP.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
    web::Bytes,
};
use common::http::{Problem, problems::PAGE_LIMIT};
use moka::sync::Cache;
use regions::{Level, Regions};
use serde::Serialize;

/// So many searches are remembered, some kilobytes each …
const REMEMBERED: u64 = 500;

/// … and none of more bytes than anybody types.
const LONGEST: usize = 60;

/// The region table and what is answered most often.
pub(crate) struct Directory {
    pub(super) regions: Arc<Regions>,
    /// Codes of the 시도.
    pub(super) sidos: Vec<String>,
    /// What was searched lately, as it is sent: many people type the same first letters.
    searched: Cache<(String, usize), Bytes>,
    /// Changes with the table and with the program that searches it.
    etag: String,
}

impl Directory {
    pub(crate) fn embedded() -> Self {
        let regions = Regions::shared();
        let sidos = regions.iter().filter(|r| r.level == Level::Sido).map(|r| r.code.to_owned()).collect();
        let etag = format!("\"{}-{}\"", regions.dataset_version(), env!("CARGO_PKG_VERSION"));
        Self { regions, sidos, searched: Cache::new(REMEMBERED), etag }
    }

    /// The answer, or 304 for a client that has it already.
    pub(super) fn answer(&self, request: &HttpRequest, view: &impl Serialize) -> HttpResponse {
        let (known, mut response) = self.head(request);
        if known { response.finish() } else { response.json(view) }
    }

    /// The answer to a search, from memory where it was given before.
    pub(super) fn found(
        &self,
        request: &HttpRequest,
        q: &str,
        limit: usize,
        search: impl FnOnce() -> serde_json::Result<Vec<u8>>,
    ) -> Result<HttpResponse, Problem> {
        let (known, mut response) = self.head(request);
        if known {
            return Ok(response.finish());
        }
        let key = (q.to_owned(), limit);
        let body = if let Some(body) = self.searched.get(&key) {
            body
        } else {
            let body = Bytes::from(search().map_err(Problem::internal)?);
            if q.len() <= LONGEST {
                self.searched.insert(key, body.clone());
            }
            body
        };
        Ok(response.content_type("application/json").body(body))
    }

    fn head(&self, request: &HttpRequest) -> (bool, HttpResponseBuilder) {
        let tags = request.headers().get(header::IF_NONE_MATCH);
        let known = tags.is_some_and(|tags| tags.as_bytes() == self.etag.as_bytes());
        let mut response = HttpResponse::build(if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
        response.insert_header((header::CACHE_CONTROL, "public, max-age=3600"));
        response.insert_header((header::ETAG, self.etag.as_str()));
        (known, response)
    }
}

/// `?limit=`, 1 to 20.
pub(super) fn limit(limit: Option<u32>, usual: usize) -> Result<usize, Problem> {
    match limit {
        None => Ok(usual),
        Some(limit @ 1..=20) => usize::try_from(limit).map_err(Problem::internal),
        Some(_) => Err(Problem::new(PAGE_LIMIT)),
    }
}
