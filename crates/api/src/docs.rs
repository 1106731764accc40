//! The OpenAPI description and a page that shows it. All of the page is in the binary.

use std::sync::{Arc, LazyLock};

use axum::extract::RawPathParams;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

use crate::error::ApiError;
use crate::router::ApiState;

static DESCRIPTION: LazyLock<OpenApi> = LazyLock::new(crate::openapi);

/// The page may load nothing from elsewhere, whatever its scripts try.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      frame-ancestors 'none'";

pub(crate) fn routes() -> Router<ApiState> {
    Router::new()
        .route("/openapi.json", get(|| async { Json(&*DESCRIPTION) }))
        .route("/docs", get(|| async { Redirect::to("/docs/") }))
        .route("/docs/", get(|| async { page("index.html") }))
        .route("/docs/{*file}", get(file))
}

async fn file(params: RawPathParams) -> Result<Response, ApiError> {
    page(params.iter().next().map_or("", |(_, file)| file))
}

fn page(file: &str) -> Result<Response, ApiError> {
    // The default validator is a service on the internet that would be sent the description.
    let config = Config::from("/openapi.json").validator_url("none").persist_authorization(false);
    let file = utoipa_swagger_ui::serve(file, Arc::new(config))
        .map_err(|error| {
            tracing::error!(%error, "the documentation page cannot be made");
            ApiError::internal()
        })?
        .ok_or_else(|| ApiError::not_found("the documentation has no such file; begin at /docs"))?;
    let headers = [
        (CONTENT_TYPE, file.content_type),
        (CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        (CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((headers, file.bytes.into_owned()).into_response())
}
