//! What a script changes.

use axum::extract::State;
use domain::ScriptId;
use engine::ScriptDiff;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::extract::{Caller, Query, Read, ScriptPath};
use crate::reply::Reply;
use crate::router::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(diff))
}

/// What to compare with.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DiffQuery {
    /// The number of another script of the same vendor and topic; the one in use where none is given.
    #[param(value_type = Option<i64>, minimum = 1)]
    against: Option<String>,
}

/// The changes of a script.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DiffMade {
    diff: DiffView,
}

/// Changes from one script to another.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DiffView {
    /// The script that it is compared with; 0 when none is in use, so that all of it is new.
    against: i64,
    /// The changes as a unified diff; empty when there are none.
    unified: String,
}

impl From<ScriptDiff> for DiffView {
    fn from(diff: ScriptDiff) -> Self {
        Self { against: diff.against.map_or(0, ScriptId::get), unified: diff.unified }
    }
}

/// Show what a script changes against the one in use, or another
#[utoipa::path(
    get,
    path = "/api/v1/adapter-scripts/{scriptId}/diff",
    operation_id = "diff-adapter-script",
    tag = "scripts",
    params(("scriptId" = String, Path, description = "Script ID"), DiffQuery),
    responses(
        (status = 200, description = "The changes", body = Reply<DiffMade>),
        (status = 404, description = "There is no such script", body = ErrorBody),
    )
)]
async fn diff(
    _: Caller<Read>,
    State(state): State<ApiState>,
    ScriptPath(id): ScriptPath,
    Query(query): Query<DiffQuery>,
) -> Result<Reply<DiffMade>, ApiError> {
    let against = query.against.as_deref().map(number).transpose()?;
    let diff = state.services.scripts.diff(id, against).await?;
    let message = match (diff.against, diff.unified.is_empty()) {
        (None, _) => format!("no script is in use: all of script {id} is new"),
        (Some(other), true) => format!("scripts {other} and {id} are the same"),
        (Some(other), false) => format!("what leads from script {other} to script {id}"),
    };
    Ok(Reply::new(message, DiffMade { diff: diff.into() }))
}

fn number(text: &str) -> Result<ScriptId, ApiError> {
    text.parse().map_err(|_| ApiError::invalid("against", "against must be the number of a script"))
}
