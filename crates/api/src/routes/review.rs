//! A reviewer's decisions on scripts.

use axum::extract::State;
use domain::{Reason, Script};
use engine::Activation;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::scripts::OneScript;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Caller, Json, OptionalJson, Review, ScriptPath};
use crate::reply::Reply;
use crate::router::ApiState;
use crate::schemas;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(activate))
        .routes(routes!(rollback))
        .routes(routes!(deprecate))
        .routes(routes!(archive))
}

/// Why a script comes into use, and whether against its tests.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ActivateRequest {
    /// Whether to take it into use although it does not pass its tests. Needs a reason.
    force: bool,
    /// Why, for the audit.
    #[schema(schema_with = schemas::optional_reason)]
    reason: Option<Reason>,
}

/// Why a script is taken out of use for the one before it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RollbackRequest {
    /// Why, for the audit.
    #[schema(schema_with = schemas::reason)]
    reason: Reason,
    /// Whether to go back although the one before does not pass its tests any more.
    #[serde(default)]
    force: bool,
}

/// Why.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ReasonRequest {
    /// Why, for the audit.
    #[schema(schema_with = schemas::optional_reason)]
    reason: Option<Reason>,
}

fn reply(script: Script) -> Reply<OneScript> {
    let message = format!("script {} is {}", script.id, script.status);
    Reply::new(message, OneScript { script: script.into() })
}

/// Take a script into use, in place of the one that is
///
/// Its tests are run anew on the samples that are known now. One that does not pass them comes into use
/// only with `force` and a `reason`. Where the server asks for four eyes, the key that started the job,
/// or uploaded the script, cannot activate it.
#[utoipa::path(
    post,
    path = "/api/v1/adapter-scripts/{scriptId}/activate",
    operation_id = "activate-adapter-script",
    tag = "scripts",
    params(("scriptId" = String, Path, description = "Script ID")),
    request_body = Option<ActivateRequest>,
    responses(
        (status = 200, description = "It is in use", body = Reply<OneScript>),
        (status = 403, description = "The key does not have the scope that is named, or started the script itself", body = ErrorBody),
        (status = 404, description = "There is no such script", body = ErrorBody),
        (status = 409, description = "Its status does not allow it", body = ErrorBody),
        (status = 422, description = "It does not pass its tests; `details` says which sample and path", body = ErrorBody),
    )
)]
async fn activate(
    caller: Caller<Review>,
    State(state): State<ApiState>,
    ScriptPath(id): ScriptPath,
    OptionalJson(request): OptionalJson<ActivateRequest>,
) -> Result<Reply<OneScript>, ApiError> {
    let ActivateRequest { force, reason } = request;
    let activation = Activation { reason, force };
    Ok(reply(state.services.scripts.activate(&caller.actor(), id, activation).await?))
}

/// Take the script in use out of it for the one before
///
/// The script must be the one in use. Of the older versions that were in use, the one that was taken out
/// of use last comes back, under the same rules as any that is activated; it is what is answered.
#[utoipa::path(
    post,
    path = "/api/v1/adapter-scripts/{scriptId}/rollback",
    operation_id = "rollback-adapter-script",
    tag = "scripts",
    params(("scriptId" = String, Path, description = "Script ID")),
    request_body = RollbackRequest,
    responses(
        (status = 200, description = "The script that is in use again", body = Reply<OneScript>),
        (status = 403, description = "The key does not have the scope that is named, or started the one before itself", body = ErrorBody),
        (status = 404, description = "There is no such script", body = ErrorBody),
        (status = 409, description = "It is not in use, or none was in use before it", body = ErrorBody),
        (status = 422, description = "The one before does not pass its tests any more; `details` says which sample and path", body = ErrorBody),
    )
)]
async fn rollback(
    caller: Caller<Review>,
    State(state): State<ApiState>,
    ScriptPath(id): ScriptPath,
    Json(request): Json<RollbackRequest>,
) -> Result<Reply<OneScript>, ApiError> {
    let RollbackRequest { reason, force } = request;
    Ok(reply(state.services.scripts.roll_back(&caller.actor(), id, reason, force).await?))
}

/// Take a script out of use
#[utoipa::path(
    post,
    path = "/api/v1/adapter-scripts/{scriptId}/deprecate",
    operation_id = "deprecate-adapter-script",
    tag = "scripts",
    params(("scriptId" = String, Path, description = "Script ID")),
    request_body = Option<ReasonRequest>,
    responses(
        (status = 200, description = "It is out of use", body = Reply<OneScript>),
        (status = 404, description = "There is no such script", body = ErrorBody),
        (status = 409, description = "It is not in use", body = ErrorBody),
    )
)]
async fn deprecate(
    caller: Caller<Review>,
    State(state): State<ApiState>,
    ScriptPath(id): ScriptPath,
    OptionalJson(request): OptionalJson<ReasonRequest>,
) -> Result<Reply<OneScript>, ApiError> {
    let scripts = &state.services.scripts;
    Ok(reply(scripts.deprecate(&caller.actor(), id, request.reason.as_ref()).await?))
}

/// Put a script away
#[utoipa::path(
    post,
    path = "/api/v1/adapter-scripts/{scriptId}/archive",
    operation_id = "archive-adapter-script",
    tag = "scripts",
    params(("scriptId" = String, Path, description = "Script ID")),
    request_body = Option<ReasonRequest>,
    responses(
        (status = 200, description = "It is put away", body = Reply<OneScript>),
        (status = 404, description = "There is no such script", body = ErrorBody),
        (status = 409, description = "It is in use, or put away already", body = ErrorBody),
    )
)]
async fn archive(
    caller: Caller<Review>,
    State(state): State<ApiState>,
    ScriptPath(id): ScriptPath,
    OptionalJson(request): OptionalJson<ReasonRequest>,
) -> Result<Reply<OneScript>, ApiError> {
    let scripts = &state.services.scripts;
    Ok(reply(scripts.archive(&caller.actor(), id, request.reason.as_ref()).await?))
}
