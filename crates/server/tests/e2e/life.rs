//! From a payload to an active script, and what happens to bad input on the way.

use serde_json::json;

use crate::support::{Server, TestDatabase, plain_catalogue, plain_request};

#[tokio::test]
async fn a_payload_becomes_a_tested_script_that_runs_and_goes_into_use() {
    for database in TestDatabase::every().await {
        let server = Server::start(&database, None, &[]);
        let id = server.generate(&plain_request("my-till", 3)).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{job:#}");
        assert_eq!(job["testResults"][0]["outputCount"], 3);
        let script = job["resultScriptId"].as_i64().unwrap();

        let path = format!("/api/v1/adapter-scripts/{script}");
        let (status, answer) =
            server.post(&format!("{path}/run"), &json!({"payload": plain_catalogue(1)})).await;
        assert_eq!(status, 200, "{answer}");
        let product = &answer["run"]["output"]["products"][0];
        let wanted = json!({"itemCode": "itm_1", "name": "Dish 1", "description": "Freshly made", "price": 2.75});
        assert_eq!(product, &wanted);
        assert_eq!(answer["run"]["valid"], true);

        let (status, _) = server.post(&format!("{path}/activate"), &json!({})).await;
        assert_eq!(status, 200);
        let (_, answer) = server.get(&path).await;
        assert_eq!(answer["script"]["status"], "active");
        drop(server);
        database.remove().await;
    }
}

#[tokio::test]
async fn without_a_sample_a_person_is_asked_and_the_answer_resumes_the_job() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let request = json!({"provider": "my-till", "topic": "sync_products"});
    let id = server.generate(&request).await;
    let job = server.job_at_rest(id).await;
    assert_eq!(
        (job["status"].as_str(), job["stage"].as_str()),
        (Some("needs_clarification"), Some("gathering"))
    );

    let sample = json!({"payload": plain_catalogue(2)});
    let path = "/api/v1/knowledge/my-till/sync_products/samples/menu.json";
    let (status, answer) = server.call(reqwest::Method::PUT, path, Some(&sample)).await;
    assert_eq!(status, 200, "{answer}");
    let respond = format!("/api/v1/adapter-scripts/jobs/{id}/respond");
    let (status, answer) =
        server.post(&respond, &json!({"response": "there is a sample now"})).await;
    assert_eq!(status, 200, "{answer}");
    let job = server.job_at_rest(id).await;
    assert_eq!(job["status"], "completed", "{job:#}");
    assert_eq!(job["humanResponse"], "there is a sample now");

    let (status, answer) = server.post(&respond, &json!({"response": "again"})).await;
    assert_eq!(status, 409, "{answer}");
}

#[tokio::test]
async fn a_script_that_never_ends_is_refused_and_the_server_serves_on() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[("FORGE__SANDBOX__WALL_MILLISECONDS", "500")]);
    let upload = json!({
        "provider": "my-till",
        "topic": "sync_products",
        // Ordinary methods on an array-like: the script engine's own interrupt never fires here.
        "source": "function transform() { return Array.prototype.reverse.call({length: 2 ** 53 - 1}); }",
        "samples": [{"payload": plain_catalogue(1)}],
    });
    let (status, answer) = server.post("/api/v1/adapter-scripts", &upload).await;
    assert_eq!(status, 422, "{answer}");
    assert!(answer["error"].to_string().contains("did not finish"), "{answer}");
    let id = server.generate(&plain_request("my-till", 1)).await;
    assert_eq!(server.job_at_rest(id).await["status"], "completed");
}

#[tokio::test]
async fn sigterm_drains_and_ends_with_zero() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let id = server.generate(&plain_request("my-till", 200)).await;
    let key = server.key.clone();
    assert_eq!(server.terminate(), Some(0));
    let server = Server::start(&database, Some(&key), &[]);
    assert_eq!(server.job_at_rest(id).await["status"], "completed");
}
