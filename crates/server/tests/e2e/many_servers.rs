//! Several servers of one database: what one of them does holds on the others.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::connections::vendor::Vendor;
use crate::connections::{CONNECTIONS, TEST_CONNECTION, activate, an_account, make_key, settings};
use crate::support::{Server, TestDatabase, binary};

const RUN: &str = "/api/v1/adapters/my-till/sync_products/run";

/// Longer than it ever takes: less than a second is promised, which machines that test may not keep.
const PATIENCE: Duration = Duration::from_secs(20);

fn script(name: &str) -> String {
    format!(
        "function transform(input) {{
            return {{products: input.payload.map((id) => ({{itemCode: id, name: '{name}', price: 1}}))}};
        }}"
    )
}

/// The name that the server's script in use writes.
async fn written_by(server: &Server) -> String {
    let (status, answer) = server.post(RUN, &json!({"payload": ["1"]})).await;
    assert_eq!(status, 200, "{answer}");
    answer["run"]["output"]["products"][0]["name"].as_str().unwrap().to_owned()
}

async fn in_use(server: &Server, name: &str) {
    let sample = json!([{"payload": ["1"]}]);
    let script = json!({"provider": "my-till", "topic": "sync_products", "source": script(name),
        "samples": sample});
    let (status, answer) = server.post("/api/v1/adapter-scripts", &script).await;
    assert_eq!(status, 200, "{answer}");
    let path = format!("/api/v1/adapter-scripts/{}/activate", answer["scriptId"]);
    let (status, answer) = server.post(&path, &json!({})).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test]
async fn an_activation_holds_at_once_where_it_is_made_and_soon_on_other_servers() {
    for database in TestDatabase::every().await {
        let here = Server::start(&database, None, &[]);
        let there = Server::start(&database, Some(&here.key), &[]);
        for name in ["first", "second", "third"] {
            in_use(&here, name).await;
            assert_eq!(written_by(&here).await, name);
            if name == "first" {
                assert_eq!(written_by(&there).await, name);
            }
            let soon = async { while written_by(&there).await != name {} };
            tokio::time::timeout(PATIENCE, soon).await.unwrap();
        }
        let metrics = here.metrics().await;
        let kept = "adapter_forge_sandbox_children_total{from=\"kept\"}";
        assert!(!metrics.contains(kept), "no script ran twice here: {metrics}");
        written_by(&here).await;
        let metrics = here.metrics().await;
        assert!(metrics.contains(&format!("{kept} 1\n")), "{metrics}");
        drop((here, there));
        database.remove().await;
    }
}

/// At any time two servers answer, and every request finds its secrets readable.
#[tokio::test]
async fn keys_of_the_vault_are_exchanged_by_restarting_one_server_after_the_other() {
    for database in TestDatabase::every().await {
        let vendor = Vendor::start();
        let private = vendor.address.to_string();
        let (old, new) = (make_key("old"), make_key("new"));
        let both = format!("{old},{new}");
        let account = format!("{CONNECTIONS}/my-till");
        let start = |key: Option<&str>, keys: &str, current: &'static str| {
            let mut settings = settings(&private, keys);
            settings.push(("FORGE__VAULT__CURRENT", current));
            Server::start(&database, key, &settings)
        };
        let works = async |server: &Server| {
            let (status, answer) = server.post(&format!("{account}/test"), &json!({})).await;
            assert_eq!((status, &answer["status"]), (200, &json!("connected")), "{answer}");
        };
        let sealed_by = async |server: &Server| {
            let sealed = an_account(&vendor);
            let (status, answer) = server.call(Method::PUT, &account, Some(&sealed)).await;
            assert_eq!(status, 200, "{answer}");
        };

        let first = start(None, &old, "old");
        let key = first.key.clone();
        sealed_by(&first).await;
        activate(&first, "test_connection", TEST_CONNECTION).await;
        let mut servers = [first, start(Some(&key), &old, "old")];
        for (keys, current) in [(&both, "old"), (&both, "new"), (&new, "new")] {
            for place in 0..servers.len() {
                let next = start(Some(&key), keys, current);
                // What the next one seals, those that are still there can read.
                for sealing in [&servers[0], &servers[1], &next] {
                    sealed_by(sealing).await;
                    for reading in [&servers[0], &servers[1], &next] {
                        works(reading).await;
                    }
                }
                servers[place] = next;
            }
            if current == "new" && keys == &both {
                let rotated = binary()
                    .env("FORGE__DATABASE__URL", &database.url)
                    .envs(settings(&private, &both))
                    .env("FORGE__VAULT__CURRENT", "new")
                    .args(["vault", "rotate"])
                    .output()
                    .unwrap();
                assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
                for server in &servers {
                    works(server).await;
                }
            }
        }
        drop(servers);
        // And the old one opens nothing any more.
        let last = start(Some(&key), &old, "old");
        let (status, answer) = last.post(&format!("{account}/test"), &json!({})).await;
        assert_eq!(status, 409, "{answer}");
        drop(last);
        database.remove().await;
    }
}
