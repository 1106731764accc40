//! The same key means the same request.

use std::sync::Arc;

use store::{Idempotency, JobFilter, StoreError};
use tokio::sync::Barrier;

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    the_same_key_and_request_give_the_same_job,
    the_same_key_with_another_request_is_refused,
    keys_of_two_owners_do_not_clash,
    a_key_counts_for_a_day,
    of_eight_requests_at_once_one_makes_the_job,
);

fn key(owner: &str, key: &str, request_hash: &str) -> Idempotency {
    let [owner, key, request_hash] = [owner, key, request_hash].map(str::to_owned);
    Idempotency { owner, key, request_hash }
}

async fn the_same_key_and_request_give_the_same_job(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let first = jobs.create(new_job(), Some(key("a", "k", "h")), now()).await.unwrap();
    let second = jobs.create(new_job(), Some(key("a", "k", "h")), later(60)).await.unwrap();
    assert_eq!((first.replayed, second.replayed), (false, true));
    assert_eq!(first.id, second.id);
    let all = jobs.list(JobFilter::default(), first_page(9)).await.unwrap();
    assert_eq!(all.items.len(), 1);
}

async fn the_same_key_with_another_request_is_refused(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    jobs.create(new_job(), Some(key("a", "k", "h")), now()).await.unwrap();
    let refused = jobs.create(new_job(), Some(key("a", "k", "other")), now()).await;
    assert!(matches!(refused, Err(StoreError::IdempotencyMismatch)), "{refused:?}");
    let all = jobs.list(JobFilter::default(), first_page(9)).await.unwrap();
    assert_eq!(all.items.len(), 1);
}

async fn keys_of_two_owners_do_not_clash(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let first = jobs.create(new_job(), Some(key("a", "k", "h")), now()).await.unwrap();
    let second = jobs.create(new_job(), Some(key("b", "k", "other")), now()).await.unwrap();
    assert!(!second.replayed);
    assert_ne!(first.id, second.id);
}

async fn a_key_counts_for_a_day(fresh: Fresh) {
    const DAY: i64 = 24 * 60 * 60;
    let jobs = fresh.db.jobs();
    let first = jobs.create(new_job(), Some(key("a", "k", "h")), now()).await.unwrap();
    let within = jobs.create(new_job(), Some(key("a", "k", "h")), later(DAY - 1)).await.unwrap();
    assert_eq!(within.id, first.id);
    let after = jobs.create(new_job(), Some(key("a", "k", "other")), later(DAY)).await.unwrap();
    assert!(!after.replayed);
    assert_ne!(after.id, first.id);
}

async fn of_eight_requests_at_once_one_makes_the_job(fresh: Fresh) {
    for round in 0..6 {
        let start = Arc::new(Barrier::new(8));
        let requests = (0..8).map(|_| {
            let (jobs, start) = (fresh.db.jobs(), Arc::clone(&start));
            let used = key("a", &format!("k{round}"), "h");
            tokio::spawn(async move {
                start.wait().await;
                jobs.create(new_job(), Some(used), now()).await
            })
        });
        let mut made = Vec::new();
        for request in requests.collect::<Vec<_>>() {
            made.push(request.await.unwrap().unwrap());
        }
        assert_eq!(made.iter().filter(|created| !created.replayed).count(), 1);
        assert!(made.iter().all(|created| created.id == made[0].id), "{made:?}");
    }
    let all = fresh.db.jobs().list(JobFilter::default(), first_page(99)).await.unwrap();
    assert_eq!(all.items.len(), 6);
}
