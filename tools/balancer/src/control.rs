//! The control port: what an operator would do in the cloud's console.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderValue},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{groups::Groups, table::Address};

/// Whom to take in or out.
#[derive(Debug, Deserialize)]
struct Which {
    group: String,
    #[serde(flatten)]
    address: Address,
}

pub async fn answer(groups: &Groups, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (status, body) = match (request.method(), request.uri().path()) {
        (&Method::GET, "/state") => (StatusCode::OK, json!(groups.state())),
        (&Method::POST, "/targets/register") => {
            done(which(request).await.and_then(|w| groups.register(&w.group, w.address)))
        }
        (&Method::POST, "/targets/deregister") => {
            done(which(request).await.and_then(|w| groups.deregister(&w.group, w.address.address)))
        }
        _ => (StatusCode::NOT_FOUND, json!({"error": "there is no such operation"})),
    };
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

async fn which(request: Request<Incoming>) -> anyhow::Result<Which> {
    let body = Limited::new(request.into_body(), 4096).collect().await.map_err(anyhow::Error::from_boxed)?;
    Ok(serde_json::from_slice(&body.to_bytes())?)
}

fn done(result: anyhow::Result<()>) -> (StatusCode, Value) {
    match result {
        Ok(()) => (StatusCode::OK, json!({})),
        Err(error) => (StatusCode::BAD_REQUEST, json!({"error": format!("{error:#}")})),
    }
}
