//! Which names and browsers may reach the tools of coding agents.

use serde::Deserialize;

use super::list;

/// `[mcp]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct McpSettings {
    pub(crate) serve: bool,
    #[serde(deserialize_with = "list")]
    pub(crate) hosts: Vec<String>,
    #[serde(deserialize_with = "list")]
    pub(crate) origins: Vec<String>,
}
