//! The binary: configuration, wiring and the command line. It is the only place that names the
//! implementations of the layers' traits; what they do is theirs.
#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
mod allocator;
mod app;
mod cli;
mod commands;
#[expect(clippy::indexing_slicing, reason = "reading JSON by a key that is not there gives null")]
mod demo;
mod settings;
mod telemetry;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command};
use crate::settings::Settings;

fn main() -> ExitCode {
    // A sandbox child is this same binary. It must not read configuration, start threads or touch
    // anything else before it has locked itself in.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == sandbox::CHILD_ARGUMENT) {
        return sandbox::run_child();
    }
    let cli = Cli::parse();
    egress::install_cryptography();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            // The cause's chain on one line: a mistake in configuration is read by people.
            report(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "the last word of a program that could not do its work")]
fn report(message: &str) {
    eprintln!("adapter-forge: {message}");
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let settings = Settings::load(cli.config.as_deref())?;
    let command = cli.command.unwrap_or(Command::Serve);
    let traces = match command {
        Command::Demo => None,
        _ => Some(telemetry::start(&settings.log, &settings.traces)?),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        match command {
            Command::Serve => commands::serve::run(settings).await,
            Command::Demo => demo::run(settings).await,
            Command::Migrate => commands::migrate::run(&settings).await,
            Command::Keys(command) => commands::keys::run(&settings, command).await,
        }
    });
    // A draft that is still being computed cannot be interrupted, and nobody waits for it any more.
    runtime.shutdown_background();
    if let Some(traces) = traces {
        traces.close();
    }
    outcome
}
