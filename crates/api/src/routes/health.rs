//! Whether the process is up, whether it can work, and what it counts.

use axum::extract::State;
use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::ApiError;
use crate::reply::{Nothing, Reply};
use crate::router::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(ready)).routes(routes!(metrics))
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

/// What the process has counted since it started
///
/// In the text form of Prometheus. Scrape each server: none knows the counts of the others.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    tag = "health",
    responses((status = 200, description = "Jobs, attempts, and what authors did and cost", body = String, content_type = "text/plain"))
)]
async fn metrics(State(state): State<ApiState>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], state.services.meters.render())
}
