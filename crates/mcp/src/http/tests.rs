//! The door of `/mcp`, over a router that stands in for the API.

use axum::Json;
use axum::routing::get;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::*;

/// An API that knows the key "good", and says which keys it was shown where there is not one.
fn api() -> Router {
    async fn whoami(headers: HeaderMap) -> Response {
        let keys: Vec<_> = headers.get_all("x-api-key").iter().collect();
        match keys.as_slice() {
            [key] if *key == "good" => {
                Json(json!({"key": {"scopes": ["jobs:read", "jobs:write"]}})).into_response()
            }
            keys => (StatusCode::UNAUTHORIZED, format!("{} keys", keys.len())).into_response(),
        }
    }
    Router::new().route(WHOAMI, get(whoami))
}

fn router() -> Router {
    let settings = HttpSettings {
        body_limit: 10_000,
        hosts: vec!["localhost".to_owned(), "forge.example:8443".to_owned()],
        origins: vec!["https://agents.example:443".to_owned()],
    };
    routes(api(), settings)
}

/// A request as an agent makes it, with these headers in place of the usual ones.
async fn ask(headers: &[(&str, &str)], body: String) -> (StatusCode, String) {
    let mut request = http::Request::builder().method(Method::POST).uri("/mcp");
    let usual = [
        ("host", "localhost:8080"),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ];
    for (name, value) in usual.iter().filter(|(name, _)| headers.iter().all(|(n, _)| n != name)) {
        request = request.header(*name, *value);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = router().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

fn tools_list() -> String {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string()
}

#[tokio::test]
async fn either_header_brings_the_key_and_the_tools_are_those_that_it_allows() {
    for header in
        [("x-api-key", "good"), ("authorization", "Bearer good"), ("authorization", "bearer  good")]
    {
        let (status, text) = ask(&[header], tools_list()).await;
        assert_eq!(status, StatusCode::OK, "{header:?}: {text}");
        let answer: Value = serde_json::from_str(&text).unwrap();
        let tools = answer["result"]["tools"].as_array().unwrap();
        let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
        assert!(names.contains(&"generate") && !names.contains(&"activate"), "{names:?}");
    }
}

#[tokio::test]
async fn without_a_valid_key_nothing_is_said_but_why() {
    let both = [("x-api-key", "good"), ("authorization", "Bearer good")];
    for (headers, said) in [
        (&[][..], "0 keys"),
        (&[("x-api-key", "bad")], "1 keys"),
        (&[("authorization", "Basic good")], "0 keys"),
        (&both, "2 keys"),
    ] {
        let (status, text) = ask(headers, "{".to_owned()).await;
        assert_eq!((status, text.as_str()), (StatusCode::UNAUTHORIZED, said), "{headers:?}");
    }
}

#[tokio::test]
async fn a_name_that_was_led_here_and_a_browser_that_nobody_named_are_turned_away() {
    let key = ("x-api-key", "good");
    for (header, wanted) in [
        (("host", "forge.example:8443"), 200),
        (("host", "127.0.0.1.evil.example"), 403),
        (("host", "forge.example:9"), 403),
        (("origin", "https://agents.example"), 200),
        (("origin", "http://localhost:8080"), 403),
        (("origin", "null"), 403),
    ] {
        let (status, text) = ask(&[key, header], tools_list()).await;
        assert_eq!(status.as_u16(), wanted, "{header:?}: {text}");
    }
}

#[tokio::test]
async fn a_request_is_bounded() {
    let padded = format!("{}{}", tools_list(), " ".repeat(10_000));
    let (status, _) = ask(&[("x-api-key", "good")], padded).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}
