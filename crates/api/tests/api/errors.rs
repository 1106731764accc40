use std::convert::Infallible;
use std::time::Duration;

use api::ApiSettings;
use axum::body::{Body, Bytes};
use domain::Scope;
use futures::stream;
use http::Request;

use crate::support::{Answer, Below, SCRIPTS, get, request, send, with_json};

const ADMIN: &[Scope] = &[Scope::Admin];

async fn generate(body: impl Into<Body>) -> Answer {
    let path = format!("{SCRIPTS}/generate");
    send(Below::default().router(ADMIN), with_json("POST", &path, body)).await
}

#[tokio::test]
async fn malformed_json_is_told_where() {
    let (_, message) = generate("{\"provider\": \"square\",\n  \"topic\" }").await.error(400);
    assert!(message.contains("line 2 column 11"), "{message}");
    for (body, part) in [
        ("", "empty"),
        ("{", "ends too early"),
        ("[]", "must be a JSON object"),
        ("null", "must be a JSON object"),
        ("{\"a\": 1e400}", "out of range"),
        ("{\"a\": NaN}", "not valid JSON"),
        ("{\"a\": \"\\ud800\"}", "not valid JSON"),
    ] {
        let (_, message) = generate(body).await.error(400);
        assert!(message.contains(part), "{body}: {message}");
    }
}

#[tokio::test]
async fn json_that_is_nested_too_deeply_or_not_utf8_is_refused() {
    let nested = format!("{{\"a\": {}{}}}", "[".repeat(200), "]".repeat(200));
    assert!(generate(nested).await.error(400).1.contains("recursion limit"));
    generate(&b"{\"a\": \"\xff\"}"[..]).await.error(400);
}

#[tokio::test]
async fn a_body_of_another_type_is_a_415() {
    let path = format!("{SCRIPTS}/generate");
    for content_type in
        ["", "text/plain", "application/xml", "application/jsonx", "multipart/form-data"]
    {
        let request = request("POST", &path).header("content-type", content_type);
        let answer = send(Below::default().router(ADMIN), request.body("{}".into()).unwrap()).await;
        assert_eq!(answer.error(415).0, "Content-Type", "{content_type}");
    }
    let request = request("POST", &path)
        .header("content-type", "application/json")
        .header("content-encoding", "gzip");
    let answer = send(Below::default().router(ADMIN), request.body("{}".into()).unwrap()).await;
    assert_eq!(answer.error(415).0, "Content-Encoding");
}

#[tokio::test]
async fn json_types_with_parameters_or_a_suffix_are_json() {
    let path = format!("{SCRIPTS}/generate");
    for content_type in
        ["application/json; charset=utf-8", "Application/JSON", "application/problem+json"]
    {
        let request = request("POST", &path).header("content-type", content_type);
        let answer = send(Below::default().router(ADMIN), request.body("{}".into()).unwrap()).await;
        assert_eq!(answer.error(400).0, "provider", "{content_type}");
    }
}

#[tokio::test]
async fn an_error_quotes_little_of_what_was_sent() {
    let name = "x".repeat(1_000_000);
    let unknown_field = generate(format!("{{\"{name}\": 1}}")).await;
    let unknown_parameter = get(&format!("{SCRIPTS}/jobs?{}=1", "x".repeat(10_000)));
    let unknown_parameter = send(Below::default().router(ADMIN), unknown_parameter).await;
    for answer in [unknown_field, unknown_parameter] {
        assert!(answer.error(400).0.starts_with("xxx"));
        assert!(answer.text.len() < 3_000, "{}", answer.text.len());
    }
}

fn small() -> ApiSettings {
    ApiSettings {
        body_limit: 64,
        body_timeout: Duration::from_millis(50),
        ..ApiSettings::default()
    }
}

#[tokio::test]
async fn a_body_may_be_as_large_as_the_limit_and_no_larger() {
    let path = format!("{SCRIPTS}/generate");
    let sized = |size: usize| format!("{{\"a\": \"{}\"}}", "x".repeat(size - 9));
    let at_limit = with_json("POST", &path, sized(64));
    send(Below::default().router_with(ADMIN, small()), at_limit).await.error(400);
    let stated = request("POST", &path)
        .header("content-type", "application/json")
        .header("content-length", 65)
        .body(sized(65).into())
        .unwrap();
    send(Below::default().router_with(ADMIN, small()), stated).await.error(413);
    let chunks = stream::iter([Ok::<_, Infallible>(Bytes::from(sized(65)))]);
    let chunked = with_json("POST", &path, Body::from_stream(chunks));
    let answer = send(Below::default().router_with(ADMIN, small()), chunked).await;
    answer.error(413);
    assert_eq!(answer.header("connection"), "close");
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_a_408() {
    let never = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
    let request = with_json("POST", &format!("{SCRIPTS}/generate"), never);
    let answer = send(Below::default().router_with(ADMIN, small()), request).await;
    answer.error(408);
    assert_eq!(answer.header("connection"), "close");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_400() {
    let broken = stream::iter([Ok(Bytes::from_static(b"{")), Err(std::io::Error::other("gone"))]);
    assert!(generate(Body::from_stream(broken)).await.error(400).1.contains("broke off"));
}

#[tokio::test]
async fn unknown_paths_and_wrong_methods_have_the_form_of_errors() {
    for path in ["/nothing", "/api/v1/nothing", "/api/v1/adapter-scripts/jobs/7/", "/docs/none.js"]
    {
        send(Below::default().router(ADMIN), get(path)).await.error(404);
    }
    for (method, path, allow) in [
        ("DELETE", "/api/v1/adapter-scripts/jobs/7", "GET,HEAD"),
        ("GET", "/api/v1/adapter-scripts/generate", ""),
        ("TRACE", "/health", "GET,HEAD"),
        ("BREW", "/health", "GET,HEAD"),
        ("POST", "/api/v1/knowledge/square/documents/a.md", ""),
    ] {
        let request = request(method, path).body(Body::empty()).unwrap();
        let answer = send(Below::default().router(ADMIN), request).await;
        if method != "GET" {
            answer.error(405);
        }
        if !allow.is_empty() {
            assert_eq!(answer.header("allow"), allow, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_panic_becomes_a_500_that_does_not_tell_its_text() {
    let mut below = Below::default();
    below.jobs.expect_get().returning(|_| panic!("the inside"));
    let answer = send(below.router(ADMIN), get(&format!("{SCRIPTS}/jobs/7"))).await;
    answer.error(500);
    assert!(!answer.text.contains("inside"));
    assert!(!answer.header("x-request-id").is_empty());
}

#[tokio::test]
async fn every_answer_has_an_id_and_forbids_sniffing() {
    for path in ["/health", "/nothing", "/docs/", "/openapi.json", "/api/v1/auth/whoami"] {
        let request = Request::get(path).header("x-request-id", "till-42").body(Body::empty());
        let answer = send(Below::default().router(ADMIN), request.unwrap()).await;
        assert_eq!(answer.header("x-request-id"), "till-42", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
}

#[tokio::test]
async fn a_hostile_request_id_is_not_taken_over() {
    for hostile in ["a b", "<script>", "ü", &"x".repeat(129)] {
        let request = Request::get("/health").header("x-request-id", hostile).body(Body::empty());
        let answer = send(Below::default().router(ADMIN), request.unwrap()).await;
        assert_eq!(answer.header("x-request-id").len(), 32, "{hostile}");
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_answered_with_503_but_carried_out() {
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    let (done, is_done) = tokio::sync::oneshot::channel::<()>();
    let settings =
        ApiSettings { request_timeout: Duration::from_millis(30), ..ApiSettings::default() };
    let router = Below::default().router_with(ADMIN, settings);
    // The body is what the handler waits for, so the test can hold it back and then see it used.
    let body = Body::from_stream(stream::once(async move {
        released.await.ok();
        done.send(()).ok();
        Ok::<_, Infallible>(Bytes::from_static(b"{}"))
    }));
    let answer = send(router, with_json("POST", &format!("{SCRIPTS}/generate"), body)).await;
    answer.error(503);
    assert_eq!(answer.header("connection"), "close");
    release.send(()).unwrap();
    is_done.await.unwrap();
}

#[tokio::test]
async fn an_error_of_a_caller_that_traces_carries_its_trace() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request = Request::get("/nowhere")
        .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"))
        .body(Body::empty())
        .unwrap();
    let answer = send(Below::default().router(&[]), request).await;
    answer.error(404);
    assert_eq!(answer.header("x-request-id"), trace);
}
