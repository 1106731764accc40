//! Jobs as records: created, read, listed.

use domain::{Event, GivenDocument, JobId, JobInputs, NewJob, Status, Topic};
use store::{Glance, JobFilter, PageRequest, StoreError};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    a_new_job_is_queued_and_reads_back,
    a_job_reads_back_with_all_that_happened_to_it,
    inputs_read_back_to_the_last_character,
    a_job_that_is_not_there_is_none_and_has_no_inputs,
    a_list_is_newest_first_and_narrowed_by_each_filter,
    pages_follow_each_other_without_gap_or_overlap,
    a_record_that_cannot_be_read_is_corrupt,
    inputs_of_megabytes_are_kept,
);

async fn a_new_job_is_queued_and_reads_back(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let created = jobs.create(job_with_inputs(), None, now()).await.unwrap();
    assert!(!created.replayed);
    let job = jobs.get(created.id).await.unwrap().unwrap();
    assert_eq!(job, domain::Job::accepted(created.id, &job_with_inputs(), now()));
}

async fn a_job_reads_back_with_all_that_happened_to_it(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    created(&*jobs, job_with_inputs()).await;
    let mut held = claimed(&*jobs).await;
    let question = serde_json::from_str(
        r#"{"text": "Two fit.", "points": [{"field": "price", "prompt": "?", "choices": []}]}"#,
    )
    .unwrap();
    to_testing(&mut held.job);
    apply(&mut held.job, Event::TestsFailed { attempt: an_attempt(1, false) });
    apply(&mut held.job, Event::RetryPrepared);
    apply(&mut held.job, Event::Asked { question });
    jobs.save(&held.lease, &held.job).await.unwrap();

    let mut job = jobs.get(held.job.id).await.unwrap().unwrap();
    assert_eq!(job, held.job);
    assert_eq!((job.attempts.len(), job.rounds.len(), job.retries), (1, 1, 1));
    assert!(job.hypothesis.is_some());

    let read = job.version;
    apply(&mut job, Event::Answered { response: "the \"net\" one\n✓".to_owned() });
    jobs.amend(&job, read, act(now())).await.unwrap();
    assert_eq!(jobs.glance(job.id).await.unwrap(), Some(Glance::from(&job)));
    assert_eq!(jobs.get(job.id).await.unwrap(), Some(job));
}

async fn inputs_read_back_to_the_last_character(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let id = created(&*jobs, job_with_inputs()).await;
    let read = jobs.inputs(id).await.unwrap();
    assert_eq!(read, job_with_inputs().inputs);
    // Equality of JSON does not look at the order of keys.
    let keys = |inputs: &JobInputs| serde_json::to_string(&inputs.samples).unwrap();
    assert_eq!(keys(&read), keys(&job_with_inputs().inputs));
}

async fn a_job_that_is_not_there_is_none_and_has_no_inputs(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let id = JobId::new(77).unwrap();
    assert_eq!(jobs.get(id).await.unwrap(), None);
    assert_eq!(jobs.glance(id).await.unwrap(), None);
    assert_eq!(jobs.inputs(id).await.unwrap(), JobInputs::default());
}

async fn a_list_is_newest_first_and_narrowed_by_each_filter(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let first = created(&*jobs, new_job()).await;
    let other = NewJob { provider: "other".parse().unwrap(), ..new_job() };
    let second = created(&*jobs, other).await;
    let outlet = NewJob { topic: Topic::SyncOutlet, ..new_job() };
    let third = created(&*jobs, outlet).await;
    let mut held = claimed(&*jobs).await;
    assert_eq!(held.job.id, first);
    apply(&mut held.job, Event::Started);
    jobs.save(&held.lease, &held.job).await.unwrap();

    let none = JobFilter::default();
    let cases = [
        (none.clone(), vec![third, second, first]),
        (JobFilter { status: Some(Status::Running), ..none.clone() }, vec![first]),
        (
            JobFilter { provider: Some("my-till".parse().unwrap()), ..none.clone() },
            vec![third, first],
        ),
        (JobFilter { topic: Some(Topic::SyncProducts), ..none.clone() }, vec![second, first]),
        (
            JobFilter {
                status: Some(Status::Pending),
                provider: Some("my-till".parse().unwrap()),
                topic: Some(Topic::SyncOutlet),
            },
            vec![third],
        ),
        (JobFilter { status: Some(Status::Failed), ..none }, vec![]),
    ];
    for (filter, wanted) in cases {
        let page = jobs.list(filter.clone(), first_page(10)).await.unwrap();
        let ids: Vec<_> = page.items.iter().map(|job| job.id).collect();
        assert_eq!(ids, wanted, "{filter:?}");
        assert_eq!(page.next, None);
    }
}

async fn pages_follow_each_other_without_gap_or_overlap(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut wanted = Vec::new();
    for _ in 0..5 {
        wanted.insert(0, created(&*jobs, new_job()).await);
    }
    let mut seen = Vec::new();
    let mut sizes = Vec::new();
    let mut before = None;
    loop {
        let request = PageRequest { before, limit: 2 };
        let page = jobs.list(JobFilter::default(), request).await.unwrap();
        sizes.push(page.items.len());
        seen.extend(page.items.iter().map(|job| job.id));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, wanted);
    assert_eq!(sizes, [2, 2, 1]);
}

async fn a_record_that_cannot_be_read_is_corrupt(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let id = created(&*jobs, new_job()).await;
    fresh.meddle("UPDATE jobs SET stage = 'done'").await;
    match jobs.get(id).await {
        Err(StoreError::Corrupt(what)) => assert!(what.contains(&format!("job {id}")), "{what}"),
        other => panic!("{other:?}"),
    }
}

async fn inputs_of_megabytes_are_kept(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut new = new_job();
    new.inputs.documents =
        vec![GivenDocument::Text(a_document("big.txt", &"0123456789".repeat(500_000)))];
    let id = created(&*jobs, new.clone()).await;
    assert_eq!(jobs.inputs(id).await.unwrap(), new.inputs);
}
