//! Spans: what one cause leads to, from a request to the frames that tell of it, across all services. Ids, patterns and
//! statement texts only; never a path, a bound value or anything that somebody typed. Names follow the OpenTelemetry
//! semantic conventions 1.37. With no collector to export to none of
//! them is made.

use std::collections::HashMap;

use opentelemetry::{Context, propagation::TextMapPropagator, trace::TraceContextExt};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::{Span, debug_span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use uuid::Uuid;

/// What tells these spans from all others.
pub const TARGET: &str = "dojob::span";

/// The header of W3C Trace Context.
pub const TRACEPARENT: &str = "traceparent";

/// The current span for others, in W3C form; nothing when nothing is traced.
pub fn traceparent() -> Option<String> {
    let (trace, span, flags) = current()?;
    Some(format!("00-{trace}-{span}-{flags}"))
}

/// Ids of the current trace and span, and its flags.
pub fn current() -> Option<(String, String, String)> {
    Context::map_current(|cx| {
        let span = cx.span();
        let of = span.span_context();
        let ids =
            || (of.trace_id().to_string(), of.span_id().to_string(), format!("{:02x}", of.trace_flags()));
        of.is_valid().then(ids)
    })
}

/// Whether what happens now is part of a trace that is kept. Statements and events outside one begin none.
pub fn is_traced() -> bool {
    Context::map_current(|cx| cx.span().span_context().is_sampled())
}

/// Makes `span` a child of the one that `traceparent` names, if it can be read.
fn below(span: Span, traceparent: Option<&str>) -> Span {
    if let (false, Some(parent)) = (span.is_disabled(), traceparent) {
        let carrier = HashMap::from([(TRACEPARENT.to_owned(), parent.to_owned())]);
        let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier);
        // Refused only for a span that has begun.
        let _ = span.set_parent(parent);
    }
    span
}

/// What a span tells of an event.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    pub topic: &'a str,
    pub kind: &'a str,
    pub id: Uuid,
    /// The span that caused it.
    pub traceparent: Option<&'a str>,
}

/// One of the methods that exist: clients may send any word, and labels must be few.
pub fn method(of: &str) -> &'static str {
    match of {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        "CONNECT" => "CONNECT",
        "TRACE" => "TRACE",
        _ => "_OTHER",
    }
}

/// A request, below the client's span if it sent one. No path and no query: they hold what people search for.
pub fn request(service: &str, method: &str, route: &str, traceparent: Option<&str>) -> Span {
    let span = debug_span!(
        target: TARGET,
        parent: None,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        error.type = Empty,
        dojob.service = service,
    );
    below(span, traceparent)
}

/// How a request ended. A refusal is no error of the server's.
pub fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("error.type", status.to_string());
        span.record("otel.status_code", "ERROR");
    }
}

/// An event that is told; consumers' spans lie below it.
pub fn created(service: &str, topic: &str, kind: &str, id: Uuid) -> Span {
    if !is_traced() {
        return Span::none();
    }
    debug_span!(
        target: TARGET,
        "create",
        otel.name = format!("create {topic}"),
        otel.kind = "producer",
        messaging.system = "kafka",
        messaging.operation.name = "create",
        messaging.operation.type = "create",
        messaging.destination.name = topic,
        messaging.message.id = %id,
        dojob.event.kind = kind,
        dojob.service = service,
    )
}

/// A consumer's effect of one event.
pub fn processed(service: &str, consumer: &str, message: Message<'_>) -> Span {
    let span = debug_span!(
        target: TARGET,
        parent: None,
        "process",
        otel.name = format!("process {}", message.topic),
        otel.kind = "consumer",
        otel.status_code = Empty,
        error.type = Empty,
        messaging.system = "kafka",
        messaging.operation.name = "process",
        messaging.operation.type = "process",
        messaging.destination.name = message.topic,
        messaging.consumer.group.name = consumer,
        messaging.message.id = %message.id,
        dojob.event.kind = message.kind,
        dojob.service = service,
    );
    below(span, message.traceparent)
}

/// Handing what an event tells to the sockets and streams of this process.
pub fn handed_on<'a>(service: &str, message: impl Into<Message<'a>>) -> Span {
    let message = message.into();
    let span = debug_span!(
        target: TARGET,
        parent: None,
        "frame",
        otel.name = format!("frame {}", message.kind),
        otel.kind = "consumer",
        messaging.system = "kafka",
        messaging.operation.name = "frame",
        messaging.operation.type = "process",
        messaging.destination.name = message.topic,
        messaging.message.id = %message.id,
        dojob.event.kind = message.kind,
        dojob.service = service,
    );
    below(span, message.traceparent)
}

/// What a client asks for over a socket that is open: the beginning of a trace.
pub fn received(service: &str, frame: &str) -> Span {
    debug_span!(
        target: TARGET,
        parent: None,
        "received",
        otel.name = format!("received {frame}"),
        otel.kind = "server",
        dojob.service = service,
    )
}

/// A timer that has come due: the beginning of a trace.
pub fn job(service: &str, kind: &str) -> Span {
    debug_span!(
        target: TARGET,
        parent: None,
        "job",
        otel.name = format!("job {kind}"),
        otel.status_code = Empty,
        error.type = Empty,
        dojob.job.kind = kind,
        dojob.service = service,
    )
}

/// Something in this span failed. `class` is a word of ours, never the failure's own words.
pub fn failed(span: &Span, class: &'static str) {
    span.record("error.type", class);
    span.record("otel.status_code", "ERROR");
}
