//! A dry run of a script on a payload that somebody pastes. Nothing leaves the machine.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use domain::{Connection, Scope};
use engine::{DryRun, DryRunReport};
use http::StatusCode;
use serde_json::Value;

use super::script::{Besides, Said, page, script_of};
use crate::error::PageError;
use crate::form::Sent;
use crate::state::ConsoleState;
use crate::view::{JsonView, plain};

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/scripts/{id}/try", post(try_out))
}

/// What came of a dry run.
pub(super) struct Tried {
    pub(super) output: Option<JsonView>,
    pub(super) error: String,
    pub(super) stack: String,
    pub(super) count: u32,
    pub(super) violations: Vec<String>,
    pub(super) logs: Vec<String>,
    pub(super) calls: Vec<String>,
    pub(super) milliseconds: u128,
}

impl From<DryRunReport> for Tried {
    fn from(report: DryRunReport) -> Self {
        let calls = report.http_calls.iter();
        let (output, error, stack) = match &report.outcome {
            Ok(output) => (Some(plain(output)), String::new(), String::new()),
            Err(error) => (None, error.to_string(), error.stack().unwrap_or_default().to_owned()),
        };
        Self {
            output,
            error,
            stack,
            count: report.output_count,
            calls: calls
                .map(|call| format!("{} {} → {}", call.method, call.url, call.status_code))
                .collect(),
            violations: report.violations,
            logs: report.logs,
            milliseconds: report.duration.as_millis(),
        }
    }
}

async fn try_out(
    State(state): State<ConsoleState>,
    Path(id): Path<String>,
    Sent { viewer, fields }: Sent,
) -> Result<Response, PageError> {
    viewer.must(Scope::JobsWrite)?;
    let id = script_of(&id)?;
    let payload = fields.whole_text("payload").to_owned();
    let mut besides = Besides { payload, ..Besides::default() };
    let status = match serde_json::from_str::<Value>(&besides.payload) {
        Ok(value) => {
            let dry = DryRun {
                payload: Some(value),
                http: Vec::new(),
                connection: Connection::default(),
            };
            besides.tried = Some(state.services.scripts.dry_run(id, dry).await?.into());
            StatusCode::OK
        }
        Err(error) => {
            let problem = format!("The payload is not valid JSON: {error}");
            besides.said = Said { problem, ..Said::default() };
            StatusCode::BAD_REQUEST
        }
    };
    Ok((status, page(&viewer, &state, id, besides).await?).into_response())
}
