//! How requests are served.

use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServerSettings {
    pub(crate) host: IpAddr,
    pub(crate) port: u16,
    pub(crate) body_limit_bytes: usize,
    pub(super) header_timeout_seconds: u64,
    pub(super) body_timeout_seconds: u64,
    pub(super) request_timeout_seconds: u64,
    pub(crate) max_connections: usize,
    pub(crate) max_listeners: usize,
    pub(super) listener_heartbeat_seconds: u64,
    pub(super) drain_seconds: u64,
}

impl ServerSettings {
    pub(crate) const fn header_timeout(&self) -> Duration {
        Duration::from_secs(self.header_timeout_seconds)
    }

    pub(crate) const fn body_timeout(&self) -> Duration {
        Duration::from_secs(self.body_timeout_seconds)
    }

    pub(crate) const fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.request_timeout_seconds)
    }

    pub(crate) const fn listener_heartbeat(&self) -> Duration {
        Duration::from_secs(self.listener_heartbeat_seconds)
    }

    pub(crate) const fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }
}
