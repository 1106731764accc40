//! One call, before any rule has looked at it.

use std::fmt;

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, header};
use url::Url;

use crate::EgressError;

/// Larger than what any API asks for, and small enough to be no weapon.
const MAX_HEADER_BYTES: usize = 16 * 1024;

/// They frame the message or the connection, and are the client's own: a caller that sets them
/// could make one request into two, or turn decompression and its limit off.
const OURS: [HeaderName; 10] = [
    header::ACCEPT_ENCODING,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::EXPECT,
    header::HOST,
    HeaderName::from_static("keep-alive"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// A call to make.
#[derive(Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
}

impl Request {
    /// A call without headers or a body.
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: None }
    }

    /// A `GET`.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// Adds a header. All but the most common ones stay behind when a redirect leads to another
    /// host.
    ///
    /// # Errors
    /// When it is none, or one that is the client's own, or too large together with the others.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, EgressError> {
        let refused = |reason| {
            // The name is somebody's input, too.
            let name = name.chars().filter(|c| !c.is_control()).take(100).collect();
            Err(EgressError::Header { name, reason })
        };
        let Ok(parsed) = HeaderName::try_from(name) else {
            return refused("it is no header's name");
        };
        let Ok(value) = HeaderValue::try_from(value) else {
            return refused("its value has characters that no header may have");
        };
        if OURS.contains(&parsed) || parsed.as_str().starts_with("proxy-") {
            return refused("the client sets it itself, or leaves it out");
        }
        self.headers.append(parsed, value);
        if size(&self.headers) > MAX_HEADER_BYTES {
            return Err(EgressError::RequestHeadersTooLarge { limit: MAX_HEADER_BYTES });
        }
        Ok(self)
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The address.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body.
    #[must_use]
    pub fn body_bytes(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }
}

/// Says where it goes; query, headers and body may hold secrets.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}

/// The bytes of names and values.
pub(crate) fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> Result<Request, EgressError> {
        Request::get(Url::parse("https://a.example/?key=secret").unwrap()).header(name, value)
    }

    #[test]
    fn headers_of_the_connection_are_the_clients_own() {
        for name in [
            "Host",
            "connection",
            "Content-Length",
            "transfer-encoding",
            "Proxy-Authorization",
            "Proxy-Connection",
            "accept-encoding",
            "TE",
            "Expect",
            "Upgrade",
        ] {
            let error = with(name, "x").unwrap_err();
            assert!(matches!(error, EgressError::Header { .. }), "{name}");
        }
        for name in ["Authorization", "X-Vendor-Key", "If-None-Match"] {
            assert!(with(name, "x").is_ok(), "{name}");
        }
    }

    #[test]
    fn a_line_break_makes_no_second_header_and_no_value_is_told() {
        for (name, value) in [("x-a", "secret\r\nhost: b"), ("x-a\r\nhost", "secret"), ("", "x")] {
            let error = with(name, value).unwrap_err();
            assert!(matches!(error, EgressError::Header { .. }), "{name:?}");
            assert!(!error.to_string().contains("secret"));
            assert!(!error.to_string().contains('\n'));
        }
    }

    #[test]
    fn headers_are_bounded_together() {
        let request = with("x-a", &"a".repeat(MAX_HEADER_BYTES - 3)).unwrap();
        let error = request.header("x-b", "").unwrap_err();
        assert_eq!(error, EgressError::RequestHeadersTooLarge { limit: MAX_HEADER_BYTES });
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let request = with("authorization", "secret").unwrap().body("secret");
        assert!(!format!("{request:?}").contains("secret"));
    }
}
