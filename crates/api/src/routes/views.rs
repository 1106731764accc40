//! Parts that several answers share.

use chrono::SecondsFormat;
use domain::{Attempt, Connection, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// What stands for a credential that is there and not shown.
const MASK: &str = "***";

/// A moment as RFC 3339 in UTC, always with milliseconds.
pub(crate) fn rfc3339(moment: Timestamp) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// One test run.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestResult {
    /// Counts from one.
    attempt: u32,
    passed: bool,
    /// Which sample, which path, what was there and what was expected; empty when it passed.
    error: String,
    /// The start of the first sample's output.
    output_preview: String,
    /// The records in the first sample's output.
    output_count: u32,
    #[schema(format = DateTime)]
    timestamp: String,
}

impl From<&Attempt> for TestResult {
    fn from(attempt: &Attempt) -> Self {
        Self {
            attempt: attempt.attempt,
            passed: attempt.passed,
            error: attempt.error.clone(),
            output_preview: attempt.output_preview.clone(),
            output_count: attempt.output_count,
            timestamp: rfc3339(attempt.timestamp),
        }
    }
}

/// A vendor account. In requests the credentials are test values; answers show `***` for them.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct ConnectionBody {
    /// Where the vendor's API begins.
    #[schema(example = "https://api.vendor.example/v2")]
    base_url: String,
    /// The credential, or its first half.
    api_key: String,
    /// The second half of the credential, where the vendor has one.
    api_secret: String,
    /// Where the vendor sends its webhooks.
    webhook_url: String,
    /// Whatever else the vendor's account needs.
    #[schema(value_type = Object)]
    config: Map<String, Value>,
}

impl ConnectionBody {
    /// The connection with its credentials masked.
    pub(crate) fn masked(connection: Connection) -> Self {
        let mask = |text: String| if text.is_empty() { text } else { MASK.to_owned() };
        Self {
            base_url: connection.base_url,
            api_key: mask(connection.api_key),
            api_secret: mask(connection.api_secret),
            webhook_url: connection.webhook_url,
            config: connection.config,
        }
    }
}

impl From<ConnectionBody> for Connection {
    fn from(body: ConnectionBody) -> Self {
        Self {
            base_url: body.base_url,
            api_key: body.api_key,
            api_secret: body.api_secret,
            webhook_url: body.webhook_url,
            config: body.config,
        }
    }
}
