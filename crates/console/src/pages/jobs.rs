//! The list of jobs, which follows them.

use std::convert::Infallible;
use std::time::Duration;

use askama::Template;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{Html, Response};
use axum::routing::get;
use domain::{Job, Scope, Status, Topic};
use engine::Pulse;
use futures::{Stream, stream};
use store::JobFilter;
use tokio::time::{Instant, timeout};

use super::job_events::{HEARTBEAT, LONGEST, answer, is_still_in};
use super::wanted::{Narrowed, Wanted};
use crate::error::PageError;
use crate::layout::{Layout, Section, html};
use crate::state::ConsoleState;
use crate::view::Moment;
use crate::viewer::Viewer;

/// Jobs of a page.
const JOBS: u32 = 30;
/// The list is looked at anew once in so long, however much happens.
const PAUSE: Duration = Duration::from_millis(700);

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/jobs", get(jobs)).route("/jobs/events", get(events))
}

#[derive(Template)]
#[template(path = "jobs.html")]
struct JobsPage {
    layout: Layout,
    statuses: [Status; 5],
    topics: [Topic; 7],
    status: &'static str,
    topic: &'static str,
    provider: String,
    jobs: Vec<JobRow>,
    /// The address of the next page; empty when this is the last.
    next: String,
}

/// A job in a list.
struct JobRow {
    id: i64,
    provider: String,
    topic: Topic,
    status: &'static str,
    stage: &'static str,
    /// What happened last.
    last: String,
    retries: u32,
    created: Moment,
    updated: Moment,
}

impl From<&Job> for JobRow {
    fn from(job: &Job) -> Self {
        let last = job.logs.last().map_or("", |entry| entry.message.as_str());
        Self {
            id: job.id.get(),
            provider: job.provider.to_string(),
            topic: job.topic,
            status: job.state.status().as_str(),
            stage: job.state.stage().as_str(),
            last: domain::bounded(last.lines().next().unwrap_or_default(), 160),
            retries: job.retries,
            created: job.created_at.into(),
            updated: job.updated_at.into(),
        }
    }
}

/// The jobs that are wanted.
fn filter(wanted: &Wanted) -> JobFilter {
    JobFilter { status: wanted.status(), provider: wanted.provider(), topic: wanted.topic() }
}

async fn jobs(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, PageError> {
    viewer.must(Scope::JobsRead)?;
    let filter = filter(&wanted);
    let found = state.services.jobs.list(filter.clone(), wanted.page(JOBS)).await?;
    let narrowed = Narrowed::new(filter.status.map(Status::as_str), filter.provider, filter.topic);
    let next = narrowed.next("/jobs?", found.next);
    let Narrowed { status, provider, topic } = narrowed;
    html(&JobsPage {
        layout: Layout::new(&viewer, Section::Jobs),
        statuses: Status::ALL,
        topics: Topic::ALL,
        status,
        topic,
        provider,
        jobs: found.items.iter().map(JobRow::from).collect(),
        next,
    })
}

/// Says that some job changed; the page asks what.
async fn events(viewer: Viewer, State(state): State<ConsoleState>) -> Result<Response, PageError> {
    viewer.must(Scope::JobsRead)?;
    let pulse = state.services.listeners.listen_to_all()?;
    Ok(answer(beats(pulse, viewer, state)))
}

fn beats(
    pulse: Pulse,
    viewer: Viewer,
    state: ConsoleState,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let end = Instant::now() + LONGEST;
    let heartbeat = state.settings.api.heartbeat;
    stream::unfold((pulse, viewer, state), move |(mut pulse, viewer, state)| async move {
        if Instant::now() > end {
            return None;
        }
        let bytes = match timeout(heartbeat, pulse.beat()).await {
            Ok(beat) => {
                beat?;
                // What happens meanwhile is the same beat.
                tokio::time::sleep(PAUSE).await;
                Bytes::from_static(b"event: changed\ndata:\n\n")
            }
            Err(_) => HEARTBEAT,
        };
        if !is_still_in(&viewer, &state).await {
            return None;
        }
        Some((Ok(bytes), (pulse, viewer, state)))
    })
}
