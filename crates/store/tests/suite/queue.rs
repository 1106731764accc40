//! In which order jobs are claimed, and which are left.

use std::time::Duration;

use domain::{Event, JobId, NewJob, Out, Outage, Priority};
use store::{JobRepository, Room, StoreError};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    a_provider_that_floods_the_queue_does_not_keep_others_waiting,
    two_floods_take_turns,
    newcomers_do_not_go_ahead_of_those_who_wait_for_ever,
    a_higher_priority_goes_first,
    a_claim_takes_no_more_than_there_is_room_for,
    jobs_of_authors_that_have_enough_to_do_are_left_to_others,
    a_postponed_job_waits_and_its_former_worker_cannot_write,
    a_postponed_job_is_claimed_when_its_moment_has_come,
    why_a_job_waits_is_known_to_whoever_claims_it_next,
    a_death_in_the_same_stage_is_counted,
    a_new_stage_and_a_release_count_no_death,
    an_answered_job_has_seen_no_death,
    a_record_that_cannot_be_read_does_not_keep_others_from_being_claimed,
);

fn of(provider: &str) -> NewJob {
    NewJob { provider: provider.parse().unwrap(), ..new_job() }
}

async fn accepted(jobs: &dyn JobRepository, number: usize, new: NewJob) -> Vec<JobId> {
    let mut ids = Vec::new();
    for _ in 0..number {
        ids.push(created(jobs, new.clone()).await);
    }
    ids
}

/// Claims all that can be claimed; gives the numbers in their order.
async fn order(jobs: &dyn JobRepository) -> Vec<JobId> {
    let mut order = Vec::new();
    while let Some(held) = claim(jobs, "w", LONG).await {
        order.push(held.job.id);
    }
    order
}

async fn a_provider_that_floods_the_queue_does_not_keep_others_waiting(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let flood = accepted(&*jobs, 20, of("loud")).await;
    claimed(&*jobs).await;
    claimed(&*jobs).await;
    let quiet = created(&*jobs, of("quiet")).await;
    let order = order(&*jobs).await;
    let place = order.iter().position(|id| *id == quiet).unwrap();
    assert!(place <= 2, "{quiet} in {order:?}");
    assert_eq!(order.len(), flood.len() - 2 + 1);
}

async fn two_floods_take_turns(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let first = accepted(&*jobs, 6, of("first")).await;
    let second = accepted(&*jobs, 3, of("second")).await;
    let order = order(&*jobs).await;
    let of_second: Vec<_> = order
        .iter()
        .enumerate()
        .filter_map(|(place, id)| second.contains(id).then_some(place))
        .collect();
    assert!(of_second.iter().zip([2, 4, 6]).all(|(place, last)| *place <= last), "{order:?}");
    assert_eq!(order.last(), first.last());
}

async fn newcomers_do_not_go_ahead_of_those_who_wait_for_ever(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let flood = accepted(&*jobs, 3, of("loud")).await;
    let mut done = Vec::new();
    for number in 0..6 {
        // Somebody new each time, and never two in the queue.
        created(&*jobs, of(&format!("new-{number}"))).await;
        let mut held = claimed(&*jobs).await;
        apply(&mut held.job, Event::GaveUp { reason: "no way".to_owned() });
        jobs.save(&held.lease, &held.job).await.unwrap();
        done.push(held.job.id);
    }
    assert!(flood.iter().all(|id| done.contains(id)), "{flood:?} of {done:?}");
}

async fn a_higher_priority_goes_first(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let with = |priority| NewJob { priority, ..new_job() };
    let low = created(&*jobs, with(Priority::Low)).await;
    let normal = created(&*jobs, with(Priority::Normal)).await;
    let high = created(&*jobs, with(Priority::High)).await;
    assert_eq!(order(&*jobs).await, [high, normal, low]);
}

async fn a_claim_takes_no_more_than_there_is_room_for(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let ids = accepted(&*jobs, 5, new_job()).await;
    assert_eq!(jobs.claim(&worker("w"), LONG, &room(0)).await.unwrap(), []);
    let some = jobs.claim(&worker("w"), LONG, &room(3)).await.unwrap();
    assert_eq!(some.iter().map(|held| held.job.id).collect::<Vec<_>>(), ids[..3]);
    let rest = jobs.claim(&worker("w"), LONG, &room(3)).await.unwrap();
    assert_eq!(rest.iter().map(|held| held.job.id).collect::<Vec<_>>(), ids[3..]);
}

async fn jobs_of_authors_that_have_enough_to_do_are_left_to_others(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let by = |author: &str| NewJob { author: Some(author.parse().unwrap()), ..new_job() };
    let anyone = created(&*jobs, new_job()).await;
    let claude = created(&*jobs, by("claude")).await;
    let gpt = created(&*jobs, by("gpt")).await;
    let without = |names: &[&str], unnamed: bool| {
        let mut without: Vec<_> = names.iter().map(|name| Some(name.parse().unwrap())).collect();
        without.extend(unnamed.then_some(None));
        Room { jobs: 9, without }
    };
    for (room, wanted) in [
        (without(&["claude"], false), vec![anyone, gpt]),
        (without(&["claude"], true), vec![gpt]),
        (without(&["claude", "gpt"], false), vec![anyone]),
        (without(&[], true), vec![claude, gpt]),
    ] {
        let held = jobs.claim(&worker("w"), LONG, &room).await.unwrap();
        let mut ids: Vec<_> = held.iter().map(|held| held.job.id).collect();
        ids.sort();
        assert_eq!(ids, wanted, "{room:?}");
        for held in held {
            jobs.release(&held.lease).await.unwrap();
        }
    }
}

async fn a_postponed_job_waits_and_its_former_worker_cannot_write(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut held = a_claimed_job(&fresh.db).await;
    jobs.postpone(&held.lease, LONG).await.unwrap();
    assert_eq!(claim(&*jobs, "other", LONG).await, None);
    apply(&mut held.job, Event::Started);
    let refused = jobs.save(&held.lease, &held.job).await;
    assert!(matches!(refused, Err(StoreError::LeaseLost)), "{refused:?}");
}

async fn a_postponed_job_is_claimed_when_its_moment_has_come(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let held = a_claimed_job(&fresh.db).await;
    jobs.postpone(&held.lease, Duration::ZERO).await.unwrap();
    let again = claimed(&*jobs).await;
    assert_eq!((again.job.id, again.deaths), (held.job.id, 0));
}

async fn why_a_job_waits_is_known_to_whoever_claims_it_next(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut held = a_claimed_job(&fresh.db).await;
    let out = vec![Out { author: "gpt".parse().unwrap(), why: "its \"key\"".to_owned() }];
    held.job.sit_out(Outage { since: later(1), out }, "waiting", later(1));
    jobs.save(&held.lease, &held.job).await.unwrap();
    jobs.postpone(&held.lease, Duration::ZERO).await.unwrap();
    let mut again = claimed(&*jobs).await;
    assert_eq!(again.job, held.job);
    apply(&mut again.job, Event::Started);
    jobs.save(&again.lease, &again.job).await.unwrap();
    assert_eq!(jobs.get(again.job.id).await.unwrap().unwrap().outage, None);
}

async fn a_death_in_the_same_stage_is_counted(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    created(&*jobs, new_job()).await;
    for deaths in 0..3 {
        let held = claim(&*jobs, "w", Duration::ZERO).await.unwrap();
        assert_eq!(held.deaths, deaths);
    }
}

async fn a_new_stage_and_a_release_count_no_death(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    created(&*jobs, new_job()).await;
    claim(&*jobs, "dead", Duration::ZERO).await.unwrap();
    let mut held = claimed(&*jobs).await;
    assert_eq!(held.deaths, 1);
    apply(&mut held.job, Event::Started);
    jobs.save(&held.lease, &held.job).await.unwrap();
    // A line in the log is no new stage.
    held.job.note("still here", later(1));
    jobs.save(&held.lease, &held.job).await.unwrap();
    jobs.release(&held.lease).await.unwrap();
    let next = claimed(&*jobs).await;
    assert_eq!(next.deaths, 0, "it was given back");
    jobs.renew(&next.lease, Duration::ZERO).await.unwrap();
    assert_eq!(claimed(&*jobs).await.deaths, 1, "it was not given back");
}

async fn an_answered_job_has_seen_no_death(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    created(&*jobs, new_job()).await;
    claim(&*jobs, "dead", Duration::ZERO).await.unwrap();
    let mut held = claimed(&*jobs).await;
    to_waiting(&mut held.job);
    jobs.save(&held.lease, &held.job).await.unwrap();
    let read = held.job.version;
    apply(&mut held.job, Event::Answered { response: "the first".to_owned() });
    jobs.amend(&held.job, read, act(now())).await.unwrap();
    assert_eq!(claimed(&*jobs).await.deaths, 0);
}

async fn a_record_that_cannot_be_read_does_not_keep_others_from_being_claimed(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let broken = created(&*jobs, new_job()).await;
    let whole = created(&*jobs, new_job()).await;
    fresh.meddle(&format!("UPDATE jobs SET stage = 'done' WHERE id = {broken}")).await;
    let held = jobs.claim(&worker("w"), LONG, &room(2)).await.unwrap();
    assert_eq!(held.iter().map(|held| held.job.id).collect::<Vec<_>>(), [whole]);
    assert_eq!(claim(&*jobs, "w", LONG).await, None);
}
