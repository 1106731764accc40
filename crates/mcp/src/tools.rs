//! The tools, a file for each group: what they take, the calls that they make, and what they say.

pub(crate) mod jobs;
pub(crate) mod knowledge;
pub(crate) mod scripts;

use domain::{SLUG_PATTERN, Topic};
use schemars::{Schema, json_schema};
use serde_json::{Map, Value};
use url::form_urlencoded::Serializer;

const SCRIPTS: &str = "/api/v1/adapter-scripts";

/// The topics, for schemas.
fn topic(_: &mut schemars::SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "enum": Topic::ALL.map(Topic::as_str),
    })
}

/// The vendor, for schemas.
fn provider(_: &mut schemars::SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "pattern": SLUG_PATTERN})
}

/// The same where it may be left out.
fn optional_topic(_: &mut schemars::SchemaGenerator) -> Schema {
    let words: Vec<Value> =
        Topic::ALL.map(|topic| topic.as_str().into()).into_iter().chain([Value::Null]).collect();
    json_schema!({"type": ["string", "null"], "enum": words})
}

/// The same where it may be left out.
fn optional_provider(_: &mut schemars::SchemaGenerator) -> Schema {
    json_schema!({"type": ["string", "null"], "pattern": SLUG_PATTERN})
}

/// Recorded HTTP exchanges, for schemas.
fn exchanges(_: &mut schemars::SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "method": {"type": "string"},
                "url": {"type": "string"},
                "statusCode": {"type": "integer"},
                "headers": {"type": "object"},
                "body": {},
            },
            "required": ["url"],
        },
    })
}

/// Anything that is JSON, for schemas.
fn any_json(_: &mut schemars::SchemaGenerator) -> Schema {
    json_schema!({})
}

/// A path with the parameters that are there.
fn with_query(path: &str, parameters: &[(&str, Option<String>)]) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in parameters {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    format!("{path}?{}", query.finish())
}

/// The fields that are there, as a body.
fn fields<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let given = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(given.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_and_a_body_have_what_was_given_alone() {
        let path = with_query("/x", &[("provider", Some("a b&c".to_owned())), ("topic", None)]);
        assert_eq!(path, "/x?provider=a+b%26c");
        let body = fields([("a", Some(Value::Null)), ("b", None)]);
        assert_eq!(body, serde_json::json!({"a": null}));
    }
}
