//! The list of failures of scripts in use.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Html;
use axum::routing::get;
use domain::{Drift, DriftKind, DriftStatus, Scope, ScriptId, Topic};
use serde::Deserialize;
use store::DriftFilter;

use super::wanted::{Narrowed, Wanted};
use crate::error::PageError;
use crate::layout::{Layout, Section, html};
use crate::state::ConsoleState;
use crate::view::Moment;
use crate::viewer::Viewer;

/// Events of a page.
const EVENTS: u32 = 30;
/// Characters of a failure in a row.
const FAILURE_MAX: usize = 200;

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/drift", get(list))
}

/// Where the open failures of a script are.
pub(super) fn link_to_open(script: ScriptId) -> String {
    format!("/drift?status={}&script={script}", DriftStatus::Open)
}

/// What narrows the list: what narrows others, and the script.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WantedDrift {
    #[serde(flatten)]
    wanted: Wanted,
    script: String,
}

impl WantedDrift {
    fn filter(&self) -> DriftFilter {
        let Self { wanted, script } = self;
        DriftFilter {
            provider: wanted.provider(),
            topic: wanted.topic(),
            status: wanted.status(),
            kind: None,
            script: script.trim().parse().ok(),
        }
    }
}

#[derive(Template)]
#[template(path = "drift.html")]
struct DriftPage {
    layout: Layout,
    statuses: [DriftStatus; 2],
    topics: [Topic; 7],
    status: &'static str,
    provider: String,
    topic: &'static str,
    script: String,
    events: Vec<DriftRow>,
    /// The address of the next page; empty when this is the last.
    next: String,
}

/// An event in the list.
struct DriftRow {
    id: i64,
    script: i64,
    provider: String,
    topic: Topic,
    kind: DriftKind,
    path: String,
    failure: String,
    status: DriftStatus,
    count: u64,
    last_seen: Moment,
    /// The job that repairs the script; 0 for none.
    repair: i64,
}

impl From<Drift> for DriftRow {
    fn from(drift: Drift) -> Self {
        let seen = drift.seen;
        Self {
            id: drift.id.get(),
            script: seen.key.script.get(),
            provider: seen.provider.into(),
            topic: seen.topic,
            kind: seen.key.kind,
            path: seen.key.path,
            failure: domain::bounded(seen.failure.lines().next().unwrap_or_default(), FAILURE_MAX),
            status: drift.status,
            count: drift.count,
            last_seen: drift.last_seen.into(),
            repair: drift.repair.map_or(0, domain::JobId::get),
        }
    }
}

async fn list(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Query(wanted): Query<WantedDrift>,
) -> Result<Html<String>, PageError> {
    viewer.must(Scope::JobsRead)?;
    let filter = wanted.filter();
    let found = state.services.drifts.list(filter.clone(), wanted.wanted.page(EVENTS)).await?;
    let script = filter.script.map(|script| script.to_string()).unwrap_or_default();
    let status = filter.status.map(DriftStatus::as_str);
    let narrowed = Narrowed::new(status, filter.provider, filter.topic);
    let next = narrowed.next(&format!("/drift?script={script}&"), found.next);
    let Narrowed { status, provider, topic } = narrowed;
    html(&DriftPage {
        layout: Layout::new(&viewer, Section::Drift),
        statuses: DriftStatus::ALL,
        topics: Topic::ALL,
        status,
        provider,
        topic,
        script,
        events: found.items.into_iter().map(DriftRow::from).collect(),
        next,
    })
}
