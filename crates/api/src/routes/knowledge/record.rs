//! Recording what a vendor answers to a script.

use axum::extract::State;
use domain::{ConnectionSlug, Owner, SampleName, ScriptId};
use engine::{Recorded, Recording};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::samples::{OfTopic, SampleView};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Caller, Json, Path, Run};
use crate::reply::Reply;
use crate::router::ApiState;
use crate::routes::adapters::LiveCallView;
use crate::schemas;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(record))
}

/// The name of a recording that was given none.
const NAME: &str = "recorded";

/// What to record.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct RecordRequest {
    /// Whose calls are made, a candidate's for instance; the script in use when left out.
    #[schema(value_type = Option<i64>, minimum = 1)]
    script_id: Option<ScriptId>,
    /// Which of your connections; the one that is named like the vendor when left out.
    #[schema(schema_with = schemas::optional_slug)]
    connection: Option<ConnectionSlug>,
    /// `input.payload`.
    #[schema(value_type = Value, required = false)]
    payload: Option<Value>,
    /// The sample's name; `recorded` when left out. A sample of that name is replaced.
    #[schema(schema_with = schemas::optional_file_name)]
    name: Option<SampleName>,
}

/// What was recorded.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordDone {
    /// The script whose calls were made.
    script_id: i64,
    sample: SampleView,
    /// The calls that were made.
    calls: Vec<LiveCallView>,
    /// Why the script gave no output; empty where it gave one. What it was answered is kept all the same.
    script_error: String,
}

/// Record what a vendor answers to a script
///
/// The calls of a script are made for real, once, and kept as a sample. Only GET leaves; a script that
/// changes something at the vendor is refused. Names, numbers, addresses, notes and secrets in the sample
/// are made up, in the shape of the real ones.
#[utoipa::path(
    post,
    path = "/api/v1/knowledge/{provider}/{topic}/record",
    operation_id = "record-sample",
    tag = "knowledge",
    params(OfTopic),
    request_body = RecordRequest,
    responses(
        (status = 200, description = "It is kept", body = Reply<RecordDone>),
        (status = 404, description = "You have no such connection, or there is no such script", body = ErrorBody),
        (status = 409, description = "The vendor has no active script for the topic, or the connection is switched off", body = ErrorBody),
    )
)]
async fn record(
    caller: Caller<Run>,
    State(state): State<ApiState>,
    Path(OfTopic { provider, topic }): Path<OfTopic>,
    Json(request): Json<RecordRequest>,
) -> Result<Reply<RecordDone>, ApiError> {
    let RecordRequest { script_id: script, connection, payload, name } = request;
    let name = match name {
        Some(name) => name,
        None => NAME.parse().map_err(|error| ApiError::invalid("name", format!("{error}")))?,
    };
    let owner = Owner::named(caller.key.name.as_str());
    let recording = Recording { provider, topic, script, connection, payload, name };
    let Recorded { script, sample, calls, error } =
        state.services.adapters.record(&owner, recording).await?;
    let message = format!("sample {} is kept, with {} exchanges", sample.name, sample.http.len());
    let done = RecordDone {
        script_id: script.get(),
        sample: sample.into(),
        calls: calls.into_iter().map(LiveCallView::from).collect(),
        script_error: error.map(|error| error.to_string()).unwrap_or_default(),
    };
    Ok(Reply::new(message, done))
}
