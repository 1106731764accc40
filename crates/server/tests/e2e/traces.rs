//! Traces, for whoever collects them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use tokio::net::TcpListener;

use crate::support::{Server, TestDatabase, plain_request};

type Taken = Arc<Mutex<Vec<u8>>>;

/// Takes what a server sends, and gives its address.
async fn collector() -> (String, Taken) {
    async fn take(State(taken): State<Taken>, body: Bytes) {
        taken.lock().unwrap().extend_from_slice(&body);
    }
    let taken = Taken::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router =
        Router::new().route("/v1/traces", axum::routing::post(take)).with_state(Arc::clone(&taken));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/v1/traces"), taken)
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A request of a caller that traces, and the job that it brought, done.
async fn traced(server: &Server, trace: &str) {
    let response = reqwest::Client::new()
        .post(format!("{}/api/v1/adapter-scripts/generate", server.base))
        .header("X-Api-Key", &server.key)
        .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"))
        .json(&plain_request("my-till", 1))
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["x-request-id"], trace);
    let answer: serde_json::Value = response.json().await.unwrap();
    server.job_at_rest(answer["jobId"].as_i64().unwrap()).await;
}

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[tokio::test(flavor = "multi_thread")]
async fn requests_and_jobs_are_sent_under_the_numbers_that_the_log_has() {
    let (endpoint, taken) = collector().await;
    let database = TestDatabase::sqlite();
    let log = tempfile::NamedTempFile::new().unwrap();
    let settings =
        [("FORGE__TRACES__ENDPOINT", endpoint.as_str()), ("FORGE__LOG__FILTER", "engine=info")];
    let server = Server::start_logging(&database, None, &settings, log.reopen().unwrap().into());
    traced(&server, TRACE).await;
    let key = server.key.clone();
    // What is left is sent at the end.
    assert_eq!(server.terminate(), Some(0));
    let taken = taken.lock().unwrap();
    for name in ["adapter-forge", "request", "job", "stage", "generating", "author", "sandbox"] {
        assert!(has(&taken, name.as_bytes()), "{name}");
    }
    let bytes = |digits: &str| u128::from_str_radix(digits, 16).unwrap().to_be_bytes();
    assert!(has(&taken, &bytes(TRACE)));
    let log = std::fs::read_to_string(log.path()).unwrap();
    let (_, of_job) = log.split_once("job_trace=").unwrap();
    let of_job = of_job.get(..32).unwrap();
    assert!(has(&taken, &bytes(of_job)), "{log}");
    assert!(log.contains("trace_id="), "{log}");
    assert!(!has(&taken, key.as_bytes()));
}

#[tokio::test]
async fn a_collector_that_is_away_costs_nothing_but_the_traces() {
    let database = TestDatabase::sqlite();
    // Nobody listens there.
    let settings = [("FORGE__TRACES__ENDPOINT", "http://127.0.0.1:1/v1/traces")];
    let server = Server::start(&database, None, &settings);
    traced(&server, TRACE).await;
    assert_eq!(server.terminate(), Some(0));
}
