//! Trying a saved script. Nothing leaves the machine.

use axum::extract::State;
use domain::HttpExchange;
use engine::{DryRun, DryRunReport};
use http::StatusCode;
use sandbox::{HttpCallRecord, RunError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::views::ConnectionBody;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Caller, Json, ScriptPath, Write};
use crate::reply::Reply;
use crate::router::ApiState;
use crate::schemas;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(run))
}

/// What to try the script on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RunRequest {
    /// `input.payload`.
    #[schema(value_type = Value, required = false)]
    payload: Option<Value>,
    /// What its HTTP calls are answered with; a call that is not among them ends the run.
    #[serde(default)]
    #[schema(schema_with = schemas::exchanges)]
    http: Vec<HttpExchange>,
    /// The account that it sees.
    #[serde(default)]
    connection: ConnectionBody,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunDone {
    run: RunView,
}

/// A run that gave an output.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunView {
    /// What the script returned.
    #[schema(value_type = Value)]
    output: Value,
    /// The records in it.
    output_count: u32,
    /// Whether it keeps the topic's contract.
    valid: bool,
    /// What in it breaks the contract.
    violations: Vec<String>,
    /// What the script logged.
    logs: Vec<String>,
    /// The HTTP calls that it made.
    http_calls: Vec<HttpCallView>,
    duration_ms: u64,
}

/// One HTTP call of a run.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HttpCallView {
    #[schema(example = "GET")]
    method: &'static str,
    url: String,
    status_code: u16,
}

impl From<HttpCallRecord> for HttpCallView {
    fn from(call: HttpCallRecord) -> Self {
        Self { method: call.method.as_str(), url: call.url, status_code: call.status_code }
    }
}

impl TryFrom<DryRunReport> for RunView {
    type Error = ApiError;

    fn try_from(report: DryRunReport) -> Result<Self, ApiError> {
        let output = report.outcome.map_err(|error| without_output(&error, &report.logs))?;
        Ok(Self {
            output,
            output_count: report.output_count,
            valid: report.violations.is_empty(),
            violations: report.violations,
            logs: report.logs,
            http_calls: report.http_calls.into_iter().map(HttpCallView::from).collect(),
            duration_ms: u64::try_from(report.duration.as_millis()).unwrap_or(u64::MAX),
        })
    }
}

/// A run without output is an error: with the stack where the script threw, and with its logs.
pub(super) fn without_output(error: &RunError, logs: &[String]) -> ApiError {
    let log_lines = logs.iter().map(|line| format!("log: {line}"));
    let details: Vec<String> =
        error.stack().map(str::to_owned).into_iter().chain(log_lines).collect();
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
        .with_details(details.join("\n"))
}

/// Try a script
///
/// Its HTTP calls are answered from the exchanges that are given; nothing leaves the machine.
#[utoipa::path(
    post,
    path = "/api/v1/adapter-scripts/{scriptId}/run",
    operation_id = "run-adapter-script",
    tag = "scripts",
    params(("scriptId" = String, Path, description = "Script ID")),
    request_body = RunRequest,
    responses(
        (status = 200, description = "The output, and whether it keeps the contract", body = Reply<RunDone>),
        (status = 404, description = "There is no such script", body = ErrorBody),
        (status = 422, description = "The script gave no output; `message` says why", body = ErrorBody),
    )
)]
async fn run(
    _: Caller<Write>,
    State(state): State<ApiState>,
    ScriptPath(id): ScriptPath,
    Json(request): Json<RunRequest>,
) -> Result<Reply<RunDone>, ApiError> {
    let dry = DryRun {
        payload: request.payload,
        http: request.http,
        connection: request.connection.into(),
    };
    let run = RunView::try_from(state.services.scripts.dry_run(id, dry).await?)?;
    let message = if run.valid {
        "the script ran and its output keeps the contract"
    } else {
        "the script ran; its output breaks the contract"
    };
    Ok(Reply::new(message, RunDone { run }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::HttpMethod;
    use serde_json::json;
    use std::time::Duration;

    fn report(outcome: Result<Value, RunError>) -> DryRunReport {
        DryRunReport {
            outcome,
            output_count: 2,
            violations: vec!["products[0].price must be a number".to_owned()],
            logs: vec!["dropped 1 record".to_owned()],
            http_calls: vec![HttpCallRecord {
                method: HttpMethod::Get,
                url: "/items".to_owned(),
                status_code: 200,
            }],
            duration: Duration::from_millis(12),
        }
    }

    #[test]
    fn an_output_is_shown_with_all_that_the_script_did() {
        let view = RunView::try_from(report(Ok(json!({"products": []})))).unwrap();
        assert_eq!(
            serde_json::to_value(view).unwrap(),
            json!({"output": {"products": []}, "outputCount": 2, "valid": false,
                "violations": ["products[0].price must be a number"], "logs": ["dropped 1 record"],
                "httpCalls": [{"method": "GET", "url": "/items", "statusCode": 200}],
                "durationMs": 12})
        );
    }

    #[test]
    fn a_script_that_throws_is_a_422_with_its_stack_and_logs() {
        let threw = RunError::Threw {
            message: "TypeError: no items".to_owned(),
            stack: "    at transform (script.js:3)\n".to_owned(),
        };
        let error = RunView::try_from(report(Err(threw))).unwrap_err();
        assert_eq!(error.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let text = format!("{error:?}");
        for part in
            ["the script threw: TypeError: no items", "script.js:3", "log: dropped 1 record"]
        {
            assert!(text.contains(part), "{text}");
        }
    }
}
