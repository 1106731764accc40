//! Who may sit at the console, and for how long.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::Deserialize;

/// `[console]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsoleSettings {
    pub(super) session_seconds: u64,
    pub(crate) sign_ins_per_minute: NonZeroU32,
}

impl ConsoleSettings {
    pub(crate) const fn session(&self) -> Duration {
        Duration::from_secs(self.session_seconds)
    }
}
