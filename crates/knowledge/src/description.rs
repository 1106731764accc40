//! What a machine-readable document says of a vendor's API.

use std::fmt;
use std::sync::Arc;

use domain::{DocumentName, HttpMethod};
use serde_json::Value;

/// One API, as an OpenAPI file, a Swagger file or a Postman collection describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiDescription {
    /// The document.
    pub document: DocumentName,
    /// What the API calls itself.
    pub title: String,
    /// What it says about itself.
    pub about: String,
    /// Where its addresses begin, in the document's order. One without a host is relative to
    /// wherever the document came from.
    pub base_urls: Vec<String>,
    /// How a caller says who it is; each is one way.
    pub auth: Vec<AuthScheme>,
    /// What can be called, in the document's order, and what calls back.
    pub operations: Vec<Operation>,
    /// The document, to which `$ref`s point.
    pub(crate) root: Arc<Value>,
}

/// How a caller says who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthScheme {
    /// A key in a header of this name.
    ApiKeyHeader(String),
    /// A key in a parameter of the query of this name.
    ApiKeyQuery(String),
    /// A key in a cookie of this name.
    ApiKeyCookie(String),
    /// `Authorization: Bearer …`.
    Bearer,
    /// `Authorization: Basic …`.
    Basic,
    /// OAuth 2, with the address that gives tokens where the document names it; the token is sent as
    /// a bearer's.
    OAuth2 {
        /// Where tokens come from.
        token_url: Option<String>,
    },
    /// Anything else, by the document's word for it.
    Other(String),
}

impl fmt::Display for AuthScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ApiKeyHeader(name) => write!(f, "API key in the header {name}"),
            Self::ApiKeyQuery(name) => write!(f, "API key in the query parameter {name}"),
            Self::ApiKeyCookie(name) => write!(f, "API key in the cookie {name}"),
            Self::Bearer => f.write_str("bearer token in the header Authorization"),
            Self::Basic => f.write_str("basic credentials in the header Authorization"),
            Self::OAuth2 { token_url: Some(url) } => write!(f, "OAuth 2, tokens from {url}"),
            Self::OAuth2 { token_url: None } => f.write_str("OAuth 2"),
            Self::Other(word) => f.write_str(word),
        }
    }
}

/// Who calls whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    /// The vendor is called.
    Call,
    /// The vendor calls: a webhook or a callback.
    Webhook,
}

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// Who calls whom.
    pub kind: OperationKind,
    /// The method.
    pub method: HttpMethod,
    /// The path with its parameters in braces, like `/v1/items/{id}`; of a webhook its name.
    pub path: String,
    /// The document's name for it; may be empty.
    pub name: String,
    /// One line about it; may be empty.
    pub summary: String,
    /// More about it; may be empty.
    pub text: String,
    /// The groups that it is filed under.
    pub tags: Vec<String>,
    /// Whether it needs no credential.
    pub open: bool,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What it is sent.
    pub request: Body,
    /// What it answers when all is well.
    pub response: Body,
}

impl fmt::Display for Operation {
    /// `GET /v1/items`, or `webhook order.updated`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            OperationKind::Call => write!(f, "{} {}", self.method, self.path),
            OperationKind::Webhook => write!(f, "webhook {}", self.path),
        }
    }
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Into the path.
    Path,
    /// Behind the question mark.
    Query,
    /// Into a header.
    Header,
    /// Into a cookie.
    Cookie,
}

/// A parameter of an operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it goes.
    pub place: Place,
    /// Whether a call without it is refused.
    pub required: bool,
    /// A value that the document gives for it.
    pub example: Option<Value>,
    /// What the document says about it; may be empty.
    pub text: String,
}

/// What is sent or answered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    /// The JSON Schema, with its references unresolved.
    pub(crate) schema: Option<Value>,
    /// Examples: those that the document gives, or else one put together from its schema.
    pub examples: Vec<Example>,
}

/// A body that the document shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The value.
    pub value: Value,
    /// Where it comes from.
    pub origin: ExampleOrigin,
}

/// How an example came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleOrigin {
    /// The document gives it whole.
    Given,
    /// Put together from the examples, defaults and choices that the schema gives for its parts.
    PutTogether,
}

impl Body {
    pub(crate) const MAX_EXAMPLES: usize = 8;

    pub(crate) fn given(&mut self, value: Value) {
        let value = match value {
            // Older documents hold their JSON as a text.
            Value::String(text) => crate::data::json(&text).unwrap_or(Value::String(text)),
            value => value,
        };
        let example = Example { value, origin: ExampleOrigin::Given };
        if self.examples.len() < Self::MAX_EXAMPLES && !self.examples.contains(&example) {
            self.examples.push(example);
        }
    }
}
