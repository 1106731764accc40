//! Who learns of a change, and when.

use std::time::Duration;

use domain::{Event, ScriptStatus};
use store::{Change, StatusChange, Watch};

use crate::drift;
use crate::fixtures::*;
use crate::harness::{Fresh, behaviours, on_postgres};

behaviours!(
    who_watches_is_told_of_each_write,
    a_cancelled_job_is_told_to_be_taken,
    what_was_not_written_is_not_told,
    who_watches_is_told_of_scripts_and_their_drift,
);

/// What was told until now. A store tells before its call returns.
fn told(watch: &mut Watch) -> Vec<Change> {
    // A connection that begins to listen says so at some moment.
    std::iter::from_fn(|| watch.next_now()).filter(|change| *change != Change::Missed).collect()
}

async fn who_watches_is_told_of_each_write(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut watch = fresh.db.changes().watch();
    let id = created(&*jobs, new_job()).await;
    let at = |version| Change::Job { id, version };
    assert_eq!(told(&mut watch), [at(1), Change::Ready]);

    let mut held = claimed(&*jobs).await;
    jobs.release(&held.lease).await.unwrap();
    assert_eq!(told(&mut watch), [Change::Ready]);

    held = claimed(&*jobs).await;
    to_waiting(&mut held.job);
    jobs.save(&held.lease, &held.job).await.unwrap();
    assert_eq!(told(&mut watch), [at(held.job.version)]);

    let read = held.job.version;
    apply(&mut held.job, Event::Answered { response: "the first".to_owned() });
    jobs.amend(&held.job, read, act(now())).await.unwrap();
    assert_eq!(told(&mut watch), [at(held.job.version), Change::Ready]);

    held = claimed(&*jobs).await;
    to_completed(&mut held.job);
    jobs.complete(&held.lease, &held.job, script_of(id)).await.unwrap();
    assert_eq!(told(&mut watch), [at(held.job.version)]);
}

async fn a_cancelled_job_is_told_to_be_taken(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut held = a_claimed_job(&fresh.db).await;
    let mut watch = fresh.db.changes().watch();
    let (id, read) = (held.job.id, held.job.version);
    apply(&mut held.job, Event::Cancelled { by: "ops".to_owned() });
    jobs.amend(&held.job, read, act(now())).await.unwrap();
    let version = held.job.version;
    assert_eq!(told(&mut watch), [Change::Job { id, version }, Change::Taken { id }]);
}

async fn what_was_not_written_is_not_told(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    created(&*jobs, new_job()).await;
    let mut held = claim(&*jobs, "w", Duration::ZERO).await.unwrap();
    let mut watch = fresh.db.changes().watch();
    apply(&mut held.job, Event::Started);
    jobs.save(&held.lease, &held.job).await.unwrap_err();
    assert_eq!(told(&mut watch), []);
}

async fn who_watches_is_told_of_scripts_and_their_drift(fresh: Fresh) {
    let mut watch = fresh.db.changes().watch();
    let saved = fresh.db.scripts().insert(new_script(), act(now())).await.unwrap();
    assert_eq!(told(&mut watch), [Change::Scripts]);
    let change = StatusChange {
        id: saved.id,
        from: saved.status,
        to: ScriptStatus::Active,
        in_place_of: None,
        tested_on: None,
        act: act(now()),
    };
    fresh.db.scripts().set_status(change.clone()).await.unwrap();
    assert_eq!(told(&mut watch), [Change::Scripts]);
    fresh.db.scripts().set_status(change).await.unwrap_err();
    assert_eq!(told(&mut watch), []);
    let drift = fresh.db.drift();
    let opened = drift.open(drift::seen(saved.id, "a"), None, now()).await.unwrap();
    assert_eq!(told(&mut watch), [Change::Scripts]);
    assert!(drift.resolve(opened.id, act(now())).await.unwrap());
    assert_eq!(told(&mut watch), [Change::Scripts]);
    assert!(!drift.resolve(opened.id, act(now())).await.unwrap());
    assert_eq!(told(&mut watch), []);
}

/// Waits for a change; what else is told is passed over.
async fn heard(watch: &mut Watch, wanted: Change) {
    let found = async { while watch.next().await != wanted {} };
    tokio::time::timeout(LONG, found).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn other_servers_on_postgres_are_told_and_again_after_their_connection_broke() {
    on_postgres(|fresh: Fresh| async move {
        let other = fresh.another().await;
        let mut watch = other.changes().watch();
        // It listens now.
        heard(&mut watch, Change::Missed).await;
        let _ = fresh.db.changes();
        let id = created(&*fresh.db.jobs(), new_job()).await;
        heard(&mut watch, Change::Ready).await;
        heard(&mut watch, Change::Job { id, version: 1 }).await;

        fresh
            .meddle(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND query LIKE 'LISTEN%'",
            )
            .await;
        heard(&mut watch, Change::Missed).await;
        let id = created(&*fresh.db.jobs(), new_job()).await;
        heard(&mut watch, Change::Job { id, version: 1 }).await;
    })
    .await;
}
