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
    ] {
        assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
    }
    assert!(text.contains("# HELP adapter_forge_jobs_running "), "{text}");
    // Names that callers choose would make as many series as there are callers.
    assert!(!text.contains("my-till"), "{text}");
}
