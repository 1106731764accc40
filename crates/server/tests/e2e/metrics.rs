//! What a server counts.

use crate::support::{Server, TestDatabase, plain_request};

#[tokio::test]
async fn jobs_and_what_authors_did_are_counted_for_prometheus_and_need_no_key() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let id = server.generate(&plain_request("my-till", 3)).await;
    server.job_at_rest(id).await;
    let id = server.generate(&serde_json::json!({"provider": "x", "topic": "sync_outlet"})).await;
    server.job_at_rest(id).await;

    let response = reqwest::get(format!("{}/metrics", server.base)).await.unwrap();
    let form = response.headers()["content-type"].to_str().unwrap();
    assert!(form.starts_with("text/plain; version=0.0.4"), "{form}");
    let text = response.text().await.unwrap();
    for line in [
        "# TYPE adapter_forge_jobs_accepted_total counter",
        "adapter_forge_jobs_accepted_total 2",
        "adapter_forge_jobs_stopped_total{outcome=\"completed\"} 1",
        "adapter_forge_jobs_stopped_total{outcome=\"asked\"} 1",
        "adapter_forge_attempts_total{outcome=\"passed\"} 1",
        "adapter_forge_author_drafts_total{author=\"synth\",outcome=\"script\"} 1",
        "adapter_forge_author_draft_seconds_count{author=\"synth\"} 1",
        "adapter_forge_test_seconds_count 1",
        "adapter_forge_job_seconds_count{outcome=\"completed\"} 1",
        "adapter_forge_stage_seconds_count{stage=\"generating\"} 1",
        "adapter_forge_claims_total 2",
        "adapter_forge_http_requests_total{route=\"/api/v1/adapter-scripts/generate\",method=\"POST\",status=\"200\"} 2",
        "adapter_forge_http_seconds_count{route=\"/api/v1/adapter-scripts/generate\",method=\"POST\"} 2",
        "adapter_forge_queue_age_seconds 0",
        "adapter_forge_jobs{status=\"running\"} 0",
    ] {
        assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
    }
    assert!(text.contains("# HELP adapter_forge_jobs_running "), "{text}");
    assert!(text.contains("adapter_forge_sandbox_runs_total{outcome=\"returned\"} "), "{text}");
    // Names that callers choose would make as many series as there are callers.
    assert!(!text.contains("my-till"), "{text}");
}

#[tokio::test]
async fn a_queue_that_nobody_works_on_shows_its_length_and_age() {
    let database = TestDatabase::sqlite();
    let no_work = ("FORGE__WORKER__CONCURRENCY", "0");
    let server = Server::start(&database, None, &[no_work]);
    server.generate(&plain_request("my-till", 1)).await;
    let key = server.key.clone();
    drop(server);
    // A server looks when it starts, and every ten seconds.
    let server = Server::start(&database, Some(&key), &[no_work]);
    let url = format!("{}/metrics", server.base);
    loop {
        let text = reqwest::get(&url).await.unwrap().text().await.unwrap();
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim().parse::<f64>().unwrap())
        };
        if let Some(age) = value("adapter_forge_queue_age_seconds ") {
            assert!(age > 0.0, "{text}");
            assert_eq!(value("adapter_forge_queue_jobs "), Some(1.0));
            assert_eq!(value("adapter_forge_jobs{status=\"pending\"} "), Some(1.0));
            return;
        }
        tokio::task::yield_now().await;
    }
}
