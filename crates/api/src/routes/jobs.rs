//! Watching, answering and cancelling jobs.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::{Job, LogEntry, ProviderSlug, Status, Topic};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use store::{Glance, JobFilter};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::views::{TestResult, rfc3339};
use crate::error::{ApiError, ErrorBody};
use crate::etag::ETag;
use crate::extract::{Caller, JobPath, Json, Query, Read, Write, next_cursor, page_request};
use crate::kept_answers::KeptAnswer;
use crate::reply::Reply;
use crate::router::ApiState;
use crate::schemas;

/// Seconds between polls of a job that a worker has, or will have, in hand.
const POLL_SECONDS: HeaderValue = HeaderValue::from_static("1");

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(status))
        .routes(routes!(respond))
        .routes(routes!(cancel))
}

/// All that can be watched of a job. No field is ever null.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobView {
    id: i64,
    provider: String,
    #[schema(schema_with = schemas::topic)]
    topic: Topic,
    #[schema(schema_with = schemas::status)]
    status: Status,
    #[schema(schema_with = schemas::stage)]
    stage: domain::Stage,
    /// The current script, work in progress: it grows while an author writes. Empty when there is
    /// none yet.
    hypothesis: String,
    /// The test runs, oldest first.
    test_results: Vec<TestResult>,
    /// The question that waits for an answer; empty unless the status is needs_clarification.
    clarification: String,
    /// The latest answer; empty when there was none.
    human_response: String,
    /// What happened, oldest first.
    logs: Vec<LogView>,
    /// Retries so far.
    retries: u32,
    /// The saved script; 0 when there is none yet.
    result_script_id: i64,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// One line of a job's log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogView {
    #[schema(schema_with = schemas::stage)]
    stage: domain::Stage,
    message: String,
    #[schema(format = DateTime)]
    timestamp: String,
}

impl From<&LogEntry> for LogView {
    fn from(entry: &LogEntry) -> Self {
        Self {
            stage: entry.stage,
            message: entry.message.clone(),
            timestamp: rfc3339(entry.timestamp),
        }
    }
}

impl From<&Job> for JobView {
    fn from(job: &Job) -> Self {
        Self {
            id: job.id.get(),
            provider: job.provider.to_string(),
            topic: job.topic,
            status: job.state.status(),
            stage: job.state.stage(),
            hypothesis: job.shown_script().to_owned(),
            test_results: job.attempts.iter().map(TestResult::from).collect(),
            clarification: job
                .open_question()
                .map_or_else(String::new, |round| round.question.render()),
            human_response: job.latest_response().unwrap_or_default().to_owned(),
            logs: job.logs.iter().map(LogView::from).collect(),
            retries: job.retries,
            result_script_id: job.result_script.map_or(0, domain::ScriptId::get),
            created_at: rfc3339(job.created_at),
            updated_at: rfc3339(job.updated_at),
        }
    }
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OneJob {
    job: JobView,
}

pub(super) fn reply(job: &Job) -> Reply<OneJob> {
    let message = format!("job {}: {}", job.id, job.state.status());
    Reply::new(message, OneJob { job: job.into() })
}

/// Get generation job status
///
/// Poll it to follow the job: `ETag` and `If-None-Match` save the body while nothing changes,
/// `Retry-After` says when to ask again while a worker is on it.
#[utoipa::path(
    get,
    path = "/api/v1/adapter-scripts/jobs/{jobId}",
    operation_id = "get-generation-job-status",
    tag = "jobs",
    params(
        ("jobId" = String, Path, description = "Generation job ID"),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of the last answer"),
    ),
    responses(
        (status = 200, description = "The job", body = Reply<OneJob>,
            headers(("ETag" = String, description = "Stands for this state of the job"),
                    ("Retry-After" = u32, description = "Seconds until it is worth asking again"))),
        (status = 304, description = "Nothing has changed"),
        (status = 404, description = "There is no such job", body = ErrorBody),
    )
)]
async fn status(
    _: Caller<Read>,
    State(state): State<ApiState>,
    JobPath(id): JobPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let jobs = &state.services.jobs;
    let kept = state.kept_answers.get(id);
    if kept.is_some() || headers.contains_key(IF_NONE_MATCH) {
        let glance = jobs.glance(id).await?;
        if ETag::of_version(glance.version).is_known_to_caller(&headers) {
            return Ok(polled(glance, StatusCode::NOT_MODIFIED.into_response()));
        }
        if let Some(kept) = kept.filter(|kept| kept.version == glance.version) {
            return Ok(polled(glance, json(kept.body)));
        }
    }
    let job = jobs.get(id).await?;
    let glance = Glance::from(&job);
    let body = serde_json::to_vec(&reply(&job)).map_err(|error| {
        tracing::error!(job_id = id.get(), %error, "a job cannot be rendered");
        ApiError::internal()
    })?;
    let body = Bytes::from(body);
    state.kept_answers.keep(id, KeptAnswer { version: glance.version, body: body.clone() });
    Ok(polled(glance, json(body)))
}

fn json(body: Bytes) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

/// Tells a poller what its answer stands for and when the next is worth asking for.
fn polled(glance: Glance, mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    let tag = HeaderValue::try_from(ETag::of_version(glance.version));
    headers.extend(tag.ok().map(|tag| (ETAG, tag)));
    match glance.status {
        Status::Pending | Status::Running => {
            headers.insert(RETRY_AFTER, POLL_SECONDS);
        }
        Status::NeedsClarification | Status::Completed | Status::Failed => {}
    }
    answer
}

/// Which jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobsQuery {
    /// Only of this status.
    #[param(schema_with = schemas::status, required = false)]
    status: Option<Status>,
    /// Only of this vendor.
    #[param(schema_with = schemas::provider, required = false)]
    provider: Option<ProviderSlug>,
    /// Only of this topic.
    #[param(schema_with = schemas::topic, required = false)]
    topic: Option<Topic>,
    /// How many at most, from 1 to 100; 20 where nothing is said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// The `nextCursor` of the page before.
    #[param(schema_with = schemas::cursor, required = false)]
    cursor: Option<String>,
}

/// A page of jobs.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobsPage {
    jobs: Vec<JobView>,
    /// The `cursor` of the next page; empty when this is the last.
    next_cursor: String,
}

/// List jobs, newest first
#[utoipa::path(
    get,
    path = "/api/v1/adapter-scripts/jobs",
    operation_id = "list-generation-jobs",
    tag = "jobs",
    params(JobsQuery),
    responses((status = 200, description = "A page of jobs", body = Reply<JobsPage>))
)]
async fn list(
    _: Caller<Read>,
    State(state): State<ApiState>,
    Query(query): Query<JobsQuery>,
) -> Result<Reply<JobsPage>, ApiError> {
    let page = page_request(query.limit.as_deref(), query.cursor.as_deref())?;
    let filter = JobFilter { status: query.status, provider: query.provider, topic: query.topic };
    let page = state.services.jobs.list(filter, page).await?;
    let jobs: Vec<JobView> = page.items.iter().map(JobView::from).collect();
    let next_cursor = next_cursor(page.next);
    Ok(Reply::new("jobs, newest first", JobsPage { jobs, next_cursor }))
}

/// A person's answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RespondRequest {
    /// Letters of choices, paths in the payload, or sentences.
    #[schema(example = "1 a, 2 b", pattern = r"^[^\x00]*[^\s\x00][^\x00]*$")]
    response: String,
}

/// Answer a job's question
#[utoipa::path(
    post,
    path = "/api/v1/adapter-scripts/jobs/{jobId}/respond",
    operation_id = "respond-to-generation-job",
    tag = "jobs",
    params(("jobId" = String, Path, description = "Generation job ID")),
    request_body = RespondRequest,
    responses(
        (status = 200, description = "The job goes on", body = Reply<OneJob>),
        (status = 404, description = "There is no such job", body = ErrorBody),
        (status = 409, description = "The job has no open question", body = ErrorBody),
    )
)]
async fn respond(
    caller: Caller<Write>,
    State(state): State<ApiState>,
    JobPath(id): JobPath,
    Json(request): Json<RespondRequest>,
) -> Result<Reply<OneJob>, ApiError> {
    Ok(reply(&state.services.jobs.respond(&caller.actor(), id, &request.response).await?))
}

/// Cancel a job that nobody wants any more
#[utoipa::path(
    post,
    path = "/api/v1/adapter-scripts/jobs/{jobId}/cancel",
    operation_id = "cancel-generation-job",
    tag = "jobs",
    params(("jobId" = String, Path, description = "Generation job ID")),
    responses(
        (status = 200, description = "The job is failed; its last log entry says who cancelled it", body = Reply<OneJob>),
        (status = 404, description = "There is no such job", body = ErrorBody),
        (status = 409, description = "The job is over already", body = ErrorBody),
    )
)]
async fn cancel(
    caller: Caller<Write>,
    State(state): State<ApiState>,
    JobPath(id): JobPath,
) -> Result<Reply<OneJob>, ApiError> {
    Ok(reply(&state.services.jobs.cancel(&caller.actor(), id).await?))
}
