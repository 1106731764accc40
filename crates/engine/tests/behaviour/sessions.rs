//! Signing in at the console.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use domain::{ApiKey, ApiKeyToken, ManualClock, Scope, Session, SessionToken};
use engine::{EngineError, Keys, Sessions};
use store::{MockApiKeyRepository, MockSessionRepository};

use crate::support::NOW;

const LENGTH: Duration = Duration::from_hours(1);

/// A database with one key and the sessions that were begun.
#[derive(Clone)]
struct Shelf {
    key: Arc<Mutex<ApiKey>>,
    sessions: Arc<Mutex<Vec<Session>>>,
}

fn presented() -> ApiKeyToken {
    ApiKeyToken::new("abcDEF12".to_owned(), "s".repeat(ApiKeyToken::SECRET_LENGTH)).unwrap()
}

impl Shelf {
    fn new() -> Self {
        let key = ApiKey {
            prefix: presented().prefix().to_owned(),
            name: "till team".to_owned(),
            scopes: vec![Scope::JobsRead],
            secret_hash: presented().secret_hash(),
            created_at: NOW,
            expires_at: None,
            revoked_at: None,
        };
        Self { key: Arc::new(Mutex::new(key)), sessions: Arc::default() }
    }

    /// A server with this database.
    fn server(&self) -> Sessions {
        let clock = Arc::new(ManualClock::default());
        let mut keys = MockApiKeyRepository::new();
        let key = Arc::clone(&self.key);
        keys.expect_by_prefix().returning(move |prefix| {
            Ok(Some(key.lock().unwrap().clone()).filter(|key| key.prefix == prefix))
        });
        let mut sessions = MockSessionRepository::new();
        let kept = Arc::clone(&self.sessions);
        sessions.expect_insert().returning(move |session| {
            kept.lock().unwrap().push(session);
            Ok(())
        });
        let kept = Arc::clone(&self.sessions);
        sessions.expect_get().returning(move |hash, now| {
            let kept = kept.lock().unwrap();
            Ok(kept.iter().find(|s| s.token_hash == hash && s.expires_at > now).cloned())
        });
        let kept = Arc::clone(&self.sessions);
        sessions.expect_delete().returning(move |hash| {
            kept.lock().unwrap().retain(|session| session.token_hash != hash);
            Ok(())
        });
        let keys = Arc::new(Keys::new(Arc::new(keys), clock.clone()));
        Sessions::new(Arc::new(sessions), keys, LENGTH, clock)
    }
}

async fn is_in(server: &Sessions, token: &SessionToken) -> bool {
    match server.resume(token).await {
        Ok(key) => key.name == "till team",
        Err(EngineError::Unauthenticated) => false,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_session_holds_on_every_server_and_keeps_neither_key_nor_token() {
    let shelf = Shelf::new();
    let (token, key) = shelf.server().begin(&presented().reveal()).await.unwrap();
    assert_eq!(key.name, "till team");
    assert!(is_in(&shelf.server(), &token).await);
    let kept = format!("{:?}", shelf.sessions.lock().unwrap());
    assert!(!kept.contains(token.reveal()) && !kept.contains("sss"), "{kept}");
    let ends = shelf.sessions.lock().unwrap()[0].expires_at;
    assert_eq!(ends, NOW + TimeDelta::hours(1));
}

#[tokio::test]
async fn a_session_ends_with_its_key_and_when_somebody_signs_out() {
    let shelf = Shelf::new();
    let server = shelf.server();
    let (token, _) = server.begin(&presented().reveal()).await.unwrap();
    shelf.key.lock().unwrap().revoked_at = Some(NOW);
    assert!(!is_in(&server, &token).await);
    shelf.key.lock().unwrap().revoked_at = None;
    shelf.key.lock().unwrap().expires_at = Some(NOW);
    assert!(!is_in(&server, &token).await);
    shelf.key.lock().unwrap().expires_at = None;
    assert!(is_in(&server, &token).await);
    server.end(&token).await.unwrap();
    assert!(!is_in(&shelf.server(), &token).await);
}

#[tokio::test]
async fn nobody_signs_in_without_the_key() {
    let shelf = Shelf::new();
    let wrong = format!("afk_abcDEF12_{}", "x".repeat(ApiKeyToken::SECRET_LENGTH));
    for presented in ["", "nonsense", wrong.as_str()] {
        let refused = shelf.server().begin(presented).await;
        assert!(matches!(refused, Err(EngineError::Unauthenticated)), "{presented}");
    }
    assert_eq!(shelf.sessions.lock().unwrap().len(), 0);
    let guessed = "g".repeat(SessionToken::LENGTH).parse().unwrap();
    assert!(!is_in(&shelf.server(), &guessed).await);
}
