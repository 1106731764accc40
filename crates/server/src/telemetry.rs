//! Where log events go: standard error, so that standard output stays for what a command answers.
//! And where counters go: into memory, until somebody reads them at `/metrics`.

mod traces;

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use anyhow::Context as _;
use api::PrometheusHandle;
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

pub(crate) use self::traces::Traces;
use crate::settings::{LogFormat, LogSettings, TraceSettings};

/// The client library of models logs what providers answer, who may repeat the key in it. We say what
/// went wrong ourselves, without the key.
const NEVER: &str = "genai=off";

/// How often measured times are sorted into their classes. Until then each takes its own room.
const UPKEEP: Duration = Duration::from_secs(10);

/// Starts logging, and sending traces where that is configured. Called once.
///
/// # Errors
/// When the filter is not written as `tracing` filters are, or traces cannot be sent.
pub(crate) fn start(log: &LogSettings, traces: &TraceSettings) -> anyhow::Result<Traces> {
    let filter = EnvFilter::try_new(&log.filter)
        .with_context(|| format!("bad configuration: log.filter \"{}\"", log.filter))?
        .add_directive(NEVER.parse().context("the log's own directive is bad")?);
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let colours = wanted && io::stderr().is_terminal();
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(colours);
    let lines = match log.format {
        LogFormat::Human => lines.compact().boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let traces = Traces::open(traces)?;
    let started = tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(traces.layer())
        .try_init();
    started.map_err(|error| anyhow::anyhow!("cannot start logging: {error}"))?;
    Ok(traces)
}

/// Begins to count. Called once.
///
/// # Errors
/// When something else of this process counts already.
pub(crate) fn install_meters() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets(&engine::meters::SECONDS)
        .and_then(PrometheusBuilder::install_recorder)
        .context("cannot begin to count")?;
    engine::meters::describe();
    api::describe_http_meters();
    Ok(handle)
}

/// Keeps the counters small until `shutdown`, whether somebody reads them or not.
pub(crate) async fn keep_meters(meters: &PrometheusHandle, shutdown: &CancellationToken) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(UPKEEP) => meters.run_upkeep(),
        }
    }
}
