//! Jobs that have been over for long go, and their scripts stay.

use domain::{Draft, Event, JobId, Question};
use store::sea::Database;
use store::{Idempotency, Reply};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    a_job_that_is_over_goes_with_all_that_belongs_to_it_and_its_script_stays,
    only_jobs_that_are_over_for_long_enough_go,
    the_oldest_go_first_and_no_more_than_asked_for,
);

/// Fails a job; it is over since `later(60)`.
async fn failed(db: &Database) -> JobId {
    let mut held = a_claimed_job(db).await;
    apply(&mut held.job, Event::GaveUp { reason: "no way".to_owned() });
    db.jobs().save(&held.lease, &held.job).await.unwrap();
    held.job.id
}

async fn a_job_that_is_over_goes_with_all_that_belongs_to_it_and_its_script_stays(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let key =
        Idempotency { owner: "k".to_owned(), key: "once".to_owned(), request_hash: "h".to_owned() };
    jobs.create(job_with_inputs(), Some(key.clone()), now()).await.unwrap();
    let mut held = claimed(&*jobs).await;
    let id = held.job.id;
    jobs.keep_reply(&held.lease, "call", &Reply::Draft(Draft::Question(Question::plain("?"))))
        .await
        .unwrap();
    let (author, most) = ("claude".parse().unwrap(), domain::Usage::default());
    let per_day = domain::Allowance { tokens: Some(9), cost_micros: None };
    fresh.db.usage().reserve(&held.lease, &author, most, per_day, now()).await.unwrap();
    to_completed(&mut held.job);
    let script = jobs.complete(&held.lease, &held.job, script_of(id)).await.unwrap();

    assert_eq!(jobs.remove_over(later(61), 10).await.unwrap(), 1);
    assert_eq!(jobs.get(id).await.unwrap(), None);
    assert_eq!(jobs.inputs(id).await.unwrap(), domain::JobInputs::default());
    assert_eq!(jobs.kept_reply(id, "call").await.unwrap(), None);
    let script = fresh.db.scripts().get(script).await.unwrap().unwrap();
    assert_eq!(script.content, new_script());
    // The key stands for nothing any more.
    let again = jobs.create(job_with_inputs(), Some(key), now()).await.unwrap();
    assert!(!again.replayed);
}

async fn only_jobs_that_are_over_for_long_enough_go(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let over = failed(&fresh.db).await;
    let mut waiting = a_claimed_job(&fresh.db).await;
    to_waiting(&mut waiting.job);
    jobs.save(&waiting.lease, &waiting.job).await.unwrap();
    let running = a_claimed_job(&fresh.db).await;
    let pending = created(&*jobs, new_job()).await;
    assert_eq!(jobs.remove_over(later(60), 10).await.unwrap(), 0, "it is over since then");
    assert_eq!(jobs.remove_over(later(9_999), 10).await.unwrap(), 1);
    assert_eq!(jobs.get(over).await.unwrap(), None);
    for id in [waiting.job.id, running.job.id, pending] {
        assert!(jobs.get(id).await.unwrap().is_some(), "{id}");
    }
}

async fn the_oldest_go_first_and_no_more_than_asked_for(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let ids = [failed(&fresh.db).await, failed(&fresh.db).await, failed(&fresh.db).await];
    fresh.meddle(&format!("UPDATE jobs SET created_at = 1 WHERE id = {}", ids[1])).await;
    assert_eq!(jobs.remove_over(later(61), 1).await.unwrap(), 1);
    assert_eq!(jobs.get(ids[1]).await.unwrap(), None);
    assert_eq!(jobs.remove_over(later(61), 10).await.unwrap(), 2);
    assert_eq!(jobs.remove_over(later(61), 10).await.unwrap(), 0);
}
