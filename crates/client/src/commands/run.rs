//! `adapter-forge run`: a dry run.

use std::path::PathBuf;

use clap::Args;
use domain::ScriptId;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::read_json;
use crate::screen::say;
use crate::{Api, ClientError, Outcome, Output};

/// The status of an answer that tells why a script gave no output.
const NO_OUTPUT: u16 = 422;

/// What to try a script on.
#[derive(Debug, Args)]
pub struct Run {
    /// The script's number.
    script: ScriptId,
    /// The payload, as JSON; - for standard input.
    #[arg(value_name = "FILE")]
    payload: Option<PathBuf>,
    /// What its HTTP calls are answered with, as JSON.
    #[arg(long, value_name = "FILE")]
    http: Option<PathBuf>,
    /// The account that it sees, as JSON: baseUrl, apiKey and so on.
    #[arg(long, value_name = "FILE")]
    connection: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Report {
    output: Value,
    violations: Vec<String>,
    logs: Vec<String>,
}

/// Prints the output; what the script logged and what breaks the contract go to standard error.
pub(super) async fn run(api: &Api, output: Output, what: Run) -> Result<Outcome, ClientError> {
    let mut request = Map::new();
    let parts =
        [("payload", &what.payload), ("http", &what.http), ("connection", &what.connection)];
    for (name, file) in parts {
        if let Some(file) = file {
            request.insert(name.to_owned(), read_json(file)?);
        }
    }
    let answer = api.dry_run(what.script.get(), &Value::Object(request)).await;
    if matches!(&answer, Err(ClientError::Refused(refusal)) if refusal.status == NO_OUTPUT)
        && what.payload.is_none()
    {
        say("no payload was given: name a file, or - for standard input");
    }
    let answer = match answer {
        // The script's failure, and not that of the server.
        Err(ClientError::Refused(refusal)) if refusal.status == NO_OUTPUT => {
            say(&refusal.to_string());
            return Ok(Outcome::Failed);
        }
        answer => answer?,
    };
    let report: Report = api.part(&answer, "run")?;
    for line in &report.logs {
        say(&format!("log: {}", crate::output::plain(line)));
    }
    for violation in &report.violations {
        say(&format!("breaks the contract: {}", crate::output::plain(violation)));
    }
    output.show(&answer, || format!("{:#}", report.output))?;
    Ok(if report.violations.is_empty() { Outcome::Done } else { Outcome::Failed })
}
