//! Traces for whoever collects them, by OpenTelemetry.
//!
//! What is sent is what the log shows of our own parts at level INFO: the request or the job, its
//! stages, its author and its runs. It holds numbers, names and no secrets, as the log does.

use anyhow::Context as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

use crate::settings::TraceSettings;

const NAME: &str = "adapter-forge";
/// Of others nothing is sent: what they log may hold secrets.
const OURS: [&str; 9] = [
    "adapter_forge",
    "api",
    "authors",
    "egress",
    "engine",
    "knowledge",
    "sandbox",
    "store",
    "trials",
];

/// Sends traces, in a thread of its own and many at once, or does not.
pub(crate) struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Makes ready to send. Whether anybody takes them shows later, and is no matter of ours.
    pub(super) fn open(settings: &TraceSettings) -> anyhow::Result<Self> {
        if settings.endpoint.is_empty() {
            return Ok(Self(None));
        }
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(&settings.endpoint)
            .build()
            .with_context(|| format!("cannot send traces to {}", settings.endpoint))?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            // By the trace's number alone, so that all servers say the same of it.
            .with_sampler(Sampler::TraceIdRatioBased(settings.share))
            .with_resource(Resource::builder().with_service_name(NAME).build())
            .build();
        Ok(Self(Some(provider)))
    }

    /// Where the log's spans go as well.
    pub(super) fn layer<S>(&self) -> Option<impl Layer<S> + use<S>>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let tracer = self.0.as_ref()?.tracer(NAME);
        let ours = OURS.map(|target| (target, Level::INFO));
        let layer = tracing_opentelemetry::layer().with_tracer(tracer);
        Some(layer.with_filter(Targets::new().with_targets(ours)))
    }

    /// Sends what is left.
    pub(crate) fn close(self) {
        if let Some(provider) = self.0
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}
