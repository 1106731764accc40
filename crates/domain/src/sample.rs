//! Real data of one provider and topic.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{HttpExchange, ProviderSlug, SampleName};

/// A payload, or recorded exchanges, with the wanted output where somebody knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sample {
    /// Its name within the provider and topic, or within the job.
    pub name: SampleName,
    /// What the script gets as `input.payload`.
    #[serde(
        default,
        deserialize_with = "crate::lean::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub payload: Option<Value>,
    /// What the vendor answers when the script calls it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub http: Vec<HttpExchange>,
    /// Test values for the connection.
    #[serde(default)]
    pub connection: Connection,
    /// The output that a careful engineer wants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Value>,
}

/// A vendor account as a script sees it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Connection {
    /// Where the vendor's API begins, such as `https://api.vendor.example/v2`.
    pub base_url: String,
    /// The credential, or its first half.
    pub api_key: String,
    /// The second half of the credential, where the vendor has one.
    pub api_secret: String,
    /// Where the vendor sends its webhooks.
    pub webhook_url: String,
    /// Whatever else the vendor's account needs, such as a location id.
    pub config: Map<String, Value>,
}

impl fmt::Debug for Connection {
    /// Without the credentials, which have no business in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// What `transform` gets as its first argument.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScriptInput<'a> {
    /// The vendor.
    pub provider_slug: ProviderSlug,
    /// The vendor account.
    #[serde(flatten)]
    pub connection: Connection,
    /// The payload; null where the script fetches its data itself. Borrowed where a sample has it:
    /// it may be megabytes.
    pub payload: Cow<'a, Value>,
}

impl<'a> ScriptInput<'a> {
    /// The input that a sample stands for.
    #[must_use]
    pub fn of(provider: ProviderSlug, sample: &'a Sample) -> Self {
        Self {
            provider_slug: provider,
            connection: sample.connection.clone(),
            payload: sample.payload.as_ref().map_or(Cow::Owned(Value::Null), Cow::Borrowed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_input_has_every_field_that_scripts_may_rely_on() {
        let sample: Sample =
            serde_json::from_value(json!({"name": "a", "payload": {"x": 1}})).unwrap();
        let input = ScriptInput::of("my-till".parse().unwrap(), &sample);
        assert_eq!(
            serde_json::to_value(&input).unwrap(),
            json!({"providerSlug": "my-till", "baseUrl": "", "apiKey": "", "apiSecret": "", "webhookUrl": "", "config": {}, "payload": {"x": 1}})
        );
    }

    #[test]
    fn debug_output_holds_no_credential() {
        let connection = Connection { api_key: "s3cret".to_owned(), ..Connection::default() };
        assert!(!format!("{connection:?}").contains("s3cret"));
    }
}
