//! What happens to every request.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONNECTION, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tracing::Instrument as _;

use crate::error::ApiError;
use crate::router::ApiState;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters of a request id of the caller's that is taken over.
const REQUEST_ID_MAX: usize = 128;
/// Characters of a path that a log line shows.
const PATH_MAX: usize = 200;

/// Gives the request its id and its span, and every answer the headers that all have. The span
/// holds neither headers nor query: credentials may be in both.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    let span = tracing::info_span!(
        "request",
        request_id = id.to_str().unwrap_or_default(),
        method = %request.method(),
        path = domain::bounded(request.uri().path(), PATH_MAX),
    );
    let answer = async {
        let start = Instant::now();
        let mut response = next.run(request).await;
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, id);
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        let elapsed_ms = start.elapsed().as_millis();
        tracing::info!(status = response.status().as_u16(), elapsed_ms, "a request was answered");
        response
    };
    answer.instrument(span).await
}

/// The caller's id if it is one that can stand in any log, else a random one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let sane = |value: &&HeaderValue| {
        (1..=REQUEST_ID_MAX).contains(&value.len())
            && value.as_bytes().iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
    };
    headers.get(REQUEST_ID).filter(sane).cloned().unwrap_or_else(|| {
        let random: u128 = rand::random();
        HeaderValue::try_from(format!("{random:032x}"))
            .unwrap_or(HeaderValue::from_static("unknown"))
    })
}

/// Carries out the request in a task of its own. What it began with the database ends in order
/// then, even if the caller hangs up or the time is over, and a panic ends in a 500.
pub(crate) async fn isolate(
    State(state): State<ApiState>,
    request: Request,
    next: Next,
) -> Response {
    let limit = state.settings.request_timeout;
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

    fn id_for(sent: &'static str) -> HeaderValue {
        request_id(&HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_static(sent))]))
    }

    #[test]
    fn a_sane_id_is_kept_and_any_other_replaced() {
        assert_eq!(id_for("abc-1.2_3"), "abc-1.2_3");
        for hostile in ["", "a b", "a\"b", "<script>", "a;b"] {
            assert_ne!(id_for(hostile), hostile);
            assert_eq!(id_for(hostile).len(), 32);
        }
        assert_ne!(request_id(&HeaderMap::new()), request_id(&HeaderMap::new()));
    }
}
