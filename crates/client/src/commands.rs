//! The commands, a file for each group: their flags and what they do.

mod audit;
mod connections;
mod drift;
mod files;
mod generate;
mod jobs;
mod knowledge;
mod narrowing;
mod review;
mod run;
mod scripts;
mod watch;

use std::path::Path;

use clap::{Args, Subcommand};
use serde_json::Value;

pub use generate::{Generate, generate_with};
pub use watch::{AtRest, follow};

use crate::options::Call;
use crate::output::{Outcome, Output};
use crate::{Api, ClientError};

/// What a client can ask a server for.
#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// Start a job that writes a script; with --offline, without a server.
    Generate(Call<Generate>),
    /// List jobs, newest first.
    Jobs(Call<jobs::List>),
    /// Show a job with its log and test runs.
    Job(Call<jobs::One>),
    /// Follow a job until it needs nobody or somebody.
    Watch(Call<jobs::One>),
    /// Answer a job's question.
    Respond(Call<jobs::Respond>),
    /// Cancel a job.
    Cancel(Call<jobs::One>),
    /// List scripts, newest first.
    Scripts(Call<scripts::List>),
    /// Print a script's JavaScript; with --json, all that is known of it.
    Show(Call<scripts::One>),
    /// Show what a script changes against the one in use, or another.
    Diff(Call<scripts::Diff>),
    /// Try a script on a payload; nothing leaves the server.
    Run(Call<run::Run>),
    /// Take a script into use, in place of the one that is.
    Activate(Call<review::Activate>),
    /// Take a script out of use.
    Deprecate(Call<review::PutAway>),
    /// Put a script away.
    Archive(Call<review::PutAway>),
    /// Take the script that was in use before the present one into use again.
    Rollback(Call<review::Rollback>),
    /// Who did what when, newest first.
    Audit(Call<audit::Audit>),
    /// Accounts at vendors that active scripts run against.
    #[command(subcommand)]
    Connections(connections::ConnectionsCommand),
    /// What is known of a vendor: its documents and samples.
    #[command(subcommand)]
    Knowledge(knowledge::KnowledgeCommand),
    /// Scripts in use that break because a vendor changed something.
    #[command(subcommand)]
    Drift(drift::DriftCommand),
    /// Write the scripts in use as files PROVIDER/TOPIC.js.
    Pull(Call<files::Pull>),
    /// Test files PROVIDER/TOPIC.js that differ from the scripts in use and save them as candidates.
    Push(Call<files::Push>),
}

impl ClientCommand {
    /// Carries the command out.
    ///
    /// # Errors
    /// When the server does not answer or refuses, or what was asked for makes no sense.
    pub async fn run(self) -> Result<Outcome, ClientError> {
        match self {
            Self::Generate(call) => call.run(generate::generate).await,
            Self::Jobs(call) => call.run(jobs::list).await,
            Self::Job(call) => call.run(jobs::show).await,
            Self::Watch(call) => call.run(jobs::watch).await,
            Self::Respond(call) => call.run(jobs::respond).await,
            Self::Cancel(call) => call.run(jobs::cancel).await,
            Self::Scripts(call) => call.run(scripts::list).await,
            Self::Show(call) => call.run(scripts::show).await,
            Self::Diff(call) => call.run(scripts::diff).await,
            Self::Run(call) => call.run(run::run).await,
            Self::Activate(call) => call.run(review::activate).await,
            Self::Deprecate(call) => call.run(review::deprecate).await,
            Self::Archive(call) => call.run(review::archive).await,
            Self::Rollback(call) => call.run(review::rollback).await,
            Self::Audit(call) => call.run(audit::list).await,
            Self::Connections(command) => command.run().await,
            Self::Knowledge(command) => command.run().await,
            Self::Drift(command) => command.run().await,
            Self::Pull(call) => call.run(files::pull).await,
            Self::Push(call) => call.run(files::push).await,
        }
    }
}

impl<T: Args> Call<T> {
    /// Finds the server and does `work` with it.
    async fn run(
        self,
        work: impl AsyncFnOnce(&Api, Output, T) -> Result<Outcome, ClientError>,
    ) -> Result<Outcome, ClientError> {
        let api = self.options.api()?;
        work(&api, Output { json: self.options.json }, self.what).await
    }
}

/// Whether a text names a place on the web, and no file.
fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// Whether a file's name stands for standard input.
fn is_input(file: &Path) -> bool {
    file == Path::new("-")
}

fn read_text(file: &Path) -> Result<String, ClientError> {
    let bad = |why: String| ClientError::File { file: file.to_owned(), why };
    if is_input(file) {
        return std::io::read_to_string(std::io::stdin()).map_err(|error| bad(error.to_string()));
    }
    std::fs::read_to_string(file).map_err(|error| bad(error.to_string()))
}

fn read_json(file: &Path) -> Result<Value, ClientError> {
    let bad = |error: serde_json::Error| ClientError::File {
        file: file.to_owned(),
        why: format!("it is not JSON: {error}"),
    };
    let text = read_text(file)?;
    if is_input(file) && text.trim().is_empty() {
        let why = "it is empty; pipe JSON into it, or name a file".to_owned();
        return Err(ClientError::File { file: file.to_owned(), why });
    }
    serde_json::from_str(&text).map_err(bad)
}

/// A file's own name, as samples and documents are named.
fn name_of(file: &Path) -> Option<String> {
    file.file_name().map(|name| name.to_string_lossy().into_owned())
}
