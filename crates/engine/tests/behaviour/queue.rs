//! A queue that is full.

use std::sync::Arc;
use std::time::Duration;

use domain::{Clock, JobId, ManualClock};
use engine::{EngineError, Jobs, Queue};
use store::{Created, Idempotency, MockJobRepository, StoreError};

use crate::support::new_job;

const MOST: u32 = 2;

/// Jobs that may wait two at a time.
fn jobs(repository: MockJobRepository, most: u32) -> Jobs {
    let repository = Arc::new(repository);
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::default());
    let mut jobs = Jobs::new(repository.clone(), Vec::new(), clock.clone());
    jobs.bound(Arc::new(Queue::new(repository, clock, most)));
    jobs
}

fn accepting() -> MockJobRepository {
    let mut repository = MockJobRepository::new();
    let created = Created { id: JobId::new(7).unwrap(), replayed: false };
    repository.expect_create().returning(move |_, _, _| Ok(created));
    repository
}

fn key() -> Idempotency {
    let [owner, key, request_hash] = ["a", "k", "h"].map(str::to_owned);
    Idempotency { owner, key, request_hash }
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_takes_no_job_until_there_is_room() {
    let mut repository = accepting();
    let mut looks = [1, MOST, 0].into_iter();
    repository.expect_waiting().times(3).returning(move |_| Ok(looks.next().unwrap()));
    let jobs = jobs(repository, MOST);
    let next = || jobs.generate(new_job(1), None);
    next().await.unwrap();
    assert!(matches!(next().await, Err(EngineError::QueueFull { most: MOST })), "one came since");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(matches!(next().await, Err(EngineError::QueueFull { .. })), "others filled it");
    tokio::time::advance(Duration::from_secs(1)).await;
    next().await.unwrap();
}

#[tokio::test]
async fn a_job_that_was_accepted_before_needs_no_room() {
    let mut repository = MockJobRepository::new();
    repository.expect_waiting().returning(Ok);
    let mut answers =
        [Ok(JobId::new(7)), Ok(None), Err(StoreError::IdempotencyMismatch)].into_iter();
    repository.expect_accepted_before().returning(move |_, _| answers.next().unwrap());
    let jobs = jobs(repository, MOST);
    let again = jobs.generate(new_job(1), Some(key())).await.unwrap();
    assert_eq!((again.id.get(), again.replayed), (7, true));
    let unknown = jobs.generate(new_job(1), Some(key())).await;
    assert!(matches!(unknown, Err(EngineError::QueueFull { .. })));
    let other = jobs.generate(new_job(1), Some(key())).await;
    assert!(matches!(other, Err(EngineError::Conflict(_))));
}

#[tokio::test]
async fn a_queue_without_bound_is_not_looked_at() {
    let jobs = jobs(accepting(), 0);
    jobs.generate(new_job(1), None).await.unwrap();
}
