//! Answers that are too large, too slow, or no answers.

use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use super::server::Then;
use super::*;

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn brotli(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    brotli::CompressorWriter::new(&mut bytes, 4096, 5, 22).write_all(body).unwrap();
    bytes
}

/// What comes of a page whose body is compressed.
async fn encoded(encoding: &'static str, body: Vec<u8>) -> Result<Response, EgressError> {
    let server =
        Server::answering(move |_| page("200 OK", &[("Content-Encoding", encoding)], &body)).await;
    get(&client([&server]), &server.url("/")).await
}

#[tokio::test]
async fn compressed_bodies_are_read() {
    for (encoding, body) in
        [("gzip", gzip(b"text")), ("deflate", deflate(b"text")), ("br", brotli(b"text"))]
    {
        let response = encoded(encoding, body).await.unwrap();
        assert_eq!(response.body, "text", "{encoding}");
        assert!(!response.headers.contains_key("content-encoding"));
    }
}

#[tokio::test]
async fn a_bomb_is_left_at_the_limit() {
    let bomb = vec![0; 5_000_000];
    for (encoding, body) in
        [("gzip", gzip(&bomb)), ("deflate", deflate(&bomb)), ("br", brotli(&bomb))]
    {
        assert!(body.len() < limits().response_bytes, "{encoding}: {}", body.len());
        let error = encoded(encoding, body).await.unwrap_err();
        assert_eq!(error, EgressError::ResponseTooLarge { limit: 100_000 }, "{encoding}");
    }
}

#[tokio::test]
async fn an_encoding_that_was_not_asked_for_is_refused() {
    for (encoding, body) in [
        ("gzip, gzip", gzip(&gzip(b"text"))),
        ("zstd", b"text".to_vec()),
        ("x-own", b"text".to_vec()),
    ] {
        assert_eq!(encoded(encoding, body).await, Err(EgressError::Encoding), "{encoding}");
    }
    assert_eq!(encoded("identity", b"text".to_vec()).await.unwrap().body, "text");
}

#[tokio::test]
async fn a_body_that_does_not_decompress_is_an_error() {
    let mut cut = gzip(&[7; 10_000]);
    cut.truncate(20);
    for body in [b"this is no gzip at all".to_vec(), cut] {
        let error = encoded("gzip", body).await.unwrap_err();
        assert_eq!(error, EgressError::Corrupt { host: "127.0.0.1".to_owned() });
    }
}

#[tokio::test]
async fn a_body_may_reach_the_limit_and_not_pass_it() {
    for (size, fits) in [(100_000, true), (100_001, false)] {
        let body = vec![b'a'; size];
        let announced = page("200 OK", &[], &body);
        let mut chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        chunked.extend_from_slice(format!("{size:x}\r\n").as_bytes());
        chunked.extend_from_slice(&body);
        chunked.extend_from_slice(b"\r\n0\r\n\r\n");
        for answer in [announced, chunked] {
            let server = Server::answering(move |_| answer.clone()).await;
            let result = get(&client([&server]), &server.url("/")).await;
            assert_eq!(result.is_ok(), fits, "{size}: {result:?}");
        }
    }
}

#[tokio::test]
async fn a_body_without_end_is_left_at_the_limit() {
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let server = Server::answering_then(|_| head.to_vec(), Then::Repeat(b"4\r\nmore\r\n")).await;
    let error = get(&client([&server]), &server.url("/")).await.unwrap_err();
    assert_eq!(error, EgressError::ResponseTooLarge { limit: 100_000 });
}

#[tokio::test]
async fn who_does_not_go_on_is_left_when_the_time_is_up() {
    for answer in
        ["", "HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"]
    {
        let server = Server::answering_then(move |_| answer.into(), Then::Hang).await;
        let mut client = client([&server]);
        client.limits.total = Duration::from_millis(100);
        let error = get(&client, &server.url("/")).await.unwrap_err();
        assert_eq!(error, EgressError::TimedOut { limit: client.limits.total }, "{answer}");
        assert!(error.is_transient());
    }
}

#[tokio::test]
async fn early_hints_without_end_are_left_when_the_time_is_up() {
    let hint = b"HTTP/1.1 103 Early Hints\r\n\r\n";
    let server = Server::answering_then(|_| Vec::new(), Then::Repeat(hint)).await;
    let mut client = client([&server]);
    client.limits.total = Duration::from_millis(200);
    let error = get(&client, &server.url("/")).await.unwrap_err();
    assert_eq!(error, EgressError::TimedOut { limit: client.limits.total });
}

#[tokio::test]
async fn headers_are_bounded_in_size_and_number() {
    let large = "a".repeat(5_000);
    let huge = "a".repeat(1_000_000);
    let many = "X-A: b\r\n".repeat(10_000);
    for headers in [format!("X-A: {large}\r\n"), format!("X-A: {huge}\r\n"), many] {
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{headers}\r\n");
        let server = Server::answering(move |_| answer.clone().into()).await;
        let error = get(&client([&server]), &server.url("/")).await.unwrap_err();
        assert_eq!(error, EgressError::ResponseHeadersTooLarge { limit: 4096 });
    }
}

#[tokio::test]
async fn what_is_no_whole_answer_is_an_error_that_shows_no_secret() {
    for answer in ["", "SSH-2.0-till\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"] {
        let server = Server::answering(move |_| answer.into()).await;
        let error = get(&client([&server]), &server.url("/?key=secret")).await.unwrap_err();
        assert_eq!(error, EgressError::Broken { host: "127.0.0.1".to_owned() }, "{answer}");
    }
}
