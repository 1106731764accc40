use domain::Scope;
use http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Below, get, send};

async fn description() -> Value {
    send(Below::default().router(&[]), get("/openapi.json")).await.json()
}

fn operations(description: &Value) -> Vec<(String, &Value)> {
    let paths = description["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .iter()
                .map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
        .collect()
}

#[tokio::test]
async fn every_operation_says_what_it_is_and_what_can_go_wrong() {
    let description = description().await;
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut ids = Vec::new();
    for (name, operation) in operations(&description) {
        ids.push(operation["operationId"].as_str().unwrap().to_owned());
        assert!(operation["summary"].is_string(), "{name}");
        assert_eq!(operation["tags"].as_array().unwrap().len(), 1, "{name}");
        let mut wanted = vec!["200", "500", "503"];
        if name.contains("/api/v1/") {
            wanted.extend(["400", "401", "403", "429"]);
            assert!(operation["security"][0]["apiKeyAuth"].is_array(), "{name}");
        }
        if operation["requestBody"].is_object() {
            wanted.extend(["408", "413", "415"]);
        }
        for status in wanted {
            assert!(operation["responses"][status].is_object(), "{name} {status}");
        }
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all);
    let scheme = &description["components"]["securitySchemes"]["apiKeyAuth"];
    assert_eq!((&scheme["in"], &scheme["name"]), (&"header".into(), &"X-Api-Key".into()));
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    fn collect(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
                fields.values().for_each(|field| collect(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let description = description().await;
    let mut references = Vec::new();
    collect(&description, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(description.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn the_job_is_described_as_the_reference_has_it() {
    let description = description().await;
    let reference: Value =
        yaml_serde::from_str(include_str!("../../reference/job-status.openapi.yaml")).unwrap();
    let wanted = &reference["components"]["schemas"]["ApiV1AdapterScriptsJobsJobIdGetResponsesContentApplicationJsonSchemaJob"];
    let job = &description["components"]["schemas"]["JobView"];
    assert_eq!(job["required"], wanted["required"]);
    for (name, property) in wanted["properties"].as_object().unwrap() {
        assert_eq!(job["properties"][name]["type"], property["type"], "{name}");
    }
}

#[tokio::test]
async fn requests_are_described_with_what_they_really_need() {
    let description = description().await;
    for (name, required) in [
        ("GenerateRequest", json!(["provider", "topic"])),
        ("UploadRequest", json!(["provider", "topic", "source"])),
        ("DocumentBody", json!(["name"])),
        ("RespondRequest", json!(["response"])),
        ("SampleBody", Value::Null),
        ("PutSampleRequest", Value::Null),
        ("RunRequest", Value::Null),
        ("ConnectionBody", Value::Null),
    ] {
        let schema = &description["components"]["schemas"][name];
        assert_eq!(schema["required"], required, "{name}");
        assert_eq!(schema["additionalProperties"], false, "{name}");
    }
}

#[tokio::test]
async fn every_described_route_is_there() {
    let description = description().await;
    for (name, _) in operations(&description) {
        let (method, path) = name.split_once(' ').unwrap();
        let request = http::Request::builder()
            .method(method.to_uppercase().as_str())
            .uri(path)
            .body("".into())
            .unwrap();
        let status = send(Below::default().router(&[Scope::Admin]), request).await.status;
        let missing = [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED];
        assert!(!missing.contains(&status), "{name}: {status}");
    }
}

#[tokio::test]
async fn the_page_comes_from_the_binary_alone() {
    let short = send(Below::default().router(&[]), get("/docs")).await;
    assert_eq!((short.status, short.header("location")), (StatusCode::SEE_OTHER, "/docs/"));
    let page = send(Below::default().router(&[]), get("/docs/")).await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.header("content-security-policy").starts_with("default-src 'self';"));
    assert!(!page.text.contains("://"), "{}", page.text);
    let start = send(Below::default().router(&[]), get("/docs/swagger-initializer.js")).await;
    assert!(start.text.contains("\"/openapi.json\""), "{}", start.text);
    assert!(start.text.contains("\"validatorUrl\": \"none\""), "{}", start.text);
    let script = send(Below::default().router(&[]), get("/docs/swagger-ui-bundle.js")).await;
    assert_eq!(script.status, StatusCode::OK);
}
