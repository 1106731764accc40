//! The list of scripts.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Html;
use axum::routing::get;
use domain::{Scope, Script, ScriptStatus, Topic};
use store::ScriptFilter;

use super::wanted::{Narrowed, Wanted};
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

async fn scripts(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, PageError> {
    viewer.must(Scope::JobsRead)?;
    let filter = ScriptFilter {
        status: wanted.status(),
        provider: wanted.provider(),
        topic: wanted.topic(),
    };
    let found = state.services.scripts.list(filter.clone(), wanted.page(SCRIPTS)).await?;
    let status = filter.status.map(ScriptStatus::as_str);
    let narrowed = Narrowed::new(status, filter.provider, filter.topic);
    let next = narrowed.next("/scripts?", found.next);
    let Narrowed { status, provider, topic } = narrowed;
    html(&ScriptsPage {
        layout: Layout::new(&viewer, Section::Scripts),
        statuses: ScriptStatus::ALL,
        topics: Topic::ALL,
        status,
        topic,
        provider,
        scripts: found.items.iter().map(ScriptRow::from).collect(),
        next,
    })
}
