//! The keys that seal secrets.

use std::fmt;

use anyhow::{Context as _, bail};
use serde::Deserialize;
use vault::{Vault, VaultKey};
use zeroize::Zeroizing;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VaultSettings {
    keys: Zeroizing<String>,
    keys_file: String,
    current: String,
}

/// Without the keys.
impl fmt::Debug for VaultSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultSettings").field("current", &self.current).finish_non_exhaustive()
    }
}

impl VaultSettings {
    /// The vault; an empty one where there is no key.
    ///
    /// # Errors
    /// When a key cannot be read, or the keys contradict each other.
    pub(crate) fn vault(&self) -> anyhow::Result<Vault> {
        let (name, text) = match (self.keys.as_str(), self.keys_file.as_str()) {
            (keys, "") => ("vault.keys", Zeroizing::new(keys.to_owned())),
            ("", path) => {
                let read = std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read vault.keys_file {path}"))?;
                ("vault.keys_file", Zeroizing::new(read))
            }
            _ => bail!("bad configuration: vault.keys and vault.keys_file are both set; give one"),
        };
        let lines = text.split([',', '\n']).map(str::trim).filter(|line| !line.is_empty());
        let keys = lines
            .map(str::parse)
            .collect::<Result<Vec<VaultKey>, _>>()
            .with_context(|| format!("bad configuration: {name}"))?;
        Vault::new(keys, &self.current).context("bad configuration: vault.current")
    }
}
