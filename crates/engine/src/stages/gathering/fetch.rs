//! One document from its address.

use domain::{FetchState, bounded};
use egress::{Egress, EgressError, Request, Response};
use http::header::{self, HeaderName};
use http::{HeaderMap, StatusCode};
use url::Url;

/// Characters of a validator. Servers send dozens.
const VALIDATOR_MAX: usize = 1_024;
const ACCEPTED: &str = "application/json, application/yaml, text/markdown, text/html, text/*;q=0.8";

/// What came of asking for a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fetched {
    /// The text, and what the server will know it by.
    Text { content: String, etag: String, last_modified: String },
    /// The text that is kept is still the one.
    Unchanged,
    /// No text, and why.
    Failed(String),
}

/// Asks for a document; `kept` is what is known of the text that is there already.
pub(super) async fn fetch(egress: &dyn Egress, url: &Url, kept: Option<&FetchState>) -> Fetched {
    let request = match request(url, kept) {
        Ok(request) => request,
        Err(error) => return Fetched::Failed(error.to_string()),
    };
    match egress.send(request).await {
        Ok(response) if response.status == StatusCode::NOT_MODIFIED && kept.is_some() => {
            Fetched::Unchanged
        }
        Ok(response) => text(response).unwrap_or_else(Fetched::Failed),
        Err(error) => Fetched::Failed(error.to_string()),
    }
}

fn request(url: &Url, kept: Option<&FetchState>) -> Result<Request, EgressError> {
    let mut request = Request::get(url.clone()).header("accept", ACCEPTED)?;
    for (name, value) in kept.iter().flat_map(|state| {
        [("if-none-match", &state.etag), ("if-modified-since", &state.last_modified)]
    }) {
        if !value.is_empty() {
            request = request.header(name, value)?;
        }
    }
    Ok(request)
}

fn text(response: Response) -> Result<Fetched, String> {
    let Response { status, headers, body, .. } = response;
    if status != StatusCode::OK {
        return Err(format!("the server answered {}", status.as_u16()));
    }
    let media_type = said(&headers, &header::CONTENT_TYPE);
    if !is_text(&media_type) {
        return Err(format!(
            "it is {}, which is not read; text, JSON, YAML and HTML are",
            bounded(&media_type, 100)
        ));
    }
    let content = String::from_utf8(body.into()).map_err(|_| "it is not UTF-8".to_owned())?;
    if content.contains('\0') {
        return Err("it holds a NUL character, which no text has".to_owned());
    }
    if content.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    let etag = validator(&headers, &header::ETAG);
    let last_modified = validator(&headers, &header::LAST_MODIFIED);
    Ok(Fetched::Text { content, etag, last_modified })
}

/// A server that does not say is believed to send text: what it sends is looked at anyway.
fn is_text(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let of_application = || {
        let kind = essence.strip_prefix("application/")?;
        let plain = matches!(kind, "json" | "yaml" | "x-yaml" | "xhtml+xml");
        Some(plain || kind.ends_with("+json") || kind.ends_with("+yaml"))
    };
    essence.is_empty() || essence.starts_with("text/") || of_application().unwrap_or(false)
}

fn said(headers: &HeaderMap, name: &HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// A cut one would match nothing, so a long one is none.
fn validator(headers: &HeaderMap, name: &HeaderName) -> String {
    Some(said(headers, name)).filter(|value| value.len() <= VALIDATOR_MAX).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use egress::MockEgress;

    fn address() -> Url {
        "https://docs.till.example/api".parse().unwrap()
    }

    async fn answered(status: u16, headers: &[(&str, &str)], body: &'static [u8]) -> Fetched {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        let mut egress = MockEgress::new();
        egress.expect_send().returning(move |request| {
            assert!(request.headers().get("if-none-match").is_none());
            let (headers, body, url) = (map.clone(), body.into(), request.url().clone());
            Ok(Response { status, headers, body, url })
        });
        fetch(&egress, &address(), None).await
    }

    #[tokio::test]
    async fn a_text_comes_with_what_the_server_knows_it_by() {
        let headers = [("content-type", "text/html; charset=utf-8"), ("etag", "\"7\"")];
        let text = Fetched::Text {
            content: "<p>hi".to_owned(),
            etag: "\"7\"".to_owned(),
            last_modified: String::new(),
        };
        assert_eq!(answered(200, &headers, b"<p>hi").await, text);
    }

    #[tokio::test]
    async fn what_is_no_text_is_refused_with_a_reason() {
        let cases: [(u16, &str, &'static [u8], &str); 7] = [
            (404, "text/html", b"x", "answered 404"),
            (304, "text/html", b"x", "answered 304"),
            (200, "application/pdf", b"x", "it is application/pdf"),
            (200, "image/svg+xml", b"x", "it is image/svg+xml"),
            (200, "text/plain", b"a\xff", "not UTF-8"),
            (200, "text/plain", b"a\0b", "NUL"),
            (200, "text/plain", b" \n", "empty"),
        ];
        for (status, media_type, body, reason) in cases {
            match answered(status, &[("content-type", media_type)], body).await {
                Fetched::Failed(why) => assert!(why.contains(reason), "{why}"),
                other => panic!("{other:?}"),
            }
        }
        for media_type in ["application/vnd.oai.openapi+json", "application/yaml", "text/x-yaml"] {
            let fetched = answered(200, &[("content-type", media_type)], b"x").await;
            assert!(matches!(fetched, Fetched::Text { .. }), "{media_type}");
        }
    }

    #[tokio::test]
    async fn a_text_that_is_kept_is_asked_after() {
        let kept = FetchState {
            etag: "\"7\"".to_owned(),
            last_modified: "Tue, 24 Nov 2026 10:00:00 GMT".to_owned(),
            ..FetchState::default()
        };
        let mut egress = MockEgress::new();
        egress.expect_send().returning(|request| {
            assert_eq!(request.headers()["if-none-match"], "\"7\"");
            assert_eq!(request.headers()["if-modified-since"], "Tue, 24 Nov 2026 10:00:00 GMT");
            let (headers, url) = (HeaderMap::new(), request.url().clone());
            Ok(Response { status: StatusCode::NOT_MODIFIED, headers, body: "".into(), url })
        });
        assert_eq!(fetch(&egress, &address(), Some(&kept)).await, Fetched::Unchanged);
    }

    #[tokio::test]
    async fn a_refusal_of_the_guard_is_the_reason() {
        let mut egress = MockEgress::new();
        egress.expect_send().returning(|_| Err(EgressError::UserInfo));
        let Fetched::Failed(why) = fetch(&egress, &address(), None).await else { panic!() };
        assert!(why.contains("user name"), "{why}");
    }
}
