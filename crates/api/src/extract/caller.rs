//! Who calls, how often, and whether the key allows it.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use domain::{Actor, ApiKey, Scope};
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use crate::error::ApiError;
use crate::router::ApiState;

/// The header that carries the key.
pub(crate) const API_KEY_HEADER: &str = "x-api-key";

/// What a route asks of a key.
pub(crate) trait Requirement: Send {
    /// The scope that the key must have; none when any valid key will do.
    const SCOPE: Option<Scope>;
}

/// Any valid key.
pub(crate) enum Anyone {}
/// [`Scope::JobsRead`].
pub(crate) enum Read {}
/// [`Scope::JobsWrite`].
pub(crate) enum Write {}
/// [`Scope::ScriptsReview`].
pub(crate) enum Review {}
/// [`Scope::ConnectionsRead`].
pub(crate) enum SeeConnections {}
/// [`Scope::ConnectionsWrite`].
pub(crate) enum Connect {}
/// [`Scope::AdaptersRun`].
pub(crate) enum Run {}

impl Requirement for Anyone {
    const SCOPE: Option<Scope> = None;
}

impl Requirement for Read {
    const SCOPE: Option<Scope> = Some(Scope::JobsRead);
}

impl Requirement for Write {
    const SCOPE: Option<Scope> = Some(Scope::JobsWrite);
}

impl Requirement for Review {
    const SCOPE: Option<Scope> = Some(Scope::ScriptsReview);
}

impl Requirement for SeeConnections {
    const SCOPE: Option<Scope> = Some(Scope::ConnectionsRead);
}

impl Requirement for Connect {
    const SCOPE: Option<Scope> = Some(Scope::ConnectionsWrite);
}

impl Requirement for Run {
    const SCOPE: Option<Scope> = Some(Scope::AdaptersRun);
}

/// The authenticated key of a request that it allows. It is the first argument of every handler, so
/// that nothing else is looked at before, least of all the body.
pub(crate) struct Caller<R> {
    /// The key.
    pub(crate) key: ApiKey,
    requirement: PhantomData<R>,
}

impl<R> Caller<R> {
    /// Who calls, as the audit names it.
    pub(crate) fn actor(&self) -> Actor {
        Actor::from(&self.key)
    }
}

impl<R: Requirement> FromRequestParts<ApiState> for Caller<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let key = state.services.keys.authenticate(presented(&parts.headers)?).await?;
        if let Some(limiter) = &state.key_limiter {
            limiter.check(&key.prefix)?;
        }
        if let Some(scope) = R::SCOPE.filter(|scope| !key.allows(*scope)) {
            return Err(ApiError::new(
                StatusCode::FORBIDDEN,
                format!("this API key does not have the scope {scope}; use one that has"),
            ));
        }
        Ok(Self { key, requirement: PhantomData })
    }
}

/// The one key in the headers. Of two keys none is taken: the one that a proxy checked may be the
/// other.
fn presented(headers: &HeaderMap) -> Result<&str, ApiError> {
    let refused = |message: &str| ApiError::new(StatusCode::UNAUTHORIZED, message);
    let mut values = headers.get_all(API_KEY_HEADER).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_| refused("the API key is not valid")),
        (None, _) => Err(refused("an API key is needed; send it in the header X-Api-Key")),
        (Some(_), Some(_)) => Err(refused("send exactly one header X-Api-Key")),
    }
}
