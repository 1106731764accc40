//! The routes, a file for each group: requests, answers, handlers and their OpenAPI descriptions.

mod adapters;
mod audit;
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
mod review;
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
        .merge(review::routes())
        .merge(run::routes())
        .merge(diff::routes())
        .merge(knowledge::routes())
        .merge(connections::routes())
        .merge(adapters::routes())
        .merge(audit::routes())
        .merge(drift::routes())
        .merge(auth::routes())
        .merge(health::routes())
}
