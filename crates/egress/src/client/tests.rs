//! The client against servers on this machine, which its policy allows by name.

mod bodies;
mod destinations;
mod redirects;
mod server;
mod trust;

use std::time::Duration;

use super::*;
use server::{Server, page};

/// Short enough to wait for in a test, long enough for a busy machine.
fn limits() -> Limits {
    Limits {
        total: Duration::from_secs(20),
        connect: Duration::from_secs(10),
        response_bytes: 100_000,
        header_bytes: 4096,
        redirects: 3,
    }
}

/// A client that may call these servers.
fn client<const N: usize>(servers: [&Server; N]) -> GuardedClient {
    let addresses = servers.map(|server| server.address);
    GuardedClient::new(Guard::any_public().allow_http().allow_private(addresses), limits())
}

async fn get(client: &GuardedClient, url: &str) -> Result<Response, EgressError> {
    client.send(Request::get(Url::parse(url).unwrap())).await
}

#[tokio::test]
async fn a_page_comes_with_its_status_headers_and_body() {
    let server = Server::answering(|_| page("404 Not Found", &[("ETag", "\"1\"")], b"none")).await;
    let response = get(&client([&server]), &server.url("/a?b=c")).await.unwrap();
    assert_eq!(response.status, 404);
    assert_eq!(response.headers["etag"], "\"1\"");
    assert_eq!(response.body, "none");
    assert_eq!(response.url.as_str(), server.url("/a?b=c"));
    let [request] = server.requests().try_into().unwrap();
    assert!(request.starts_with("GET /a?b=c HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("user-agent: adapter-forge\r\n"), "{request}");
}

#[tokio::test]
async fn not_modified_is_an_answer() {
    let server = Server::answering(|request| {
        assert!(request.contains("if-none-match: \"1\"\r\n"), "{request}");
        b"HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n".to_vec()
    })
    .await;
    let request = Request::get(Url::parse(&server.url("/")).unwrap());
    let request = request.header("If-None-Match", "\"1\"").unwrap();
    let response = client([&server]).send(request).await.unwrap();
    assert_eq!(response.status, 304);
    assert!(response.body.is_empty());
}

#[tokio::test]
async fn a_body_is_sent_as_it_is() {
    let server = Server::answering(|_| page("200 OK", &[], b"")).await;
    let url = Url::parse(&server.url("/")).unwrap();
    let request = Request::new(http::Method::POST, url).body("{\"a\":1}");
    let request = request.header("Content-Type", "application/json").unwrap();
    client([&server]).send(request).await.unwrap();
    let [request] = server.requests().try_into().unwrap();
    assert!(request.contains("content-length: 7\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\n{\"a\":1}"), "{request}");
}
