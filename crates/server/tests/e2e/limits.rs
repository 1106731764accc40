//! Callers that ask for more than there is room for.

use serde_json::Value;

use crate::support::{Server, TestDatabase, plain_request};

async fn generate(server: &Server, provider: &str, key: Option<&str>) -> (u16, String, Value) {
    let url = format!("{}/api/v1/adapter-scripts/generate", server.base);
    let mut request = reqwest::Client::new()
        .post(url)
        .header("X-Api-Key", &server.key)
        .json(&plain_request(provider, 1));
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    let response = request.send().await.unwrap();
    let retry = response.headers().get("retry-after").map(|value| value.to_str().unwrap());
    let (status, retry) = (response.status().as_u16(), retry.unwrap_or_default().to_owned());
    (status, retry, response.json().await.unwrap())
}

#[tokio::test]
async fn a_full_queue_says_when_to_come_again_and_still_knows_what_it_accepted() {
    for database in TestDatabase::every().await {
        let no_work = ("FORGE__WORKER__CONCURRENCY", "0");
        let settings = [("FORGE__LIMITS__WAITING_JOBS", "2"), no_work];
        let server = Server::start(&database, None, &settings);
        let (status, _, first) = generate(&server, "my-till", Some("order-1")).await;
        assert_eq!(status, 200, "{first}");
        assert_eq!(generate(&server, "my-till", None).await.0, 200);
        let (status, retry, answer) = generate(&server, "my-till", None).await;
        assert_eq!((status, retry.as_str()), (429, "5"), "{answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains("2 jobs wait"), "{answer}");
        let (status, _, again) = generate(&server, "my-till", Some("order-1")).await;
        assert_eq!((status, &again["jobId"]), (200, &first["jobId"]));
        assert_eq!(generate(&server, "other-till", Some("order-1")).await.0, 409);

        // A server that works makes room.
        let key = server.key.clone();
        let worker = Server::start(&database, Some(&key), &[]);
        worker.job_at_rest(first["jobId"].as_i64().unwrap()).await;
        drop((server, worker));
        database.remove().await;
    }
}

#[tokio::test]
async fn a_key_that_asks_too_often_is_slowed_down_and_others_are_not() {
    let database = TestDatabase::sqlite();
    let settings =
        [("FORGE__LIMITS__KEY_REQUESTS_PER_SECOND", "1"), ("FORGE__LIMITS__KEY_BURST", "3")];
    let mut server = Server::start(&database, None, &settings);
    let path = "/api/v1/adapter-scripts/jobs";
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(server.get(path).await.0);
    }
    assert_eq!(statuses[..3], [200; 3]);
    // A slow machine may have earned one more by now.
    let refused = server.get(path).await;
    assert_eq!(refused.0, 429, "{}", refused.1);
    assert_eq!(refused.1["error"]["code"], 429);
    server.key = "afk_wrong".to_owned();
    assert_eq!(server.get(path).await.0, 401);
}
