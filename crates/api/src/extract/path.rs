//! Path parameters.

use axum::extract::{FromRequestParts, RawPathParams};
use domain::{DriftId, JobId, ScriptId};
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::fields::from_value;
use crate::error::ApiError;
use crate::router::ApiState;

/// Parameters that are a `T`. Every field of `T` is read from text.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<ApiState> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let fields: Map<String, Value> = params(parts, state)
            .await?
            .iter()
            .map(|(name, value)| (name.to_owned(), Value::String(value.to_owned())))
            .collect();
        from_value(Value::Object(fields)).map(Self)
    }
}

/// The job that the path names. What is no number is no job: 404, as for a number without a job.
pub(crate) struct JobPath(pub(crate) JobId);

impl FromRequestParts<ApiState> for JobPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let id = number(parts, state).await.and_then(JobId::new);
        id.map(Self).ok_or_else(|| {
            ApiError::not_found("there is no such job; its id is a whole number").about("jobId")
        })
    }
}

/// The script that the path names; as [`JobPath`].
pub(crate) struct ScriptPath(pub(crate) ScriptId);

impl FromRequestParts<ApiState> for ScriptPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let id = number(parts, state).await.and_then(ScriptId::new);
        id.map(Self).ok_or_else(|| {
            ApiError::not_found("there is no such script; its id is a whole number")
                .about("scriptId")
        })
    }
}

/// The drift event that the path names; as [`JobPath`].
pub(crate) struct DriftPath(pub(crate) DriftId);

impl FromRequestParts<ApiState> for DriftPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let id = number(parts, state).await.and_then(DriftId::new);
        id.map(Self).ok_or_else(|| {
            ApiError::not_found("there is no such drift event; its id is a whole number")
                .about("driftId")
        })
    }
}

/// The first parameter, if it is a number in its one canonical form: neither `+7` nor `007`.
async fn number(parts: &mut Parts, state: &ApiState) -> Option<i64> {
    let params = params(parts, state).await.ok()?;
    let (_, text) = params.iter().next()?;
    text.parse().ok().filter(|number: &i64| number.to_string() == text)
}

async fn params(parts: &mut Parts, state: &ApiState) -> Result<RawPathParams, ApiError> {
    RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|error| ApiError::invalid("path", error.body_text()))
}
