//! Who did what when.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Html;
use axum::routing::get;
use domain::{Actor, AuditAction, AuditEntry, ProviderSlug, Scope, Topic};
use serde::Deserialize;
use store::{AuditFilter, PageRequest};
use url::form_urlencoded::Serializer;

use crate::error::PageError;
use crate::layout::{Layout, Section, html};
use crate::state::ConsoleState;
use crate::view::Moment;
use crate::viewer::Viewer;

/// Acts of a page.
const ACTS: u32 = 50;

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/audit", get(audit))
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    layout: Layout,
    actions: [AuditAction; AuditAction::ALL.len()],
    topics: [Topic; 7],
    actor: String,
    action: &'static str,
    provider: String,
    topic: &'static str,
    acts: Vec<ActRow>,
    /// The address of the next page; empty when this is the last.
    next: String,
}

/// An act in the list.
struct ActRow {
    at: Moment,
    actor: String,
    action: AuditAction,
    provider: String,
    topic: &'static str,
    subject: String,
    /// Where the subject is; empty where it has no page.
    link: String,
    reason: String,
    details: String,
}

impl From<AuditEntry> for ActRow {
    fn from(entry: AuditEntry) -> Self {
        let act = entry.act;
        let kind = act.action.as_str().split('.').next().unwrap_or_default();
        let is_number = act.subject.parse::<i64>().is_ok_and(|number| number > 0);
        let link = match kind {
            "job" if is_number => format!("/jobs/{}", act.subject),
            "script" if is_number => format!("/scripts/{}", act.subject),
            _ => String::new(),
        };
        Self {
            at: act.at.into(),
            actor: act.actor.to_string(),
            action: act.action,
            provider: act.provider.map(String::from).unwrap_or_default(),
            topic: act.topic.map_or("", Topic::as_str),
            subject: act.subject,
            link,
            reason: act.reason,
            details: act.details,
        }
    }
}

/// Which acts. What does not narrow is empty, as a form sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    actor: String,
    action: String,
    provider: String,
    topic: String,
    before: String,
}

async fn audit(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, PageError> {
    viewer.must(Scope::ScriptsReview)?;
    let actor = wanted.actor.trim().replace('\0', "");
    let filter = AuditFilter {
        actor: (!actor.is_empty()).then(|| Actor::named(actor.clone())),
        action: wanted.action.parse().ok(),
        provider: wanted.provider.trim().parse::<ProviderSlug>().ok(),
        topic: wanted.topic.parse().ok(),
    };
    let page = PageRequest { before: wanted.before.parse().ok(), limit: ACTS };
    let found = state.services.audit.list(filter.clone(), page).await?;
    let action = filter.action.map_or("", AuditAction::as_str);
    let provider = filter.provider.map(String::from).unwrap_or_default();
    let topic = filter.topic.map_or("", Topic::as_str);
    let next = found.next.map(|before| {
        let query = Serializer::new(String::new())
            .extend_pairs([("actor", actor.as_str()), ("action", action)])
            .extend_pairs([("provider", provider.as_str()), ("topic", topic)])
            .append_pair("before", &before.to_string())
            .finish();
        format!("/audit?{query}")
    });
    html(&AuditPage {
        layout: Layout::new(&viewer, Section::Audit),
        actions: AuditAction::ALL,
        topics: Topic::ALL,
        actor,
        action,
        provider,
        topic,
        acts: found.items.into_iter().map(ActRow::from).collect(),
        next: next.unwrap_or_default(),
    })
}
