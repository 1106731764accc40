//! Real data of a vendor's topic.

use axum::extract::State;
use domain::{HttpExchange, ProviderSlug, Sample, SampleName, Topic};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::SampleKey;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::extract::{Caller, Json, Path, Read, Write};
use crate::reply::{Nothing, Reply};
use crate::router::ApiState;
use crate::routes::views::ConnectionBody;
use crate::schemas;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, get, delete))
}

/// Which vendor and topic.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct OfTopic {
    #[param(schema_with = schemas::provider)]
    pub(super) provider: ProviderSlug,
    #[param(schema_with = schemas::topic)]
    pub(super) topic: Topic,
}

/// Which sample.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OneSample {
    #[param(schema_with = schemas::provider)]
    provider: ProviderSlug,
    #[param(schema_with = schemas::topic)]
    topic: Topic,
    #[param(schema_with = schemas::file_name)]
    name: SampleName,
}

impl From<OneSample> for SampleKey {
    fn from(OneSample { provider, topic, name }: OneSample) -> Self {
        Self { provider, topic, name }
    }
}

/// A sample in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SampleSummary {
    name: String,
    has_payload: bool,
    /// How many HTTP exchanges are recorded.
    exchanges: usize,
    has_expected: bool,
}

impl From<&Sample> for SampleSummary {
    fn from(sample: &Sample) -> Self {
        Self {
            name: sample.name.to_string(),
            has_payload: sample.payload.is_some(),
            exchanges: sample.http.len(),
            has_expected: sample.expected.is_some(),
        }
    }
}

/// The samples of a vendor's topic.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SampleList {
    samples: Vec<SampleSummary>,
}

/// List the samples of a vendor's topic by name
#[utoipa::path(
    get,
    path = "/api/v1/knowledge/{provider}/{topic}/samples",
    operation_id = "list-samples",
    tag = "knowledge",
    params(OfTopic),
    responses((status = 200, description = "The samples", body = Reply<SampleList>))
)]
async fn list(
    _: Caller<Read>,
    State(state): State<ApiState>,
    Path(OfTopic { provider, topic }): Path<OfTopic>,
) -> Result<Reply<SampleList>, ApiError> {
    let samples = state.services.knowledge.samples(&provider, topic).await?;
    let samples: Vec<SampleSummary> = samples.iter().map(SampleSummary::from).collect();
    Ok(Reply::new(format!("samples of {provider} {topic}"), SampleList { samples }))
}

/// What to keep: a payload or recorded exchanges, at least one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutSampleRequest {
    /// What the script gets as `input.payload`.
    #[schema(value_type = Value, required = false)]
    payload: Option<Value>,
    /// What the vendor answers when the script calls it.
    #[serde(default)]
    #[schema(schema_with = schemas::exchanges)]
    http: Vec<HttpExchange>,
    #[serde(default)]
    connection: ConnectionBody,
    /// The output that a careful engineer wants.
    #[schema(value_type = Value, required = false)]
    expected: Option<Value>,
}

/// Add or replace a sample
#[utoipa::path(
    put,
    path = "/api/v1/knowledge/{provider}/{topic}/samples/{name}",
    operation_id = "put-sample",
    tag = "knowledge",
    params(OneSample),
    request_body = PutSampleRequest,
    responses((status = 200, description = "It is kept", body = Reply<Nothing>))
)]
async fn put(
    caller: Caller<Write>,
    State(state): State<ApiState>,
    Path(OneSample { provider, topic, name }): Path<OneSample>,
    Json(request): Json<PutSampleRequest>,
) -> Result<Reply<Nothing>, ApiError> {
    let message = format!("sample {name} of {provider} {topic} is kept");
    let sample = Sample {
        name,
        payload: request.payload,
        http: request.http,
        connection: request.connection.into(),
        expected: request.expected,
    };
    state.services.knowledge.put_sample(&caller.actor(), &provider, topic, sample).await?;
    Ok(Reply::done(message))
}

/// A sample.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SampleFound {
    sample: SampleView,
}

/// A sample without its credentials. What it does not have is left out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SampleView {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Value, required = false)]
    payload: Option<Value>,
    #[schema(schema_with = schemas::exchanges)]
    http: Vec<HttpExchange>,
    connection: ConnectionBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Value, required = false)]
    expected: Option<Value>,
}

impl From<Sample> for SampleView {
    fn from(sample: Sample) -> Self {
        Self {
            name: sample.name.into(),
            payload: sample.payload,
            http: sample.http,
            connection: ConnectionBody::masked(sample.connection),
            expected: sample.expected,
        }
    }
}

/// Get a sample
#[utoipa::path(
    get,
    path = "/api/v1/knowledge/{provider}/{topic}/samples/{name}",
    operation_id = "get-sample",
    tag = "knowledge",
    params(OneSample),
    responses(
        (status = 200, description = "The sample", body = Reply<SampleFound>),
        (status = 404, description = "There is no such sample", body = ErrorBody),
    )
)]
async fn get(
    _: Caller<Read>,
    State(state): State<ApiState>,
    Path(path): Path<OneSample>,
) -> Result<Reply<SampleFound>, ApiError> {
    let key = SampleKey::from(path);
    let sample = state.services.knowledge.sample(&key).await?;
    let message = format!("sample {} of {} {}", key.name, key.provider, key.topic);
    Ok(Reply::new(message, SampleFound { sample: sample.into() }))
}

/// Remove a sample
#[utoipa::path(
    delete,
    path = "/api/v1/knowledge/{provider}/{topic}/samples/{name}",
    operation_id = "delete-sample",
    tag = "knowledge",
    params(OneSample),
    responses(
        (status = 200, description = "It is removed", body = Reply<Nothing>),
        (status = 404, description = "There is no such sample", body = ErrorBody),
    )
)]
async fn delete(
    caller: Caller<Write>,
    State(state): State<ApiState>,
    Path(path): Path<OneSample>,
) -> Result<Reply<Nothing>, ApiError> {
    let key = SampleKey::from(path);
    state.services.knowledge.delete_sample(&caller.actor(), &key).await?;
    Ok(Reply::done(format!("sample {} of {} {} is removed", key.name, key.provider, key.topic)))
}
