//! Replies of authors outlive their worker.

use std::time::Duration;

use domain::{Draft, DraftScript, Question};
use store::{Reply, StoreError};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    a_reply_is_there_for_the_next_worker,
    a_worker_without_a_lease_keeps_nothing,
    the_first_reply_to_a_call_stays,
);

fn a_script() -> Reply {
    let script = new_script();
    Reply::Draft(Draft::Script(DraftScript {
        source: format!("{}\0", script.source),
        provenance: script.provenance,
    }))
}

fn a_question() -> Reply {
    Reply::Draft(Draft::Question(Question::plain("Which one?")))
}

async fn a_reply_is_there_for_the_next_worker(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let held = a_claimed_job(&fresh.db).await;
    let id = held.job.id;
    jobs.keep_reply(&held.lease, "first", &a_script()).await.unwrap();
    jobs.release(&held.lease).await.unwrap();
    let held = claimed(&*jobs).await;
    jobs.keep_reply(&held.lease, "second", &a_question()).await.unwrap();
    assert_eq!(jobs.kept_reply(id, "first").await.unwrap(), Some(a_script()));
    assert_eq!(jobs.kept_reply(id, "second").await.unwrap(), Some(a_question()));
    assert_eq!(jobs.kept_reply(id, "third").await.unwrap(), None);
    let no_draft = Reply::NoDraft { wrong: "no JSON".to_owned() };
    jobs.keep_reply(&held.lease, "third", &no_draft).await.unwrap();
    assert_eq!(jobs.kept_reply(id, "third").await.unwrap(), Some(no_draft));
}

async fn a_worker_without_a_lease_keeps_nothing(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    created(&*jobs, new_job()).await;
    let stale = claim(&*jobs, "a", Duration::ZERO).await.unwrap();
    let refused = jobs.keep_reply(&stale.lease, "call", &a_script()).await;
    assert!(matches!(refused, Err(StoreError::LeaseLost)), "{refused:?}");
    claimed(&*jobs).await;
    let refused = jobs.keep_reply(&stale.lease, "call", &a_script()).await;
    assert!(matches!(refused, Err(StoreError::LeaseLost)), "{refused:?}");
    assert_eq!(jobs.kept_reply(stale.job.id, "call").await.unwrap(), None);
}

async fn the_first_reply_to_a_call_stays(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let held = a_claimed_job(&fresh.db).await;
    jobs.keep_reply(&held.lease, "call", &a_script()).await.unwrap();
    jobs.keep_reply(&held.lease, "call", &a_question()).await.unwrap();
    assert_eq!(jobs.kept_reply(held.job.id, "call").await.unwrap(), Some(a_script()));
}
