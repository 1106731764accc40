//! A customer's account at a vendor, as it is kept.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{ConnectionSlug, ProviderSlug, Timestamp};

/// Whose a connection is: the name of the API key that made it. All keys of one name see the same
/// connections and no others, so that a key can be replaced. Only an operator gives names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner(String);

impl Owner {
    /// Whom a key of this name speaks for.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionStatus {
    /// Nobody has tried it since it was last changed.
    Untested,
    /// The last test went well.
    Connected,
    /// The last test went wrong.
    Error,
    /// Switched off: no script is run against it.
    Disabled,
}

impl ConnectionStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Untested, Self::Connected, Self::Error, Self::Disabled];

    /// The word used in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Untested => "untested",
            Self::Connected => "connected",
            Self::Error => "error",
            Self::Disabled => "disabled",
        }
    }
}

impl fmt::Display for ConnectionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("status of a connection must be one of untested, connected, error, disabled")]
pub struct UnknownConnectionStatus;

impl FromStr for ConnectionStatus {
    type Err = UnknownConnectionStatus;

    fn from_str(text: &str) -> Result<Self, UnknownConnectionStatus> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or(UnknownConnectionStatus)
    }
}

/// A connection without its secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderConnection {
    /// Whose it is.
    pub owner: Owner,
    /// Its name among those of its owner.
    pub slug: ConnectionSlug,
    /// The vendor.
    pub provider: ProviderSlug,
    /// How it does.
    pub status: ConnectionStatus,
    /// What the last test said.
    pub message: String,
    /// Where the vendor's API begins.
    pub base_url: String,
    /// Where the vendor sends its webhooks.
    pub webhook_url: String,
    /// Hosts besides that of `base_url` that its scripts may call.
    pub allow_hosts: Vec<String>,
    /// What else the account needs. An empty text stands where a secret is.
    pub config: Map<String, Value>,
    /// When it was last tested.
    pub tested_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When somebody last changed it. A test does not.
    pub updated_at: Timestamp,
}

/// Which secret: no other place can use what was sealed for this one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretPlace {
    /// Whose connection it belongs to.
    pub owner: Owner,
    /// Which connection.
    pub slug: ConnectionSlug,
    /// `apiKey`, `apiSecret`, or the JSON pointer of a setting in `config`.
    pub field: String,
}

/// A secret as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedSecret {
    /// What it is sealed for.
    pub place: SecretPlace,
    /// The key that opens it.
    pub key_id: String,
    /// Used once under that key.
    pub nonce: Vec<u8>,
    /// Nothing can be read from it without the key, and nothing changed.
    pub ciphertext: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_reads_back_from_its_word() {
        for status in ConnectionStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
