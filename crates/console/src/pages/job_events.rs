//! Following one job: its page's parts at once and at every change, as server-sent events.
//!
//! Each listener is told in the words of its own page, since what may be done there depends on who
//! looks. Nobody listens on after the session or its key is over.

use std::convert::Infallible;
use std::time::Duration;

use askama::Template as _;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::{Job, Scope};
use engine::Listening;
use futures::{Stream, StreamExt as _, stream};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, StatusCode};
use tokio::time::{Instant, timeout};

use super::job::{Live, LiveParts, job_of};
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::state::ConsoleState;
use crate::viewer::Viewer;

/// The longest stream. Who still may listen comes back.
pub(super) const LONGEST: Duration = Duration::from_hours(1);
/// A comment, which listeners skip: the connection is alive, and so is who hears it.
pub(super) const HEARTBEAT: Bytes = Bytes::from_static(b":\n\n");
/// Proxies that would collect the answer until it ends, nginx above all, pass it on at once.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/jobs/{id}/events", get(events))
}

async fn events(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    viewer.must(Scope::JobsRead)?;
    let listening = state.services.listeners.listen(job_of(&id)?, None).await?;
    if listening.is_over() {
        // What is over has nothing to tell: do not come back.
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(answer(parts(listening, viewer, state)))
}

fn parts(
    listening: Listening,
    viewer: Viewer,
    state: ConsoleState,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let end = Instant::now() + LONGEST;
    let heartbeat = state.settings.api.heartbeat;
    stream::unfold((listening, viewer, state), move |(mut listening, viewer, state)| async move {
        if Instant::now() > end {
            return None;
        }
        let next = timeout(heartbeat, listening.next()).await;
        if !is_still_in(&viewer, &state).await {
            return None;
        }
        let bytes = match next {
            Ok(seen) => event(&seen?.job, &viewer)?,
            Err(_) => HEARTBEAT,
        };
        Some((Ok(bytes), (listening, viewer, state)))
    })
}

/// The changing parts of a job's page as one event. Each line of them is a line of the event.
fn event(job: &Job, viewer: &Viewer) -> Option<Bytes> {
    let layout = Layout::new(viewer, Section::Jobs);
    let parts = LiveParts { layout, live: Live::new(job, String::new()) };
    let page = parts.render().map_err(|error| {
        tracing::error!(job_id = job.id.get(), %error, "a job's page cannot be rendered");
    });
    let page = page.ok()?;
    let name = if job.state.is_over() { "last" } else { "job" };
    let mut text = format!("event: {name}\n");
    for line in page.split(['\n', '\r']) {
        text.push_str("data: ");
        text.push_str(line);
        text.push('\n');
    }
    text.push('\n');
    Some(text.into())
}

/// Whether the session that began to listen still holds.
pub(super) async fn is_still_in(viewer: &Viewer, state: &ConsoleState) -> bool {
    state.desk.sessions.resume(&viewer.token).await.is_ok()
}

/// A stream of events as an answer.
pub(super) fn answer(
    events: impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static,
) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (BUFFERING, HeaderValue::from_static("no")),
    ];
    let greeting = stream::iter([Ok(Bytes::from_static(b"retry: 1500\n\n"))]);
    (headers, Body::from_stream(greeting.chain(events))).into_response()
}
