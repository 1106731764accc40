//! Connections over HTTP.

use domain::{Owner, Scope};
use serde_json::json;
use vault::{Vault, VaultKey};

use crate::support::{Below, get, send, with_json};

const PATH: &str = "/api/v1/provider-connections/my-till";

fn vault() -> Vault {
    Vault::new(vec![VaultKey::random("a").unwrap()], "").unwrap()
}

#[tokio::test]
async fn a_connection_is_kept_sealed_for_the_name_of_the_key_and_answered_without_secrets() {
    let mut below = Below { vault: vault(), ..Below::default() };
    let opens = below.vault.clone();
    below.connections.expect_get().returning(|owner, _| {
        assert_eq!(owner, &Owner::named("till team"));
        Ok(None)
    });
    below.connections.expect_put().returning(move |given, _| {
        assert!(!format!("{given:?}").contains("sk-live"), "{given:?}");
        let opened: Vec<String> = given
            .secrets
            .iter()
            .map(|s| format!("{}={}", s.place.field, opens.open(s).unwrap().expose()))
            .collect();
        assert_eq!(opened, ["apiKey=sk-live-1", "/oauth/token=sk-live-2"]);
        Ok(())
    });
    let body = json!({
        "baseUrl": "https://api.till.example/v2", "apiKey": "sk-live-1",
        "config": {"store": "7", "oauth": {"token": "sk-live-2"}},
    });
    let router = below.router(&[Scope::ConnectionsWrite]);
    let answer = send(router, with_json("PUT", PATH, body.to_string())).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(!answer.text.contains("sk-live"), "{}", answer.text);
    let connection = &answer.json()["connection"];
    assert_eq!(connection["provider"], "my-till");
    assert_eq!(connection["status"], "untested");
    assert_eq!(
        (&connection["hasApiKey"], &connection["hasApiSecret"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(connection["config"], json!({"store": "7", "oauth": {"token": "***"}}));
}

#[tokio::test]
async fn without_a_key_of_the_vault_only_connections_with_secrets_are_refused() {
    for (body, status) in [
        (json!({"baseUrl": "https://api.till.example", "config": {"store": "7"}}), 200),
        (json!({"baseUrl": "https://api.till.example", "apiKey": "sk-live-1"}), 409),
    ] {
        let mut below = Below::default();
        below.connections.expect_get().returning(|_, _| Ok(None));
        below.connections.expect_put().returning(|_, _| Ok(()));
        let router = below.router(&[Scope::ConnectionsWrite]);
        let answer = send(router, with_json("PUT", PATH, body.to_string())).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert!(status == 200 || answer.text.contains("vault.keys"), "{}", answer.text);
    }
}

#[tokio::test]
async fn an_address_that_may_not_be_called_is_named() {
    for (body, field) in [
        (json!({"baseUrl": "https://127.0.0.1/"}), "baseUrl"),
        (json!({"baseUrl": "http://169.254.169.254/latest"}), "baseUrl"),
        (json!({"baseUrl": "https://u:p@api.till.example/"}), "baseUrl"),
        (json!({"baseUrl": "ftp://api.till.example/"}), "baseUrl"),
        (json!({"baseUrl": "nonsense"}), "baseUrl"),
        (json!({"baseUrl": "https://api.till.example", "allowHosts": ["*"]}), "allowHosts"),
        (json!({"status": "happy"}), "status"),
    ] {
        let router = Below::default().router(&[Scope::ConnectionsWrite]);
        let answer = send(router, with_json("PUT", PATH, body.to_string())).await;
        assert_eq!(answer.error(400).0, field, "{}", answer.text);
    }
}

#[tokio::test]
async fn each_route_has_its_scope() {
    for (method, path, scope) in [
        ("GET", PATH.to_owned(), Scope::ConnectionsWrite),
        ("PUT", PATH.to_owned(), Scope::ConnectionsRead),
        ("POST", format!("{PATH}/test"), Scope::ConnectionsWrite),
        ("POST", "/api/v1/adapters/my-till/sync_products/run".to_owned(), Scope::JobsWrite),
    ] {
        let router = Below::default().router(&[scope]);
        send(router, with_json(method, &path, "{}")).await.error(403);
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_404_and_a_topic_without_a_script_a_409() {
    let mut below = Below::default();
    below.connections.expect_get().returning(|_, _| Ok(None));
    let router = below.router(&[Scope::ConnectionsRead]);
    send(router, get(PATH)).await.error(404);
    let mut below = Below::default();
    below.scripts.expect_active().returning(|_, _| Ok(None));
    let router = below.router(&[Scope::AdaptersRun]);
    let path = "/api/v1/adapters/my-till/sync_products/run";
    let answer = send(router, with_json("POST", path, "{}")).await;
    assert!(answer.error(409).1.contains("no active script"), "{}", answer.text);
}
