//! Active scripts at work.

use axum::extract::State;
use domain::{ConnectionSlug, Owner, ProviderSlug, Topic};
use engine::{LiveCall, LiveReport, LiveRun};
use sandbox::HttpReply;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::run::without_output;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Caller, Json, Path, Run};
use crate::reply::Reply;
use crate::router::ApiState;
use crate::schemas;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(run))
}

/// Which adapter.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OneAdapter {
    #[param(schema_with = schemas::provider)]
    provider: ProviderSlug,
    #[param(schema_with = schemas::topic)]
    topic: Topic,
}

/// What to run it on.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct LiveRequest {
    /// `input.payload`.
    #[schema(value_type = Value, required = false)]
    payload: Option<Value>,
    /// Which of your connections; the one that is named like the vendor when left out. A script that
    /// makes no call needs none.
    #[schema(schema_with = schemas::optional_slug)]
    connection: Option<ConnectionSlug>,
    /// Of `order_dispatch` and `snooze_items`: send the requests that the script gives, if they keep
    /// the contract.
    send: bool,
    /// Make calls again that come to nothing: those that the vendor has no time for (429, 503) and those
    /// that the network loses. A POST or PATCH gets an `Idempotency-Key` for it, the same each time.
    retry: bool,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LiveDone {
    pub(super) run: LiveView,
}

/// A run that gave an output. Names like `[apiKey]` stand for secrets.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LiveView {
    script_id: i64,
    version: u32,
    /// What the script returned.
    #[schema(value_type = Value)]
    output: Value,
    /// The records in it.
    output_count: u32,
    /// Whether it keeps the topic's contract.
    pub(super) valid: bool,
    /// What in it breaks the contract.
    violations: Vec<String>,
    /// What the script logged.
    logs: Vec<String>,
    /// The calls that were made, those of sent requests last.
    calls: Vec<LiveCallView>,
    /// What the vendor answered to the requests that were sent, in their order.
    responses: Vec<ResponseView>,
    /// Whether all requests were sent and the vendor took them; false when nothing was to be sent.
    delivered: bool,
    duration_ms: u64,
}

/// One call that was made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LiveCallView {
    #[schema(example = "GET")]
    method: &'static str,
    host: String,
    path: String,
    /// 0 when there was no answer.
    status_code: u16,
    /// Why there was none.
    error: String,
    duration_ms: u64,
}

/// What a vendor answered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResponseView {
    /// 0 when there was no answer; `calls` says why.
    status_code: u16,
    #[schema(value_type = Value)]
    body: Value,
}

impl From<LiveCall> for LiveCallView {
    fn from(call: LiveCall) -> Self {
        Self {
            method: call.method.as_str(),
            host: call.host,
            path: call.path,
            status_code: call.status.unwrap_or_default(),
            error: call.error,
            duration_ms: u64::try_from(call.duration.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl From<Option<HttpReply>> for ResponseView {
    fn from(reply: Option<HttpReply>) -> Self {
        let (status_code, body) =
            reply.map_or((0, Value::Null), |reply| (reply.status_code, reply.body));
        Self { status_code, body }
    }
}

impl LiveView {
    /// The view of a run; `send` says whether its requests were to be sent.
    ///
    /// # Errors
    /// A 422 when it gave no output.
    pub(super) fn of(report: LiveReport, send: bool) -> Result<Self, ApiError> {
        let output = report.outcome.map_err(|error| without_output(&error, &report.logs))?;
        let responses: Vec<ResponseView> =
            report.sent.into_iter().map(ResponseView::from).collect();
        let is_taken = |response: &ResponseView| (200..300).contains(&response.status_code);
        Ok(Self {
            script_id: report.script.get(),
            version: report.version,
            output,
            output_count: report.output_count,
            valid: report.violations.is_empty(),
            violations: report.violations,
            logs: report.logs,
            calls: report.calls.into_iter().map(LiveCallView::from).collect(),
            delivered: send && !responses.is_empty() && responses.iter().all(is_taken),
            responses,
            duration_ms: u64::try_from(report.duration.as_millis()).unwrap_or(u64::MAX),
        })
    }
}

/// Run the active script of a vendor's topic, for real
///
/// Its calls go to the connection's hosts alone, with the connection's secrets.
#[utoipa::path(
    post,
    path = "/api/v1/adapters/{provider}/{topic}/run",
    operation_id = "run-adapter",
    tag = "connections",
    params(OneAdapter),
    request_body = LiveRequest,
    responses(
        (status = 200, description = "The output, whether it keeps the contract, and what was called", body = Reply<LiveDone>),
        (status = 404, description = "You have no such connection", body = ErrorBody),
        (status = 409, description = "The vendor has no active script for the topic, or the connection is switched off", body = ErrorBody),
        (status = 422, description = "The script gave no output; `message` says why", body = ErrorBody),
    )
)]
async fn run(
    caller: Caller<Run>,
    State(state): State<ApiState>,
    Path(OneAdapter { provider, topic }): Path<OneAdapter>,
    Json(request): Json<LiveRequest>,
) -> Result<Reply<LiveDone>, ApiError> {
    let LiveRequest { payload, connection, send, retry } = request;
    let owner = Owner::named(caller.key.name.as_str());
    let live = LiveRun { provider, topic, connection, payload, send, retry };
    let run = LiveView::of(state.services.adapters.run(&owner, live).await?, send)?;
    let message = match (run.valid, send, run.delivered) {
        (true, false, _) => "the script ran and its output keeps the contract",
        (true, true, true) => "the script ran and the vendor took what it gave",
        (true, true, false) => "the script ran; the vendor did not take what it gave",
        (false, false, _) => "the script ran; its output breaks the contract",
        (false, true, _) => "the script ran; its output breaks the contract, and nothing was sent",
    };
    Ok(Reply::new(message, LiveDone { run }))
}
