//! Successful answers: `{"code", "isSuccess", "message", …}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

/// A success and what was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reply<T> {
    /// The HTTP status.
    #[schema(example = 200)]
    code: u16,
    /// Always true: errors have another form.
    is_success: bool,
    /// What was done, in a few words.
    message: String,
    #[serde(flatten)]
    content: T,
}

/// Nothing besides the message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Nothing {}

impl<T> Reply<T> {
    /// A 200.
    pub(crate) fn new(message: impl Into<String>, content: T) -> Self {
        let code = StatusCode::OK.as_u16();
        Self { code, is_success: true, message: message.into(), content }
    }
}

impl Reply<Nothing> {
    /// A 200 that only says that it was done.
    pub(crate) fn done(message: impl Into<String>) -> Self {
        Self::new(message, Nothing {})
    }
}

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}
