//! `kill -9` in the middle of a job.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Server, TestDatabase, plain_request};

/// Enough that a job takes long enough to be caught in the middle.
const ITEMS: usize = 4_000;
/// A killed server's lease ends soon.
const SHORT_LEASE: [(&str, &str); 2] =
    [("FORGE__WORKER__LEASE_SECONDS", "3"), ("FORGE__WORKER__HEARTBEAT_SECONDS", "1")];
/// A server that looks and does not touch.
const NO_WORKER: [(&str, &str); 1] = [("FORGE__WORKER__CONCURRENCY", "0")];

#[tokio::test]
async fn a_job_whose_server_is_killed_is_completed_by_the_next_once() {
    for database in TestDatabase::every().await {
        let mut server = Server::start(&database, None, &SHORT_LEASE);
        let key = server.key.clone();
        let id = server.generate(&plain_request("my-till", ITEMS)).await;
        let others = server.generate(&plain_request("other-till", 2)).await;
        for stage in ["generating", "testing"] {
            server.job_when(id, |job| job["stage"] == stage || job["status"] == "completed").await;
            server.kill();
            let onlooker = Server::start(&database, Some(&key), &NO_WORKER);
            let left = onlooker.job(id).await;
            assert_eq!(
                left["status"], "running",
                "the kill came too late to show anything: {left:#}"
            );
            drop(onlooker);
            server = Server::start(&database, Some(&key), &SHORT_LEASE);
        }
        let job = server.job_at_rest(id).await;
        assert_completed_once(&server, &job).await;
        let other = server.job_at_rest(others).await;
        assert_completed_once(&server, &other).await;
        drop(server);
        database.remove().await;
    }
}

async fn assert_completed_once(server: &Server, job: &Value) {
    assert_eq!(job["status"], "completed", "{job:#}");
    let provider = job["provider"].as_str().unwrap();
    let (_, answer) = server.get(&format!("/api/v1/adapter-scripts?provider={provider}")).await;
    let scripts = answer["scripts"].as_array().unwrap();
    assert_eq!(scripts.len(), 1, "{answer:#}");
    assert_eq!(scripts[0]["id"], job["resultScriptId"]);
    let attempts = job["testResults"].as_array().unwrap();
    let numbers: BTreeSet<i64> =
        attempts.iter().map(|attempt| attempt["attempt"].as_i64().unwrap()).collect();
    assert_eq!(numbers.len(), attempts.len(), "a test result stands twice: {job:#}");
    let entries: BTreeSet<String> =
        job["logs"].as_array().unwrap().iter().map(Value::to_string).collect();
    assert_eq!(entries.len(), job["logs"].as_array().unwrap().len(), "{job:#}");
    assert_eq!(job["retries"], json!(0));
}
