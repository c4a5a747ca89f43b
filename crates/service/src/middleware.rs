//! What surrounds every operation of a mount.

use std::{panic::AssertUnwindSafe, time::Instant};

use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use futures_util::FutureExt;
use http::Problem;
use kernel::{metrics::HttpLabels, trace};
use tracing::Instrument;

use crate::Ctx;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Request id, span, one log line for what went wrong, metrics; and the request id inside a problem's body.
pub(crate) async fn observe<B: MessageBody + 'static>(
    service: &'static str,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<actix_web::body::BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let id = request_id(&request);
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let method = trace::method(request.method().as_str());
    let route = request.match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let metrics = request.app_data::<Data<Ctx>>().map(|cx| cx.metrics.clone());
    // Made only where traces are exported: lines about failures name the request themselves.
    let parent = request.headers().get(trace::TRACEPARENT).and_then(|v| v.to_str().ok());
    let span = trace::request(service, method, &route, parent);
    let answered = AssertUnwindSafe(next.call(request).instrument(span.clone())).catch_unwind().await;
    let Ok(answered) = answered else {
        trace::answered(&span, 500);
        // The panic itself is in the log already, through the process's hook.
        span.in_scope(|| {
            tracing::error!(
                service,
                http.method = method,
                http.route = route,
                request.id = word(&id),
                "a handler panicked"
            );
        });
        let problem = Problem::internal("a handler panicked");
        let mut response = problem.response(Some(word(&id)));
        sign(response.headers_mut(), id);
        if let Some(metrics) = metrics {
            metrics.answered(
                &HttpLabels { service, method, route, status: 500 },
                started.elapsed().as_secs_f64(),
            );
        }
        return Err(InternalError::from_response(problem, response).into());
    };
    let mut answered = answered?.map_into_boxed_body();
    let problem = answered.response().error().and_then(|e| e.as_error::<Problem>()).cloned();
    if let Some(problem) = problem {
        span.in_scope(|| {
            if problem.status().is_server_error() {
                let (problem, cause) = (problem.code(), problem.cause());
                tracing::error!(
                    service,
                    http.method = method,
                    http.route = route,
                    request.id = word(&id),
                    problem,
                    cause,
                    "failed"
                );
            } else {
                tracing::debug!(%problem, "refused");
            }
        });
        let response = problem.response(Some(word(&id)));
        answered = answered.into_response(response);
    }
    sign(answered.headers_mut(), id);
    let status = answered.status().as_u16();
    trace::answered(&span, status);
    if let Some(metrics) = metrics {
        metrics.answered(&HttpLabels { service, method, route, status }, started.elapsed().as_secs_f64());
    }
    Ok(answered)
}

/// The headers of every answer.
fn sign(headers: &mut HeaderMap, request_id: HeaderValue) {
    headers.insert(REQUEST_ID, request_id);
    // Answers are personal and change: nobody in between may keep them, unless the operation says otherwise.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The client's, if it is a short word; else a new one. Clones of it share their bytes.
fn request_id(request: &ServiceRequest) -> HeaderValue {
    let usable = |id: &&HeaderValue| {
        let id = id.as_bytes();
        (4..=64).contains(&id.len()) && id.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    };
    match (request.headers().get(REQUEST_ID).filter(usable), request.app_data::<Data<Ctx>>()) {
        (Some(id), _) => id.clone(),
        (None, Some(cx)) => HeaderValue::from_str(cx.clock.id().hyphenated().encode_lower(&mut [0; 36]))
            .unwrap_or_else(|_never| HeaderValue::from_static("")),
        (None, None) => HeaderValue::from_static(""),
    }
}

/// As text: it is ASCII.
fn word(id: &HeaderValue) -> &str {
    id.to_str().unwrap_or_default()
}
