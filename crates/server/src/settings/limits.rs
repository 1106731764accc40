//! How much callers may ask for.

use std::num::NonZeroU32;

use anyhow::bail;
use api::KeyLimit;
use serde::Deserialize;

/// `[limits]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitSettings {
    /// 0 for no bound.
    pub(crate) waiting_jobs: u32,
    key_requests_per_second: u32,
    key_burst: u32,
}

impl LimitSettings {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        if self.key_requests_per_second > 0 && self.key_burst == 0 {
            bail!(
                "bad configuration: limits.key_burst must be at least 1; to have no bound, set \
                 limits.key_requests_per_second to 0"
            );
        }
        Ok(())
    }

    /// None where there is no bound.
    pub(crate) fn key_limit(&self) -> Option<KeyLimit> {
        Some(KeyLimit {
            per_second: NonZeroU32::new(self.key_requests_per_second)?,
            burst: NonZeroU32::new(self.key_burst)?,
        })
    }
}
