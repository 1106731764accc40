//! The routes, a file for each group: requests, answers, handlers and their OpenAPI descriptions.

mod adapters;
mod auth;
mod connections;
mod diff;
mod document_body;
mod drift;
mod events;
mod generate;
mod health;
mod jobs;
mod knowledge;
mod run;
mod samples;
mod scripts;
mod upload;
mod views;

use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;

use crate::openapi::Description;
use crate::router::ApiState;

/// Every route with its description.
pub(crate) fn all() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(generate::routes())
        .merge(jobs::routes())
        .merge(events::routes())
        .merge(upload::routes())
        .merge(scripts::routes())
        .merge(run::routes())
        .merge(diff::routes())
        .merge(knowledge::routes())
        .merge(connections::routes())
        .merge(adapters::routes())
        .merge(drift::routes())
        .merge(auth::routes())
        .merge(health::routes())
}
