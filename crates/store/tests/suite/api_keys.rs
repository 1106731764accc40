//! The keys that may call the API.

use domain::{ApiKey, ApiKeyToken, Scope, Timestamp};
use store::StoreError;

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    a_key_reads_back_and_still_verifies_its_token,
    a_prefix_is_taken_once,
    of_many_first_keys_one_is_kept,
    keys_are_listed_oldest_first,
    a_revoked_key_keeps_its_first_date,
);

fn token(prefix: &str) -> ApiKeyToken {
    ApiKeyToken::new(prefix.to_owned(), "s".repeat(ApiKeyToken::SECRET_LENGTH)).unwrap()
}

fn key(prefix: &str, created_at: Timestamp) -> ApiKey {
    ApiKey {
        prefix: prefix.to_owned(),
        name: "ops \"team\"".to_owned(),
        scopes: vec![Scope::JobsRead, Scope::ScriptsReview],
        secret_hash: token(prefix).secret_hash(),
        created_at,
        expires_at: Some(later(3_600)),
        revoked_at: None,
    }
}

async fn a_key_reads_back_and_still_verifies_its_token(fresh: Fresh) {
    let keys = fresh.db.api_keys();
    keys.insert(key("AAAAAAA1", now()), act(now())).await.unwrap();
    let read = keys.by_prefix("AAAAAAA1").await.unwrap().unwrap();
    assert_eq!(read, key("AAAAAAA1", now()));
    assert_eq!(read.verify(&token("AAAAAAA1"), now()), Ok(()));
    assert_eq!(keys.by_prefix("aaaaaaa1").await.unwrap(), None);
}

async fn of_many_first_keys_one_is_kept(fresh: Fresh) {
    let mut starts = tokio::task::JoinSet::new();
    for number in 0..8 {
        let keys = fresh.db.api_keys();
        starts.spawn(async move {
            keys.insert_first(key(&format!("AAAAAAA{number}"), now()), act(now())).await
        });
    }
    let kept = starts.join_all().await.into_iter().filter(|kept| *kept.as_ref().unwrap()).count();
    assert_eq!(kept, 1);
    assert_eq!(fresh.db.api_keys().list().await.unwrap().len(), 1);
}

async fn a_prefix_is_taken_once(fresh: Fresh) {
    let keys = fresh.db.api_keys();
    keys.insert(key("AAAAAAA1", now()), act(now())).await.unwrap();
    let refused = keys.insert(key("AAAAAAA1", later(1)), act(now())).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(keys.list().await.unwrap(), [key("AAAAAAA1", now())]);
}

async fn keys_are_listed_oldest_first(fresh: Fresh) {
    let keys = fresh.db.api_keys();
    assert_eq!(keys.list().await.unwrap(), []);
    let [young, old] = [key("AAAAAAA1", later(9)), key("BBBBBBB2", now())];
    keys.insert(young.clone(), act(now())).await.unwrap();
    keys.insert(old.clone(), act(now())).await.unwrap();
    assert_eq!(keys.list().await.unwrap(), [old, young]);
}

async fn a_revoked_key_keeps_its_first_date(fresh: Fresh) {
    let keys = fresh.db.api_keys();
    keys.insert(key("AAAAAAA1", now()), act(now())).await.unwrap();
    assert!(keys.revoke("AAAAAAA1", act(later(1))).await.unwrap());
    assert!(keys.revoke("AAAAAAA1", act(later(2))).await.unwrap());
    assert!(!keys.revoke("BBBBBBB2", act(later(2))).await.unwrap());
    let read = keys.by_prefix("AAAAAAA1").await.unwrap().unwrap();
    assert_eq!(read.revoked_at, Some(later(1)));
}
