//! A collector of traces: what any program sends to `OTEL_EXPORTER_OTLP_ENDPOINT`, as a tree that can be asked.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use actix_web::{HttpResponse, web};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse},
    common::v1::{AnyValue, KeyValue, any_value},
};
use prost::Message;

use crate::Hosted;

/// The trace and the span of a click, as a browser may say them.
pub const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
pub const CLICK: &str = "00f067aa0ba902b7";

/// The header that says so, and that the trace is to be kept.
pub fn traceparent() -> String {
    format!("00-{TRACE}-{CLICK}-01")
}

/// A span as it arrived.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// `service.name` of the process that sent it.
    pub process: String,
    pub trace: String,
    pub id: String,
    /// Empty for the first of a trace.
    pub parent: String,
    pub name: String,
    /// `server`, `client`, `producer`, `consumer` or `internal`.
    pub kind: &'static str,
    pub failed: bool,
    /// Unix time in nanoseconds, by the clock of its process.
    pub begun: u64,
    pub ended: u64,
    pub attributes: BTreeMap<String, String>,
    /// Everything in it that is text, names of events and links included.
    pub text: String,
}

/// Receives OTLP over HTTP on a port of its own until it is dropped. Processes may come and go.
pub struct Collector {
    /// For `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub endpoint: String,
    spans: Arc<Mutex<Vec<Span>>>,
    _server: Hosted,
}

impl Collector {
    pub fn start() -> Self {
        let spans = Arc::new(Mutex::new(Vec::new()));
        let kept = spans.clone();
        let server = Hosted::start(move |config| {
            let kept = kept.clone();
            config.app_data(web::PayloadConfig::new(64 << 20)).route(
                "/v1/traces",
                web::post().to(move |body: web::Bytes| std::future::ready(receive(&kept, body))),
            );
        });
        Self { endpoint: server.base.clone(), spans, _server: server }
    }

    /// What has arrived so far.
    pub fn spans(&self) -> Vec<Span> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until `wanted` finds what it looks for among the spans.
    ///
    /// # Panics
    /// When it has not come within a minute; says what has.
    pub async fn wait_for<T>(&self, what: &str, wanted: impl Fn(&[Span]) -> Option<T>) -> T {
        let found = tokio::time::timeout(Duration::from_mins(1), async {
            loop {
                if let Some(found) = wanted(&self.spans()) {
                    break found;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        found.await.unwrap_or_else(|_| panic!("{what} did not come; what came is\n{}", tree(&self.spans())))
    }
}

/// Spans as an indented list, each below its parent.
pub fn tree(spans: &[Span]) -> String {
    let mut out = String::new();
    for (depth, service, span) in rows(spans) {
        let _ = writeln!(out, "{:indent$}{} [{}] {service}", "", span.name, span.kind, indent = depth * 2);
    }
    out
}

/// Spans of one trace as a picture (SVG): a line each, as long as it took, in the colour of its service.
pub fn picture(spans: &[Span]) -> String {
    const ROW: usize = 17;
    const LABELS: u64 = 560;
    const WIDTH: u64 = 520;
    let (rows, begun) = (rows(spans), spans.iter().map(|s| s.begun).min().unwrap_or_default());
    let whole = spans.iter().map(|s| s.ended).max().unwrap_or_default().saturating_sub(begun).max(1);
    let at = |time: u64| time.saturating_sub(begun) * WIDTH / whole;
    let height = (rows.len() + 2) * ROW;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1160\" height=\"{height}\" \
         font-family=\"ui-monospace, monospace\" font-size=\"11\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (n, (depth, service, span)) in rows.iter().enumerate() {
        let colour = match *service {
            "core" => "#2f6f4f",
            "auth" => "#7a5195",
            "notify-address" => "#c8553d",
            "chat" => "#2a6f97",
            _ => "#999",
        };
        let (y, from) = (n * ROW + ROW, at(span.begun));
        let (bar, took) = (at(span.ended).saturating_sub(from).max(1), span.ended.saturating_sub(span.begun));
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\" fill=\"{colour}\">{}  · {service}</text>\
             <rect x=\"{}\" y=\"{y}\" width=\"{bar}\" height=\"11\" rx=\"2\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"{}\" fill=\"#666\">{}.{:02} ms</text>",
            8 + depth * 14,
            y + 10,
            span.name,
            LABELS + from,
            LABELS + from + bar + 4,
            y + 10,
            took / 1_000_000,
            took / 10_000 % 100,
        );
    }
    out + "</svg>\n"
}

/// Each span below its parent, in the order of their beginnings: depth, service, span. A span without a service of its own
/// is its parent's.
fn rows(spans: &[Span]) -> Vec<(usize, &str, &Span)> {
    let mut below: HashMap<&str, Vec<&Span>> = HashMap::new();
    for span in spans {
        let known = spans.iter().any(|s| s.id == span.parent);
        below.entry(if known { &span.parent } else { "" }).or_default().push(span);
    }
    // Last first, since the next one is taken from the end.
    for children in below.values_mut() {
        children.sort_by_key(|span| std::cmp::Reverse(span.begun));
    }
    let mut rows = Vec::new();
    let mut next: Vec<_> = below.get("").into_iter().flatten().map(|span| (0, "", *span)).collect();
    while let Some((depth, parents, span)) = next.pop() {
        let service = span.attributes.get("dojob.service").map_or(parents, String::as_str);
        rows.push((depth, service, span));
        next.extend(below.get(span.id.as_str()).into_iter().flatten().map(|s| (depth + 1, service, *s)));
    }
    rows
}

fn receive(kept: &Mutex<Vec<Span>>, body: web::Bytes) -> HttpResponse {
    let Ok(request) = ExportTraceServiceRequest::decode(body) else {
        return HttpResponse::BadRequest().finish();
    };
    let mut arrived = Vec::new();
    for of_process in request.resource_spans {
        let resource = of_process.resource.map(|r| attributes(&r.attributes)).unwrap_or_default();
        let process = resource.get("service.name").cloned().unwrap_or_default();
        for span in of_process.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            let kind = match span.kind {
                2 => "server",
                3 => "client",
                4 => "producer",
                5 => "consumer",
                _ => "internal",
            };
            arrived.push(Span {
                process: process.clone(),
                trace: hex::encode(&span.trace_id),
                id: hex::encode(&span.span_id),
                parent: hex::encode(&span.parent_span_id),
                kind,
                begun: span.start_time_unix_nano,
                ended: span.end_time_unix_nano,
                failed: span.status.as_ref().is_some_and(|s| s.code == 2),
                attributes: attributes(&span.attributes),
                text: format!(
                    "{} {} {} {:?} {:?} {:?}",
                    span.name,
                    span.trace_state,
                    listed(&span.attributes),
                    span.events.iter().map(|e| (&e.name, listed(&e.attributes))).collect::<Vec<_>>(),
                    span.links.iter().map(|l| (&l.trace_state, listed(&l.attributes))).collect::<Vec<_>>(),
                    span.status.map(|s| s.message),
                ),
                name: span.name,
            });
        }
    }
    kept.lock().unwrap_or_else(PoisonError::into_inner).extend(arrived);
    HttpResponse::Ok()
        .content_type("application/x-protobuf")
        .body(ExportTraceServiceResponse::default().encode_to_vec())
}

fn listed(pairs: &[KeyValue]) -> String {
    let lines: Vec<_> = attributes(pairs).into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    lines.join("\n")
}

fn attributes(pairs: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &Option<AnyValue>| match value.as_ref().and_then(|v| v.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text.clone(),
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        Some(any_value::Value::BoolValue(yes)) => yes.to_string(),
        Some(other) => format!("{other:?}"),
        None => String::new(),
    };
    pairs.iter().map(|pair| (pair.key.clone(), text(&pair.value))).collect()
}
