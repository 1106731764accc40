//! One script, with all that a reviewer needs to say yes or no.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use axum::routing::get;
use domain::{DriftStatus, ReviewAction, Sample, Scope, Script, ScriptId, ScriptStatus, Topic};
use serde::Deserialize;
use store::{DriftFilter, PageRequest, ScriptFilter};

use api::ApiError;

use super::drift::link_to_open;
use super::number::number_of;
use super::scripts::ScriptRow;
use super::try_out::{Pasted, Tried};
use crate::error::PageError;
use crate::layout::{Layout, Section, html};
use crate::state::ConsoleState;
use crate::view::{CodeLine, DiffLine, Mark, Moment, Origin, diff_lines, highlighted, origins};
use crate::viewer::Viewer;

/// Versions of the same provider and topic that are shown.
const VERSIONS: u32 = 30;

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/scripts/{id}", get(show))
}

/// The script that a path names.
///
/// # Errors
/// A 404 when it names none.
pub(super) fn script_of(text: &str) -> Result<ScriptId, ApiError> {
    number_of(text, "script")
}

#[derive(Template)]
#[template(path = "script.html")]
struct ScriptPage {
    layout: Layout,
    said: Said,
    id: i64,
    provider: String,
    topic: Topic,
    version: u32,
    status: ScriptStatus,
    author: String,
    /// The job that it came from; 0 for none.
    job: i64,
    created: Moment,
    updated: Moment,
    passed: bool,
    checks: Vec<Check>,
    code: Vec<CodeLine>,
    origins: Vec<Origin>,
    samples: Vec<SampleRow>,
    diff: Vec<DiffLine>,
    /// What it is compared with, in words; empty where there is nothing.
    against: String,
    versions: Vec<ScriptRow>,
    decisions: Vec<Decision>,
    /// What was written into the form that was refused.
    reason: String,
    tried: Option<Tried>,
    pasted: Pasted,
    /// Whether it breaks in use, and where that is told.
    drifts: bool,
    drift_link: String,
}

/// A test run that led to the script.
struct Check {
    number: u32,
    passed: bool,
    error: String,
    count: u32,
    at: Moment,
}

struct SampleRow {
    name: String,
    kind: &'static str,
    has_expected: bool,
}

/// What a reviewer may do with the script as it stands.
struct Decision {
    word: &'static str,
    label: &'static str,
    hint: &'static str,
    class: &'static str,
    needs_reason: bool,
    /// Whether it can be forced on a script that does not pass its tests.
    may_be_forced: bool,
}

/// What a page tells besides: that something was done, or why it was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) done: String,
    pub(super) problem: String,
    pub(super) details: String,
}

impl From<&ApiError> for Said {
    fn from(error: &ApiError) -> Self {
        Self {
            done: String::new(),
            problem: error.message().to_owned(),
            details: error.details().to_owned(),
        }
    }
}

/// What the address says besides.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    /// The status that the script has just come to.
    now: String,
    /// The script to compare with.
    against: String,
}

impl Wanted {
    fn said(&self) -> Said {
        let done = match self.now.parse() {
            Ok(ScriptStatus::Active) => "This script is in use now.",
            Ok(ScriptStatus::Deprecated) => "This script is out of use now.",
            Ok(ScriptStatus::Archived) => "This script is put away.",
            Ok(ScriptStatus::Candidate) | Err(_) => "",
        };
        Said { done: done.to_owned(), ..Said::default() }
    }
}

/// What a page shows besides the script itself.
#[derive(Default)]
pub(super) struct Besides {
    pub(super) said: Said,
    pub(super) against: Option<ScriptId>,
    pub(super) tried: Option<Tried>,
    pub(super) pasted: Pasted,
    pub(super) reason: String,
    /// Whether it was refused because its tests do not pass.
    pub(super) must_be_forced: bool,
}

/// The whole page.
pub(super) async fn page(
    viewer: &Viewer,
    state: &ConsoleState,
    id: ScriptId,
    besides: Besides,
) -> Result<Html<String>, PageError> {
    let script = state.services.scripts.get(id).await?;
    let samples = state.desk.evidence.samples(&script).await?;
    let content = &script.content;
    let diff = state.services.scripts.diff(id, besides.against).await?;
    let filter = ScriptFilter {
        provider: Some(content.provider.clone()),
        topic: Some(content.topic),
        status: None,
    };
    let versions = PageRequest { before: None, limit: VERSIONS };
    let versions = state.services.scripts.list(filter, versions).await?.items;
    let against = match diff.against {
        Some(other) if other == id => String::new(),
        Some(other) => versions.iter().find(|version| version.id == other).map_or_else(
            || format!("script {other}"),
            |v| format!("version {} ({})", v.version, v.status),
        ),
        None => "no script in use: all of it is new".to_owned(),
    };
    let open =
        DriftFilter { status: Some(DriftStatus::Open), script: Some(id), ..DriftFilter::default() };
    let one = PageRequest { before: None, limit: 1 };
    let drifts = script.status == ScriptStatus::Active
        && !state.services.drifts.list(open, one).await?.items.is_empty();
    let origins = origins(&content.source, &content.provenance, &samples);
    html(&ScriptPage {
        layout: Layout::new(viewer, Section::Scripts),
        said: besides.said,
        id: id.get(),
        provider: content.provider.to_string(),
        topic: content.topic,
        version: script.version,
        status: script.status,
        author: content.author.as_ref().map_or_else(|| "a person".to_owned(), ToString::to_string),
        job: content.job.map_or(0, domain::JobId::get),
        created: script.created_at.into(),
        updated: script.updated_at.into(),
        passed: script.passed(),
        checks: checks(&script),
        code: highlighted(&content.source),
        origins,
        samples: samples.iter().map(SampleRow::from).collect(),
        diff: if diff.against == Some(id) { Vec::new() } else { diff_lines(&diff.unified) },
        against,
        versions: versions.iter().map(ScriptRow::from).collect(),
        decisions: decisions(&script, &versions, besides.must_be_forced),
        reason: besides.reason,
        tried: besides.tried,
        pasted: besides.pasted,
        drifts,
        drift_link: link_to_open(id),
    })
}

fn checks(script: &Script) -> Vec<Check> {
    let results = script.content.test_results.iter().rev();
    results
        .map(|attempt| Check {
            number: attempt.attempt,
            passed: attempt.passed,
            error: attempt.error.clone(),
            count: attempt.output_count,
            at: attempt.timestamp.into(),
        })
        .collect()
}

impl From<&Sample> for SampleRow {
    fn from(sample: &Sample) -> Self {
        Self {
            name: sample.name.to_string(),
            kind: if sample.http.is_empty() { "payload" } else { "HTTP exchanges" },
            has_expected: sample.expected.is_some(),
        }
    }
}

/// Whether an older one was in use, as far as the versions that are shown tell.
fn has_before(script: &Script, versions: &[Script]) -> bool {
    let is_all = versions.len() < VERSIONS as usize;
    let was_in_use =
        |other: &Script| other.version < script.version && other.status == ScriptStatus::Deprecated;
    !is_all || versions.iter().any(was_in_use)
}

/// The decisions that the script's status allows. One can be forced where it is known that the tests do
/// not pass; nobody is invited to before.
fn decisions(script: &Script, versions: &[Script], must_be_forced: bool) -> Vec<Decision> {
    let allowed = ReviewAction::ALL.into_iter().filter(|action| {
        script.after(*action).is_ok()
            && (*action != ReviewAction::RollBack || has_before(script, versions))
    });
    allowed
        .map(|action| {
            let (label, hint, class) = match action {
                ReviewAction::Activate => {
                    ("Activate", "It goes into use at once; the one in use goes out.", "main")
                }
                ReviewAction::RollBack => {
                    ("Roll back", "The one that was in use before goes into use again.", "danger")
                }
                ReviewAction::Deprecate => {
                    ("Deprecate", "It goes out of use, and nothing takes its place.", "plain")
                }
                ReviewAction::Archive => ("Archive", "It is put away for good.", "plain"),
            };
            let may_be_forced = match action {
                ReviewAction::Activate => must_be_forced || !script.passed(),
                ReviewAction::RollBack => must_be_forced,
                ReviewAction::Deprecate | ReviewAction::Archive => false,
            };
            let needs_reason = action == ReviewAction::RollBack;
            Decision { word: action.as_str(), label, hint, class, needs_reason, may_be_forced }
        })
        .collect()
}

async fn show(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, PageError> {
    viewer.must(Scope::JobsRead)?;
    let besides =
        Besides { said: wanted.said(), against: wanted.against.parse().ok(), ..Besides::default() };
    page(&viewer, &state, script_of(&id)?, besides).await
}
