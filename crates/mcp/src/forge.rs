//! The HTTP API as the tools see it: of another server, or of this process.

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use client::{Api, ClientError};
use domain::Scope;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request};
use http_body_util::BodyExt as _;
use serde::Deserialize;
use serde_json::Value;
use tower::ServiceExt as _;

/// The HTTP API with a caller's key.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait Forge: Send + Sync {
    /// Makes a call; gives the body of its answer.
    ///
    /// # Errors
    /// When there is no answer, or it is a refusal.
    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, ClientError>;
}

#[async_trait]
impl Forge for Api {
    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, ClientError> {
        Api::call(self, method, path, body.as_ref()).await.map(client::Answer::into_body)
    }
}

/// The API of this process, called without a network in between. Its routes check the key, the rate and
/// the size of a call as they do for everybody.
#[derive(Clone)]
pub(crate) struct InProcess {
    api: Router,
    /// What the caller presented. More than one is a matter for the API, which takes none of them.
    keys: Vec<HeaderValue>,
}

/// Whom an answer that makes no sense came from.
const HERE: &str = "this server";

impl InProcess {
    pub(crate) const fn new(api: Router, keys: Vec<HeaderValue>) -> Self {
        Self { api, keys }
    }

    /// Makes a call; gives the API's answer as it is.
    ///
    /// # Errors
    /// When the call is no request, such as one for a path that is none.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Response, http::Error> {
        let mut request = Request::builder().method(method).uri(path);
        for key in &self.keys {
            request = request.header("x-api-key", key);
        }
        let request = match body {
            None => request.body(Body::empty()),
            Some(body) => {
                request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))
            }
        };
        // A router refuses nothing by itself.
        let Ok(response) = self.api.clone().oneshot(request?).await;
        Ok(response)
    }
}

#[async_trait]
impl Forge for InProcess {
    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, ClientError> {
        let strange = |why: String| ClientError::Strange { server: HERE.to_owned(), why };
        let response = self.send(method, path, body).await.map_err(|e| strange(e.to_string()))?;
        let status = response.status();
        let body = response.into_body().collect().await.map_err(|e| strange(e.to_string()))?;
        let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        client::read(HERE, status, &text).map(client::Answer::into_body)
    }
}

/// Whether a caller's key may review scripts.
///
/// # Errors
/// When the key is not valid, or there is no answer.
pub(crate) async fn may_review(forge: &dyn Forge) -> Result<bool, ClientError> {
    #[derive(Deserialize)]
    struct Key {
        scopes: Vec<Scope>,
    }
    let answer = forge.call(Method::GET, WHOAMI, None).await?;
    let key: Key = said(&answer, "key")?;
    Ok(Scope::ScriptsReview.is_covered_by(&key.scopes))
}

/// Where a caller learns what its key allows.
pub(crate) const WHOAMI: &str = "/api/v1/auth/whoami";

/// The part of an answer named `name`.
///
/// # Errors
/// When it is not there: then it is not adapter-forge that answered.
pub(crate) fn said<'v, T: Deserialize<'v>>(
    answer: &'v Value,
    name: &str,
) -> Result<T, ClientError> {
    let part = answer.get(name).unwrap_or(&Value::Null);
    T::deserialize(part).map_err(|error| ClientError::Strange {
        server: "the server".to_owned(),
        why: format!("{name}: {error}"),
    })
}
