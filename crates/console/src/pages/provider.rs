//! One provider: its topics, what is known of it and its connections.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Html;
use axum::routing::get;
use domain::{DocumentName, ProviderSlug, RepairPolicy, Sample, SampleName, Scope, Topic};
use engine::KnownConnection;
use store::{PageRequest, SampleKey, ScriptFilter};

use api::ApiError;

use super::home::Cell;
use super::scripts::ScriptRow;
use crate::error::PageError;
use crate::layout::{Layout, Section, html};
use crate::state::ConsoleState;
use crate::view::{JsonView, Mark, Moment, plain};
use crate::viewer::Viewer;

/// Scripts that are shown; the list of scripts has all.
const SCRIPTS: u32 = 20;
/// Characters of a document that are shown.
const DOCUMENT_MAX: usize = 200_000;

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new()
        .route("/providers/{provider}", get(provider))
        .route("/providers/{provider}/documents/{name}", get(document))
        .route("/providers/{provider}/{topic}/samples/{name}", get(sample))
}

#[derive(Template)]
#[template(path = "provider.html")]
struct ProviderPage {
    layout: Layout,
    provider: String,
    cells: Vec<Cell>,
    scripts: Vec<ScriptRow>,
    has_more_scripts: bool,
    documents: Vec<DocumentRow>,
    samples: Vec<SampleRow>,
    connections: Vec<ConnectionRow>,
    shows_connections: bool,
    may_test: bool,
    /// What is done when a script of this vendor drifts, and what else could be.
    repair: RepairPolicy,
    other_repair: RepairPolicy,
    /// Why what was asked for was not done; empty where nothing was asked for.
    problem: String,
}

struct DocumentRow {
    name: String,
    size: usize,
    url: String,
    fetched: Option<Moment>,
    error: String,
}

struct SampleRow {
    topic: Topic,
    name: String,
    has_payload: bool,
    exchanges: usize,
    has_expected: bool,
}

struct ConnectionRow {
    slug: String,
    base_url: String,
    status: &'static str,
    message: String,
    tested: Option<Moment>,
}

impl From<KnownConnection> for ConnectionRow {
    fn from(known: KnownConnection) -> Self {
        let connection = known.connection;
        Self {
            slug: connection.slug.into(),
            base_url: connection.base_url,
            status: connection.status.as_str(),
            message: connection.message,
            tested: connection.tested_at.map(Moment::from),
        }
    }
}

/// The vendor that a path names.
///
/// # Errors
/// A 404 when it names none.
pub(super) fn provider_of(text: &str) -> Result<ProviderSlug, ApiError> {
    text.parse().map_err(|error| ApiError::not_found(format!("there is no such provider: {error}")))
}

async fn provider(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Path(provider): Path<String>,
) -> Result<Html<String>, PageError> {
    viewer.must(Scope::JobsRead)?;
    page(&viewer, &state, &provider_of(&provider)?, String::new()).await
}

/// The whole page.
pub(super) async fn page(
    viewer: &Viewer,
    state: &ConsoleState,
    provider: &ProviderSlug,
    problem: String,
) -> Result<Html<String>, PageError> {
    let owner = viewer.owner();
    let known = state.desk.overview.provider(owner.clone(), provider).await?;
    let filter = ScriptFilter { provider: Some(provider.clone()), ..ScriptFilter::default() };
    let page = PageRequest { before: None, limit: SCRIPTS };
    let scripts = state.services.scripts.list(filter, page).await?;
    let documents = state.services.knowledge.documents(provider).await?;
    let mut samples = Vec::new();
    for topic in known.topics.iter().filter(|topic| topic.samples > 0) {
        for sample in state.services.knowledge.samples(provider, topic.topic).await? {
            samples.push(SampleRow {
                topic: topic.topic,
                name: sample.name.into(),
                has_payload: sample.payload.is_some(),
                exchanges: sample.http.len(),
                has_expected: sample.expected.is_some(),
            });
        }
    }
    let connections = match &owner {
        Some(owner) => state.services.connections.list(owner).await?,
        None => Vec::new(),
    };
    let connections =
        connections.into_iter().filter(|known| known.connection.provider == *provider);
    let repair = state.services.drifts.policy(provider).await?;
    html(&ProviderPage {
        layout: Layout::new(viewer, Section::Providers),
        provider: provider.to_string(),
        cells: known.topics.iter().map(Cell::from).collect(),
        scripts: scripts.items.iter().map(ScriptRow::from).collect(),
        has_more_scripts: scripts.next.is_some(),
        documents: documents
            .into_iter()
            .map(|known| {
                let state = known.link.as_ref().map(|link| &link.state);
                DocumentRow {
                    size: known.content.len(),
                    fetched: state.and_then(|state| state.fetched_at).map(Moment::from),
                    error: state.map(|state| state.error.clone()).unwrap_or_default(),
                    url: known.link.as_ref().map(|link| link.url.to_string()).unwrap_or_default(),
                    name: known.name.into(),
                }
            })
            .collect(),
        samples,
        connections: connections.map(ConnectionRow::from).collect(),
        shows_connections: owner.is_some(),
        may_test: viewer.may(Scope::AdaptersRun),
        repair,
        other_repair: match repair {
            RepairPolicy::On => RepairPolicy::Off,
            RepairPolicy::Off => RepairPolicy::On,
        },
        problem,
    })
}

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentPage {
    layout: Layout,
    provider: String,
    name: String,
    url: String,
    text: String,
    is_cut: bool,
}

async fn document(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Path((provider, name)): Path<(String, String)>,
) -> Result<Html<String>, PageError> {
    viewer.must(Scope::JobsRead)?;
    let provider = provider_of(&provider)?;
    let name: DocumentName =
        name.parse().map_err(|error| ApiError::not_found(format!("no such document: {error}")))?;
    let known = state.services.knowledge.document(&provider, &name).await?;
    let text: String = known.content.chars().take(DOCUMENT_MAX).collect();
    html(&DocumentPage {
        layout: Layout::new(&viewer, Section::Providers),
        provider: provider.to_string(),
        name: name.into(),
        url: known.link.map(|link| link.url.to_string()).unwrap_or_default(),
        is_cut: text.len() < known.content.len(),
        text,
    })
}

#[derive(Template)]
#[template(path = "sample.html")]
struct SamplePage {
    layout: Layout,
    provider: String,
    topic: Topic,
    name: String,
    parts: Vec<(&'static str, JsonView)>,
}

async fn sample(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Path((provider, topic, name)): Path<(String, String, String)>,
) -> Result<Html<String>, PageError> {
    viewer.must(Scope::JobsRead)?;
    let provider = provider_of(&provider)?;
    let topic: Topic =
        topic.parse().map_err(|error| ApiError::not_found(format!("no such topic: {error}")))?;
    let name: SampleName =
        name.parse().map_err(|error| ApiError::not_found(format!("no such sample: {error}")))?;
    let key = SampleKey { provider: provider.clone(), topic, name };
    let sample = state.services.knowledge.sample(&key).await?;
    html(&SamplePage {
        layout: Layout::new(&viewer, Section::Providers),
        provider: provider.to_string(),
        topic,
        name: key.name.into(),
        parts: parts_of(&sample),
    })
}

/// What a sample consists of, each part with what it is.
pub(super) fn parts_of(sample: &Sample) -> Vec<(&'static str, JsonView)> {
    let mut parts = Vec::new();
    parts.extend(sample.payload.as_ref().map(|payload| ("Payload", plain(payload))));
    if !sample.http.is_empty() {
        let exchanges = serde_json::to_value(&sample.http).unwrap_or_default();
        parts.push(("HTTP exchanges", plain(&exchanges)));
    }
    parts.extend(sample.expected.as_ref().map(|expected| ("Wanted output", plain(expected))));
    parts
}
