//! `/mcp` of the real server: the same keys, bounds and layers as the API has. What the tools do is for
//! `scripts/mcp_client_test.py`.

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::support::{Server, TestDatabase};

fn asking(server: &Server, method: &str, params: &Value) -> RequestBuilder {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    server
        .request(Method::POST, "/mcp")
        .header("Accept", "application/json, text/event-stream")
        .json(&body)
}

async fn list(server: &Server) -> Response {
    asking(server, "tools/list", &json!({})).send().await.unwrap()
}

#[tokio::test]
async fn tools_are_reached_with_the_keys_and_through_the_layers_of_the_api() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[("FORGE__SERVER__BODY_LIMIT_BYTES", "20000")]);
    let answer = list(&server).await;
    assert_eq!(answer.status(), 200);
    for header in ["x-request-id", "x-content-type-options"] {
        assert!(answer.headers().contains_key(header), "{header}");
    }
    let tools: Value = answer.json().await.unwrap();
    assert_eq!(tools["result"]["tools"].as_array().unwrap().len(), 11, "{tools:#}");

    let sample = json!({"name": "add_sample", "arguments": {"provider": "my-till",
        "topic": "sync_products", "name": "a.json", "payload": {"items": []}}});
    let answer = asking(&server, "tools/call", &sample).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["result"]["isError"], false, "{answer:#}");
    let (_, told) = server.get("/api/v1/audit?action=knowledge.added").await;
    assert_eq!(told["entries"][0]["actor"], "first key", "{told:#}");

    let without_key = reqwest::Client::new().post(format!("{}/mcp", server.base));
    let refused = without_key.body("{").send().await.unwrap();
    assert_eq!(refused.status(), 401);
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["error"]["code"], 401);

    let elsewhere = asking(&server, "tools/list", &json!({})).header("Host", "forge.example");
    assert_eq!(elsewhere.send().await.unwrap().status(), 403);
    let browser = asking(&server, "tools/list", &json!({})).header("Origin", &server.base);
    assert_eq!(browser.send().await.unwrap().status(), 403);
    let large = asking(&server, "tools/list", &json!({"x": "x".repeat(30_000)}));
    assert_eq!(large.send().await.unwrap().status(), 413);
    // Requests stand alone: there is no stream to listen to and no session to end.
    for method in [Method::GET, Method::DELETE] {
        let answer = server.request(method, "/mcp").send().await.unwrap();
        assert_eq!(answer.status(), 405);
    }
}

#[tokio::test]
async fn a_key_is_limited_there_as_everywhere_and_the_tools_can_be_taken_away() {
    let database = TestDatabase::sqlite();
    let limits =
        [("FORGE__LIMITS__KEY_REQUESTS_PER_SECOND", "1"), ("FORGE__LIMITS__KEY_BURST", "3")];
    let server = Server::start(&database, None, &limits);
    let ask = || list(&server);
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    let statuses = [a, b, c, d].map(|answer| answer.status().as_u16());
    assert!(statuses.contains(&200) && statuses.contains(&429), "{statuses:?}");
    let key = server.key.clone();
    drop(server);
    let server = Server::start(&database, Some(&key), &[("FORGE__MCP__SERVE", "false")]);
    assert_eq!(list(&server).await.status(), 404);
}
