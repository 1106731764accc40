//! API keys: making, checking, listing and revoking them.

mod recent;

use std::sync::Arc;

use domain::{Act, Actor, ApiKey, ApiKeyToken, AuditAction, Clock, Scope, Timestamp, TokenError};
use rand::distr::{Alphanumeric, SampleString as _};
use store::ApiKeyRepository;
use tokio::time::Instant;

use crate::EngineError;
use recent::Recent;

/// The use cases of API keys.
pub struct Keys {
    stored: Arc<dyn ApiKeyRepository>,
    recent: Recent,
    clock: Arc<dyn Clock>,
}

impl Keys {
    /// Keeps keys in `keys`.
    #[must_use]
    pub fn new(keys: Arc<dyn ApiKeyRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { stored: keys, recent: Recent::new(), clock }
    }

    /// Makes a key. The token is shown to its owner once and kept nowhere.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] when the name is blank or no scope is given.
    pub async fn create(
        &self,
        by: &Actor,
        name: &str,
        scopes: Vec<Scope>,
        expires_at: Option<Timestamp>,
    ) -> Result<ApiKeyToken, EngineError> {
        if name.trim().is_empty() || name.chars().any(char::is_control) {
            return Err(invalid("name", "a key needs a name, such as \"till team\""));
        }
        if !Actor::may_name_a_key(name) {
            return Err(invalid("name", "the name of a key must not begin with a parenthesis"));
        }
        if scopes.is_empty() {
            return Err(invalid("scope", "a key needs at least one scope"));
        }
        let (token, key) = self.make(name, scopes, expires_at)?;
        let act = self.made(by, &key);
        self.stored.insert(key, act).await?;
        Ok(token)
    }

    /// Makes a key with all rights if there is no key at all yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_first(&self, name: &str) -> Result<Option<ApiKeyToken>, EngineError> {
        // Making a key costs nothing; most starts throw it away.
        let (token, key) = self.make(name, vec![Scope::Admin], None)?;
        let act = self.made(&Actor::server(), &key);
        Ok(self.stored.insert_first(key, act).await?.then_some(token))
    }

    fn made(&self, by: &Actor, key: &ApiKey) -> Act {
        let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        Act::new(by, AuditAction::KeyCreated, self.clock.now()).on(&key.prefix).noting(&format!(
            "{:?} with {}",
            key.name,
            scopes.join(", ")
        ))
    }

    fn make(
        &self,
        name: &str,
        scopes: Vec<Scope>,
        expires_at: Option<Timestamp>,
    ) -> Result<(ApiKeyToken, ApiKey), EngineError> {
        let token = random_token().map_err(|error| invalid("key", &error.to_string()))?;
        let key = ApiKey {
            prefix: token.prefix().to_owned(),
            name: name.to_owned(),
            scopes,
            secret_hash: token.secret_hash(),
            created_at: self.clock.now(),
            expires_at,
            revoked_at: None,
        };
        Ok((token, key))
    }

    /// The key that a caller presented, if it is valid now. One that was revoked elsewhere may count
    /// for a second more.
    ///
    /// # Errors
    /// [`EngineError::Unauthenticated`] whatever is wrong with the key: a caller is not told which.
    pub async fn authenticate(&self, presented: &str) -> Result<ApiKey, EngineError> {
        let token: ApiKeyToken =
            presented.parse().map_err(|TokenError| EngineError::Unauthenticated)?;
        let key = self.known(token.prefix()).await?;
        key.verify(&token, self.clock.now()).map_err(|reason| {
            tracing::info!(key = key.prefix, name = key.name, %reason, "an API key was refused");
            EngineError::Unauthenticated
        })?;
        Ok(key)
    }

    /// The key with this prefix, if it is valid now: for who presented it before.
    ///
    /// # Errors
    /// [`EngineError::Unauthenticated`] when there is none, or it is revoked or expired.
    pub async fn valid(&self, prefix: &str) -> Result<ApiKey, EngineError> {
        let key = self.stored.by_prefix(prefix).await?.ok_or(EngineError::Unauthenticated)?;
        key.check_validity(self.clock.now()).map_err(|_| EngineError::Unauthenticated)?;
        Ok(key)
    }

    async fn known(&self, prefix: &str) -> Result<ApiKey, EngineError> {
        if let Some(key) = self.recent.get(prefix) {
            return Ok(key);
        }
        let asked = Instant::now();
        let key = self.stored.by_prefix(prefix).await?.ok_or(EngineError::Unauthenticated)?;
        self.recent.remember(key.clone(), asked);
        Ok(key)
    }

    /// All keys, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<ApiKey>, EngineError> {
        Ok(self.stored.list().await?)
    }

    /// Revokes a key from now on.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none with this prefix.
    pub async fn revoke(&self, by: &Actor, prefix: &str) -> Result<(), EngineError> {
        let act = Act::new(by, AuditAction::KeyRevoked, self.clock.now()).on(prefix);
        let known = self.stored.revoke(prefix, act).await?;
        self.recent.forget(prefix);
        known
            .then_some(())
            .ok_or_else(|| EngineError::NotFound { what: format!("API key {prefix}") })
    }
}

fn invalid(field: &str, message: &str) -> EngineError {
    EngineError::Invalid { field: field.to_owned(), message: message.to_owned() }
}

/// 256 random bits and a prefix that is unique but for one chance in 10^14.
fn random_token() -> Result<ApiKeyToken, TokenError> {
    let mut random = rand::rng();
    let mut text = |length| Alphanumeric.sample_string(&mut random, length);
    ApiKeyToken::new(text(ApiKeyToken::PREFIX_LENGTH), text(ApiKeyToken::SECRET_LENGTH))
}
