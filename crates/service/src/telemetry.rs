//! Logs and traces of a process. Logs are human-readable on a terminal, one JSON object a line elsewhere, with the ids
//! of their trace. Traces go to a collector, if there is one. Never a name, an address or a text that somebody typed:
//! ids and counts only.

use std::{
    io::IsTerminal,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use anyhow::Context as _;
use opentelemetry::{
    Context, KeyValue,
    trace::{Link, SpanKind, TraceId, TracerProvider},
};
use opentelemetry_otlp::{Protocol, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{
        BatchSpanProcessor, Sampler, SamplingResult, SdkTracerProvider, ShouldSample, SpanData, SpanExporter,
    },
};
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::filter_fn,
    fmt::{
        self, FmtContext, FormatEvent, FormatFields,
        format::{Format, Json, Writer},
    },
    layer::SubscriberExt,
    registry::LookupSpan,
    util::SubscriberInitExt,
};

use kernel::{config::Env, trace};

/// Where spans go, and how many of them.
#[derive(Clone, Debug, Default)]
pub struct Export {
    /// The collector's base address, to which `/v1/traces` is added. Nothing is traced without one.
    pub endpoint: Option<String>,
    /// `service.name` of the process.
    pub service: String,
    /// The share of traces that is kept, 0 to 1.
    pub ratio: f64,
}

impl Export {
    /// Reads the standard variables. Headers, time-outs, batches and resource attributes are read by the exporter itself,
    /// under their standard names too.
    pub fn from_env(env: &Env, service: &str) -> Self {
        let name = "OTEL_TRACES_SAMPLER_ARG";
        let ratio = env.get(name, 1.0, "the share of traces that is kept, 0 to 1");
        if !(0.0..=1.0).contains(&ratio) {
            env.refuse(name, "expected a share between 0 and 1");
        }
        Self {
            endpoint: env.find(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "an OpenTelemetry collector (OTLP over HTTP, as http://127.0.0.1:4318) that gets the traces",
            ),
            service: env.get("OTEL_SERVICE_NAME", service.to_owned(), "the name of this process in traces"),
            ratio,
        }
    }

    fn provider(self) -> anyhow::Result<Option<SdkTracerProvider>> {
        let Some(endpoint) = self.endpoint else { return Ok(None) };
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .build()
            .context("OTEL_EXPORTER_OTLP_ENDPOINT")?;
        let exporter = Announced { exporter, is_down: AtomicBool::new(false) };
        let provider = SdkTracerProvider::builder()
            .with_span_processor(BatchSpanProcessor::builder(exporter).build())
            .with_sampler(Sampling::of(self.ratio))
            .with_resource(Resource::builder().with_service_name(self.service).build());
        Ok(Some(provider.build()))
    }
}

/// Keeps the telemetry of a process; sends what is left of it when it is dropped.
#[must_use = "spans that wait are lost with it"]
#[derive(Debug, Default)]
pub struct Telemetry(Option<SdkTracerProvider>);

impl Telemetry {
    /// Sends what has been gathered so far.
    pub fn flush(&self) {
        if let Some(provider) = &self.0 {
            // Logged by the exporter.
            let _ = provider.force_flush();
        }
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(provider) = &self.0 {
            let _ = provider.shutdown_with_timeout(Duration::from_secs(2));
        }
    }
}

/// Installs the process's logger and traces; call once, first thing in `main`, and keep what it returns until the last
/// task has ended. `filter` is in `RUST_LOG` syntax.
///
/// # Errors
/// The filter or the collector's address cannot be read, or a logger is installed already.
pub fn init(filter: &str, export: Export) -> anyhow::Result<Telemetry> {
    if std::io::stderr().is_terminal() {
        install(filter, export, fmt::layer().with_writer(std::io::stderr).without_time().boxed())
    } else {
        init_with(filter, export, std::io::stderr)
    }
}

/// As [`init`], with one JSON object a line written to `out`.
///
/// # Errors
/// As [`init`].
pub fn init_with<W>(filter: &str, export: Export, out: W) -> anyhow::Result<Telemetry>
where
    W: for<'w> fmt::MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = fmt::layer().json().flatten_event(true).map_event_format(WithTrace).with_writer(out);
    install(filter, export, lines.boxed())
}

type Lines = Box<dyn Layer<Registry> + Send + Sync>;

fn install(filter: &str, export: Export, lines: Lines) -> anyhow::Result<Telemetry> {
    let provider = export.provider()?;
    let mut layers = vec![lines.with_filter(EnvFilter::try_new(filter)?).boxed()];
    if let Some(provider) = &provider {
        let spans = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("dojob"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false);
        // Independent of the filter of log lines; and no log line becomes part of a span.
        let ours = filter_fn(|metadata| metadata.is_span() && metadata.target() == trace::TARGET);
        layers.push(spans.with_filter(ours).boxed());
    }
    tracing_subscriber::registry().with(layers).try_init()?;
    Ok(Telemetry(provider))
}

/// A JSON line with the ids of the trace that it belongs to.
struct WithTrace(Format<Json>);

impl<S, N> FormatEvent<S, N> for WithTrace
where
    S: Subscriber + for<'l> LookupSpan<'l>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(
        &self,
        cx: &FmtContext<'_, S, N>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        let Some((trace, span, _)) = trace::current() else { return self.0.format_event(cx, out, event) };
        let mut line = String::new();
        self.0.format_event(cx, Writer::new(&mut line), event)?;
        let open = line.trim_end().strip_suffix('}').unwrap_or(&line);
        writeln!(out, r#"{open},"trace_id":"{trace}","span_id":"{span}"}}"#)
    }
}

/// Which traces are kept: those whose id says so, and all that happens because of them. A client says of each of its
/// requests that it is kept, so of a request the id alone counts.
#[derive(Clone, Debug)]
struct Sampling {
    requests: Sampler,
    others: Sampler,
}

impl Sampling {
    fn of(ratio: f64) -> Self {
        let requests = Sampler::TraceIdRatioBased(ratio);
        Self { others: Sampler::ParentBased(Box::new(requests.clone())), requests }
    }
}

impl ShouldSample for Sampling {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let sampler = if *kind == SpanKind::Server { &self.requests } else { &self.others };
        sampler.should_sample(parent, trace, name, kind, attributes, links)
    }
}

/// Logs once that the collector is unavailable, and once that it is back; what it misses is lost.
#[derive(Debug)]
struct Announced<E> {
    exporter: E,
    is_down: AtomicBool,
}

impl<E: SpanExporter> SpanExporter for Announced<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let sent = self.exporter.export(batch).await;
        let was_down = self.is_down.swap(sent.is_err(), Ordering::Relaxed);
        match &sent {
            Err(error) if !was_down => {
                tracing::warn!(%error, spans, "the collector of traces is unavailable; spans are lost until it is back");
            }
            Ok(()) if was_down => tracing::info!("the collector of traces is back"),
            _ => {}
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
