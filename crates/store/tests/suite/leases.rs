//! Who may write a job: claims, leases and fences.

use std::time::Duration;

use domain::{Event, State};
use store::{Lease, ScriptFilter, StoreError};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    the_oldest_job_is_claimed_first,
    a_claimed_job_is_not_claimed_again,
    a_lease_that_ran_out_is_claimed_again_with_a_higher_fence,
    a_lease_that_ran_out_cannot_write,
    a_stale_fence_writes_nothing,
    a_write_that_arrives_after_a_later_one_of_its_worker_changes_nothing,
    a_renewed_lease_keeps_others_out,
    a_lease_cannot_be_renewed_to_its_end_and_then_used,
    a_released_job_goes_to_the_next_worker_at_its_stage,
    a_stale_release_changes_nothing,
    a_state_without_a_worker_ends_the_lease,
    only_jobs_that_need_a_worker_are_claimed,
    a_job_is_completed_together_with_its_script,
    a_second_completion_finds_the_lease_lost_and_saves_no_script,
    a_script_that_is_refused_leaves_the_job_as_it_was,
    an_amended_job_is_taken_from_its_worker,
    an_amendment_of_a_job_that_changed_is_a_conflict,
    an_answered_job_can_be_claimed_again,
);

fn is_lost<T: std::fmt::Debug>(result: &Result<T, StoreError>) {
    assert!(matches!(result, Err(StoreError::LeaseLost)), "{result:?}");
}

async fn the_oldest_job_is_claimed_first(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let first = created(&*jobs, new_job()).await;
    let second = created(&*jobs, new_job()).await;
    assert_eq!(claimed(&*jobs).await.job.id, first);
    assert_eq!(claimed(&*jobs).await.job.id, second);
}

async fn a_claimed_job_is_not_claimed_again(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let id = created(&*jobs, new_job()).await;
    let held = claimed(&*jobs).await;
    assert_eq!(held.lease, Lease { job: id, fence: 1 });
    assert_eq!(held.job, jobs.get(id).await.unwrap().unwrap());
    assert_eq!(claim(&*jobs, "other", LONG).await, None);
}

async fn a_lease_that_ran_out_is_claimed_again_with_a_higher_fence(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    created(&*jobs, new_job()).await;
    let first = claim(&*jobs, "a", Duration::ZERO).await.unwrap();
    let second = claim(&*jobs, "b", LONG).await.unwrap();
    assert_eq!(second.job, first.job);
    assert!(second.lease.fence > first.lease.fence);
}

async fn a_lease_that_ran_out_cannot_write(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let id = created(&*jobs, new_job()).await;
    let before = jobs.get(id).await.unwrap();
    let mut held = claim(&*jobs, "a", Duration::ZERO).await.unwrap();
    to_completed(&mut held.job);
    is_lost(&jobs.save(&held.lease, &held.job).await);
    is_lost(&jobs.renew(&held.lease, LONG).await);
    is_lost(&jobs.complete(&held.lease, &held.job, script_of(id)).await);
    assert_eq!(jobs.get(id).await.unwrap(), before);
}

async fn a_stale_fence_writes_nothing(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let id = created(&*jobs, new_job()).await;
    let mut stale = claim(&*jobs, "a", Duration::ZERO).await.unwrap();
    // The same worker's name does not help.
    let held = claim(&*jobs, "a", LONG).await.unwrap();
    to_completed(&mut stale.job);
    is_lost(&jobs.save(&stale.lease, &stale.job).await);
    is_lost(&jobs.renew(&stale.lease, LONG).await);
    is_lost(&jobs.complete(&stale.lease, &stale.job, script_of(id)).await);
    assert_eq!(jobs.get(id).await.unwrap(), Some(held.job));
    let scripts = fresh.db.scripts().list(ScriptFilter::default(), first_page(9)).await.unwrap();
    assert_eq!(scripts.items, []);
}

async fn a_write_that_arrives_after_a_later_one_of_its_worker_changes_nothing(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    created(&*jobs, new_job()).await;
    let held = claim(&*jobs, "a", LONG).await.unwrap();
    let mut earlier = held.job;
    earlier.apply(Event::Started, now()).unwrap();
    let mut later = earlier.clone();
    later.note("further on", now());
    jobs.save(&held.lease, &later).await.unwrap();
    is_lost(&jobs.save(&held.lease, &earlier).await);
    assert_eq!(jobs.get(later.id).await.unwrap(), Some(later.clone()));
    // One that was sent again because no answer came is no earlier one.
    jobs.save(&held.lease, &later).await.unwrap();
}

async fn a_renewed_lease_keeps_others_out(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    created(&*jobs, new_job()).await;
    let mut held = claimed(&*jobs).await;
    jobs.renew(&held.lease, LONG).await.unwrap();
    assert_eq!(claim(&*jobs, "b", LONG).await, None);
    apply(&mut held.job, Event::Started);
    jobs.save(&held.lease, &held.job).await.unwrap();
    assert_eq!(claim(&*jobs, "b", LONG).await, None);
}

async fn a_lease_cannot_be_renewed_to_its_end_and_then_used(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let held = a_claimed_job(&fresh.db).await;
    jobs.renew(&held.lease, Duration::ZERO).await.unwrap();
    is_lost(&jobs.renew(&held.lease, LONG).await);
}

async fn a_released_job_goes_to_the_next_worker_at_its_stage(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut held = a_claimed_job(&fresh.db).await;
    to_testing(&mut held.job);
    jobs.save(&held.lease, &held.job).await.unwrap();
    jobs.release(&held.lease).await.unwrap();
    is_lost(&jobs.save(&held.lease, &held.job).await);
    let next = claim(&*jobs, "b", LONG).await.unwrap();
    assert_eq!(next.job, held.job);
    assert_eq!(next.job.state, State::Testing);
}

async fn a_stale_release_changes_nothing(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    created(&*jobs, new_job()).await;
    let stale = claim(&*jobs, "a", Duration::ZERO).await.unwrap();
    let held = claim(&*jobs, "b", LONG).await.unwrap();
    jobs.release(&stale.lease).await.unwrap();
    jobs.renew(&held.lease, LONG).await.unwrap();
    assert_eq!(claim(&*jobs, "c", LONG).await, None);
}

async fn a_state_without_a_worker_ends_the_lease(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut held = a_claimed_job(&fresh.db).await;
    to_waiting(&mut held.job);
    jobs.save(&held.lease, &held.job).await.unwrap();
    is_lost(&jobs.renew(&held.lease, LONG).await);
    is_lost(&jobs.save(&held.lease, &held.job).await);
}

async fn only_jobs_that_need_a_worker_are_claimed(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut waiting = a_claimed_job(&fresh.db).await;
    to_waiting(&mut waiting.job);
    jobs.save(&waiting.lease, &waiting.job).await.unwrap();
    let mut failed = a_claimed_job(&fresh.db).await;
    apply(&mut failed.job, Event::GaveUp { reason: "no credentials".to_owned() });
    jobs.save(&failed.lease, &failed.job).await.unwrap();
    let mut completed = a_claimed_job(&fresh.db).await;
    to_completed(&mut completed.job);
    let script = script_of(completed.job.id);
    jobs.complete(&completed.lease, &completed.job, script).await.unwrap();
    assert_eq!(claim(&*jobs, "b", LONG).await, None);
}

async fn a_job_is_completed_together_with_its_script(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut held = a_claimed_job(&fresh.db).await;
    to_completed(&mut held.job);
    let id = held.job.id;
    let script = jobs.complete(&held.lease, &held.job, script_of(id)).await.unwrap();
    let saved = fresh.db.scripts().get(script).await.unwrap().unwrap();
    assert_eq!((saved.version, saved.content), (1, script_of(id)));
    held.job.set_result_script(script);
    assert_eq!(jobs.get(id).await.unwrap(), Some(held.job));
}

async fn a_second_completion_finds_the_lease_lost_and_saves_no_script(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut held = a_claimed_job(&fresh.db).await;
    to_completed(&mut held.job);
    let script = script_of(held.job.id);
    jobs.complete(&held.lease, &held.job, script.clone()).await.unwrap();
    is_lost(&jobs.complete(&held.lease, &held.job, script).await);
    let scripts = fresh.db.scripts().list(ScriptFilter::default(), first_page(9)).await.unwrap();
    assert_eq!(scripts.items.len(), 1);
}

async fn a_script_that_is_refused_leaves_the_job_as_it_was(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let first = a_claimed_job(&fresh.db).await;
    fresh.db.scripts().insert(script_of(first.job.id), act(now())).await.unwrap();
    let mut job = first.job.clone();
    to_completed(&mut job);
    // The job has a script already, by some fault: the unique index keeps the second one out.
    let refused = jobs.complete(&first.lease, &job, script_of(job.id)).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(jobs.get(job.id).await.unwrap(), Some(first.job));
    jobs.renew(&first.lease, LONG).await.unwrap();
}

async fn an_amended_job_is_taken_from_its_worker(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut held = a_claimed_job(&fresh.db).await;
    let mut cancelled = held.job.clone();
    apply(&mut cancelled, Event::Cancelled { by: "ops".to_owned() });
    jobs.amend(&cancelled, held.job.version, act(now())).await.unwrap();
    apply(&mut held.job, Event::Started);
    is_lost(&jobs.save(&held.lease, &held.job).await);
    is_lost(&jobs.renew(&held.lease, LONG).await);
    assert_eq!(jobs.get(cancelled.id).await.unwrap(), Some(cancelled));
}

async fn an_amendment_of_a_job_that_changed_is_a_conflict(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut held = a_claimed_job(&fresh.db).await;
    let read = held.job.clone();
    apply(&mut held.job, Event::Started);
    jobs.save(&held.lease, &held.job).await.unwrap();
    let mut cancelled = read.clone();
    apply(&mut cancelled, Event::Cancelled { by: "ops".to_owned() });
    let refused = jobs.amend(&cancelled, read.version, act(now())).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(jobs.get(read.id).await.unwrap(), Some(held.job.clone()));
    jobs.renew(&held.lease, LONG).await.unwrap();
}

async fn an_answered_job_can_be_claimed_again(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut held = a_claimed_job(&fresh.db).await;
    to_waiting(&mut held.job);
    jobs.save(&held.lease, &held.job).await.unwrap();
    let read = held.job.version;
    apply(&mut held.job, Event::Answered { response: "the first".to_owned() });
    jobs.amend(&held.job, read, act(now())).await.unwrap();
    let again = claimed(&*jobs).await;
    assert_eq!(again.job, held.job);
    assert!(again.lease.fence > held.lease.fence);
}
