//! How the queue stands.

use store::{Census, Idempotency, StoreError};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    jobs_are_counted_by_what_they_wait_for,
    a_count_stops_at_its_bound,
    the_next_job_says_since_when_it_waits,
    a_key_is_known_without_making_a_job,
);

async fn jobs_are_counted_by_what_they_wait_for(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    assert_eq!(jobs.census(9).await.unwrap(), Census::default());
    for _ in 0..3 {
        created(&*jobs, new_job()).await;
    }
    claimed(&*jobs).await;
    let census = jobs.census(9).await.unwrap();
    assert_eq!((census.waiting, census.pending, census.running), (2, 3, 0));
    assert_eq!((census.needs_clarification, jobs.waiting(9).await.unwrap()), (0, 2));
    let mut held = claimed(&*jobs).await;
    held.job.apply(domain::Event::Started, now()).unwrap();
    jobs.save(&held.lease, &held.job).await.unwrap();
    let census = jobs.census(9).await.unwrap();
    assert_eq!((census.waiting, census.pending, census.running), (1, 2, 1));
    held.job.apply(domain::Event::Gathered { summary: String::new() }, now()).unwrap();
    let question = domain::Question::plain("Which?");
    held.job.apply(domain::Event::Asked { question }, now()).unwrap();
    jobs.save(&held.lease, &held.job).await.unwrap();
    let census = jobs.census(9).await.unwrap();
    assert_eq!((census.running, census.needs_clarification), (0, 1));
}

async fn a_count_stops_at_its_bound(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    for _ in 0..4 {
        created(&*jobs, new_job()).await;
    }
    let census = jobs.census(3).await.unwrap();
    assert_eq!((census.waiting, census.pending), (3, 3));
    assert_eq!(jobs.waiting(3).await.unwrap(), 3);
}

async fn the_next_job_says_since_when_it_waits(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    jobs.create(new_job(), None, later(1)).await.unwrap();
    jobs.create(new_job(), None, later(2)).await.unwrap();
    assert_eq!(jobs.census(9).await.unwrap().next_since, Some(later(1)));
    claimed(&*jobs).await;
    assert_eq!(jobs.census(9).await.unwrap().next_since, Some(later(2)));
}

async fn a_key_is_known_without_making_a_job(fresh: Fresh) {
    const DAY: i64 = 24 * 60 * 60;
    let jobs = fresh.db.jobs();
    let key = |hash: &str| {
        let [owner, key, request_hash] = ["a", "k", hash].map(str::to_owned);
        Idempotency { owner, key, request_hash }
    };
    assert_eq!(jobs.accepted_before(&key("h"), now()).await.unwrap(), None);
    let made = jobs.create(new_job(), Some(key("h")), now()).await.unwrap();
    assert_eq!(jobs.accepted_before(&key("h"), later(DAY - 1)).await.unwrap(), Some(made.id));
    assert_eq!(jobs.accepted_before(&key("h"), later(DAY)).await.unwrap(), None);
    let refused = jobs.accepted_before(&key("other"), now()).await;
    assert!(matches!(refused, Err(StoreError::IdempotencyMismatch)), "{refused:?}");
    assert_eq!(jobs.waiting(9).await.unwrap(), 1);
}
