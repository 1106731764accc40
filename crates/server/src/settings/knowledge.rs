//! How vendors' documents are fetched.

use std::net::SocketAddr;
use std::time::Duration;

use egress::{Guard, HostRule, Limits};
use serde::Deserialize;

use super::list;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KnowledgeSettings {
    #[serde(deserialize_with = "list")]
    allow_hosts: Vec<HostRule>,
    #[serde(deserialize_with = "list")]
    allow_private: Vec<SocketAddr>,
    allow_http: bool,
    pub(super) fetch_timeout_seconds: u64,
    pub(super) max_document_bytes: usize,
    pub(super) refetch_seconds: u64,
}

impl KnowledgeSettings {
    /// Who may be called.
    pub(crate) fn guard(&self) -> Guard {
        let hosts = &self.allow_hosts;
        let guard = if hosts.is_empty() { Guard::any_public() } else { Guard::only(hosts.clone()) };
        let guard = if self.allow_http { guard.allow_http() } else { guard };
        guard.allow_private(self.allow_private.iter().copied())
    }

    /// What one document may take.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            total: Duration::from_secs(self.fetch_timeout_seconds),
            response_bytes: self.max_document_bytes,
            ..Limits::default()
        }
    }

    pub(crate) const fn refetch_after(&self) -> Duration {
        Duration::from_secs(self.refetch_seconds)
    }
}
