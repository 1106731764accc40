//! What a vendor answers, recorded as a sample.

use reqwest::Method;
use serde_json::{Value, json};

use crate::connections::vendor::{API_KEY, API_SECRET, Vendor};
use crate::connections::{CONNECTIONS, an_account, make_key};
use crate::support::{Server, TestDatabase};

const READS: &str = "function transform(input, context) {
    const auth = {Authorization: context.basicAuth(input.apiKey, input.apiSecret)};
    const rows = context.http.getAll('/outlets', auth);
    return {outlets: rows.map((row) => ({externalId: row.id, name: row.name}))};
}";
const WRITES: &str = "function transform(input, context) {
    context.http.post('/orders', {a: 1});
    return {outlets: []};
}";

/// Uploads a draft that has passed no test.
async fn draft(server: &Server, source: &str) -> i64 {
    let script = json!({"provider": "my-till", "topic": "list_remote_outlets", "source": source,
        "draft": true, "samples": [{"payload": {"a": 1}}]});
    let (status, answer) = server.post("/api/v1/adapter-scripts", &script).await;
    assert_eq!(status, 200, "{answer}");
    answer["scriptId"].as_i64().unwrap()
}

#[tokio::test]
async fn a_draft_s_calls_are_recorded_and_the_recording_tests_it_without_the_account() {
    let database = TestDatabase::sqlite();
    let vendor = Vendor::start();
    let (private, keys) = (vendor.address.to_string(), make_key("a"));
    let settings = [
        ("FORGE__CONNECTIONS__ALLOW_PRIVATE", private.as_str()),
        ("FORGE__VAULT__KEYS", keys.as_str()),
    ];
    let server = Server::start(&database, None, &settings);
    let account = format!("{CONNECTIONS}/my-till");
    let (status, answer) = server.call(Method::PUT, &account, Some(&an_account(&vendor))).await;
    assert_eq!(status, 200, "{answer}");

    let record = "/api/v1/knowledge/my-till/list_remote_outlets/record";
    let (status, answer) =
        server.post(record, &json!({"scriptId": draft(&server, WRITES).await})).await;
    assert_eq!((status, &answer["error"]["field"]), (400, &json!("script")), "{answer}");
    assert!(answer["error"]["message"].as_str().unwrap().contains("POST is not"), "{answer}");
    assert_eq!(vendor.requests(), 0, "nothing left");

    let script = draft(&server, READS).await;
    let body = json!({"scriptId": script, "name": "outlets"});
    let (status, answer) = server.post(record, &body).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        (&answer["scriptError"], answer["calls"].as_array().unwrap().len()),
        (&json!(""), 2)
    );
    let (_, kept) =
        server.get("/api/v1/knowledge/my-till/list_remote_outlets/samples/outlets").await;
    let exchanges = kept["sample"]["http"].as_array().unwrap();
    assert_eq!(exchanges.len(), 2, "{kept:#}");
    assert_eq!(exchanges[1]["response"]["body"]["data"][0]["name"], "West");
    let dump = database.dump().await;
    for secret in [API_KEY, API_SECRET] {
        assert!(!dump.contains(secret), "{secret} is kept");
    }

    // The recording takes the place of the account.
    let sample = &kept["sample"];
    let given =
        json!({"http": sample["http"], "connection": {"baseUrl": sample["connection"]["baseUrl"]}});
    let run = format!("/api/v1/adapter-scripts/{script}/run");
    let (status, answer) = server.post(&run, &given).await;
    assert_eq!((status, &answer["run"]["outputCount"]), (200, &json!(3)), "{answer}");

    let (status, answer) = server.post(record, &json!({"scriptId": 99})).await;
    assert_eq!(status, 404, "{answer}");
    let (status, answer) = server.post(record, &Value::Object(serde_json::Map::new())).await;
    assert_eq!(status, 409, "{answer}");
}
