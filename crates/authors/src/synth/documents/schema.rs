//! What an OpenAPI file or a JSON schema says of its properties.

use std::fmt::Write as _;

use knowledge::data;
use serde_json::{Map, Value};

/// Deeper than this no description is looked for.
const MAX_DEPTH: usize = 24;

/// The descriptions as a list of statements, where the text is such a file.
pub(super) fn described(text: &str) -> Option<String> {
    let start = text.trim_start();
    let is_json = start.starts_with('{');
    let looks_like_yaml =
        ["openapi:", "swagger:", "components:", "definitions:", "$schema:", "properties:"]
            .iter()
            .any(|key| start.starts_with(key) || text.contains(&format!("\n{key}")));
    let root: Value = if is_json {
        data::json(text)?
    } else if looks_like_yaml {
        data::yaml(text)?
    } else {
        return None;
    };
    let known = ["openapi", "swagger", "components", "definitions", "$defs", "properties"];
    root.as_object().filter(|map| known.iter().any(|key| map.contains_key(*key)))?;
    let mut out = String::new();
    walk(&root, 0, &mut out);
    Some(out)
}

fn walk(at: &Value, depth: usize, out: &mut String) {
    if depth > MAX_DEPTH {
        return;
    }
    match at {
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                for (name, property) in properties {
                    if let Value::Object(property) = property {
                        describe(name, property, out);
                    }
                }
            }
            for inner in map.values() {
                walk(inner, depth + 1, out);
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| walk(inner, depth + 1, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// One bullet for the property, and one for each meaning of its values.
fn describe(name: &str, property: &Map<String, Value>, out: &mut String) {
    let text = |key: &str| property.get(key).and_then(Value::as_str).map(str::trim);
    if let Some(description) = text("description").filter(|text| !text.is_empty()) {
        // A property is the subject of each of its sentences.
        let lines = description.replace('`', "").replace('\n', " ");
        let first = lines.chars().next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
        let rest: String = lines.chars().skip(1).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(out, "- `{name}`: {first}{rest}");
    }
    if let Some(default) = property.get("default").filter(|value| !value.is_null()) {
        let _ = writeln!(out, "- `{name}` defaults to {default}");
    }
    let meanings =
        property.get("x-enum-descriptions").or_else(|| property.get("x-enumDescriptions"));
    let words = property.get("enum").and_then(Value::as_array);
    let _ = writeln!(out);
    match (meanings, words) {
        (Some(Value::Object(meanings)), _) => {
            for (word, meaning) in meanings {
                let _ = writeln!(out, "- {word}: {}", meaning.as_str().unwrap_or_default());
            }
        }
        (Some(Value::Array(meanings)), Some(words)) => {
            for (word, meaning) in words.iter().zip(meanings) {
                let word = word.as_str().map_or_else(|| word.to_string(), str::to_owned);
                let _ = writeln!(out, "- {word}: {}", meaning.as_str().unwrap_or_default());
            }
        }
        (_, _) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_nests_without_end_is_no_description_and_takes_no_time() {
        for start in ["openapi: 3.0.0\nx: ", "{\"openapi\": "] {
            for piece in ["[", "{a: ", "{\"a\": "] {
                assert_eq!(described(&format!("{start}{}", piece.repeat(50_000))), None);
            }
        }
    }
}
