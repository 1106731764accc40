//! That no text breaks the reading.

use domain::Topic;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::api;
use crate::testing::{BONWERK, KASSANDRA, TILLIUM, document};
use crate::*;

#[test]
fn circles_of_references_end() {
    let text = "openapi: 3.0.0\ncomponents: {schemas: {\
        A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}, \
        C: {allOf: [{$ref: '#/components/schemas/C'}, {$ref: '#/components/schemas/C'}]}, \
        D: {properties: {x: {$ref: '#/components/schemas/D'}, y: {$ref: '#/components/schemas/E'}, z: {example: 1}}}, \
        E: {properties: {x: {$ref: '#/components/schemas/D'}, y: {$ref: '#/components/schemas/E'}, \
        w: {$ref: '#/components/schemas/D'}}}}}\n\
        paths: {/items: {get: {responses: {200: {content: {application/json: {schema: {type: array, \
        items: {$ref: '#/components/schemas/D'}}}}}}}}, /a: {$ref: '#/paths/~1a'}, \
        /menu: {get: {responses: {200: {content: {application/json: {schema: {$ref: '#/components/schemas/C'}}}}}}}}\n";
    let description = api("a.yaml", text);
    assert_eq!(description.operations.len(), 2);
    let deep = json!([{"x": {"y": {"x": {"y": {"z": "no"}}}}, "y": {}, "z": 1}]);
    for topic in Topic::ALL {
        let descriptions = std::slice::from_ref(&description);
        let _ = (overview(&description, topic), samples_from_descriptions(descriptions, topic));
        let _ = disagreements(&[&deep], descriptions, topic);
    }
}

#[test]
fn nesting_without_end_is_read_as_prose() {
    for (open, close) in [("[", "]"), ("{\"openapi\":", "}"), ("{\"a\":[", "]}")] {
        let text = open.repeat(10_000) + "\"3.0.0\"" + &close.repeat(10_000);
        for text in [text.clone(), format!("openapi: 3.0.0\npaths: {text}\n")] {
            let content = read(&document("a.json", &text));
            assert_eq!((content.format, content.description), (Format::PlainText, None));
        }
    }
    let _ = read(&document(
        "a.md",
        &("> ".repeat(20_000) + &"[".repeat(20_000) + &"*_".repeat(20_000)),
    ));
}

/// Everything that can be asked of a text.
fn ask_all(name: &str, text: &str) {
    let document = document(name, text);
    let content = read(&document);
    assert!(content.sections.iter().all(|section| section.text.chars().count() <= 1_500));
    let query = Query::of_text(text);
    let _ = Index::of(content.sections).search(&query, 5);
    let Some(description) = content.description else { return };
    let descriptions = std::slice::from_ref(&description);
    let payload = serde_json::from_str(text).unwrap_or(json!({"id": 1}));
    for topic in Topic::ALL {
        let _ = (overview(&description, topic), disagreements(&[&payload], descriptions, topic));
        let _ = samples_from_descriptions(descriptions, topic);
    }
}

/// A description that somebody tore a piece out of, or put a strange one into.
fn torn() -> impl Strategy<Value = String> {
    let whole = prop::sample::select(vec![KASSANDRA, BONWERK, TILLIUM]);
    (whole, any::<prop::sample::Index>(), 0..40_usize, "[\\PC\n]{0,12}").prop_map(
        |(whole, at, length, piece)| {
            let characters: Vec<char> = whole.chars().collect();
            let at = at.index(characters.len());
            let start: String = characters.iter().take(at).collect();
            let end: String = characters.iter().skip(at + length).collect();
            start + &piece + &end
        },
    )
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z#/$]{0,8}".prop_map(Value::from),
        Just(json!("#/paths")),
        Just(json!("#")),
    ];
    let keys = "paths|webhooks|get|post|responses|200|content|application/json|schema|allOf|items|\
                properties|example|examples|\\$ref|parameters|name|in|servers|url|/items|info|enum|type";
    leaf.prop_recursive(8, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(keys, inner, 0..6)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>(), name in "a\\.(md|html|json|yaml|txt)") {
        ask_all(&name, &text);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let text = String::from_utf8_lossy(&bytes);
        for name in ["a", "a.md", "a.html"] {
            ask_all(name, &text);
        }
    }

    #[test]
    fn no_torn_description_panics(text in torn()) {
        ask_all("a", &text);
    }

    #[test]
    fn no_description_of_odd_shape_panics(shape in any_json(), key in "openapi|swagger") {
        let mut root = shape.as_object().cloned().unwrap_or_default();
        root.insert(key.clone(), json!(if key == "openapi" { "3.0.0" } else { "2.0" }));
        ask_all("a.json", &Value::Object(root).to_string());
    }
}
