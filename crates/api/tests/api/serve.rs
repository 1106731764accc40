//! The server over real sockets. The client's end of the stream is what is waited for.

use std::net::SocketAddr;
use std::time::Duration;

use api::{ApiSettings, ServeSettings};
use axum::Router;
use domain::{Document, Scope};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::{Below, SCRIPTS, accepted, token};

/// Short for what a test waits for, longer than any test for what it does not.
const SHORT: Duration = Duration::from_millis(100);
const LONG: Duration = Duration::from_mins(1);

fn patient() -> ServeSettings {
    ServeSettings {
        max_connections: 8,
        header_timeout: LONG,
        write_timeout: LONG,
        shutdown_deadline: LONG,
    }
}

struct Server {
    address: SocketAddr,
    shutdown: CancellationToken,
    task: JoinHandle<std::io::Result<()>>,
}

impl Server {
    async fn start(router: Router, settings: ServeSettings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(api::serve(listener, router, settings, shutdown.clone()));
        Self { address, shutdown, task }
    }

    async fn send(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }
}

/// All that comes until the server closes the connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    // A reset is an end as well.
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8(text).unwrap()
}

async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let mut buffer = [0; 1024];
        let length = stream.read(&mut buffer).await.unwrap();
        assert!(length > 0, "closed after {text:?}");
        text.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
    }
    text
}

const HEALTH: &str = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
const UP: &str = "\"message\":\"up\"}";

#[tokio::test]
async fn half_a_header_is_closed_after_the_timeout() {
    let settings = ServeSettings { header_timeout: SHORT, ..patient() };
    let server = Server::start(Below::default().router(&[]), settings).await;
    let stream = server.send("GET /health HTTP/1.1\r\nHost: x").await;
    assert!(!rest(stream).await.contains("200 OK"));
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_the_timeout() {
    let settings = ServeSettings { header_timeout: SHORT, ..patient() };
    let server = Server::start(Below::default().router(&[]), settings).await;
    assert!(rest(server.send(HEALTH).await).await.ends_with(UP));
    assert_eq!(rest(server.send("").await).await, "");
}

#[tokio::test]
async fn a_body_that_stalls_gets_a_408_and_is_closed() {
    let settings = ApiSettings { body_timeout: SHORT, ..ApiSettings::default() };
    let router = Below::default().router_with(&[Scope::Admin], settings);
    let server = Server::start(router, patient()).await;
    let key = token().reveal();
    let request = format!(
        "POST {SCRIPTS}/generate HTTP/1.1\r\nHost: x\r\nX-Api-Key: {key}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"provider\""
    );
    let answer = rest(server.send(&request).await).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("\"code\":408"), "{answer}");
}

#[tokio::test]
async fn a_body_without_a_key_is_not_waited_for() {
    let server = Server::start(Below::default().router(&[Scope::Admin]), patient()).await;
    let request = format!(
        "POST {SCRIPTS}/generate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: 100\r\n\r\n"
    );
    let answer = rest(server.send(&request).await).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

#[tokio::test]
async fn a_client_is_told_to_go_on_only_once_its_key_is_known() {
    let server = Server::start(Below::default().router(&[Scope::Admin]), patient()).await;
    let head = |key: &str| {
        format!(
            "POST {SCRIPTS}/generate HTTP/1.1\r\nHost: x\r\nX-Api-Key: {key}\r\n\
             Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        )
    };
    let refused = rest(server.send(&head("none")).await).await;
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    let mut known = server.send(&head(&token().reveal())).await;
    read_until(&mut known, "100 Continue\r\n\r\n").await;
    known.write_all(b"{}").await.unwrap();
    let answer = read_until(&mut known, "}}").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn a_header_that_is_too_large_is_refused() {
    let server = Server::start(Below::default().router(&[]), patient()).await;
    let request = format!("GET /health HTTP/1.1\r\nX-Api-Key: {}\r\n\r\n", "k".repeat(33 << 10));
    let answer = rest(server.send(&request).await).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_its_answer_loses_its_place() {
    let large = Document { name: "api.md".parse().unwrap(), content: "x".repeat(24 << 20) };
    let mut below = Below::default();
    below.knowledge.expect_document().returning(move |_, _| Ok(Some(large.clone())));
    below.knowledge.expect_link().returning(|_, _| Ok(None));
    let settings = ServeSettings { max_connections: 1, write_timeout: SHORT, ..patient() };
    let server = Server::start(below.router(&[Scope::Admin]), settings).await;
    let key = token().reveal();
    let path = "/api/v1/knowledge/square/documents/api.md";
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nX-Api-Key: {key}\r\n\r\n");
    let mut reads_nothing = server.send(&request).await;
    let mut next = server.send(HEALTH).await;
    read_until(&mut next, UP).await;
    // It was on its way, and cut off: an idle connection would have been closed as well.
    let mut beginning = [0; 15];
    reads_nothing.read_exact(&mut beginning).await.unwrap();
    assert_eq!(&beginning, b"HTTP/1.1 200 OK");
}

#[tokio::test]
async fn a_place_that_becomes_free_is_given_to_the_next() {
    let settings = ServeSettings { max_connections: 1, ..patient() };
    let server = Server::start(Below::default().router(&[]), settings).await;
    let mut first = server.send(HEALTH).await;
    read_until(&mut first, UP).await;
    let mut second = server.send(HEALTH).await;
    let waited = tokio::time::timeout(SHORT, second.readable()).await;
    assert!(waited.is_err(), "the second connection must wait");
    drop(first);
    read_until(&mut second, UP).await;
}

#[tokio::test]
async fn shutting_down_closes_idle_connections_and_accepts_no_more() {
    let server = Server::start(Below::default().router(&[]), patient()).await;
    let mut idle = server.send(HEALTH).await;
    read_until(&mut idle, UP).await;
    let fresh = server.send("").await;
    server.shutdown.cancel();
    assert_eq!(rest(idle).await, "");
    assert_eq!(rest(fresh).await, "");
    server.task.await.unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

/// A router whose job is found only once `release` is used, and a sign that it is being looked for.
fn held_back() -> (Router, std::sync::mpsc::Sender<()>, tokio::sync::mpsc::UnboundedReceiver<()>) {
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (started, begun) = tokio::sync::mpsc::unbounded_channel();
    let released = std::sync::Mutex::new(released);
    let mut below = Below::default();
    below.jobs.expect_get().returning(move |_| {
        started.send(()).unwrap();
        tokio::task::block_in_place(|| released.lock().unwrap().recv().ok());
        Ok(Some(accepted()))
    });
    (below.router(&[Scope::Admin]), release, begun)
}

fn job_request() -> String {
    let key = token().reveal();
    format!("GET {SCRIPTS}/jobs/7 HTTP/1.1\r\nHost: x\r\nX-Api-Key: {key}\r\n\r\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn shutting_down_lets_a_request_end() {
    let (router, release, mut begun) = held_back();
    let server = Server::start(router, patient()).await;
    let stream = server.send(&job_request()).await;
    begun.recv().await.unwrap();
    server.shutdown.cancel();
    release.send(()).unwrap();
    let answer = rest(stream).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.task.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn shutting_down_cuts_off_what_outlasts_the_deadline() {
    let (router, release, mut begun) = held_back();
    let settings = ServeSettings { shutdown_deadline: SHORT, ..patient() };
    let server = Server::start(router, settings).await;
    let stream = server.send(&job_request()).await;
    begun.recv().await.unwrap();
    server.shutdown.cancel();
    server.task.await.unwrap().unwrap();
    assert_eq!(rest(stream).await, "");
    drop(release);
}
