//! The list of scripts.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Html;
use axum::routing::get;
use domain::{ProviderSlug, Scope, Script, ScriptStatus, Topic};
use serde::Deserialize;
use store::{PageRequest, ScriptFilter};

use crate::error::PageError;
use crate::layout::{Layout, Section, html};
use crate::state::ConsoleState;
use crate::view::Moment;
use crate::viewer::Viewer;

/// Scripts of a page.
const SCRIPTS: u32 = 30;

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/scripts", get(scripts))
}

#[derive(Template)]
#[template(path = "scripts.html")]
struct ScriptsPage {
    layout: Layout,
    statuses: [ScriptStatus; 4],
    topics: [Topic; 7],
    status: &'static str,
    topic: &'static str,
    provider: String,
    scripts: Vec<ScriptRow>,
    /// The address of the next page; empty when this is the last.
    next: String,
}

/// A script in a list.
pub(super) struct ScriptRow {
    pub(super) id: i64,
    pub(super) provider: String,
    pub(super) topic: Topic,
    pub(super) version: u32,
    pub(super) status: &'static str,
    pub(super) passed: bool,
    pub(super) author: String,
    pub(super) updated: Moment,
}

impl From<&Script> for ScriptRow {
    fn from(script: &Script) -> Self {
        let content = &script.content;
        Self {
            id: script.id.get(),
            provider: content.provider.to_string(),
            topic: content.topic,
            version: script.version,
            status: script.status.as_str(),
            passed: script.passed(),
            author: content
                .author
                .as_ref()
                .map_or_else(|| "a person".to_owned(), ToString::to_string),
            updated: script.updated_at.into(),
        }
    }
}

/// Which scripts. What does not narrow is empty, as a form sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    status: String,
    provider: String,
    topic: String,
    before: String,
}

async fn scripts(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, PageError> {
    viewer.must(Scope::JobsRead)?;
    let filter = ScriptFilter {
        status: wanted.status.parse().ok(),
        provider: wanted.provider.trim().parse::<ProviderSlug>().ok(),
        topic: wanted.topic.parse().ok(),
    };
    let page = PageRequest { before: wanted.before.parse().ok(), limit: SCRIPTS };
    let found = state.services.scripts.list(filter.clone(), page).await?;
    let provider = filter.provider.map(String::from).unwrap_or_default();
    let status = filter.status.map_or("", ScriptStatus::as_str);
    let topic = filter.topic.map_or("", Topic::as_str);
    let next = found.next.map(|before| {
        format!("/scripts?status={status}&provider={provider}&topic={topic}&before={before}")
    });
    html(&ScriptsPage {
        layout: Layout::new(&viewer, Section::Scripts),
        statuses: ScriptStatus::ALL,
        topics: Topic::ALL,
        status,
        topic,
        provider,
        scripts: found.items.iter().map(ScriptRow::from).collect(),
        next: next.unwrap_or_default(),
    })
}
