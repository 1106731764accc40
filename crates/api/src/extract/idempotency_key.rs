//! The header with which a caller makes a request safe to repeat.

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::error::ApiError;
use crate::router::ApiState;

/// The header's name.
pub(crate) const IDEMPOTENCY_KEY_HEADER: &str = "Idempotency-Key";
/// Characters of a key. A UUID has 36.
const MAX_LENGTH: usize = 255;

/// The caller's key, if it sent one: 1 to 255 printable ASCII characters.
pub(crate) struct IdempotencyKey(pub(crate) Option<String>);

impl FromRequestParts<ApiState> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, ApiError> {
        let mut values = parts.headers.get_all(IDEMPOTENCY_KEY_HEADER).iter();
        match (values.next(), values.next()) {
            (None, _) => Ok(Self(None)),
            (Some(value), None) => value
                .to_str()
                .ok()
                .filter(|key| (1..=MAX_LENGTH).contains(&key.len()))
                .map(|key| Self(Some(key.to_owned())))
                .ok_or_else(|| {
                    ApiError::invalid(
                        IDEMPOTENCY_KEY_HEADER,
                        format!(
                            "Idempotency-Key must be 1 to {MAX_LENGTH} printable ASCII characters"
                        ),
                    )
                }),
            (Some(_), Some(_)) => Err(ApiError::invalid(
                IDEMPOTENCY_KEY_HEADER,
                "send at most one header Idempotency-Key",
            )),
        }
    }
}
