//! What keeps a page to itself, whatever stands on it.

use axum::response::Response;
use http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_FRAME_OPTIONS};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use api::ApiError;

/// Nothing is loaded or called but from here, no script stands in a page, no form leads elsewhere and
/// nobody frames a page.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Adds the headers to an answer.
pub(crate) async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// Refuses a form that another site's page sent, where the browser says so. The token in the form is
/// what counts; this holds for the first form as well, before there is a session.
///
/// # Errors
/// A 403.
pub(crate) fn refuse_other_sites(parts: &Parts) -> Result<(), ApiError> {
    let site = parts.headers.get(FETCH_SITE).and_then(|site| site.to_str().ok());
    if matches!(site, Some("cross-site" | "same-site")) {
        return Err(foreign());
    }
    Ok(())
}

/// That a form was not made by a page of this session.
pub(crate) fn foreign() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "this form is from another page or an older session; go back, reload the page and send it again",
    )
}

/// Whether the browser came by HTTPS: a proxy that ends TLS says so. Who lies about it only makes a
/// cookie of their own that is sent by HTTPS alone.
pub(crate) fn is_https(headers: &HeaderMap) -> bool {
    let said = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    said.is_some_and(|said| {
        said.split(',').next().is_some_and(|first| first.trim().eq_ignore_ascii_case("https"))
    })
}
