//! Who looks at a page, and what they may do.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use domain::{Actor, ApiKey, Owner, Scope, SessionToken};
use http::StatusCode;
use http::request::Parts;

use api::ApiError;
use engine::EngineError;

use crate::cookies::{Held, Theme};
use crate::error::PageError;
use crate::state::ConsoleState;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Viewer {
    pub(crate) key: ApiKey,
    pub(crate) token: SessionToken,
    pub(crate) theme: Theme,
}

impl Viewer {
    /// Whether they may do what `scope` stands for.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.key.allows(scope)
    }

    /// Goes on only for those who may.
    ///
    /// # Errors
    /// A 403 that names what is missing.
    pub(crate) fn must(&self, scope: Scope) -> Result<(), ApiError> {
        if self.may(scope) {
            return Ok(());
        }
        Err(ApiError::new(
            StatusCode::FORBIDDEN,
            format!("your API key does not have the scope {scope}; sign in with one that has"),
        ))
    }

    /// Who they are in the audit.
    pub(crate) fn actor(&self) -> Actor {
        Actor::from(&self.key)
    }

    /// Whose connections they see; none where they may see none.
    pub(crate) fn owner(&self) -> Option<Owner> {
        self.may(Scope::ConnectionsRead).then(|| Owner::named(self.key.name.clone()))
    }
}

impl FromRequestParts<ConsoleState> for Viewer {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ConsoleState,
    ) -> Result<Self, PageError> {
        let sign_in = || PageError::sign_in(parts);
        let token = Held::Session.read(&parts.headers).ok_or_else(sign_in)?;
        let key = match state.desk.sessions.resume(&token).await {
            Ok(key) => key,
            Err(EngineError::Unauthenticated) => return Err(sign_in()),
            Err(error) => return Err(error.into()),
        };
        if let Some(limiter) = &state.key_limiter {
            limiter.check(&key.prefix)?;
        }
        Ok(Self { key, token, theme: Theme::read(&parts.headers) })
    }
}

impl OptionalFromRequestParts<ConsoleState> for Viewer {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ConsoleState,
    ) -> Result<Option<Self>, PageError> {
        match <Self as FromRequestParts<ConsoleState>>::from_request_parts(parts, state).await {
            Ok(viewer) => Ok(Some(viewer)),
            Err(PageError::SignIn { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
