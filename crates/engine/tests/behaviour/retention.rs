//! Old jobs go, a few at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use chrono::TimeDelta;
use domain::ManualClock;
use engine::Retention;
use store::MockJobRepository;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::support::*;

#[tokio::test(start_paused = true)]
async fn batches_follow_until_nothing_is_left_and_the_next_look_is_much_later() {
    let calls = Arc::new(AtomicU32::new(0));
    let called = Arc::clone(&calls);
    let mut jobs = MockJobRepository::new();
    jobs.expect_remove_over().returning(move |before, _| {
        assert_eq!(before, NOW - TimeDelta::days(90));
        match called.fetch_add(1, SeqCst) {
            0 | 1 => Ok(500),
            2 => Ok(0),
            _ => Err(away()),
        }
    });
    let clock = Arc::new(ManualClock::default());
    let shutdown = CancellationToken::new();
    let retention = Retention::new(Arc::new(jobs), clock, TimeDelta::days(90));
    let task = tokio::spawn(retention.run(shutdown.clone()));
    sleep(Duration::from_mins(12)).await;
    assert_eq!(calls.load(SeqCst), 3);
    sleep(Duration::from_mins(10)).await;
    assert_eq!(calls.load(SeqCst), 4);
    sleep(Duration::from_mins(12)).await;
    assert_eq!(calls.load(SeqCst), 5, "a failure is no end");
    shutdown.cancel();
    task.await.unwrap();
}
