//! Whether the process is up, and whether it can work.

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::ApiError;
use crate::reply::{Nothing, Reply};
use crate::router::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(ready))
}

/// Whether the process is up
#[utoipa::path(
    get,
    path = "/health",
    operation_id = "health",
    tag = "health",
    responses((status = 200, description = "It is", body = Reply<Nothing>))
)]
async fn health() -> Reply<Nothing> {
    Reply::done("up")
}

/// Whether the database answers
#[utoipa::path(
    get,
    path = "/ready",
    operation_id = "ready",
    tag = "health",
    responses((status = 200, description = "It does", body = Reply<Nothing>))
)]
async fn ready(State(state): State<ApiState>) -> Result<Reply<Nothing>, ApiError> {
    state.services.jobs.ready().await?;
    Ok(Reply::done("ready"))
}
