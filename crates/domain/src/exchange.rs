//! Recorded HTTP: what a vendor answered to which request.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The methods that a script may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum HttpMethod {
    /// Read.
    Get,
    /// Create.
    Post,
    /// Replace.
    Put,
    /// Change.
    Patch,
    /// Remove.
    Delete,
}

impl HttpMethod {
    /// All methods.
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for HttpMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no method that a script may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("method must be one of GET, POST, PUT, PATCH, DELETE")]
pub struct UnknownMethod;

impl FromStr for HttpMethod {
    type Err = UnknownMethod;

    fn from_str(text: &str) -> Result<Self, UnknownMethod> {
        Self::ALL
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(text))
            .ok_or(UnknownMethod)
    }
}

/// One request and its answer, as recorded or as written by hand.
///
/// It reads from the nested form
/// `{"request": {"method", "url", "headers", "body"}, "response": {"statusCode", "headers", "body"}}`
/// and from the flat one `{"method", "url", "statusCode", "headers", "body"}`, whose headers and body
/// are the answer's. `path` may stand for `url`, `status` for `statusCode`; the method is GET and the
/// status 200 where none is given. It is written in the nested form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "raw::Exchange", into = "raw::Nested")]
pub struct HttpExchange {
    /// The request's method.
    pub method: HttpMethod,
    /// The request's address: absolute, or a path with its query.
    pub url: String,
    /// The request's headers, where recorded. Not used to find the exchange.
    pub request_headers: BTreeMap<String, String>,
    /// The request's body, where recorded. Not used to find the exchange.
    pub request_body: Option<Value>,
    /// The answer's status.
    pub status_code: u16,
    /// The answer's headers.
    pub headers: BTreeMap<String, String>,
    /// The answer's body.
    pub body: Value,
}

/// Why a value is no exchange.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// There is no address.
    #[error(
        "an exchange needs the request's url, like {{\"request\": {{\"url\": \"/v1/items\"}}, \"response\": {{\"body\": {{}}}}}}"
    )]
    NoUrl,
    /// The method is none that a script may use.
    #[error(transparent)]
    Method(#[from] UnknownMethod),
    /// The status is none of HTTP's.
    #[error("statusCode must be from 100 to 599, not {0}")]
    Status(u64),
}

mod raw {
    //! The forms in which exchanges come and go.

    use super::{BTreeMap, Deserialize, ExchangeError, HttpExchange, HttpMethod, Serialize, Value};

    const OK: u64 = 200;

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Exchange {
        request: Option<Request>,
        response: Option<Response>,
        #[serde(flatten)]
        flat: Flat,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Flat {
        method: Option<String>,
        #[serde(alias = "path")]
        url: Option<String>,
        #[serde(alias = "status")]
        status_code: Option<u64>,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        #[serde(default)]
        body: Value,
    }

    #[derive(Deserialize)]
    pub(super) struct Request {
        method: Option<String>,
        #[serde(alias = "path")]
        url: Option<String>,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        body: Option<Value>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Response {
        #[serde(alias = "status")]
        status_code: Option<u64>,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        #[serde(default)]
        body: Value,
    }

    impl TryFrom<Exchange> for HttpExchange {
        type Error = ExchangeError;

        fn try_from(raw: Exchange) -> Result<Self, ExchangeError> {
            let flat = raw.flat;
            let request = raw.request.unwrap_or(Request {
                method: flat.method,
                url: flat.url,
                headers: BTreeMap::new(),
                body: None,
            });
            let response = raw.response.unwrap_or(Response {
                status_code: flat.status_code,
                headers: flat.headers,
                body: flat.body,
            });
            let status = response.status_code.unwrap_or(OK);
            Ok(Self {
                method: request.method.map_or(Ok(HttpMethod::Get), |text| text.parse())?,
                url: request.url.filter(|url| !url.is_empty()).ok_or(ExchangeError::NoUrl)?,
                request_headers: request.headers,
                request_body: request.body,
                status_code: u16::try_from(status)
                    .ok()
                    .filter(|code| (100..600).contains(code))
                    .ok_or(ExchangeError::Status(status))?,
                headers: response.headers,
                body: response.body,
            })
        }
    }

    #[derive(Serialize)]
    pub(super) struct Nested {
        request: NestedRequest,
        response: NestedResponse,
    }

    #[derive(Serialize)]
    struct NestedRequest {
        method: HttpMethod,
        url: String,
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        headers: BTreeMap<String, String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
    }

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct NestedResponse {
        status_code: u16,
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        headers: BTreeMap<String, String>,
        body: Value,
    }

    impl From<HttpExchange> for Nested {
        fn from(exchange: HttpExchange) -> Self {
            Self {
                request: NestedRequest {
                    method: exchange.method,
                    url: exchange.url,
                    headers: exchange.request_headers,
                    body: exchange.request_body,
                },
                response: NestedResponse {
                    status_code: exchange.status_code,
                    headers: exchange.headers,
                    body: exchange.body,
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<HttpExchange, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn both_forms_give_the_same_exchange_and_it_reads_back() {
        let nested = read(
            json!({"request": {"method": "get", "path": "/a?b=1"}, "response": {"status": 201, "body": [1]}}),
        );
        let flat = read(json!({"method": "GET", "url": "/a?b=1", "statusCode": 201, "body": [1]}));
        assert_eq!(nested, flat);
        let exchange = flat.unwrap();
        assert_eq!(read(serde_json::to_value(&exchange).unwrap()), Ok(exchange));
    }

    #[test]
    fn method_and_status_have_defaults_but_the_url_has_none() {
        let exchange = read(json!({"request": {"url": "/a"}})).unwrap();
        assert_eq!(
            (exchange.method, exchange.status_code, exchange.body),
            (HttpMethod::Get, 200, Value::Null)
        );
        assert!(read(json!({"response": {}})).unwrap_err().contains("needs the request's url"));
    }

    #[test]
    fn impossible_methods_and_statuses_are_refused() {
        assert!(read(json!({"url": "/a", "method": "TRACE"})).unwrap_err().contains("one of GET"));
        assert!(read(json!({"url": "/a", "status": 99})).unwrap_err().contains("not 99"));
        assert!(read(json!({"url": "/a", "status": 70_000})).unwrap_err().contains("70000"));
    }
}
