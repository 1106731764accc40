//! No NUL character gets in where text from outside does: PostgreSQL could not keep it, and both
//! databases shall behave alike.

use domain::{Event, GivenDocument, JobInputs, NewJob, NewScript};
use serde_json::json;
use store::{Idempotency, StoreError};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    inputs_with_a_nul_are_refused_by_field,
    an_idempotency_key_with_a_nul_is_refused,
    a_response_with_a_nul_is_refused,
    a_hypothesis_with_a_nul_is_refused,
    a_script_with_a_nul_is_refused,
    knowledge_with_a_nul_is_refused,
    what_a_test_found_may_hold_a_nul,
);

fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>, wanted: &str) {
    match result {
        Err(StoreError::Nul { field }) => assert_eq!(field, wanted),
        other => panic!("{wanted}: {other:?}"),
    }
}

fn with_inputs(inputs: JobInputs) -> NewJob {
    NewJob { inputs, ..new_job() }
}

async fn inputs_with_a_nul_are_refused_by_field(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut sample = a_sample("a");
    sample.payload = Some(json!({"items": [{"name": "x\0"}]}));
    let inputs = JobInputs { samples: vec![sample], ..JobInputs::default() };
    let field = "samples[0].payload.items[0].name";
    refused(jobs.create(with_inputs(inputs), None, now()).await, field);
    let documents =
        [a_document("a", "fine"), a_document("b", "x\0")].map(GivenDocument::Text).into();
    let inputs = JobInputs { documents, ..JobInputs::default() };
    refused(jobs.create(with_inputs(inputs), None, now()).await, "documents[1].content");
}

async fn an_idempotency_key_with_a_nul_is_refused(fresh: Fresh) {
    let key =
        Idempotency { owner: "a".to_owned(), key: "k\0".to_owned(), request_hash: "h".to_owned() };
    refused(fresh.db.jobs().create(new_job(), Some(key), now()).await, "Idempotency-Key");
}

async fn a_response_with_a_nul_is_refused(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut held = a_claimed_job(&fresh.db).await;
    to_waiting(&mut held.job);
    jobs.save(&held.lease, &held.job).await.unwrap();
    let read = held.job.version;
    apply(&mut held.job, Event::Answered { response: "a\0".to_owned() });
    refused(jobs.amend(&held.job, read, act(now())).await, "response");
}

async fn a_hypothesis_with_a_nul_is_refused(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let held = a_claimed_job(&fresh.db).await;
    let mut source = a_hypothesis();
    source.source.push('\0');
    let mut provenance = a_hypothesis();
    provenance.provenance[0].reason.push('\0');
    let cases = [(source, "hypothesis.source"), (provenance, "hypothesis.provenance[0].reason")];
    for (hypothesis, field) in cases {
        let mut job = held.job.clone();
        apply(&mut job, Event::Started);
        apply(&mut job, Event::Gathered { summary: String::new() });
        apply(&mut job, Event::Drafted { hypothesis });
        refused(jobs.save(&held.lease, &job).await, field);
    }
}

async fn a_script_with_a_nul_is_refused(fresh: Fresh) {
    let script = NewScript { source: "a\0".to_owned(), ..new_script() };
    refused(fresh.db.scripts().insert(script.clone(), act(now())).await, "source");
    let mut held = a_claimed_job(&fresh.db).await;
    to_completed(&mut held.job);
    refused(fresh.db.jobs().complete(&held.lease, &held.job, script).await, "source");
}

async fn knowledge_with_a_nul_is_refused(fresh: Fresh) {
    let knowledge = fresh.db.knowledge();
    let till = "my-till".parse().unwrap();
    let document = a_document("a", "x\0");
    refused(knowledge.put_document(&till, document, act(now())).await, "content");
    let mut sample = a_sample("a");
    sample.connection.api_key.push('\0');
    let topic = domain::Topic::SyncOutlet;
    refused(
        knowledge.put_sample(&till, topic, sample, act(now())).await,
        "sample.connection.apiKey",
    );
}

async fn what_a_test_found_may_hold_a_nul(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut held = a_claimed_job(&fresh.db).await;
    to_testing(&mut held.job);
    let attempt = an_attempt(1, false);
    assert!(attempt.error.contains('\0'));
    apply(&mut held.job, Event::TestsFailed { attempt });
    jobs.save(&held.lease, &held.job).await.unwrap();
    let read = jobs.get(held.job.id).await.unwrap().unwrap();
    assert_eq!(read.attempts, held.job.attempts);
}
