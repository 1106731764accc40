//! Outputs against the JSON Schemas of the contracts.

use std::fmt::Write as _;
use std::sync::LazyLock;

use domain::{Contract, Topic, bounded};
use jsonschema::Validator;
use serde_json::Value;

/// Characters of one violation. A schema error shows the value, which may be a whole catalogue.
const VIOLATION_MAX: usize = 300;
/// Violations that are told. One mistake in a script breaks every record alike.
pub(crate) const VIOLATIONS_MAX: usize = 12;

#[expect(clippy::expect_used, reason = "embedded schemas; a test below compiles every one")]
fn compile(topic: Topic) -> Validator {
    jsonschema::options()
        .should_validate_formats(true)
        .build(&Contract::of(topic).output_schema())
        .expect("an embedded schema is a valid schema")
}

/// The validator of a topic's output, compiled at its first use.
fn validator(topic: Topic) -> &'static Validator {
    static TEST_CONNECTION: LazyLock<Validator> = LazyLock::new(|| compile(Topic::TestConnection));
    static LIST_OUTLETS: LazyLock<Validator> = LazyLock::new(|| compile(Topic::ListRemoteOutlets));
    static SYNC_OUTLET: LazyLock<Validator> = LazyLock::new(|| compile(Topic::SyncOutlet));
    static SYNC_PRODUCTS: LazyLock<Validator> = LazyLock::new(|| compile(Topic::SyncProducts));
    static DISPATCH: LazyLock<Validator> = LazyLock::new(|| compile(Topic::OrderDispatch));
    static STATUS: LazyLock<Validator> = LazyLock::new(|| compile(Topic::OrderStatusUpdate));
    static SNOOZE: LazyLock<Validator> = LazyLock::new(|| compile(Topic::SnoozeItems));
    match topic {
        Topic::TestConnection => &TEST_CONNECTION,
        Topic::ListRemoteOutlets => &LIST_OUTLETS,
        Topic::SyncOutlet => &SYNC_OUTLET,
        Topic::SyncProducts => &SYNC_PRODUCTS,
        Topic::OrderDispatch => &DISPATCH,
        Topic::OrderStatusUpdate => &STATUS,
        Topic::SnoozeItems => &SNOOZE,
    }
}

/// What in `output` does not fit the topic's schema, each as `path: what`.
pub(crate) fn schema_violations(topic: Topic, output: &Value) -> Vec<String> {
    validator(topic)
        .iter_errors(output)
        .take(VIOLATIONS_MAX)
        .map(|error| {
            let path = dotted(error.instance_path().as_str());
            bounded(&format!("{path}: {error}"), VIOLATION_MAX)
        })
        .collect()
}

/// `/products/3/price` as `products[3].price`; the whole output is `output`.
fn dotted(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        // Writing to a string cannot fail.
        let _ = if part.bytes().all(|b| b.is_ascii_digit()) && !part.is_empty() {
            write!(path, "[{part}]")
        } else if path.is_empty() {
            write!(path, "{part}")
        } else {
            write!(path, ".{part}")
        };
    }
    if path.is_empty() { "output".to_owned() } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_topic_has_a_validator() {
        for topic in Topic::ALL {
            assert!(!schema_violations(topic, &json!([])).is_empty(), "{topic}");
        }
    }

    #[test]
    fn a_violation_names_the_path_and_what_is_there() {
        let output = json!({"products": [{"itemCode": "1", "name": "Tea", "price": "4.50"}]});
        let found = schema_violations(Topic::SyncProducts, &output);
        assert_eq!(found, [r#"products[0].price: "4.50" is not of type "number""#]);
        let found = schema_violations(Topic::SyncProducts, &json!({}));
        assert_eq!(found, [r#"output: "products" is a required property"#]);
    }

    #[test]
    fn a_time_that_is_none_is_found() {
        let output = json!({"externalOrderId": "1", "status": "ready", "occurredAt": "yesterday"});
        let found = schema_violations(Topic::OrderStatusUpdate, &output);
        assert!(found[0].starts_with("occurredAt: "), "{found:?}");
    }

    #[test]
    fn a_hundred_equal_mistakes_are_told_a_dozen_times() {
        let output = json!({"products": vec![json!({"itemCode": "1"}); 100]});
        assert_eq!(schema_violations(Topic::SyncProducts, &output).len(), VIOLATIONS_MAX);
    }
}
