//! What a script of a topic must return, and for outbound topics what it is given: JSON Schemas,
//! embedded so that the binary needs no files.

use serde_json::Value;

use crate::Topic;

/// The JSON Schemas (draft 2020-12) of one topic.
#[derive(Debug, Clone, Copy)]
pub struct Contract {
    /// The topic it binds.
    pub topic: Topic,
    output: &'static str,
    payload: Option<&'static str>,
}

impl Contract {
    /// The contract of a topic.
    #[must_use]
    pub const fn of(topic: Topic) -> Self {
        let (output, payload) = match topic {
            Topic::TestConnection => {
                (include_str!("../contracts/test_connection.schema.json"), None)
            }
            Topic::ListRemoteOutlets => {
                (include_str!("../contracts/list_remote_outlets.schema.json"), None)
            }
            Topic::SyncOutlet => (include_str!("../contracts/sync_outlet.schema.json"), None),
            Topic::SyncProducts => (include_str!("../contracts/sync_products.schema.json"), None),
            Topic::OrderDispatch => (
                include_str!("../contracts/order_dispatch.schema.json"),
                Some(include_str!("../contracts/order_dispatch.payload.schema.json")),
            ),
            Topic::OrderStatusUpdate => {
                (include_str!("../contracts/order_status_update.schema.json"), None)
            }
            Topic::SnoozeItems => (
                include_str!("../contracts/snooze_items.schema.json"),
                Some(include_str!("../contracts/snooze_items.payload.schema.json")),
            ),
        };
        Self { topic, output, payload }
    }

    /// The schema of what the script returns.
    #[must_use]
    #[expect(clippy::expect_used, reason = "embedded text; a test below parses every one")]
    pub fn output_schema(&self) -> Value {
        serde_json::from_str(self.output).expect("an embedded schema is valid JSON")
    }

    /// The schema of `input.payload`, where the payload is the standard's and not the vendor's.
    #[must_use]
    #[expect(clippy::expect_used, reason = "embedded text; a test below parses every one")]
    pub fn payload_schema(&self) -> Option<Value> {
        self.payload
            .map(|text| serde_json::from_str(text).expect("an embedded schema is valid JSON"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_a_schema_that_parses() {
        for topic in Topic::ALL {
            let contract = Contract::of(topic);
            assert_eq!(contract.output_schema()["type"], "object", "{topic}");
            let standard_payload = matches!(topic, Topic::OrderDispatch | Topic::SnoozeItems);
            assert_eq!(contract.payload_schema().is_some(), standard_payload, "{topic}");
        }
    }
}
