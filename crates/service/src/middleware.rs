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

/// Request id, span, one log line for what went wrong, metrics; and the request id inside a problem's body.
pub(crate) async fn observe<B: MessageBody + 'static>(
    service: &'static str,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<actix_web::body::BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let id = request_id(&request);
    if let Ok(value) = HeaderValue::from_str(&id) {
        request.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
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
                request.id = id,
                "a handler panicked"
            );
        });
        let problem = Problem::internal("a handler panicked");
        let mut response = problem.response(Some(&id));
        sign(response.headers_mut(), &id);
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
                    request.id = id,
                    problem,
                    cause,
                    "failed"
                );
            } else {
                tracing::debug!(%problem, "refused");
            }
        });
        let response = problem.response(Some(&id));
        answered = answered.into_response(response);
    }
    sign(answered.headers_mut(), &id);
    let status = answered.status().as_u16();
    trace::answered(&span, status);
    if let Some(metrics) = metrics {
        metrics.answered(&HttpLabels { service, method, route, status }, started.elapsed().as_secs_f64());
    }
    Ok(answered)
}

/// The headers of every answer.
fn sign(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    // Answers are personal and change: nobody in between may keep them, unless the operation says otherwise.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn request_id(request: &ServiceRequest) -> String {
    let given = request.headers().get("x-request-id").and_then(|v| v.to_str().ok());
    let usable = |id: &&str| {
        (4..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    match (given.filter(usable), request.app_data::<Data<Ctx>>()) {
        (Some(id), _) => id.to_owned(),
        (None, Some(cx)) => cx.clock.id().to_string(),
        (None, None) => String::new(),
    }
}
