//! Spans: what one cause leads to, from a request to the frames that tell of it, across all services. Ids, patterns and
//! statement texts only; never a path, a bound value or anything that somebody typed. Names follow the OpenTelemetry
//! semantic conventions 1.37. With nobody to export to ([`crate::telemetry`]) none of them is made.

use std::{collections::HashMap, fmt};

use actix_web::http::{Method, header::HeaderMap};
use diesel::connection::{DebugQuery, Instrumentation, InstrumentationEvent};
use opentelemetry::{Context, propagation::TextMapPropagator, trace::TraceContextExt};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::{Span, debug_span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::{
    db::{Class, classify},
    events::Record,
};

/// What tells these spans from all others.
pub(crate) const TARGET: &str = module_path!();

/// W3C Trace Context.
const TRACEPARENT: &str = "traceparent";

/// What diesel writes between a statement and the values that are bound to it.
const BINDS: &str = " -- binds: ";

/// The current span for others, in W3C form; nothing when nothing is traced.
pub(crate) fn traceparent() -> Option<String> {
    let (trace, span, flags) = current()?;
    Some(format!("00-{trace}-{span}-{flags}"))
}

/// Ids of the current trace and span, and its flags.
pub(crate) fn current() -> Option<(String, String, String)> {
    Context::map_current(|cx| {
        let span = cx.span();
        let of = span.span_context();
        let ids =
            || (of.trace_id().to_string(), of.span_id().to_string(), format!("{:02x}", of.trace_flags()));
        of.is_valid().then(ids)
    })
}

/// Whether what happens now is part of a trace that is kept. Statements and events outside one begin none.
fn is_traced() -> bool {
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

fn parent_of(record: &Record) -> Option<&str> {
    record.headers.get(TRACEPARENT)?.as_str()
}

/// One of the methods that exist: clients may send any word, and labels must be few.
pub(crate) fn method(of: &Method) -> &'static str {
    match of.as_str() {
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
pub(crate) fn request(service: &str, method: &str, route: &str, headers: &HeaderMap) -> Span {
    let span = debug_span!(
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
    below(span, headers.get(TRACEPARENT).and_then(|parent| parent.to_str().ok()))
}

/// How a request ended. A refusal is no error of the server's.
pub(crate) fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("error.type", status.to_string());
        span.record("otel.status_code", "ERROR");
    }
}

/// An event that is being written into the outbox; consumers' spans lie below it.
pub(crate) fn created(service: &str, topic: &str, kind: &str, id: uuid::Uuid) -> Span {
    if !is_traced() {
        return Span::none();
    }
    debug_span!(
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
pub(crate) fn processed(service: &str, consumer: &str, record: &Record) -> Span {
    let span = debug_span!(
        parent: None,
        "process",
        otel.name = format!("process {}", record.topic),
        otel.kind = "consumer",
        otel.status_code = Empty,
        error.type = Empty,
        messaging.system = "kafka",
        messaging.operation.name = "process",
        messaging.operation.type = "process",
        messaging.destination.name = record.topic,
        messaging.consumer.group.name = consumer,
        messaging.message.id = %record.event_id,
        dojob.event.kind = record.kind,
        dojob.service = service,
    );
    below(span, parent_of(record))
}

/// Handing what an event tells to the sockets and streams of this process.
pub fn handed_on(service: &str, record: &Record) -> Span {
    let span = debug_span!(
        parent: None,
        "frame",
        otel.name = format!("frame {}", record.kind),
        otel.kind = "consumer",
        messaging.system = "kafka",
        messaging.operation.name = "frame",
        messaging.operation.type = "process",
        messaging.destination.name = record.topic,
        messaging.message.id = %record.event_id,
        dojob.event.kind = record.kind,
        dojob.service = service,
    );
    below(span, parent_of(record))
}

/// What a client asks for over a socket that is open: the beginning of a trace.
pub fn heard(service: &str, frame: &str) -> Span {
    debug_span!(
        parent: None,
        "heard",
        otel.name = format!("heard {frame}"),
        otel.kind = "server",
        dojob.service = service,
    )
}

/// A timer that has come due: the beginning of a trace.
pub(crate) fn job(service: &str, kind: &str) -> Span {
    debug_span!(
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
pub(crate) fn failed(span: &Span, class: &'static str) {
    span.record("error.type", class);
    span.record("otel.status_code", "ERROR");
}

/// A span for each statement of a connection that is part of a trace.
#[derive(Default)]
pub(crate) struct Statements(Option<Span>);

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            // One that was given up has had no end: it ends here.
            InstrumentationEvent::StartQuery { query, .. } => self.0 = is_traced().then(|| statement(query)),
            InstrumentationEvent::FinishQuery { error, .. } => {
                if let (Some(span), Some(error)) = (self.0.take(), error) {
                    match classify(error) {
                        Class::Absent => {}
                        Class::Away => failed(&span, "away"),
                        Class::RunAgain => failed(&span, "run_again"),
                        Class::LockTimeout => failed(&span, "lock_timeout"),
                        Class::Constraint => failed(&span, "constraint"),
                        Class::Broken => failed(&span, "broken"),
                    }
                }
            }
            _ => {}
        }
    }
}

fn statement(query: &dyn DebugQuery) -> Span {
    let text = without_binds(query);
    let (operation, table) = summary(&text);
    debug_span!(
        "statement",
        otel.name = format!("{operation} {table}").trim_end(),
        otel.kind = "client",
        otel.status_code = Empty,
        error.type = Empty,
        db.system.name = "postgresql",
        db.operation.name = operation,
        db.collection.name = (!table.is_empty()).then_some(table),
        db.query.text = text,
    )
}

/// The text of a statement. The values follow it, and are not even written down.
fn without_binds(query: impl fmt::Display) -> String {
    struct Text(String);
    impl fmt::Write for Text {
        fn write_str(&mut self, piece: &str) -> fmt::Result {
            self.0.push_str(piece);
            match self.0.find(BINDS) {
                Some(end) => {
                    self.0.truncate(end);
                    Err(fmt::Error)
                }
                None => Ok(()),
            }
        }
    }
    let mut text = Text(String::new());
    let _ = fmt::write(&mut text, format_args!("{query}"));
    text.0
}

/// What a statement does and to which table first: a low-cardinality name.
fn summary(text: &str) -> (&str, &str) {
    let mut words = text.split_whitespace();
    let operation = words.next().unwrap_or_default().trim_end_matches(';');
    let table = if operation == "UPDATE" {
        words.next()
    } else {
        words.find(|word| matches!(*word, "FROM" | "INTO")).and_then(|_| words.next())
    };
    // Without its schema; of a function, its name.
    let table = table.unwrap_or_default().split('(').next().and_then(|name| name.rsplit('.').next());
    let table = table.unwrap_or_default().trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    (operation, table)
}

#[cfg(test)]
mod tests {
    use diesel::{pg::Pg, prelude::*};

    use super::*;

    #[test]
    fn a_statement_keeps_its_values_to_itself() {
        use crate::db::schema::idempotency::dsl;
        for secret in ["kim@example.com", " -- binds: kim", "\n', '"] {
            let query = dsl::idempotency.filter(dsl::key.eq(secret)).select(dsl::status);
            let shown = diesel::debug_query::<Pg, _>(&query);
            assert!(shown.to_string().contains("binds: ["), "diesel has another form now");
            let text = without_binds(&shown);
            assert!(text.starts_with("SELECT ") && text.ends_with("$1)"), "{text}");
            assert_eq!(summary(&text), ("SELECT", "idempotency"));
        }
    }

    #[test]
    fn a_summary_names_the_first_table() {
        for (text, expected) in [
            (r#"INSERT INTO "outbox" ("id") VALUES ($1)"#, ("INSERT", "outbox")),
            (r#"UPDATE "job" SET "a" = $1"#, ("UPDATE", "job")),
            (r#"DELETE FROM "job" WHERE true"#, ("DELETE", "job")),
            (r#"SELECT 1 FROM "notification"."notices" WHERE true"#, ("SELECT", "notices")),
            ("SELECT a FROM unnest($1, $2)", ("SELECT", "unnest")),
            ("COMMIT", ("COMMIT", "")),
            ("", ("", "")),
        ] {
            assert_eq!(summary(text), expected);
        }
    }
}
