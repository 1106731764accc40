//! Signing in at the console, and out.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::{ApiKey, Clock, Session, SessionToken};
use rand::distr::{Alphanumeric, SampleString as _};
use store::SessionRepository;

use super::Keys;
use crate::EngineError;

/// The use cases of sessions.
pub struct Sessions {
    repository: Arc<dyn SessionRepository>,
    keys: Arc<Keys>,
    length: Duration,
    clock: Arc<dyn Clock>,
}

impl Sessions {
    /// Keeps sessions of `keys` in `sessions`, each for `length`.
    #[must_use]
    pub fn new(
        sessions: Arc<dyn SessionRepository>,
        keys: Arc<Keys>,
        length: Duration,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { repository: sessions, keys, length, clock }
    }

    /// How long a session lasts.
    #[must_use]
    pub const fn length(&self) -> Duration {
        self.length
    }

    /// Begins a session for whoever presents a valid API key.
    ///
    /// # Errors
    /// [`EngineError::Unauthenticated`] whatever is wrong with the key.
    pub async fn begin(&self, presented: &str) -> Result<(SessionToken, ApiKey), EngineError> {
        let key = self.keys.authenticate(presented).await?;
        let now = self.clock.now();
        let token = random_token()?;
        let session = Session {
            token_hash: token.hash(),
            key_prefix: key.prefix.clone(),
            created_at: now,
            expires_at: TimeDelta::from_std(self.length).map_or(now, |length| now + length),
        };
        self.repository.insert(session).await?;
        tracing::info!(key = key.prefix, name = key.name, "signed in at the console");
        Ok((token, key))
    }

    /// Whose session it is. The key is looked at each time: with the key, its sessions end.
    ///
    /// # Errors
    /// [`EngineError::Unauthenticated`] when the session or its key is over.
    pub async fn resume(&self, token: &SessionToken) -> Result<ApiKey, EngineError> {
        let session = self.repository.get(&token.hash(), self.clock.now()).await?;
        let session = session.ok_or(EngineError::Unauthenticated)?;
        self.keys.valid(&session.key_prefix).await
    }

    /// Ends a session on every server.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end(&self, token: &SessionToken) -> Result<(), EngineError> {
        Ok(self.repository.delete(&token.hash()).await?)
    }
}

/// 256 random bits.
fn random_token() -> Result<SessionToken, EngineError> {
    let text = Alphanumeric.sample_string(&mut rand::rng(), SessionToken::LENGTH);
    text.parse().map_err(|_| EngineError::Unauthenticated)
}
