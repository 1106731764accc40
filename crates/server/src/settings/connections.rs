//! How scripts reach vendors' accounts.

use std::net::SocketAddr;
use std::time::Duration;

use egress::{Guard, Limits};
use engine::Pace;
use serde::Deserialize;

use super::{SandboxSettings, list};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConnectionSettings {
    #[serde(deserialize_with = "list")]
    pub(crate) allow_private: Vec<SocketAddr>,
    pub(super) run_milliseconds: u64,
    pub(super) call_seconds: u64,
    pub(super) max_response_bytes: usize,
    pub(super) calls_per_minute: u32,
    pub(super) burst: u32,
}

impl ConnectionSettings {
    /// What one run may take.
    pub(crate) const fn run_limits(&self, sandbox: &SandboxSettings) -> sandbox::Limits {
        sandbox::Limits { wall: Duration::from_millis(self.run_milliseconds), ..sandbox.limits() }
    }

    /// What one call may take.
    pub(crate) fn call_limits(&self) -> Limits {
        Limits {
            total: Duration::from_secs(self.call_seconds),
            response_bytes: self.max_response_bytes,
            ..Limits::default()
        }
    }

    /// How fast calls of one connection may follow each other.
    pub(crate) fn pace(&self) -> Pace {
        Pace { every: Duration::from_mins(1) / self.calls_per_minute.max(1), burst: self.burst }
    }

    /// A connection's own rules, and what is allowed beside them.
    pub(crate) fn widen(&self, guard: Guard) -> Guard {
        guard.allow_private(self.allow_private.iter().copied())
    }
}
