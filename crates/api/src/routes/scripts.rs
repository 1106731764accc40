//! Looking at saved scripts.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::{FieldSource, ProviderSlug, Script, ScriptStatus, Topic};
use http::header::{ACCEPT, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use store::ScriptFilter;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::views::{TestResult, rfc3339};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Caller, Query, Read, ScriptPath, next_cursor, page_request};
use crate::reply::Reply;
use crate::router::ApiState;
use crate::schemas;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get))
}

/// What a list shows of a script.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScriptSummary {
    id: i64,
    provider: String,
    #[schema(schema_with = schemas::topic)]
    topic: Topic,
    /// Counts from one within provider and topic.
    version: u32,
    #[schema(schema_with = schemas::script_status)]
    status: ScriptStatus,
    /// Whether its last test run passed.
    passed: bool,
    /// The author that wrote it; empty when a person did.
    author: String,
    /// The job that it came from; 0 when a person uploaded it.
    job_id: i64,
    /// Whose key started that job or uploaded the script; empty where that was not written down yet.
    started_by: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// A saved script.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScriptView {
    #[serde(flatten)]
    summary: ScriptSummary,
    /// The JavaScript.
    source: String,
    /// Where each output field comes from.
    provenance: Vec<FieldSourceView>,
    /// The test runs that led to it, oldest first.
    test_results: Vec<TestResult>,
}

/// Where one output field comes from.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FieldSourceView {
    #[schema(example = "products[].price")]
    field: String,
    /// The expression of the input that it is read from.
    source: String,
    /// Why this source and no other.
    reason: String,
    /// How sure the author is, from 0 to 1.
    confidence: f64,
    /// The next best source; empty when there was none.
    runner_up: String,
}

impl From<&Script> for ScriptSummary {
    fn from(script: &Script) -> Self {
        let content = &script.content;
        Self {
            id: script.id.get(),
            provider: content.provider.to_string(),
            topic: content.topic,
            version: script.version,
            status: script.status,
            passed: script.passed(),
            author: content.author.as_ref().map_or_else(String::new, ToString::to_string),
            job_id: content.job.map_or(0, domain::JobId::get),
            started_by: content.started_by.as_ref().map_or_else(String::new, ToString::to_string),
            created_at: rfc3339(script.created_at),
            updated_at: rfc3339(script.updated_at),
        }
    }
}

impl From<FieldSource> for FieldSourceView {
    fn from(source: FieldSource) -> Self {
        Self {
            field: source.field,
            source: source.source,
            reason: source.reason,
            confidence: source.confidence,
            runner_up: source.runner_up,
        }
    }
}

impl From<Script> for ScriptView {
    fn from(script: Script) -> Self {
        Self {
            summary: ScriptSummary::from(&script),
            source: script.content.source,
            provenance: script.content.provenance.into_iter().map(FieldSourceView::from).collect(),
            test_results: script.content.test_results.iter().map(TestResult::from).collect(),
        }
    }
}

/// A script.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OneScript {
    pub(super) script: ScriptView,
}

/// Get a script
///
/// With `Accept: text/javascript` the answer is its source alone.
#[utoipa::path(
    get,
    path = "/api/v1/adapter-scripts/{scriptId}",
    operation_id = "get-adapter-script",
    tag = "scripts",
    params(("scriptId" = String, Path, description = "Script ID")),
    responses(
        (status = 200, description = "The script", content(
            (Reply<OneScript> = "application/json"),
            (String = "text/javascript"),
        )),
        (status = 404, description = "There is no such script", body = ErrorBody),
    )
)]
async fn get(
    _: Caller<Read>,
    State(state): State<ApiState>,
    ScriptPath(id): ScriptPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let script = state.services.scripts.get(id).await?;
    let mut response = if wants_source(&headers) {
        let media_type = [(CONTENT_TYPE, "text/javascript; charset=utf-8")];
        (media_type, script.content.source).into_response()
    } else {
        Reply::new(format!("script {id}"), OneScript { script: script.into() }).into_response()
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

/// Whether the caller asks for JavaScript by name; `*/*` gets JSON.
fn wants_source(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .filter_map(|range| range.split(';').next())
        .any(|range| matches!(range.trim(), "text/javascript" | "application/javascript"))
}

/// Which scripts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ScriptsQuery {
    /// Only of this vendor.
    #[param(schema_with = schemas::provider, required = false)]
    provider: Option<ProviderSlug>,
    /// Only of this topic.
    #[param(schema_with = schemas::topic, required = false)]
    topic: Option<Topic>,
    /// Only of this status.
    #[param(schema_with = schemas::script_status, required = false)]
    status: Option<ScriptStatus>,
    /// How many at most, from 1 to 100; 20 where nothing is said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// The `nextCursor` of the page before.
    #[param(schema_with = schemas::cursor, required = false)]
    cursor: Option<String>,
}

/// A page of scripts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScriptsPage {
    scripts: Vec<ScriptSummary>,
    /// The `cursor` of the next page; empty when this is the last.
    next_cursor: String,
}

/// List scripts, newest first
#[utoipa::path(
    get,
    path = "/api/v1/adapter-scripts",
    operation_id = "list-adapter-scripts",
    tag = "scripts",
    params(ScriptsQuery),
    responses((status = 200, description = "A page of scripts", body = Reply<ScriptsPage>))
)]
async fn list(
    _: Caller<Read>,
    State(state): State<ApiState>,
    Query(query): Query<ScriptsQuery>,
) -> Result<Reply<ScriptsPage>, ApiError> {
    let page = page_request(query.limit.as_deref(), query.cursor.as_deref())?;
    let filter =
        ScriptFilter { provider: query.provider, topic: query.topic, status: query.status };
    let page = state.services.scripts.list(filter, page).await?;
    let scripts: Vec<ScriptSummary> = page.items.iter().map(ScriptSummary::from).collect();
    let next_cursor = next_cursor(page.next);
    Ok(Reply::new("scripts, newest first", ScriptsPage { scripts, next_cursor }))
}
