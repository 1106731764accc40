//! How callers are told of their jobs.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, bail};
use egress::{Guard, Limits};
use engine::Signer;
use serde::Deserialize;

use super::list;

/// Receivers answer at once and work afterwards.
const LONGEST_CALL: Duration = Duration::from_secs(20);
/// What they answer is not read.
const ANSWER_BYTES: usize = 64 * 1024;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookSettings {
    secret: WebhookSecret,
    secret_file: String,
    #[serde(deserialize_with = "list")]
    allow_private: Vec<SocketAddr>,
    allow_http: bool,
}

/// It is never shown.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
struct WebhookSecret(String);

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

impl WebhookSettings {
    /// What signs webhooks; none when none are sent.
    ///
    /// # Errors
    /// When the secret cannot be read, or is none.
    pub(crate) fn signer(&self) -> anyhow::Result<Option<Signer>> {
        let (key, secret) = match (self.secret.0.as_str(), self.secret_file.as_str()) {
            ("", "") => return Ok(None),
            (secret, "") => ("webhooks.secret", secret.to_owned()),
            ("", path) => {
                let read = std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read webhooks.secret_file {path}"))?;
                ("webhooks.secret_file", read)
            }
            _ => bail!(
                "bad configuration: webhooks.secret and webhooks.secret_file are both set; give one"
            ),
        };
        let signer = Signer::new(&secret).with_context(|| format!("bad configuration: {key}"))?;
        Ok(Some(signer))
    }

    /// Who may be told.
    pub(crate) fn guard(&self) -> Guard {
        let guard = Guard::any_public().allow_private(self.allow_private.iter().copied());
        if self.allow_http { guard.allow_http() } else { guard }
    }
}

/// What one call may take.
pub(crate) fn limits() -> Limits {
    Limits { total: LONGEST_CALL, response_bytes: ANSWER_BYTES, redirects: 0, ..Limits::default() }
}
