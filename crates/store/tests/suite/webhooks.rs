//! What callers are to be told.

use std::time::Duration;

use domain::{Event, NewJob, Question};
use store::StoreError;

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    a_stop_and_its_webhook_are_one_change,
    a_webhook_is_taken_once_until_its_lease_ends,
    what_arrived_or_was_given_up_is_never_due,
    nobody_is_told_without_an_address
);

const LEASE: Duration = Duration::from_mins(1);

fn telling() -> NewJob {
    NewJob { callback_url: Some("https://example.com/hook".parse().unwrap()), ..new_job() }
}

/// A job that was claimed and asks.
async fn asks(fresh: &Fresh, new: NewJob) {
    let jobs = fresh.db.jobs();
    jobs.create(new, None, now()).await.unwrap();
    let claimed = claim(&*jobs, "one", LEASE).await.unwrap();
    let mut job = claimed.job;
    job.apply(Event::Started, now()).unwrap();
    job.apply(Event::Asked { question: Question::plain("Which?") }, now()).unwrap();
    jobs.save(&claimed.lease, &job).await.unwrap();
    // The lease ended with it: the second writes nothing, and tells nobody.
    assert!(matches!(jobs.save(&claimed.lease, &job).await, Err(StoreError::LeaseLost)));
}

async fn a_stop_and_its_webhook_are_one_change(fresh: Fresh) {
    asks(&fresh, telling()).await;
    let due = fresh.db.webhooks().take_due(LEASE).await.unwrap().unwrap();
    assert_eq!(due.attempt, 1);
    assert_eq!(due.announcement.url.as_str(), "https://example.com/hook");
    assert!(due.announcement.body.contains("job.needs_clarification"));
    let job = fresh.db.jobs().get(due.job).await.unwrap().unwrap();
    assert_eq!(due.accepted, job.created_at, "it tells which trace it belongs to");
}

async fn a_webhook_is_taken_once_until_its_lease_ends(fresh: Fresh) {
    asks(&fresh, telling()).await;
    let webhooks = fresh.db.webhooks();
    let first = webhooks.take_due(LEASE).await.unwrap().unwrap();
    assert_eq!(webhooks.take_due(LEASE).await.unwrap(), None);
    webhooks.retry(&first.announcement.id, Duration::ZERO, "it answered 503").await.unwrap();
    let second = webhooks.take_due(Duration::ZERO).await.unwrap().unwrap();
    assert_eq!((second.attempt, &second.announcement), (2, &first.announcement));
    let third = webhooks.take_due(LEASE).await.unwrap().unwrap();
    assert_eq!(third.attempt, 3, "nothing was heard of the second");
}

async fn what_arrived_or_was_given_up_is_never_due(fresh: Fresh) {
    let webhooks = fresh.db.webhooks();
    asks(&fresh, telling()).await;
    let due = webhooks.take_due(Duration::ZERO).await.unwrap().unwrap();
    webhooks.delivered(&due.announcement.id).await.unwrap();
    webhooks.retry(&due.announcement.id, Duration::ZERO, "late").await.unwrap();
    assert_eq!(webhooks.take_due(LEASE).await.unwrap(), None);
    asks(&fresh, telling()).await;
    let due = webhooks.take_due(Duration::ZERO).await.unwrap().unwrap();
    webhooks.give_up(&due.announcement.id, "it answered 410").await.unwrap();
    assert_eq!(webhooks.take_due(LEASE).await.unwrap(), None);
}

async fn nobody_is_told_without_an_address(fresh: Fresh) {
    asks(&fresh, new_job()).await;
    assert_eq!(fresh.db.webhooks().take_due(LEASE).await.unwrap(), None);
}
