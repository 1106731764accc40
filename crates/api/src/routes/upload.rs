//! Taking in a script that a person wrote or edited.

use axum::extract::State;
use domain::{ProviderSlug, Topic};
use engine::Upload;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::samples::{self, SampleBody};
use super::scripts::ScriptView;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Caller, Json, Write};
use crate::reply::Reply;
use crate::router::ApiState;
use crate::schemas;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(upload))
}

/// A script and what to test it against.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UploadRequest {
    #[schema(schema_with = schemas::provider)]
    provider: ProviderSlug,
    #[schema(schema_with = schemas::topic)]
    topic: Topic,
    /// The JavaScript with its function `transform(input, context)`.
    source: String,
    /// Samples to test it against, besides those that are known of the provider and topic.
    #[serde(default)]
    samples: Vec<SampleBody>,
    /// Whether to save it although it does not pass.
    #[serde(default)]
    draft: bool,
}

/// The saved script.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Uploaded {
    script_id: i64,
    script: ScriptView,
}

/// Save a script of your own
///
/// It is tested like one that a job wrote and saved as a candidate with its results.
#[utoipa::path(
    post,
    path = "/api/v1/adapter-scripts",
    operation_id = "upload-adapter-script",
    tag = "scripts",
    request_body = UploadRequest,
    responses(
        (status = 200, description = "The script is saved", body = Reply<Uploaded>),
        (status = 422, description = "The script does not pass its tests; `details` says why", body = ErrorBody),
    )
)]
async fn upload(
    caller: Caller<Write>,
    State(state): State<ApiState>,
    Json(request): Json<UploadRequest>,
) -> Result<Reply<Uploaded>, ApiError> {
    if request.source.trim().is_empty() {
        return Err(ApiError::invalid(
            "source",
            "source must be JavaScript that defines transform(input, context)",
        ));
    }
    let upload = Upload {
        provider: request.provider,
        topic: request.topic,
        source: request.source,
        samples: samples::named(request.samples)?,
        draft: request.draft,
    };
    let script = state.services.scripts.upload(&caller.actor(), upload).await?;
    let message = format!("script {} is saved as a candidate", script.id);
    Ok(Reply::new(message, Uploaded { script_id: script.id.get(), script: script.into() }))
}
