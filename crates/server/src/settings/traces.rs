//! Where traces go.

use anyhow::bail;
use serde::Deserialize;

/// `[traces]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceSettings {
    /// Empty for nowhere.
    pub(crate) endpoint: String,
    /// Of all traces, from 0 to 1.
    pub(crate) share: f64,
}

impl TraceSettings {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let endpoint = &self.endpoint;
        if !endpoint.is_empty() && !["http://", "https://"].iter().any(|s| endpoint.starts_with(s))
        {
            bail!("bad configuration: traces.endpoint must start with http:// or https://");
        }
        if !(0.0..=1.0).contains(&self.share) {
            bail!("bad configuration: traces.share must be from 0 to 1, not {}", self.share);
        }
        Ok(())
    }
}
