//! An activation holds on every server at once.

use serde_json::{Value, json};

use crate::support::{Server, TestDatabase};

fn script(version: u32) -> Value {
    let source = format!(
        "function transform(input) {{
            return {{ok: true, message: 'version {version} of ' + input.providerSlug}};
        }}"
    );
    json!({"provider": "my-till", "topic": "test_connection", "source": source,
        "samples": [{"payload": {"a": 1}}]})
}

#[tokio::test]
async fn an_activation_on_one_server_holds_on_the_other_at_once() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let first = Server::start(&database, None, &[]);
    let second = Server::start(&database, Some(&first.key), &[]);
    let run = "/api/v1/adapters/my-till/test_connection/run";
    for version in 1..=5 {
        let (status, answer) = first.post("/api/v1/adapter-scripts", &script(version)).await;
        assert_eq!(status, 200, "{answer}");
        let id = &answer["scriptId"];
        let activate = format!("/api/v1/adapter-scripts/{id}/activate");
        let (status, answer) = first.post(&activate, &json!({})).await;
        assert_eq!(status, 200, "{answer}");
        // The very first run after it has it: nothing has to be waited for.
        for server in [&second, &first] {
            let (status, answer) = server.post(run, &json!({})).await;
            assert_eq!((status, &answer["run"]["scriptId"]), (200, id), "{answer}");
            let message = format!("version {version} of my-till");
            assert_eq!(answer["run"]["output"]["message"], message);
        }
    }
    drop((first, second));
    database.remove().await;
}
