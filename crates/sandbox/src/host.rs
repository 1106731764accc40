//! What a script asks of the outside world, always through its parent.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::HttpMethod;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Signing;

/// One HTTP request of a script.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HttpCall {
    /// The method.
    pub method: HttpMethod,
    /// The address as the script gave it.
    pub url: String,
    /// The headers as the script gave them.
    pub headers: BTreeMap<String, String>,
    /// The body as the script gave it; null for none.
    pub body: Value,
}

/// The answer, as the script gets it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpReply {
    /// The status.
    pub status_code: u16,
    /// The body: parsed where it is JSON, text otherwise.
    pub body: Value,
    /// The headers, names in lower case.
    pub headers: BTreeMap<String, String>,
}

/// Why a call was not made. The run ends with it, so that no script can take it for an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpCallError {
    /// No recorded exchange fits.
    #[error("HTTP call not recorded: {call}; recorded: {recorded}")]
    NotRecorded {
        /// Method and address.
        call: String,
        /// What is recorded, or "nothing".
        recorded: String,
    },
    /// The call may not be made, or came to nothing.
    #[error("HTTP call failed: {call}: {reason}")]
    Failed {
        /// Method and address.
        call: String,
        /// Which rule refused it, or what the network said.
        reason: String,
    },
}

/// Who answers a script's HTTP calls.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait HttpHost: Send + Sync {
    /// Answers one call.
    ///
    /// # Errors
    /// When the call may not or cannot be made.
    async fn call(&self, call: HttpCall) -> Result<HttpReply, HttpCallError>;

    /// Signs a text. A host that gives scripts stand-ins for secrets puts the real ones in first.
    async fn sign(&self, signing: Signing) -> String {
        signing.signature()
    }
}
