//! Listening to a job, by server-sent events.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::Job;
use engine::Listening;
use futures::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio::time::{Instant, timeout, timeout_at};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::jobs::reply;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Caller, JobPath, Read};
use crate::router::ApiState;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Proxies that would collect the answer until it ends, nginx above all, pass it on at once.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
/// The longest stream. Who still may listen comes back, and its key is looked at again.
const LONGEST: Duration = Duration::from_hours(1);
/// Milliseconds after which a caller whose stream ended comes back: not all at the same moment.
const RETRY: std::ops::RangeInclusive<u64> = 1_000..=3_000;
/// A comment, which listeners skip: the connection is alive, and so is who hears it.
const HEARTBEAT: Bytes = Bytes::from_static(b":\n\n");

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(events))
}

/// One event.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is written as text")]
pub(crate) struct JobEvent {
    /// The job's version.
    id: String,
    /// The answer of get-generation-job-status, as JSON.
    data: String,
}

/// Listen to a generation job
///
/// Server-sent events, for `EventSource` and its like: the job as `get-generation-job-status` shows
/// it, at once and at every change. The `id` of an event is the job's version; a `Last-Event-ID` says
/// which was seen last, so that it does not come again. The stream ends after the job's end, and
/// earlier where the server goes down; then come back. Comments keep the connection alive.
#[utoipa::path(
    get,
    path = "/api/v1/adapter-scripts/jobs/{jobId}/events",
    operation_id = "listen-to-generation-job",
    tag = "jobs",
    params(
        ("jobId" = String, Path, description = "Generation job ID"),
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was seen"),
    ),
    responses(
        (status = 200, description = "The events", body = JobEvent, content_type = "text/event-stream"),
        (status = 204, description = "The job is over, and its last event was seen: do not come back"),
        (status = 404, description = "There is no such job", body = ErrorBody),
    )
)]
async fn events(
    _: Caller<Read>,
    State(state): State<ApiState>,
    JobPath(id): JobPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let listening = state.services.listeners.listen(id, last_seen(&headers)).await?;
    if listening.is_over() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (BUFFERING, HeaderValue::from_static("no")),
    ];
    Ok((headers, body(listening, state.settings.heartbeat)).into_response())
}

/// The version that was seen last. What is no version is none of ours: an `EventSource` that is
/// refused never comes back, while one that is shown the job once more loses nothing.
fn last_seen(headers: &HeaderMap) -> Option<i64> {
    headers.get(LAST_EVENT_ID)?.to_str().ok()?.parse().ok()
}

fn body(listening: Listening, heartbeat: Duration) -> Body {
    let end = Instant::now() + LONGEST;
    let greeting = Bytes::from(format!("retry: {}\n\n", rand::random_range(RETRY)));
    let greeting = stream::iter([Ok::<_, std::convert::Infallible>(greeting)]);
    let events = stream::unfold(listening, move |mut listening| async move {
        let next = timeout_at(end, timeout(heartbeat, listening.next())).await.ok()?;
        let bytes = match next {
            Ok(seen) => seen?.shown(event),
            Err(_) => HEARTBEAT,
        };
        Some((Ok(bytes), listening))
    });
    Body::from_stream(stream::StreamExt::chain(greeting, events))
}

/// The job as one event. JSON on one line has no line break that could end it.
fn event(job: &Job) -> Bytes {
    match serde_json::to_string(&reply(job)) {
        Ok(text) => format!("id: {}\ndata: {text}\n\n", job.version).into(),
        Err(error) => {
            tracing::error!(job_id = job.id.get(), %error, "a job cannot be written as JSON");
            HEARTBEAT
        }
    }
}
