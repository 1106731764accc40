//! Holds answers against the OpenAPI description.

use std::sync::LazyLock;

use http::Method;
use serde_json::{Value, json};

use crate::support::Answer;

static DESCRIPTION: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(api::openapi()).unwrap());

/// Checks that the description has the answer's status and the shape of its JSON. Paths and methods
/// that it does not have are for other tests.
pub(crate) fn check(method: &Method, path: &str, answer: &Answer) {
    let Some(operation) = operation(method, path) else { return };
    let response = &operation["responses"][answer.status.as_str()];
    assert!(response.is_object(), "{method} {path} does not describe {}", answer.status);
    let content_type = answer.header("content-type").split(';').next().unwrap();
    if content_type.is_empty() {
        return;
    }
    let content = &response["content"][content_type];
    assert!(content.is_object(), "{method} {path} does not describe {content_type}");
    if content_type == "application/json" {
        let mut schema = content["schema"].clone();
        schema["components"] = json!({"schemas": DESCRIPTION["components"]["schemas"]});
        let validator = jsonschema::validator_for(&schema).unwrap();
        let body = answer.json();
        let errors: Vec<String> = validator.iter_errors(&body).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{method} {path}: {errors:?} in {body}");
    }
}

/// The described operation; of two paths that fit, the one with fewer parameters.
fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let paths = DESCRIPTION["paths"].as_object().unwrap();
    let (_, item) = paths
        .iter()
        .filter(|(template, _)| fits(template, path))
        .min_by_key(|(template, _)| template.matches('{').count())?;
    item.get(method.as_str().to_lowercase())
}

fn fits(template: &str, path: &str) -> bool {
    template.split('/').count() == path.split('/').count()
        && template
            .split('/')
            .zip(path.split('/'))
            .all(|(wanted, part)| (wanted.starts_with('{') && !part.is_empty()) || wanted == part)
}
