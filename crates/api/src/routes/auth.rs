//! What a caller can learn of its own key.

use domain::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::views::rfc3339;
use crate::extract::{Anyone, Caller};
use crate::reply::Reply;
use crate::router::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(whoami))
}

/// The caller's key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Whoami {
    key: KeyView,
}

/// A key without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KeyView {
    /// Whose key it is.
    name: String,
    /// The public part of the key.
    prefix: String,
    #[schema(value_type = Vec<String>, example = json!(["jobs:read"]))]
    scopes: Vec<Scope>,
    /// From when on it is not valid; empty when never.
    expires_at: String,
}

/// Show whose key this is and what it allows
#[utoipa::path(
    get,
    path = "/api/v1/auth/whoami",
    operation_id = "whoami",
    tag = "auth",
    responses((status = 200, description = "The key", body = Reply<Whoami>))
)]
async fn whoami(Caller { key, .. }: Caller<Anyone>) -> Reply<Whoami> {
    let view = KeyView {
        name: key.name,
        prefix: key.prefix,
        scopes: key.scopes,
        expires_at: key.expires_at.map_or_else(String::new, rfc3339),
    };
    Reply::new("the key is valid", Whoami { key: view })
}
