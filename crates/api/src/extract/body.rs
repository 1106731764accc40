//! Reading a body: bounded in size and time, of the type that was asked for, and text.

use axum::body::Body;
use axum::extract::Request;
use domain::nul_path;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::error::ApiError;
use crate::router::{ApiSettings, ApiState};

/// What a body can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MediaType {
    /// `application/json`, or a type that ends in `+json`.
    Json,
    /// `text/plain`, `text/markdown`, `text/html` and other text, or YAML.
    Text,
}

impl MediaType {
    /// What the request says that its body is.
    ///
    /// # Errors
    /// A 415 unless it is one of `accepted`.
    pub(crate) fn of(headers: &HeaderMap, accepted: &[Self]) -> Result<Self, ApiError> {
        let stated = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        Self::parse(stated).filter(|media_type| accepted.contains(media_type)).ok_or_else(|| {
            let wanted: Vec<&str> = accepted.iter().map(|media_type| media_type.name()).collect();
            ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                format!("the body must have the Content-Type {}", wanted.join(" or ")),
            )
            .about("Content-Type")
        })
    }

    fn parse(stated: &str) -> Option<Self> {
        let essence = stated.split(';').next()?.trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/json" => Some(Self::Json),
            "application/yaml" | "application/x-yaml" => Some(Self::Text),
            text if text.starts_with("text/") && text.len() > "text/".len() => Some(Self::Text),
            yaml if yaml.starts_with("application/") && yaml.ends_with("+yaml") => Some(Self::Text),
            other => (other.starts_with("application/") && other.ends_with("+json"))
                .then_some(Self::Json),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Text => "text/plain, text/markdown, text/html or application/yaml",
        }
    }
}

/// The body's bytes.
///
/// # Errors
/// 413 when there are too many, 408 when they come too slowly, 415 when they are compressed, which
/// would make the bound on their number meaningless.
pub async fn read_body(request: Request, settings: &ApiSettings) -> Result<Vec<u8>, ApiError> {
    let (parts, body) = request.into_parts();
    if parts.headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "a compressed body is not accepted; send it without Content-Encoding",
        )
        .about("Content-Encoding"));
    }
    if stated_length(&parts.headers).is_some_and(|length| length > settings.body_limit) {
        return Err(too_large(settings));
    }
    match tokio::time::timeout(settings.body_timeout, collect(body, settings)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(ApiError::new(
            StatusCode::REQUEST_TIMEOUT,
            format!("the body did not arrive within {} ms", settings.body_timeout.as_millis()),
        )),
    }
}

async fn collect(body: Body, settings: &ApiSettings) -> Result<Vec<u8>, ApiError> {
    let mut body = Limited::new(body, settings.body_limit);
    // Into one piece as they come: a list of the pieces would be there beside their sum.
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => bytes.extend_from_slice(frame.data_ref().map_or(&[], AsRef::as_ref)),
            Err(error) if error.is::<LengthLimitError>() => return Err(too_large(settings)),
            Err(_) => {
                return Err(ApiError::new(
                    StatusCode::BAD_REQUEST,
                    "the body broke off before its end; send it whole",
                ));
            }
        }
    }
    Ok(bytes)
}

fn stated_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(settings: &ApiSettings) -> ApiError {
    let limit = settings.body_limit;
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("the body is larger than {limit} bytes; send less"),
    )
}

/// The body as text, without NUL characters. `field` is what an error names.
///
/// # Errors
/// As [`read_body`], and a 400 when it is not UTF-8 or holds a NUL character.
pub(crate) async fn read_text(
    request: Request,
    state: &ApiState,
    field: &str,
) -> Result<String, ApiError> {
    let bytes = read_body(request, &state.settings).await?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let position = error.utf8_error().valid_up_to();
        ApiError::invalid(
            field,
            format!("the body is not UTF-8: byte {position} begins no character"),
        )
    })?;
    if text.contains('\0') {
        return Err(ApiError::invalid(field, "the text must not hold a NUL character"));
    }
    Ok(text)
}

/// # Errors
/// A 400 that names the place of the first NUL character.
pub(crate) fn refuse_nul(value: &serde_json::Value) -> Result<(), ApiError> {
    match nul_path(value) {
        None => Ok(()),
        Some(path) => {
            let field = path.trim_start_matches('$').trim_start_matches('.');
            Err(ApiError::invalid(field, format!("{path} must not hold a NUL character")))
        }
    }
}
