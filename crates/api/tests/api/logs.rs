//! What an operator reads, and what must not be there.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use domain::Scope;
use store::StoreError;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{Below, SCRIPTS, request, send, token};

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Buffer {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_log_line_has_the_request_but_no_secret_and_the_error_once() {
    // For the whole process: whether a thread-local subscriber sees a line depends on what other
    // tests do at the same time. Theirs go here as well and are told apart by the request's id.
    let buffer = Buffer::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(buffer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let mut below = Below::default();
    below.jobs.expect_get().returning(|_| Err(StoreError::Corrupt("column logs".to_owned())));
    let path = format!("{SCRIPTS}/jobs/7?token=query-s3cret");
    let request = request("GET", &path)
        .header("x-request-id", "till-log-42")
        .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        .header("authorization", "Bearer header-s3cret")
        .body(Body::empty())
        .unwrap();
    send(below.router(&[Scope::Admin]), request).await.error(500);
    let text = buffer.text();
    let log =
        text.lines().filter(|line| line.contains("till-log-42")).collect::<Vec<_>>().join("\n");
    for part in [
        "till-log-42",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "GET",
        "/api/v1/adapter-scripts/jobs/7",
        "status=500",
    ] {
        assert!(log.contains(part), "{part} in {log}");
    }
    for secret in ["s3cret", &token().reveal()] {
        assert!(!text.contains(secret), "{text}");
    }
    assert_eq!(log.matches("column logs").count(), 1, "{log}");
}
