//! Errors as callers see them, and the one place where an [`EngineError`] becomes one.
//!
//! Extractors and handlers return [`ApiError`]; use cases return [`EngineError`] and `?` turns it.
//! What only an operator may know is logged here, once, and never reaches a body.

use authors::AuthorError;
use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::bounded;
use engine::EngineError;
use http::header::{CONNECTION, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use sandbox::SandboxError;
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;
use vault::VaultError;

/// Seconds after which it is worth asking again when something is unavailable.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("2");

/// Seconds after which a full queue may have room.
const QUEUE_SECONDS: u64 = 5;

/// Characters of a message and of a field: both may quote what the caller sent.
const MESSAGE_MAX: usize = 2_000;
const FIELD_MAX: usize = 200;

/// Why a request was not carried out.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    message: String,
    details: String,
    field: String,
    /// Seconds after which it is worth asking again, where that is known.
    retry_after: Option<u64>,
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
    #[must_use]
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { status, message, details: String::new(), field: String::new(), retry_after: None }
    }

    /// A 400 that is about one part of the request.
    #[must_use]
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message).about(field)
    }

    /// A 404.
    #[must_use]
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// A 429: after that many seconds there may be room.
    #[must_use]
    pub fn too_many(seconds: u64, message: impl Into<String>) -> Self {
        let retry_after = Some(seconds);
        Self { retry_after, ..Self::new(StatusCode::TOO_MANY_REQUESTS, message) }
    }

    /// A 500 that tells nothing of the inside.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "something went wrong on our side; the log has more under this x-request-id",
        )
    }

    /// Names the part of the request that it is about.
    #[must_use]
    pub fn about(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }

    /// Adds what is too long for the message.
    #[must_use]
    pub fn with_details(mut self, details: impl Into<String>) -> Self {
        self.details = details.into();
        self
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// What happened and what was expected.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// More, such as the error of a failed test run; empty when there is no more.
    #[must_use]
    pub fn details(&self) -> &str {
        &self.details
    }

    /// The part of the request that it is about; empty when it is about none.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Seconds after which it is worth asking again, where that is known.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u64> {
        self.retry_after
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Self { status, message, details, field, retry_after } = self;
        let (message, field) = (bounded(&message, MESSAGE_MAX), bounded(&field, FIELD_MAX));
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
        response.headers_mut().extend(retry_after.map(|seconds| (RETRY_AFTER, seconds.into())));
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
            EngineError::QueueFull { .. } => Self::too_many(QUEUE_SECONDS, message),
            EngineError::Busy(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, message),
            EngineError::DoesNotPass(attempt) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "the script does not pass its tests")
                    .with_details(attempt.error)
                    .about("source")
            }
            EngineError::NotPassing { error, .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
                    .with_details(error)
                    .about("force")
            }
            EngineError::Forbidden(_) => Self::new(StatusCode::FORBIDDEN, message),
            EngineError::Unauthenticated => Self::new(StatusCode::UNAUTHORIZED, message),
            EngineError::Store(error) => Self::from_store(&error),
            EngineError::Sandbox(error) => Self::from_sandbox(&error),
            EngineError::Vault(error) => Self::from_vault(&error),
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
            | StoreError::NewerSchema(_)
            | StoreError::Misconfigured(_) => Self::internal(),
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

    fn from_vault(error: &VaultError) -> Self {
        match error {
            VaultError::NoKey => Self::new(StatusCode::CONFLICT, error.to_string()),
            VaultError::UnknownKey { .. } | VaultError::Forged { .. } => {
                tracing::error!(%error, "a secret cannot be opened");
                Self::new(
                    StatusCode::CONFLICT,
                    "the connection's secrets cannot be opened any more; give them anew",
                )
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
            AuthorError::Refused(_)
            | AuthorError::BudgetSpent(_)
            | AuthorError::BadReply(_)
            | AuthorError::Broken(_) => Self::internal(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Attempt, Timestamp};

    fn failed_attempt() -> Attempt {
        Attempt {
            attempt: 1,
            passed: false,
            error: "menu: products[0].price is missing".to_owned(),
            output_preview: String::new(),
            output_count: 0,
            timestamp: Timestamp::UNIX_EPOCH,
        }
    }

    fn not_passing() -> EngineError {
        let error = "menu: products[0].price is missing".to_owned();
        EngineError::NotPassing { id: domain::ScriptId::new(3).unwrap(), error }
    }

    #[test]
    fn every_error_of_the_engine_has_its_status() {
        let inside = || "inside".to_owned();
        for (error, status) in [
            (EngineError::NotFound { what: "job 7".to_owned() }, 404),
            (EngineError::Invalid { field: "a".to_owned(), message: "b".to_owned() }, 400),
            (EngineError::Conflict("no".to_owned()), 409),
            (EngineError::DoesNotPass(Box::new(failed_attempt())), 422),
            (not_passing(), 422),
            (EngineError::Forbidden("no".to_owned()), 403),
            (EngineError::Unauthenticated, 401),
            (EngineError::Busy("full".to_owned()), 503),
            (EngineError::QueueFull { most: 1 }, 429),
            (EngineError::Store(StoreError::Unavailable(inside())), 503),
            (EngineError::Store(StoreError::Corrupt(inside())), 500),
            (EngineError::Store(StoreError::NewerSchema(inside())), 500),
            (EngineError::Store(StoreError::Misconfigured(inside())), 500),
            (EngineError::Store(StoreError::LeaseLost), 500),
            (EngineError::Sandbox(SandboxError::Spawn(std::io::Error::other("inside"))), 503),
            (EngineError::Sandbox(SandboxError::InputTooLarge { limit_bytes: 1 }), 413),
            (EngineError::Vault(VaultError::NoKey), 409),
            (EngineError::Vault(VaultError::Forged { id: inside() }), 409),
            (EngineError::Author(AuthorError::Unavailable(inside())), 503),
            (EngineError::Author(AuthorError::Refused(inside())), 500),
            (EngineError::Author(AuthorError::Broken(inside())), 500),
        ] {
            let described = format!("{error:?}");
            let error = ApiError::from(error);
            assert_eq!(error.status.as_u16(), status, "{described}");
            assert!(!format!("{error:?}").contains("inside"), "{error:?}");
        }
    }

    #[test]
    fn a_script_that_does_not_pass_says_why() {
        let error = ApiError::from(EngineError::DoesNotPass(Box::new(failed_attempt())));
        assert_eq!(error.details, "menu: products[0].price is missing");
        assert_eq!(error.field, "source");
        let error = ApiError::from(not_passing());
        assert_eq!(error.details, "menu: products[0].price is missing");
        assert_eq!(error.field, "force");
    }
}
