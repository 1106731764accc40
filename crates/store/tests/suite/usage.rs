//! What authors used.

use std::time::Duration;

use domain::{Allowance, AuthorName, Usage};
use store::{Lease, Reserved, StoreError};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    usage_adds_up_by_author_and_day,
    usage_of_many_at_once_loses_nothing,
    what_is_set_aside_is_not_there_for_others_until_it_is_released,
    jobs_at_once_never_set_aside_more_than_the_day_has,
    what_a_dead_worker_set_aside_is_there_again,
    the_last_call_of_a_day_gets_what_is_left,
    a_job_sets_aside_for_one_call_at_a_time,
    who_lost_the_lease_sets_nothing_aside,
);

const ONE: Usage = Usage { tokens_in: 100, tokens_out: 20, tokens_cached: 60, cost_micros: 1_500 };

async fn usage_adds_up_by_author_and_day(fresh: Fresh) {
    let usage = fresh.db.usage();
    let [claude, other] = ["claude", "other"].map(|name| name.parse().unwrap());
    assert_eq!(usage.on_day(&claude, now()).await.unwrap(), Usage::default());
    usage.add(&claude, ONE, now()).await.unwrap();
    usage.add(&claude, ONE, later(1)).await.unwrap();
    usage.add(&other, ONE, now()).await.unwrap();
    let mut twice = ONE;
    twice += ONE;
    assert_eq!(usage.on_day(&claude, now()).await.unwrap(), twice);
    assert_eq!(usage.on_day(&other, now()).await.unwrap(), ONE);
    assert_eq!(usage.on_day(&claude, later(24 * 3600)).await.unwrap(), Usage::default());
}

async fn usage_of_many_at_once_loses_nothing(fresh: Fresh) {
    let claude = "claude".parse().unwrap();
    let adding = (0..20).map(|_| {
        let (usage, claude): (_, domain::AuthorName) =
            (fresh.db.usage(), "claude".parse().unwrap());
        tokio::spawn(async move { usage.add(&claude, ONE, now()).await.unwrap() })
    });
    for done in adding.collect::<Vec<_>>() {
        done.await.unwrap();
    }
    assert_eq!(fresh.db.usage().on_day(&claude, now()).await.unwrap().tokens_in, 2_000);
}

/// A budget that pays for this often [`ONE`].
fn day_of(often: u64) -> Allowance {
    Allowance { tokens: Some(ONE.tokens() * often), cost_micros: Some(ONE.cost_micros * often) }
}

fn claude() -> AuthorName {
    "claude".parse().unwrap()
}

async fn set_aside(fresh: &Fresh, lease: &Lease, per_day: Allowance) -> Reserved {
    fresh.db.usage().reserve(lease, &claude(), ONE, per_day, now()).await.unwrap()
}

const WHOLE: Reserved =
    Reserved::Yes(Allowance { tokens: Some(ONE.tokens()), cost_micros: Some(ONE.cost_micros) });

async fn what_is_set_aside_is_not_there_for_others_until_it_is_released(fresh: Fresh) {
    let [one, two] = [a_claimed_job(&fresh.db).await.lease, a_claimed_job(&fresh.db).await.lease];
    assert_eq!(set_aside(&fresh, &one, day_of(1)).await, WHOLE);
    assert_eq!(set_aside(&fresh, &two, day_of(1)).await, Reserved::Held);
    // Of another author or day there is enough.
    let usage = fresh.db.usage();
    let other = "other".parse().unwrap();
    assert_eq!(usage.reserve(&two, &other, ONE, day_of(1), now()).await.unwrap(), WHOLE);
    let tomorrow = later(24 * 3600);
    assert_eq!(usage.reserve(&two, &claude(), ONE, day_of(1), tomorrow).await.unwrap(), WHOLE);
    usage.release(&one).await.unwrap();
    assert_eq!(set_aside(&fresh, &two, day_of(1)).await, WHOLE);
}

async fn jobs_at_once_never_set_aside_more_than_the_day_has(fresh: Fresh) {
    fresh.db.usage().add(&claude(), ONE, now()).await.unwrap();
    let mut leases = Vec::new();
    for _ in 0..12 {
        leases.push(a_claimed_job(&fresh.db).await.lease);
    }
    let asking = leases.into_iter().map(|lease| {
        let fresh = fresh.clone();
        tokio::spawn(async move { set_aside(&fresh, &lease, day_of(5)).await })
    });
    let mut granted = 0;
    for asked in asking.collect::<Vec<_>>() {
        granted += usize::from(asked.await.unwrap() == WHOLE);
    }
    assert_eq!(granted, 4, "one fifth is used");
}

async fn what_a_dead_worker_set_aside_is_there_again(fresh: Fresh) {
    let [dead, two] = [a_claimed_job(&fresh.db).await.lease, a_claimed_job(&fresh.db).await.lease];
    assert_eq!(set_aside(&fresh, &dead, day_of(1)).await, WHOLE);
    fresh.db.jobs().renew(&dead, Duration::ZERO).await.unwrap();
    assert_eq!(set_aside(&fresh, &two, day_of(1)).await, WHOLE);
    // The job is claimed again, under another fence: what its first worker set aside is void.
    fresh.db.usage().release(&two).await.unwrap();
    let again = claimed(&*fresh.db.jobs()).await.lease;
    assert_eq!(again.job, dead.job);
    assert_eq!(set_aside(&fresh, &two, day_of(1)).await, WHOLE);
}

async fn the_last_call_of_a_day_gets_what_is_left(fresh: Fresh) {
    let one = a_claimed_job(&fresh.db).await.lease;
    let per_day = Allowance { tokens: Some(ONE.tokens() * 3 / 2), cost_micros: None };
    fresh.db.usage().add(&claude(), ONE, now()).await.unwrap();
    let left = Allowance { tokens: Some(ONE.tokens() / 2), cost_micros: Some(ONE.cost_micros) };
    assert_eq!(set_aside(&fresh, &one, per_day).await, Reserved::Yes(left));
}

async fn a_job_sets_aside_for_one_call_at_a_time(fresh: Fresh) {
    let one = a_claimed_job(&fresh.db).await.lease;
    for _ in 0..3 {
        assert_eq!(set_aside(&fresh, &one, day_of(1)).await, WHOLE);
    }
}

async fn who_lost_the_lease_sets_nothing_aside(fresh: Fresh) {
    let held = a_claimed_job(&fresh.db).await;
    fresh.db.jobs().release(&held.lease).await.unwrap();
    let asked = fresh.db.usage().reserve(&held.lease, &claude(), ONE, day_of(1), now()).await;
    assert!(matches!(asked, Err(StoreError::LeaseLost)), "{asked:?}");
    fresh.db.usage().release(&held.lease).await.unwrap();
}
