//! Who did what when.

use axum::extract::State;
use domain::{Act, Actor, AuditAction, AuditEntry, ProviderSlug, Topic};
use serde::{Deserialize, Serialize};
use store::AuditFilter;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::views::rfc3339;
use crate::error::ApiError;
use crate::extract::{Caller, Query, Review, next_cursor, page_request};
use crate::reply::Reply;
use crate::router::ApiState;
use crate::schemas;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Which acts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Only of the key of this name.
    #[param(schema_with = schemas::key_name, required = false)]
    actor: Option<String>,
    /// Only of this kind.
    #[param(schema_with = schemas::audit_action, required = false)]
    action: Option<AuditAction>,
    /// Only of this vendor.
    #[param(schema_with = schemas::provider, required = false)]
    provider: Option<ProviderSlug>,
    /// Only of this topic.
    #[param(schema_with = schemas::topic, required = false)]
    topic: Option<Topic>,
    /// How many at most, from 1 to 100; 20 where nothing is said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// The `nextCursor` of the page before.
    #[param(schema_with = schemas::cursor, required = false)]
    cursor: Option<String>,
}

/// Something that a person or a key did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditEntryView {
    id: i64,
    #[schema(format = DateTime)]
    at: String,
    /// The name of the key; `(operator)` for the server's own command line, `(server)` for the server.
    actor: String,
    #[schema(schema_with = schemas::audit_action)]
    action: AuditAction,
    /// The vendor; empty where it is about none.
    provider: String,
    /// The topic; empty where it is about none.
    topic: String,
    /// The number of a job or script, the name of a document or sample, a connection's slug, or the
    /// public prefix of a key.
    subject: String,
    /// Why, in the actor's words; empty where they gave none.
    reason: String,
    /// What else is known of it, such as why a script that was forced does not pass.
    details: String,
}

impl From<AuditEntry> for AuditEntryView {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { id, act } = entry;
        let Act { actor, action, provider, topic, subject, reason, details, at } = act;
        Self {
            id,
            at: rfc3339(at),
            actor: actor.to_string(),
            action,
            provider: provider.map(String::from).unwrap_or_default(),
            topic: topic.map_or_else(String::new, |topic| topic.to_string()),
            subject,
            reason,
            details,
        }
    }
}

/// A page of acts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditPage {
    entries: Vec<AuditEntryView>,
    /// The `cursor` of the next page; empty when this is the last.
    next_cursor: String,
}

/// List what people and keys did, newest first
///
/// Nothing of it is ever changed or removed. Needs the scope of reviewers.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    operation_id = "list-audit",
    tag = "audit",
    params(AuditQuery),
    responses((status = 200, description = "A page of acts", body = Reply<AuditPage>))
)]
async fn list(
    _: Caller<Review>,
    State(state): State<ApiState>,
    Query(query): Query<AuditQuery>,
) -> Result<Reply<AuditPage>, ApiError> {
    let page = page_request(query.limit.as_deref(), query.cursor.as_deref())?;
    let AuditQuery { actor, action, provider, topic, .. } = query;
    let actor = actor.map(named).transpose()?;
    let filter = AuditFilter { actor, action, provider, topic };
    let page = state.services.audit.list(filter, page).await?;
    let entries: Vec<AuditEntryView> = page.items.into_iter().map(AuditEntryView::from).collect();
    let next_cursor = next_cursor(page.next);
    Ok(Reply::new("acts, newest first", AuditPage { entries, next_cursor }))
}

fn named(actor: String) -> Result<Actor, ApiError> {
    if actor.chars().any(char::is_control) {
        let message = "actor must be the name of a key, without control characters";
        return Err(ApiError::invalid("actor", message));
    }
    Ok(Actor::named(actor))
}
