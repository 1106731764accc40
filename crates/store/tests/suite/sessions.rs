//! Who is signed in at the console.

use domain::{Session, SessionToken, Timestamp};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    a_session_holds_until_its_end_and_on_every_server,
    a_session_that_was_ended_is_gone_everywhere,
    sessions_that_are_over_are_forgotten,
);

fn session(letter: &str, began: Timestamp, ends: Timestamp) -> Session {
    let token: SessionToken = letter.repeat(SessionToken::LENGTH).parse().unwrap();
    Session {
        token_hash: token.hash(),
        key_prefix: "AAAAAAA1".to_owned(),
        created_at: began,
        expires_at: ends,
    }
}

async fn a_session_holds_until_its_end_and_on_every_server(fresh: Fresh) {
    let kept = session("a", now(), later(60));
    fresh.db.sessions().insert(kept.clone()).await.unwrap();
    let other = fresh.another().await.sessions();
    assert_eq!(other.get(&kept.token_hash, later(59)).await.unwrap(), Some(kept.clone()));
    assert_eq!(other.get(&kept.token_hash, later(60)).await.unwrap(), None);
    assert_eq!(other.get("nobody's", now()).await.unwrap(), None);
}

async fn a_session_that_was_ended_is_gone_everywhere(fresh: Fresh) {
    let kept = session("a", now(), later(60));
    let sessions = fresh.db.sessions();
    sessions.insert(kept.clone()).await.unwrap();
    fresh.another().await.sessions().delete(&kept.token_hash).await.unwrap();
    assert_eq!(sessions.get(&kept.token_hash, now()).await.unwrap(), None);
    sessions.delete(&kept.token_hash).await.unwrap();
}

async fn sessions_that_are_over_are_forgotten(fresh: Fresh) {
    let sessions = fresh.db.sessions();
    let old = session("a", now(), later(60));
    sessions.insert(old.clone()).await.unwrap();
    sessions.insert(session("b", later(60), later(120))).await.unwrap();
    // Even by a clock of before.
    assert_eq!(sessions.get(&old.token_hash, now()).await.unwrap(), None);
}
