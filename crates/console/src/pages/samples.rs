//! A script at work on one of its samples: what went in and what came out, side by side.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Html;
use axum::routing::get;
use domain::{SampleName, Scope};
use engine::{Against, SideBySide};

use api::ApiError;

use super::script::script_of;
use crate::error::PageError;
use crate::layout::{Layout, Section, html};
use crate::state::ConsoleState;
use crate::view::{JsonView, Mark, compared, plain};
use crate::viewer::Viewer;

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/scripts/{id}/samples/{name}", get(show))
}

#[derive(Template)]
#[template(path = "side_by_side.html")]
struct SideBySidePage {
    layout: Layout,
    id: i64,
    name: String,
    inputs: Vec<(&'static str, JsonView)>,
    output: Option<JsonView>,
    error: String,
    count: u32,
    violations: Vec<String>,
    logs: Vec<String>,
    /// What the output is compared with; empty for nothing.
    against: String,
}

async fn show(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Path((id, name)): Path<(String, String)>,
) -> Result<Html<String>, PageError> {
    viewer.must(Scope::JobsRead)?;
    let id = script_of(&id)?;
    let name: SampleName =
        name.parse().map_err(|error| ApiError::not_found(format!("no such sample: {error}")))?;
    let SideBySide { sample, outcome, output_count, violations, logs, against } =
        state.desk.evidence.side_by_side(id, &name).await?;
    let mut inputs = Vec::new();
    inputs.extend(sample.payload.as_ref().map(|payload| ("Payload", plain(payload))));
    if !sample.http.is_empty() {
        let exchanges = serde_json::to_value(&sample.http).unwrap_or_default();
        inputs.push(("HTTP exchanges", plain(&exchanges)));
    }
    let (output, error) = match outcome {
        Ok(output) => {
            let view = match &against {
                Against::Expected(other) | Against::InUse { output: other, .. } => {
                    compared(&output, other)
                }
                Against::Nothing => plain(&output),
            };
            (Some(view), String::new())
        }
        Err(error) => (None, error.to_string()),
    };
    html(&SideBySidePage {
        layout: Layout::new(&viewer, Section::Scripts),
        id: id.get(),
        name: name.into(),
        inputs,
        output,
        error,
        count: output_count,
        violations,
        logs,
        against: match against {
            Against::Expected(_) => "the wanted output".to_owned(),
            Against::InUse { version, .. } => format!("version {version}, which is in use"),
            Against::Nothing => String::new(),
        },
    })
}
