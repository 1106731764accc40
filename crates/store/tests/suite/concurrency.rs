//! Many at once, and callers who go away.

use std::collections::HashSet;
use std::time::Duration;

use domain::State;
use store::JobFilter;

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    many_claimers_of_two_programs_get_each_job_once,
    an_expired_job_goes_to_one_of_many_claimers,
    a_caller_who_goes_away_leaves_whole_jobs_and_a_usable_pool,
    a_unit_of_work_goes_on_without_its_caller,
    jobs_that_complete_at_once_have_a_version_each_beside_scripts_by_hand,
);

async fn many_claimers_of_two_programs_get_each_job_once(fresh: Fresh) {
    const JOBS: usize = 40;
    let mut wanted = HashSet::new();
    for _ in 0..JOBS {
        wanted.insert(created(&*fresh.db.jobs(), new_job()).await);
    }
    let programs = [fresh.db.clone(), fresh.another().await];
    let claimers = (0..10).map(|number| {
        let jobs = programs[number % 2].jobs();
        tokio::spawn(async move {
            let name = worker(&format!("w{number}"));
            let mut got = Vec::new();
            loop {
                let held = jobs.claim(&name, LONG, &room(3)).await.unwrap();
                if held.is_empty() {
                    break;
                }
                got.extend(held.into_iter().map(|held| held.lease));
            }
            got
        })
    });
    let mut got = Vec::new();
    for claimer in claimers.collect::<Vec<_>>() {
        got.extend(claimer.await.unwrap());
    }
    assert_eq!(got.len(), JOBS);
    assert!(got.iter().all(|lease| lease.fence == 1), "{got:?}");
    assert_eq!(got.into_iter().map(|lease| lease.job).collect::<HashSet<_>>(), wanted);
}

async fn an_expired_job_goes_to_one_of_many_claimers(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    created(&*jobs, new_job()).await;
    claim(&*jobs, "dead", Duration::ZERO).await.unwrap();
    let claimers = (0..8).map(|number| {
        let jobs = fresh.db.jobs();
        tokio::spawn(async move { claim(&*jobs, &format!("w{number}"), LONG).await })
    });
    let mut got = Vec::new();
    for claimer in claimers.collect::<Vec<_>>() {
        got.extend(claimer.await.unwrap());
    }
    assert_eq!(got.len(), 1, "{got:?}");
    assert_eq!(got[0].lease.fence, 2);
}

async fn a_caller_who_goes_away_leaves_whole_jobs_and_a_usable_pool(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    // Gone after each number of polls: before BEGIN is sent, while it is on its way, and so on.
    for polls in 0..60 {
        let mut create = jobs.create(job_with_inputs(), None, now());
        for _ in 0..polls {
            if polled_once(&mut create).await {
                break;
            }
        }
    }
    let last = created(&*jobs, job_with_inputs()).await;
    let page = jobs.list(JobFilter::default(), first_page(100)).await.unwrap();
    // A job whose caller has gone may still be created after the last one.
    assert!(page.items.iter().any(|job| job.id == last), "{last} in {page:?}");
    for job in page.items {
        assert_eq!(jobs.inputs(job.id).await.unwrap(), job_with_inputs().inputs);
    }
}

async fn a_unit_of_work_goes_on_without_its_caller(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    // Now and then a unit is done before its caller looks: then there is nothing to leave.
    let mut started = 0;
    loop {
        started += 1;
        let mut create = jobs.create(new_job(), None, now());
        if !polled_once(&mut create).await {
            break;
        }
        assert!(started < 50, "there was never anything to leave");
    }
    for _ in 0..1_000 {
        let page = jobs.list(JobFilter::default(), first_page(100)).await.unwrap();
        if page.items.len() == started {
            return;
        }
    }
    panic!("the job was not created");
}

/// Polls once and lets others run; says whether the future is ready.
async fn polled_once(future: &mut (impl Future + Unpin)) -> bool {
    let ready = std::future::poll_fn(|context| {
        std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_ready())
    })
    .await;
    tokio::task::yield_now().await;
    ready
}

async fn jobs_that_complete_at_once_have_a_version_each_beside_scripts_by_hand(fresh: Fresh) {
    const JOBS: usize = 12;
    let jobs = fresh.db.jobs();
    for _ in 0..JOBS {
        created(&*jobs, new_job()).await;
    }
    let claimed = jobs.claim(&worker("one"), LONG, &room(20)).await.unwrap();
    assert_eq!(claimed.len(), JOBS);
    let completions = claimed.into_iter().map(|mut held| {
        let (jobs, scripts) = (fresh.db.jobs(), fresh.db.scripts());
        tokio::spawn(async move {
            to_completed(&mut held.job);
            let by_hand = scripts.insert(new_script(), act(now())).await.unwrap();
            let id = jobs.complete(&held.lease, &held.job, script_of(held.job.id)).await.unwrap();
            let job = jobs.get(held.job.id).await.unwrap().unwrap();
            assert_eq!((job.state, job.result_script), (State::Completed, Some(id)));
            let script = scripts.get(id).await.unwrap().unwrap();
            assert_eq!(script.content, script_of(job.id));
            [by_hand.version, script.version]
        })
    });
    let mut versions = Vec::new();
    for completion in completions.collect::<Vec<_>>() {
        versions.extend(completion.await.unwrap());
    }
    versions.sort_unstable();
    assert_eq!(versions, (1..=2 * JOBS).map(|n| u32::try_from(n).unwrap()).collect::<Vec<_>>());
}
