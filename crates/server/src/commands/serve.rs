//! `adapter-forge serve`.

use std::process::ExitCode;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::App;
use crate::settings::Settings;

/// Serves until SIGTERM or Ctrl-C, then drains.
#[expect(
    clippy::print_stdout,
    reason = "what the command answers: where it listens, and a new key"
)]
pub(crate) async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl-C")?;
    let app = App::open(&settings).await?;
    let mut running = app.start(&settings).await?;
    let first_key = running.first_key().await?;
    println!("adapter-forge listens on http://{}", running.address());
    if let Some(key) = first_key {
        println!("API key with all rights, shown only this once: {}", key.reveal());
    }
    tokio::select! {
        _ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
        _ = interrupt.recv() => tracing::info!("interrupted: stopping"),
        failure = running.failure() => failure?,
    }
    running.stop().await?;
    Ok(ExitCode::SUCCESS)
}
