//! How scripts are run.

use std::time::Duration;

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SandboxSettings {
    pub(crate) require: SandboxRequire,
    pub(crate) concurrency: usize,
    pub(crate) spares: usize,
    pub(crate) kept: usize,
    pub(super) wall_milliseconds: u64,
    pub(super) memory_mebibytes: usize,
}

/// How scripts are locked in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SandboxRequire {
    Strict,
    BestEffort,
    InProcess,
}

impl SandboxSettings {
    /// The design's limits, with what the configuration sets.
    pub(crate) const fn limits(&self) -> sandbox::Limits {
        sandbox::Limits {
            wall: Duration::from_millis(self.wall_milliseconds),
            memory_bytes: self.memory_mebibytes << 20,
            ..sandbox::Limits::TEST
        }
    }
}
