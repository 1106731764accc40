//! Connections and their sealed secrets.

use domain::{
    ConnectionSlug, ConnectionStatus, Owner, ProviderConnection, SealedSecret, SecretPlace,
};
use serde_json::json;
use store::{ConnectionWithSecrets, StoreError};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    a_connection_reads_back_with_its_secrets,
    a_second_put_replaces_all_but_the_first_moment,
    nobody_reaches_the_connection_of_another_owner,
    a_test_of_what_was_changed_meanwhile_is_not_written,
    a_secret_is_sealed_anew_once,
    a_nul_character_is_refused
);

fn slug(text: &str) -> ConnectionSlug {
    text.parse().unwrap()
}

fn secret(owner: &str, of: &str, field: &str, key_id: &str) -> SealedSecret {
    SealedSecret {
        place: SecretPlace { owner: Owner::named(owner), slug: slug(of), field: field.to_owned() },
        key_id: key_id.to_owned(),
        nonce: vec![0, 1, 254],
        ciphertext: vec![255, 0, 7],
    }
}

fn connection(owner: &str, named: &str) -> ConnectionWithSecrets {
    ConnectionWithSecrets {
        connection: ProviderConnection {
            owner: Owner::named(owner),
            slug: slug(named),
            provider: "my-till".parse().unwrap(),
            status: ConnectionStatus::Untested,
            message: String::new(),
            base_url: "https://till.example/v2".to_owned(),
            webhook_url: "https://hooks.example/till".to_owned(),
            allow_hosts: vec!["auth.till.example".to_owned()],
            config: json!({"z": 1, "oauth": {"token": ""}}).as_object().unwrap().clone(),
            tested_at: None,
            created_at: now(),
            updated_at: now(),
        },
        secrets: vec![
            secret(owner, named, "/oauth/token", "a"),
            secret(owner, named, "apiKey", "a"),
        ],
    }
}

async fn a_connection_reads_back_with_its_secrets(fresh: Fresh) {
    let connections = fresh.db.connections();
    let given = connection("team", "till");
    connections.put(given.clone(), act(now())).await.unwrap();
    let found = connections.get(&Owner::named("team"), &slug("till")).await.unwrap();
    assert_eq!(found, Some(given.clone()));
    let second = connection("team", "another");
    connections.put(second.clone(), act(now())).await.unwrap();
    assert_eq!(connections.list(&Owner::named("team")).await.unwrap(), [second, given]);
}

async fn a_second_put_replaces_all_but_the_first_moment(fresh: Fresh) {
    let connections = fresh.db.connections();
    connections.put(connection("team", "till"), act(now())).await.unwrap();
    let mut second = connection("team", "till");
    second.secrets = vec![secret("team", "till", "apiSecret", "b")];
    "https://other.example".clone_into(&mut second.connection.base_url);
    (second.connection.created_at, second.connection.updated_at) = (later(9), later(9));
    connections.put(second.clone(), act(now())).await.unwrap();
    second.connection.created_at = now();
    let found = connections.get(&Owner::named("team"), &slug("till")).await.unwrap();
    assert_eq!(found, Some(second));
}

async fn nobody_reaches_the_connection_of_another_owner(fresh: Fresh) {
    let connections = fresh.db.connections();
    connections.put(connection("team", "till"), act(now())).await.unwrap();
    let other = Owner::named("others");
    assert_eq!(connections.get(&other, &slug("till")).await.unwrap(), None);
    assert!(connections.list(&other).await.unwrap().is_empty());
    assert!(!connections.delete(&other, &slug("till"), act(now())).await.unwrap());
    connections.put(connection("others", "till"), act(now())).await.unwrap();
    assert!(connections.delete(&other, &slug("till"), act(now())).await.unwrap());
    assert_eq!(connections.get(&other, &slug("till")).await.unwrap(), None);
    let mine = connections.get(&Owner::named("team"), &slug("till")).await.unwrap();
    assert_eq!(mine, Some(connection("team", "till")));
}

async fn a_test_of_what_was_changed_meanwhile_is_not_written(fresh: Fresh) {
    let connections = fresh.db.connections();
    let first = connection("team", "till");
    connections.put(first.clone(), act(now())).await.unwrap();
    let tested = &first.connection;
    let connected = ConnectionStatus::Connected;
    assert!(connections.tested(tested, connected, "it\0works", act(later(1))).await.unwrap());
    let found = connections.get(&tested.owner, &tested.slug).await.unwrap().unwrap().connection;
    assert_eq!((found.status, found.tested_at), (connected, Some(later(1))));
    assert_eq!(found.message, "it\u{fffd}works");
    let mut second = first.clone();
    second.connection.updated_at = later(2);
    connections.put(second, act(now())).await.unwrap();
    assert!(
        !connections.tested(tested, ConnectionStatus::Error, "late", act(later(3))).await.unwrap()
    );
    let found = connections.get(&tested.owner, &tested.slug).await.unwrap().unwrap().connection;
    assert_eq!(found.status, ConnectionStatus::Untested);
}

async fn a_secret_is_sealed_anew_once(fresh: Fresh) {
    let connections = fresh.db.connections();
    connections.put(connection("team", "till"), act(now())).await.unwrap();
    let old = connections.not_sealed_with("b", 1).await.unwrap();
    assert_eq!(old, [secret("team", "till", "/oauth/token", "a")]);
    let mut new = secret("team", "till", "/oauth/token", "b");
    new.nonce = vec![9];
    assert!(connections.reseal(&old[0], &new).await.unwrap());
    assert!(!connections.reseal(&old[0], &new).await.unwrap(), "it was replaced meanwhile");
    let left = connections.not_sealed_with("b", 10).await.unwrap();
    assert_eq!(left, [secret("team", "till", "apiKey", "a")]);
}

async fn a_nul_character_is_refused(fresh: Fresh) {
    let mut given = connection("team", "till");
    given.connection.config.insert("note".to_owned(), json!("a\0b"));
    let refused = fresh.db.connections().put(given, act(now())).await;
    assert!(matches!(refused, Err(StoreError::Nul { field }) if field == "config.note"));
}
