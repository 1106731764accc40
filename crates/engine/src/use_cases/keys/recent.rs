//! Keys that were looked up a moment ago, so that a caller who polls does not cost a look each time.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::ApiKey;
use lru::LruCache;
use tokio::time::Instant;

/// How long a key counts as it was read: a key that somebody revokes at another server, or by a
/// command, is refused no later than this.
const FRESH: Duration = Duration::from_secs(1);
/// Keys that are remembered.
const KEPT: NonZeroUsize = NonZeroUsize::new(1_000).expect("more than none");

/// The keys by their prefixes. Each is still asked whether it is valid and held against the secret
/// that was presented.
pub(super) struct Recent(Mutex<LruCache<String, (ApiKey, Instant)>>);

impl Recent {
    pub(super) fn new() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }

    pub(super) fn get(&self, prefix: &str) -> Option<ApiKey> {
        let mut keys = self.keys();
        let (key, read) = keys.get(prefix)?;
        (read.elapsed() < FRESH).then(|| key.clone())
    }

    /// Remembers a key that was asked for at `asked`: from then on it may have changed.
    pub(super) fn remember(&self, key: ApiKey, asked: Instant) {
        self.keys().put(key.prefix.clone(), (key, asked));
    }

    pub(super) fn forget(&self, prefix: &str) {
        self.keys().pop(prefix);
    }

    fn keys(&self) -> MutexGuard<'_, LruCache<String, (ApiKey, Instant)>> {
        // No code that holds it can panic half-way through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
