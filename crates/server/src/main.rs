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
mod offline;
mod settings;
mod telemetry;

use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;
use client::{ClientCommand, ClientError, Outcome};

use crate::cli::{Cli, Command};
use crate::settings::Settings;

fn main() -> ExitCode {
    // A sandbox child is this same binary. It must not read configuration, start threads or touch
    // anything else before it has locked itself in.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == sandbox::CHILD_ARGUMENT) {
        return sandbox::run_child();
    }
    // Reads which places of this process are its last.
    #[cfg(feature = "failpoints")]
    let _armed = fail::FailScenario::setup();
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
    // It may quote what a script threw.
    eprintln!("adapter-forge: {}", client::plain(message));
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = cli.config.as_deref();
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => logging(config, commands::serve::run),
        Command::Migrate => {
            logging(config, async |settings| commands::migrate::run(&settings).await)
        }
        Command::Keys(command) => {
            logging(config, async |settings| commands::keys::run(&settings, command).await)
        }
        Command::Vault(command) => {
            logging(config, async |settings| commands::vault::run(&settings, command).await)
        }
        // What these say themselves is enough.
        Command::Demo => finish(demo::run(Settings::load(config)?)),
        Command::Client(ClientCommand::Generate(call)) if call.what.offline => {
            finish(offline::generate(Settings::load(config)?, call))
        }
        // A client needs no server's configuration.
        Command::Client(command) => finish(until_interrupted(command.run())),
        Command::Mcp { options } => finish(commands::mcp::run(options)),
        Command::Completions { shell } => commands::completions::print(shell),
    }
}

/// Does work that logs.
fn logging(
    config: Option<&Path>,
    work: impl AsyncFnOnce(Settings) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    let settings = Settings::load(config)?;
    let traces = telemetry::start(&settings.log, &settings.traces)?;
    let outcome = finish(work(settings));
    traces.close();
    outcome
}

fn finish(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(work);
    // A draft that is still being computed cannot be interrupted, and nobody waits for it any more.
    runtime.shutdown_background();
    outcome
}

/// What the shell says of a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// Carries a client's command out unless Ctrl-C comes first. What it asked of the server goes on.
async fn until_interrupted(
    work: impl Future<Output = Result<Outcome, ClientError>>,
) -> anyhow::Result<ExitCode> {
    tokio::select! {
        // The work first: as long as it reads standard input, Ctrl-C ends the program as it does any.
        biased;
        outcome = work => Ok(client_outcome(outcome)),
        interrupted = tokio::signal::ctrl_c() => {
            interrupted?;
            report("interrupted");
            Ok(ExitCode::from(INTERRUPTED))
        }
    }
}

/// A client's error has an exit code of its own.
fn client_outcome(outcome: Result<Outcome, ClientError>) -> ExitCode {
    match outcome {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            report(&error.to_string());
            error.outcome().into()
        }
    }
}
