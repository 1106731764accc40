//! JSON bodies.

use axum::extract::{FromRequest, Request};
use domain::Glance;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

use super::body::{MediaType, read_body, refuse_nul};
use super::fields::from_value;
use crate::error::ApiError;
use crate::router::ApiState;

/// A JSON body that is a `T`.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<ApiState> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, ApiError> {
        MediaType::of(request.headers(), &[MediaType::Json])?;
        from_json(read_body(request, &state.settings).await?).map(Self)
    }
}

/// A JSON body that is a `T`, or none: then the `T` that says nothing.
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<T: DeserializeOwned + Default> FromRequest<ApiState> for OptionalJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, ApiError> {
        let media_type = MediaType::of(request.headers(), &[MediaType::Json]);
        let bytes = read_body(request, &state.settings).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        media_type?;
        from_json(bytes).map(Self)
    }
}

/// Reads a `T` from JSON: at once where nothing is wrong, since the value of a large body takes several
/// times its room.
///
/// # Errors
/// As [`with_reasons`].
fn from_json<T: DeserializeOwned>(bytes: Vec<u8>) -> Result<T, ApiError> {
    let is_clean = |glance: Glance| glance.is_object && !glance.has_nul;
    if serde_json::from_slice(&bytes).is_ok_and(is_clean)
        && let Ok(read) = serde_json::from_slice(&bytes)
    {
        return Ok(read);
    }
    with_reasons(bytes)
}

/// Reads a `T` from JSON by way of its value. Syntax comes first, so that its errors can name line and column; then NUL
/// characters, then the fields.
///
/// # Errors
/// A 400 that names the place or the field.
fn with_reasons<T: DeserializeOwned>(bytes: Vec<u8>) -> Result<T, ApiError> {
    let value: Value = serde_json::from_slice(&bytes).map_err(|error| {
        let message = match error.classify() {
            _ if bytes.is_empty() => "the body is empty; a JSON object was expected".to_owned(),
            Category::Eof => format!("the JSON ends too early: {error}"),
            Category::Io | Category::Syntax | Category::Data => {
                format!("the body is not valid JSON: {error}")
            }
        };
        ApiError::new(StatusCode::BAD_REQUEST, message)
    })?;
    if !value.is_object() {
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "the body must be a JSON object"));
    }
    // Of a large body one form at a time.
    drop(bytes);
    refuse_nul(&value)?;
    from_value(value)
}
