//! Who may take a script into use.

use serde::Deserialize;

/// `[review]`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewSettings {
    pub(crate) four_eyes: bool,
}
