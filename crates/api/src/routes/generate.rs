//! Starting a job.

use axum::extract::State;
use axum::response::IntoResponse;
use domain::{
    Actor, AuthorName, CallbackUrl, DEFAULT_MAX_RETRIES, JobInputs, NewJob, Priority, ProviderSlug,
    Topic,
};
use engine::Knowledge;
use http::{Method, Uri};
use serde::{Deserialize, Serialize};
use store::Idempotency;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::document_body::{self, DocumentBody};
use super::samples::{self, SampleBody};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Caller, IdempotencyKey, Json, Write};
use crate::fingerprint::fingerprint;
use crate::reply::Reply;
use crate::router::ApiState;
use crate::schemas;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(generate))
}

/// What the script shall do, and what is known.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GenerateRequest {
    #[schema(schema_with = schemas::provider)]
    provider: ProviderSlug,
    #[schema(schema_with = schemas::topic)]
    topic: Topic,
    /// Who shall write it; the configured default where none is given.
    #[schema(value_type = Option<String>, example = "synth")]
    author: Option<AuthorName>,
    /// Where to tell of it when it needs clarification, is completed or has failed: a POST in the form
    /// of Standard Webhooks, sent until it arrives, for a day.
    #[schema(value_type = Option<String>, example = "https://example.com/hooks/adapter-forge")]
    callback_url: Option<CallbackUrl>,
    /// Samples for this job, besides those that are known of the provider and topic.
    #[serde(default)]
    samples: Vec<SampleBody>,
    /// Documents for this job, besides those that are known of the provider.
    #[serde(default)]
    documents: Vec<DocumentBody>,
    /// Retries after the first attempt, and again after each answer.
    #[serde(default = "default_max_retries")]
    #[schema(minimum = 0, maximum = 10, default = 3)]
    max_retries: u32,
    /// A job of a higher priority is begun before all of a lower one; normal where nothing is said.
    // Not written where nothing is said: a request stays the same under its Idempotency-Key.
    #[serde(default, skip_serializing_if = "Priority::is_normal")]
    #[schema(schema_with = schemas::priority, required = false)]
    priority: Priority,
}

const fn default_max_retries() -> u32 {
    DEFAULT_MAX_RETRIES
}

/// The new job's number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobStarted {
    /// Poll it at `/api/v1/adapter-scripts/jobs/{jobId}`.
    #[schema(example = 7)]
    job_id: i64,
}

/// Start a job that writes a script
///
/// Answers at once; the job is stored and will be worked on. With an Idempotency-Key, repeating the
/// request gives the same job.
#[utoipa::path(
    post,
    path = "/api/v1/adapter-scripts/generate",
    operation_id = "generate-adapter-script",
    tag = "jobs",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat: 1 to 255 printable ASCII characters")),
    request_body = GenerateRequest,
    responses(
        (status = 200, description = "The job is accepted", body = Reply<JobStarted>),
        (status = 409, description = "The Idempotency-Key was used with another body", body = ErrorBody),
    )
)]
async fn generate(
    caller: Caller<Write>,
    State(state): State<ApiState>,
    IdempotencyKey(key): IdempotencyKey,
    method: Method,
    uri: Uri,
    Json(request): Json<GenerateRequest>,
) -> Result<impl IntoResponse, ApiError> {
    let started_by = caller.actor();
    let idempotency = match key {
        None => None,
        Some(key) => Some(Idempotency {
            owner: caller.key.prefix,
            key,
            request_hash: fingerprint(&method, uri.path(), &request).map_err(|error| {
                tracing::error!(%error, "a request cannot be written as JSON");
                ApiError::internal()
            })?,
        }),
    };
    let job = request.into_job(started_by, &state.services.knowledge)?;
    let created = state.services.jobs.generate(job, idempotency).await?;
    let message =
        if created.replayed { "this job was accepted before" } else { "the job is accepted" };
    Ok(Reply::new(message, JobStarted { job_id: created.id.get() }))
}

impl GenerateRequest {
    fn into_job(self, started_by: Actor, knowledge: &Knowledge) -> Result<NewJob, ApiError> {
        Ok(NewJob {
            provider: self.provider,
            topic: self.topic,
            author: self.author,
            max_retries: self.max_retries,
            callback_url: self.callback_url,
            priority: self.priority,
            started_by,
            inputs: JobInputs {
                samples: samples::named(self.samples)?,
                documents: document_body::given(self.documents, knowledge)?,
                repair: None,
            },
        })
    }
}
