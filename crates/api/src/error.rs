//! Errors as callers see them, and the one place where an [`EngineError`] becomes one.
//!
//! Extractors and handlers return [`ApiError`]; use cases return [`EngineError`] and `?` turns it.
//! What only an operator may know is logged here, once, and never reaches a body.

use authors::AuthorError;
use axum::Json;
use axum::response::{IntoResponse, Response};
use engine::EngineError;
use http::header::{CONNECTION, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use sandbox::SandboxError;
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

/// Seconds after which it is worth asking again when something is unavailable.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("2");

/// Why a request was not carried out.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    message: String,
    details: String,
    field: String,
}

/// The body of every answer that is no success.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    error: ErrorContent,
}

/// What went wrong. All four are always there.
#[derive(Debug, Serialize, ToSchema)]
struct ErrorContent {
    /// The HTTP status.
    #[schema(example = 400)]
    code: u16,
    /// What happened and what was expected.
    message: String,
    /// More, such as the error of a failed test run; empty when there is no more.
    details: String,
    /// The part of the request that it is about; empty when it is about none.
    field: String,
}

impl ApiError {
    /// An error that is about the request as a whole.
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), details: String::new(), field: String::new() }
    }

    /// A 400 that is about one part of the request.
    pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message).about(field)
    }

    /// A 404.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// A 500 that tells nothing of the inside.
    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "something went wrong on our side; the log has more under this x-request-id",
        )
    }

    /// Names the part of the request that it is about.
    pub(crate) fn about(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }

    /// Adds what is too long for the message.
    pub(crate) fn with_details(mut self, details: impl Into<String>) -> Self {
        self.details = details.into();
        self
    }

    #[cfg(test)]
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Self { status, message, details, field } = self;
        let body =
            ErrorBody { error: ErrorContent { code: status.as_u16(), message, details, field } };
        let mut response = (status, Json(body)).into_response();
        let header = match status {
            StatusCode::UNAUTHORIZED => {
                Some((WWW_AUTHENTICATE, HeaderValue::from_static("ApiKey realm=\"adapter-forge\"")))
            }
            StatusCode::SERVICE_UNAVAILABLE => Some((RETRY_AFTER, RETRY_SECONDS)),
            // The rest of such a body is not worth reading.
            StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE => {
                Some((CONNECTION, HeaderValue::from_static("close")))
            }
            _ => None,
        };
        response.headers_mut().extend(header);
        response
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        let message = error.to_string();
        match error {
            EngineError::NotFound { .. } => Self::not_found(message),
            EngineError::Invalid { field, .. } => Self::invalid(field, message),
            EngineError::Conflict(_) => Self::new(StatusCode::CONFLICT, message),
            EngineError::DoesNotPass(attempt) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "the script does not pass its tests")
                    .with_details(attempt.error)
                    .about("source")
            }
            EngineError::Unauthenticated => Self::new(StatusCode::UNAUTHORIZED, message),
            EngineError::Store(error) => Self::from_store(&error),
            EngineError::Sandbox(error) => Self::from_sandbox(&error),
            EngineError::Author(error) => Self::from_author(&error),
        }
    }
}

impl ApiError {
    fn from_store(error: &StoreError) -> Self {
        tracing::error!(%error, "the store failed");
        match error {
            StoreError::Unavailable(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "the database is unavailable; try again in a moment",
            ),
            StoreError::LeaseLost
            | StoreError::Conflict
            | StoreError::IdempotencyMismatch
            | StoreError::Nul { .. }
            | StoreError::Corrupt(_)
            | StoreError::NewerSchema(_) => Self::internal(),
        }
    }

    fn from_sandbox(error: &SandboxError) -> Self {
        match error {
            SandboxError::Spawn(_) => {
                tracing::error!(%error, "the sandbox failed");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "no sandbox can be started; try again in a moment",
                )
            }
            SandboxError::InputTooLarge { .. } => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, error.to_string()).about("payload")
            }
        }
    }

    fn from_author(error: &AuthorError) -> Self {
        tracing::error!(%error, "the author failed");
        match error {
            AuthorError::Unavailable(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "the author is unavailable; try again in a moment",
            ),
            AuthorError::Refused(_) | AuthorError::Broken(_) => Self::internal(),
        }
    }
}
