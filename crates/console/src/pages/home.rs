//! The first page: what works for whom.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Html;
use axum::routing::get;
use domain::{ConnectionStatus, ProviderSlug, Scope, Status, Topic};
use engine::{ProviderState, TopicState};
use serde::Deserialize;

use super::drift::link_to_open;
use crate::error::PageError;
use crate::layout::{Layout, Section, html};
use crate::state::ConsoleState;
use crate::viewer::Viewer;

/// Providers on a page: what fits into 100 KB with all that belongs to it, where every cell says all that
/// it can.
const PROVIDERS: u32 = 22;

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/", get(home))
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    layout: Layout,
    topics: [Topic; 7],
    providers: Vec<Row>,
    /// What was searched for; empty for the beginning.
    from: String,
    next: String,
    shows_connections: bool,
}

/// A provider.
pub(crate) struct Row {
    provider: String,
    cells: Vec<Cell>,
    documents: u32,
    samples: u32,
    connections: Vec<Health>,
}

/// A topic of a provider.
pub(crate) struct Cell {
    pub(crate) topic: Topic,
    /// The class of the style sheet and the word that people read.
    pub(crate) class: &'static str,
    pub(crate) word: &'static str,
    /// Where the word leads; empty where there is nothing.
    pub(crate) link: String,
    /// The version in use, or of the candidate; 0 for none.
    pub(crate) version: u32,
    /// What else there is, each with where it leads.
    pub(crate) also: Vec<Also>,
    pub(crate) samples: u32,
}

/// Something besides a topic's word.
pub(crate) struct Also {
    pub(crate) class: &'static str,
    pub(crate) text: String,
    pub(crate) link: String,
}

/// How connections do.
pub(crate) struct Health {
    pub(crate) class: &'static str,
    pub(crate) text: String,
}

impl From<&TopicState> for Cell {
    fn from(state: &TopicState) -> Self {
        use engine::Standing::{Active, Candidate, Drifting, InWork, None};
        let standing = state.standing();
        let (class, main) = match standing {
            None => ("none", Option::None),
            InWork => ("working", Option::None),
            Candidate => ("candidate", state.candidate),
            Active => ("active", state.active),
            Drifting => ("drifting", state.active),
        };
        let job_link = state.job.map(|(id, _)| format!("/jobs/{id}"));
        let mut also = Vec::new();
        if standing == Drifting
            && let Some(active) = state.active
        {
            let failures = if state.open_drift == 1 { "failure" } else { "failures" };
            also.push(Also {
                class: "failed",
                text: format!("{} open {failures}", state.open_drift),
                link: link_to_open(active.id),
            });
        }
        if matches!(standing, Active | Drifting)
            && let Some(candidate) = state.candidate
        {
            also.push(Also {
                class: "candidate",
                text: format!("candidate v{}", candidate.version),
                link: format!("/scripts/{}", candidate.id),
            });
        }
        if let Some((id, status)) = state.job {
            let asks = status == Status::NeedsClarification;
            if asks || standing != InWork {
                also.push(Also {
                    class: if asks { "asks" } else { "working" },
                    text: if asks { "asks you" } else { "in work" }.to_owned(),
                    link: format!("/jobs/{id}"),
                });
            }
        }
        Self {
            topic: state.topic,
            class,
            word: standing.as_str(),
            link: main
                .map(|script| format!("/scripts/{}", script.id))
                .or(job_link)
                .unwrap_or_default(),
            version: main.map_or(0, |script| script.version),
            also,
            samples: state.samples,
        }
    }
}

/// Connections in words, those that need a look first.
pub(crate) fn health(connections: &[(ConnectionStatus, u32)]) -> Vec<Health> {
    use ConnectionStatus::{Connected, Disabled, Error, Untested};
    [Error, Untested, Connected, Disabled]
        .into_iter()
        .filter_map(|status| connections.iter().find(|(of, _)| *of == status))
        .map(|(status, count)| Health {
            class: match status {
                Connected => "active",
                Error => "failed",
                Untested => "candidate",
                Disabled => "none",
            },
            text: format!("{count} {status}"),
        })
        .collect()
}

impl From<ProviderState> for Row {
    fn from(state: ProviderState) -> Self {
        Self {
            cells: state.topics.iter().map(Cell::from).collect(),
            samples: state.topics.iter().map(|topic| topic.samples).sum(),
            provider: state.provider.into(),
            documents: state.documents,
            connections: health(&state.connections),
        }
    }
}

#[derive(Debug, Deserialize)]
struct Wanted {
    #[serde(default)]
    from: String,
}

/// The name to begin at. What is no name is cut to what may be the beginning of one.
fn beginning(text: &str) -> Option<ProviderSlug> {
    let may = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-';
    let lower = text.trim().to_ascii_lowercase();
    lower.chars().take_while(may).collect::<String>().parse().ok()
}

async fn home(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, PageError> {
    viewer.must(Scope::JobsRead)?;
    let from = beginning(&wanted.from);
    let shown = from.as_ref().map(ToString::to_string).unwrap_or_default();
    let page = state.desk.overview.providers(viewer.owner(), from, PROVIDERS).await?;
    html(&HomePage {
        layout: Layout::new(&viewer, Section::Providers),
        topics: Topic::ALL,
        providers: page.providers.into_iter().map(Row::from).collect(),
        from: shown,
        next: page.next.map(String::from).unwrap_or_default(),
        shows_connections: viewer.may(Scope::ConnectionsRead),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{JobId, ScriptId};
    use engine::ScriptVersion;

    #[test]
    fn a_search_begins_at_what_may_be_a_name() {
        let begun = |text: &str| beginning(text).map(String::from);
        assert_eq!(begun("Sq").as_deref(), Some("sq"));
        assert_eq!(begun(" my-till ").as_deref(), Some("my-till"));
        assert_eq!([begun(""), begun("<b>"), begun("-")], [None, None, None]);
    }

    #[test]
    fn a_cell_leads_to_what_its_word_says_and_tells_what_waits() {
        let script =
            |id: i64, version| Some(ScriptVersion { id: ScriptId::new(id).unwrap(), version });
        let mut state = TopicState {
            topic: Topic::SyncProducts,
            active: script(3, 1),
            open_drift: 0,
            candidate: script(9, 2),
            job: Some((JobId::new(7).unwrap(), Status::NeedsClarification)),
            samples: 2,
        };
        let cell = Cell::from(&state);
        assert_eq!((cell.word, cell.link.as_str(), cell.version), ("active", "/scripts/3", 1));
        let also: Vec<(&str, &str)> =
            cell.also.iter().map(|also| (also.text.as_str(), also.link.as_str())).collect();
        assert_eq!(also, [("candidate v2", "/scripts/9"), ("asks you", "/jobs/7")]);
        state.open_drift = 2;
        let cell = Cell::from(&state);
        assert_eq!(
            (cell.word, cell.class, cell.link.as_str()),
            ("drifting", "drifting", "/scripts/3")
        );
        let first = &cell.also[0];
        assert_eq!(
            (first.text.as_str(), first.link.as_str()),
            ("2 open failures", "/drift?status=open&script=3")
        );
        assert_eq!(cell.also.len(), 3);
        state.active = None;
        state.candidate = None;
        let cell = Cell::from(&state);
        assert_eq!((cell.word, cell.link.as_str()), ("in work", "/jobs/7"));
    }
}
