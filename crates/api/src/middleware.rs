//! What happens to every request.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::CONNECTION;
use http::{HeaderName, HeaderValue, StatusCode};
use tracing::{Instrument as _, Span};

use crate::error::ApiError;
use crate::router::ApiSettings;
use crate::trace_id;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters of a request id of the caller's that is taken over.
const REQUEST_ID_MAX: usize = 128;
/// Characters of a path that a log line shows.
const PATH_MAX: usize = 200;

/// Removes a request id that could not stand in any log, so that a new one is made.
pub(crate) fn drop_hostile_request_id(mut request: Request) -> Request {
    let sane = |id: &HeaderValue| {
        (1..=REQUEST_ID_MAX).contains(&id.len())
            && id.as_bytes().iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
    };
    if !request.headers().get(REQUEST_ID).is_some_and(sane) {
        request.headers_mut().remove(REQUEST_ID);
    }
    request
}

/// The span of a request. It holds neither headers nor query: credentials may be in both.
pub(crate) fn span(request: &Request) -> Span {
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    let given = trace_id::given(request);
    // Of the highest level, so that warnings have it where nothing less is logged.
    let span = tracing::error_span!(
        "request",
        request_id = id,
        // Where the caller traces and has an id of its own as well.
        trace_id = given.as_ref().map(|given| given.trace.as_str()).filter(|trace| *trace != id),
        method = %request.method(),
        path = domain::bounded(request.uri().path(), PATH_MAX),
    );
    trace_id::join(&span, given.as_ref(), id);
    span
}

/// The one line that every request leaves.
pub(crate) fn log_answer(response: &Response, latency: Duration, _: &Span) {
    let elapsed_ms = latency.as_millis();
    tracing::info!(status = response.status().as_u16(), elapsed_ms, "a request was answered");
}

/// Carries out the request in a task of its own. What it began with the database ends in order
/// then, even if the caller hangs up or the time is over, and a panic ends in a 500.
pub(crate) async fn isolate(
    State(settings): State<ApiSettings>,
    request: Request,
    next: Next,
) -> Response {
    let limit = settings.request_timeout;
    let work = tokio::spawn(next.run(request).in_current_span());
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => {
            tracing::error!(panicked = error.is_panic(), "a request's task did not end in order");
            ApiError::internal().into_response()
        }
        Err(_) => {
            let mut response = ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                format!(
                    "there was no answer within {} ms; what was asked may still be carried out",
                    limit.as_millis()
                ),
            )
            .into_response();
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            response
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn is_kept(id: &str) -> bool {
        let request = Request::builder().header(REQUEST_ID, id).body(Body::empty()).unwrap();
        drop_hostile_request_id(request).headers().contains_key(REQUEST_ID)
    }

    #[test]
    fn only_a_sane_id_is_kept() {
        assert!(is_kept("abc-1.2_3"));
        for hostile in ["", "a b", "a\"b", "<script>", "a;b", &"x".repeat(129)] {
            assert!(!is_kept(hostile), "{hostile}");
        }
    }
}
