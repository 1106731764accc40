//! One failure of a script in use: how it breaks, what shows it, and what is done about it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::{DriftId, DriftKind, DriftStatus, Scope, Topic};
use engine::SeenDrift;

use api::ApiError;

use super::number::number_of;
use super::provider::parts_of;
use crate::error::PageError;
use crate::form::Sent;
use crate::layout::{Layout, Section, html};
use crate::state::ConsoleState;
use crate::view::{JsonView, Mark, Moment};
use crate::viewer::Viewer;

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/drift/{id}", get(show)).route("/drift/{id}/resolve", post(resolve))
}

fn event_of(text: &str) -> Result<DriftId, ApiError> {
    number_of(text, "event")
}

#[derive(Template)]
#[template(path = "drift_event.html")]
struct DriftEventPage {
    layout: Layout,
    id: i64,
    script: i64,
    provider: String,
    topic: Topic,
    kind: DriftKind,
    path: String,
    failure: String,
    status: DriftStatus,
    is_open: bool,
    count: u64,
    first_seen: Moment,
    last_seen: Moment,
    /// Whether the kept sample breaks the script in the same way.
    reproduced: bool,
    /// The job that repairs the script; 0 for none.
    repair: i64,
    resolved: Option<Moment>,
    resolved_by: String,
    parts: Vec<(&'static str, JsonView)>,
}

async fn show(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Path(id): Path<String>,
) -> Result<Html<String>, PageError> {
    viewer.must(Scope::JobsRead)?;
    let SeenDrift { drift, sample } = state.services.drifts.get(event_of(&id)?).await?;
    let seen = drift.seen;
    html(&DriftEventPage {
        layout: Layout::new(&viewer, Section::Drift),
        id: drift.id.get(),
        script: seen.key.script.get(),
        provider: seen.provider.into(),
        topic: seen.topic,
        kind: seen.key.kind,
        path: seen.key.path,
        failure: seen.failure,
        status: drift.status,
        is_open: drift.status == DriftStatus::Open,
        count: drift.count,
        first_seen: drift.first_seen.into(),
        last_seen: drift.last_seen.into(),
        reproduced: seen.reproduced,
        repair: drift.repair.map_or(0, domain::JobId::get),
        resolved: drift.resolved_at.map(Moment::from),
        resolved_by: drift.resolved_by,
        parts: sample.as_ref().map(parts_of).unwrap_or_default(),
    })
}

async fn resolve(
    State(state): State<ConsoleState>,
    Path(id): Path<String>,
    Sent { viewer, .. }: Sent,
) -> Result<Response, PageError> {
    viewer.must(Scope::ScriptsReview)?;
    let id = event_of(&id)?;
    state.services.drifts.resolve(&viewer.actor(), id).await?;
    Ok(Redirect::to(&format!("/drift/{id}")).into_response())
}
