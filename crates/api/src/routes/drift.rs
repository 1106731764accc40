//! Scripts in use that break, and what is done about it.

use axum::extract::State;
use domain::{Drift, DriftKind, DriftStatus, ProviderSlug, RepairPolicy, Sample, ScriptId, Topic};
use engine::SeenDrift;
use serde::{Deserialize, Serialize};
use store::DriftFilter;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::knowledge::SampleView;
use super::views::rfc3339;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{
    Caller, DriftPath, Json, Path, Query, Read, Review, next_cursor, page_request,
};
use crate::reply::Reply;
use crate::router::ApiState;
use crate::schemas;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(resolve))
        .routes(routes!(policy, put_policy))
}

/// Equal failures of a script in use.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DriftView {
    id: i64,
    /// The script that breaks.
    script_id: i64,
    provider: String,
    #[schema(schema_with = schemas::topic)]
    topic: Topic,
    /// On whose account it was first seen: the name of an API key; empty where a run had none.
    owner: String,
    #[schema(schema_with = schemas::drift_kind)]
    kind: DriftKind,
    /// Where: the path in the output, the line of the script, or the limit that ended it.
    #[schema(example = "products[].price")]
    path: String,
    /// What was wanted, and what was there instead.
    failure: String,
    /// Whether the kept sample, which is masked, breaks the script in the same way.
    reproduced: bool,
    #[schema(schema_with = schemas::drift_status)]
    status: DriftStatus,
    /// How often it happened.
    count: u64,
    #[schema(format = DateTime)]
    first_seen: String,
    #[schema(format = DateTime)]
    last_seen: String,
    /// The job that repairs the script; 0 where there is none.
    repair_job_id: i64,
    /// When it was resolved; empty while it is open.
    resolved_at: String,
    /// Who or what resolved it; empty while it is open.
    resolved_by: String,
}

impl From<Drift> for DriftView {
    fn from(drift: Drift) -> Self {
        let seen = drift.seen;
        Self {
            id: drift.id.get(),
            script_id: seen.key.script.get(),
            provider: seen.provider.into(),
            topic: seen.topic,
            owner: seen.owner.map(|owner| owner.as_str().to_owned()).unwrap_or_default(),
            kind: seen.key.kind,
            path: seen.key.path,
            failure: seen.failure,
            reproduced: seen.reproduced,
            status: drift.status,
            count: drift.count,
            first_seen: rfc3339(drift.first_seen),
            last_seen: rfc3339(drift.last_seen),
            repair_job_id: drift.repair.map_or(0, domain::JobId::get),
            resolved_at: drift.resolved_at.map(rfc3339).unwrap_or_default(),
            resolved_by: drift.resolved_by,
        }
    }
}

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DriftQuery {
    /// Only of this vendor.
    #[param(schema_with = schemas::provider, required = false)]
    provider: Option<ProviderSlug>,
    /// Only of this topic.
    #[param(schema_with = schemas::topic, required = false)]
    topic: Option<Topic>,
    /// Only of this status.
    #[param(schema_with = schemas::drift_status, required = false)]
    status: Option<DriftStatus>,
    /// Only of this kind.
    #[param(schema_with = schemas::drift_kind, required = false)]
    kind: Option<DriftKind>,
    /// Only of this script.
    #[param(schema_with = schemas::number, required = false)]
    script_id: Option<String>,
    /// How many at most, from 1 to 100; 20 where nothing is said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// The `nextCursor` of the page before.
    #[param(schema_with = schemas::cursor, required = false)]
    cursor: Option<String>,
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DriftPage {
    drift: Vec<DriftView>,
    /// The `cursor` of the next page; empty when this is the last.
    next_cursor: String,
}

/// List drift events, newest first
///
/// An event stands for equal failures of one script: it threw, its output broke the contract or lacked
/// records, or a limit ended it.
#[utoipa::path(
    get,
    path = "/api/v1/drift",
    operation_id = "list-drift",
    tag = "drift",
    params(DriftQuery),
    responses((status = 200, description = "A page of events", body = Reply<DriftPage>))
)]
async fn list(
    _: Caller<Read>,
    State(state): State<ApiState>,
    Query(query): Query<DriftQuery>,
) -> Result<Reply<DriftPage>, ApiError> {
    let page = page_request(query.limit.as_deref(), query.cursor.as_deref())?;
    let script = query.script_id.map(|text| text.parse::<ScriptId>()).transpose();
    let filter = DriftFilter {
        provider: query.provider,
        topic: query.topic,
        status: query.status,
        kind: query.kind,
        script: script.map_err(|error| ApiError::invalid("scriptId", error.to_string()))?,
    };
    let page = state.services.drifts.list(filter, page).await?;
    let drift = page.items.into_iter().map(DriftView::from).collect();
    let next_cursor = next_cursor(page.next);
    Ok(Reply::new("drift events, newest first", DriftPage { drift, next_cursor }))
}

/// An event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OneDrift {
    drift: DriftView,
    /// What it can be shown with: the payload and the vendor's answers. Names, numbers, addresses, notes
    /// and secrets in it are made up. Left out where it was too large to be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    sample: Option<SampleView>,
}

/// Get a drift event with its masked sample
#[utoipa::path(
    get,
    path = "/api/v1/drift/{driftId}",
    operation_id = "get-drift",
    tag = "drift",
    params(("driftId" = String, Path, description = "Drift event ID")),
    responses(
        (status = 200, description = "The event", body = Reply<OneDrift>),
        (status = 404, description = "There is no such event", body = ErrorBody),
    )
)]
async fn get(
    _: Caller<Read>,
    State(state): State<ApiState>,
    DriftPath(id): DriftPath,
) -> Result<Reply<OneDrift>, ApiError> {
    let SeenDrift { drift, sample } = state.services.drifts.get(id).await?;
    let sample = sample.map(|sample: Sample| sample.into());
    Ok(Reply::new(format!("drift event {id}"), OneDrift { drift: drift.into(), sample }))
}

/// An event that is dealt with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResolvedDrift {
    drift: DriftView,
}

/// Say that a drift event is dealt with
///
/// When it happens again, it is opened again. Activating another script resolves the events of the one
/// before.
#[utoipa::path(
    post,
    path = "/api/v1/drift/{driftId}/resolve",
    operation_id = "resolve-drift",
    tag = "drift",
    params(("driftId" = String, Path, description = "Drift event ID")),
    responses(
        (status = 200, description = "It is resolved", body = Reply<ResolvedDrift>),
        (status = 404, description = "There is no such event", body = ErrorBody),
        (status = 409, description = "It is resolved already", body = ErrorBody),
    )
)]
async fn resolve(
    caller: Caller<Review>,
    State(state): State<ApiState>,
    DriftPath(id): DriftPath,
) -> Result<Reply<ResolvedDrift>, ApiError> {
    let drift = state.services.drifts.resolve(&caller.actor(), id).await?;
    let message = format!("drift event {id} is resolved");
    Ok(Reply::new(message, ResolvedDrift { drift: drift.into() }))
}

/// Which vendor.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OneProvider {
    #[param(schema_with = schemas::provider)]
    provider: ProviderSlug,
}

/// What is done on its own for a vendor.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderPolicy {
    /// When a script in use drifts: `on` starts a job that writes a candidate, which waits for review;
    /// `off` only records it.
    #[schema(schema_with = schemas::repair_policy)]
    repair: RepairPolicy,
}

/// A vendor's policy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PolicyFound {
    policy: ProviderPolicy,
}

/// Get what is done when a vendor's script drifts
#[utoipa::path(
    get,
    path = "/api/v1/providers/{provider}/policy",
    operation_id = "get-provider-policy",
    tag = "drift",
    params(OneProvider),
    responses((status = 200, description = "The policy", body = Reply<PolicyFound>))
)]
async fn policy(
    _: Caller<Read>,
    State(state): State<ApiState>,
    Path(OneProvider { provider }): Path<OneProvider>,
) -> Result<Reply<PolicyFound>, ApiError> {
    let repair = state.services.drifts.policy(&provider).await?;
    let policy = ProviderPolicy { repair };
    Ok(Reply::new(format!("policy of {provider}"), PolicyFound { policy }))
}

/// Set what is done when a vendor's script drifts
#[utoipa::path(
    put,
    path = "/api/v1/providers/{provider}/policy",
    operation_id = "put-provider-policy",
    tag = "drift",
    params(OneProvider),
    request_body = ProviderPolicy,
    responses((status = 200, description = "It is set", body = Reply<PolicyFound>))
)]
async fn put_policy(
    caller: Caller<Review>,
    State(state): State<ApiState>,
    Path(OneProvider { provider }): Path<OneProvider>,
    Json(policy): Json<ProviderPolicy>,
) -> Result<Reply<PolicyFound>, ApiError> {
    state.services.drifts.put_policy(&caller.actor(), &provider, policy.repair).await?;
    Ok(Reply::new(format!("policy of {provider} is set"), PolicyFound { policy }))
}
