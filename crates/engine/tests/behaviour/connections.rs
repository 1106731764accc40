//! Which secrets of a connection stay, and sealing them anew.

use std::sync::{Arc, Mutex};

use domain::{AuditAction, ConnectionSlug, ManualClock, Owner, SealedSecret, Secret};
use egress::{GuardedClient, Limits};
use engine::{Connections, EngineError, Exits, GivenConnection};
use serde_json::json;
use store::{ConnectionWithSecrets, MockConnectionRepository};
use vault::{Vault, VaultKey};

/// Keeps one connection, as a database would.
fn kept_in(kept: &Arc<Mutex<Option<ConnectionWithSecrets>>>) -> MockConnectionRepository {
    let mut repository = MockConnectionRepository::new();
    let place = Arc::clone(kept);
    repository.expect_get().returning(move |_, _| Ok(place.lock().unwrap().clone()));
    let place = Arc::clone(kept);
    repository.expect_put().returning(move |given, act| {
        assert_eq!(act.action, AuditAction::ConnectionPut);
        assert_eq!(act.subject, given.connection.slug.as_str());
        *place.lock().unwrap() = Some(given);
        Ok(())
    });
    let place = Arc::clone(kept);
    repository.expect_not_sealed_with().returning(move |key, limit| {
        let secrets = place.lock().unwrap().clone().unwrap().secrets;
        Ok(secrets.into_iter().filter(|s| s.key_id != key).take(limit as usize).collect())
    });
    let place = Arc::clone(kept);
    repository.expect_reseal().returning(move |old, new| {
        let mut kept = place.lock().unwrap();
        let found = kept.as_mut().unwrap().secrets.iter_mut().find(|secret| *secret == old);
        Ok(found.map(|secret| *secret = new.clone()).is_some())
    });
    repository
}

fn connections(kept: &Arc<Mutex<Option<ConnectionWithSecrets>>>, vault: &Vault) -> Connections {
    let exits: Exits = Arc::new(|guard| Arc::new(GuardedClient::new(guard, Limits::default())));
    let repository = Arc::new(kept_in(kept));
    Connections::new(repository, vault.clone(), exits, Arc::new(ManualClock::default()))
}

fn given(base_url: &str, key: Option<&str>, token: &str) -> GivenConnection {
    GivenConnection {
        base_url: base_url.to_owned(),
        api_key: key.map(|key| Secret::new(key.to_owned())),
        config: json!({"store": "7", "tokens": [token]}).as_object().unwrap().clone(),
        ..GivenConnection::default()
    }
}

fn owner() -> Owner {
    Owner::named("team")
}

fn slug() -> ConnectionSlug {
    "my-till".parse().unwrap()
}

fn key(id: &str) -> VaultKey {
    VaultKey::random(id).unwrap()
}

/// The secrets that are kept, as `field=value`.
fn secrets(kept: &Mutex<Option<ConnectionWithSecrets>>, vault: &Vault) -> Vec<String> {
    let open = |sealed: &SealedSecret| {
        format!("{}={}", sealed.place.field, vault.open(sealed).unwrap().expose())
    };
    kept.lock().unwrap().as_ref().unwrap().secrets.iter().map(open).collect()
}

const BASE: &str = "https://till.example/v1";

#[tokio::test]
async fn secrets_stay_when_left_out_or_masked_and_go_when_emptied() {
    let (kept, vault) = (Arc::default(), Vault::new(vec![key("a")], "").unwrap());
    let connections = connections(&kept, &vault);
    let put = async |given| connections.put(&owner(), slug(), given).await;
    let known = put(given(BASE, Some("sk-live-1"), "tok-live-1")).await.unwrap();
    assert_eq!(known.connection.config["tokens"], json!(["***"]));
    assert!(known.has_api_key);
    put(given(BASE, None, "***")).await.unwrap();
    assert_eq!(secrets(&kept, &vault), ["apiKey=sk-live-1", "/tokens/0=tok-live-1"]);
    put(given(BASE, Some("***"), "tok-live-2")).await.unwrap();
    assert_eq!(secrets(&kept, &vault), ["apiKey=sk-live-1", "/tokens/0=tok-live-2"]);
    let known = put(given(BASE, Some(""), "")).await.unwrap();
    assert!(!known.has_api_key && secrets(&kept, &vault).is_empty());
    let stored = format!("{:?}", kept.lock().unwrap());
    assert!(!stored.contains("live"), "{stored}");
}

#[tokio::test]
async fn a_secret_does_not_stay_where_the_connection_leads_elsewhere() {
    let (kept, vault) = (Arc::default(), Vault::new(vec![key("a")], "").unwrap());
    let connections = connections(&kept, &vault);
    let put = async |given| connections.put(&owner(), slug(), given).await;
    put(given(BASE, Some("sk-live-1"), "")).await.unwrap();
    let field = |outcome: Result<_, EngineError>| match outcome {
        Err(EngineError::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    for elsewhere in
        ["https://evil.example/v1", "http://till.example/v1", "https://till.example:8443"]
    {
        assert_eq!(field(put(given(elsewhere, None, "")).await), "apiKey", "{elsewhere}");
    }
    let mut wider = given(BASE, None, "");
    wider.allow_hosts = vec!["evil.example".to_owned()];
    assert_eq!(field(put(wider).await), "apiKey");
    assert_eq!(field(put(given(BASE, None, "***")).await), "config.tokens.0", "there is none yet");
    assert_eq!(field(put(given(BASE, Some("abc"), "")).await), "apiKey", "too short to be hidden");
    // Another path of the same host, or given anew: fine.
    put(given("https://till.example/v2", None, "")).await.unwrap();
    put(given("https://other.example/", Some("sk-live-2"), "")).await.unwrap();
}

#[tokio::test]
async fn everything_is_sealed_with_the_current_key_and_what_cannot_be_opened_is_named() {
    let (kept, old, new) = (Arc::default(), key("old"), key("new"));
    let before = Vault::new(vec![old.clone()], "").unwrap();
    let first = connections(&kept, &before);
    first.put(&owner(), slug(), given(BASE, Some("sk-live-1"), "tok-live-1")).await.unwrap();
    // A row that somebody meddled with.
    kept.lock().unwrap().as_mut().unwrap().secrets[0].ciphertext[0] ^= 1;
    let both = Vault::new(vec![old, new.clone()], "new").unwrap();
    let rotation = connections(&kept, &both).rotate().await.unwrap();
    assert_eq!(rotation.resealed, 1);
    assert_eq!(rotation.unreadable, ["team my-till apiKey"]);
    let after = Vault::new(vec![new], "").unwrap();
    let token = &kept.lock().unwrap().as_ref().unwrap().secrets[1].clone();
    assert_eq!(after.open(token).unwrap().expose(), "tok-live-1");
}
