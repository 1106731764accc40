//! What becomes of a script in use that breaks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{
    ConnectionStatus, DriftId, DriftKind, JobId, ManualClock, NewDrift, NewJob, NewScript, Owner,
    ProviderConnection, RepairPolicy, Sample, Script, ScriptId, ScriptStatus, Timestamp, Topic,
};
use egress::{Response, StatusCode};
use engine::{Adapters, Connections, Drifts, EngineError, Exits, Jobs, LiveRun, Pace, Recording};
use sandbox::{
    HttpCall, HttpHost, Limits, MockScriptRunner, MockScriptSession, RunError, RunReport,
};
use serde_json::{Value, json};
use store::{
    ConnectionWithSecrets, Counted, MockConnectionRepository, MockDriftRepository,
    MockJobRepository, MockKnowledgeRepository, MockScriptRepository, RepairJob, StoreError,
};
use vault::Vault;

use crate::support::*;

/// What was written down.
#[derive(Default)]
struct Written {
    opened: Vec<(NewDrift, Option<Sample>)>,
    repairs: Vec<NewJob>,
    samples: Vec<Sample>,
}

type Notes = Arc<Mutex<Written>>;

fn id() -> DriftId {
    DriftId::new(12).unwrap()
}

/// Keeps what is written in `notes`; the vendor's policy is `policy`.
fn drift(policy: RepairPolicy, notes: &Notes) -> MockDriftRepository {
    let mut drift = MockDriftRepository::new();
    drift.expect_policy().returning(move |_| Ok(policy));
    drift.expect_count().returning(|_, _| Ok(None));
    let opened = Arc::clone(notes);
    drift.expect_open().returning(move |new, sample, _| {
        opened.lock().unwrap().opened.push((new, sample));
        Ok(Counted { id: id(), repair: None })
    });
    let known = Arc::clone(notes);
    drift.expect_get().returning(move |id| {
        let (seen, _) = known.lock().unwrap().opened[0].clone();
        Ok(Some(domain::Drift {
            id,
            seen,
            status: domain::DriftStatus::Open,
            count: 1,
            first_seen: NOW,
            last_seen: NOW,
            repair: None,
            resolved_at: None,
            resolved_by: String::new(),
        }))
    });
    let kept = Arc::clone(notes);
    drift.expect_sample().returning(move |_| Ok(kept.lock().unwrap().opened[0].1.clone()));
    let repairs = Arc::clone(notes);
    drift.expect_open_repair().returning(move |_, new, _| {
        repairs.lock().unwrap().repairs.push(new);
        Ok(RepairJob { job: JobId::new(5).unwrap(), is_new: true })
    });
    drift
}

fn script(status: ScriptStatus) -> Script {
    Script {
        id: ScriptId::new(9).unwrap(),
        version: 3,
        status,
        content: NewScript {
            started_by: Some(domain::Actor::server()),
            provider: "my-till".parse().unwrap(),
            topic: Topic::SyncProducts,
            source: "in use".to_owned(),
            author: None,
            job: None,
            provenance: Vec::new(),
            test_results: Vec::new(),
        },
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

/// A vendor that answers every call with `body`.
fn exits(body: &'static str) -> Exits {
    Arc::new(move |_| {
        let mut egress = egress::MockEgress::new();
        egress.expect_check_url().returning(|text| Ok(text.parse().unwrap()));
        egress.expect_send().returning(move |request| {
            Ok(Response {
                status: StatusCode::OK,
                headers: egress::HeaderMap::new(),
                body: body.into(),
                url: request.url().clone(),
            })
        });
        Arc::new(egress)
    })
}

fn connections(body: &'static str) -> Connections {
    let mut repository = MockConnectionRepository::new();
    repository.expect_get().returning(|owner, slug| {
        let connection = ProviderConnection {
            owner: owner.clone(),
            slug: slug.clone(),
            provider: "my-till".parse().unwrap(),
            status: ConnectionStatus::Connected,
            message: String::new(),
            base_url: "https://till.example/v1".to_owned(),
            webhook_url: String::new(),
            allow_hosts: Vec::new(),
            config: serde_json::Map::new(),
            tested_at: None,
            created_at: NOW,
            updated_at: NOW,
        };
        Ok(Some(ConnectionWithSecrets { connection, secrets: Vec::new() }))
    });
    let clock = Arc::new(ManualClock::default());
    Connections::new(Arc::new(repository), Vault::default(), exits(body), clock)
}

fn adapters(
    drift: MockDriftRepository,
    runner: MockScriptRunner,
    body: &'static str,
    notes: &Notes,
) -> Adapters {
    let mut scripts = MockScriptRepository::new();
    scripts.expect_active().returning(|_, _| Ok(Some(script(ScriptStatus::Active))));
    scripts.expect_get().returning(|_| Ok(Some(script(ScriptStatus::Candidate))));
    let mut knowledge = MockKnowledgeRepository::new();
    let kept = Arc::clone(notes);
    knowledge.expect_put_sample().returning(move |_, _, sample, _| {
        kept.lock().unwrap().samples.push(sample);
        Ok(())
    });
    let clock = Arc::new(ManualClock::default());
    let jobs = Arc::new(Jobs::new(Arc::new(MockJobRepository::new()), Vec::new(), clock.clone()));
    let runner = Arc::new(runner);
    let drifts = Drifts::new(Arc::new(drift), jobs, runner.clone(), Limits::TEST, clock.clone());
    Adapters::new(
        (Arc::new(scripts), Arc::new(knowledge), &store::Board::default()),
        Arc::new(connections(body)),
        Arc::new(drifts),
        (runner, Limits::TEST),
        Pace { every: Duration::ZERO, burst: 1 },
        Arc::new(store::MockAuditRepository::new()),
        clock,
    )
}

/// Runs the script in use on a payload with somebody's name in it.
async fn run(adapters: &Adapters) -> Result<(), EngineError> {
    let payload = json!({
        "items": [{"id": 1, "name": "Tea", "price": "4.50"}], "customer": {"name": "Maria Lopez"},
    });
    run_on(adapters, Some(payload)).await
}

async fn run_on(adapters: &Adapters, payload: Option<Value>) -> Result<(), EngineError> {
    let run = LiveRun {
        provider: "my-till".parse().unwrap(),
        topic: Topic::SyncProducts,
        connection: None,
        payload,
        send: false,
        retry: false,
    };
    adapters.run(&Owner::named("team"), run).await.map(drop)
}

/// A script that takes over the price and the customer as they are.
fn careless() -> MockScriptRunner {
    runner(|_, input| {
        let item = &input.payload["items"][0];
        let name = &input.payload["customer"]["name"];
        report(Ok(json!({"products": [
            {"itemCode": "1", "name": item["name"], "price": item["price"], "description": name},
        ]})))
    })
}

#[tokio::test]
async fn a_failure_is_written_down_with_a_sample_that_shows_it_and_nobody_in_it() {
    let notes = Notes::default();
    let adapters = adapters(drift(RepairPolicy::Off, &notes), careless(), "{}", &notes);
    run(&adapters).await.unwrap();
    let written = notes.lock().unwrap();
    let (new, sample) = &written.opened[0];
    assert_eq!((new.key.script.get(), new.key.kind), (9, DriftKind::Contract));
    assert_eq!(new.key.path, "products[].price");
    assert!(new.reproduced && new.failure.contains("products[0].price"), "{new:?}");
    assert_eq!(new.owner, Some(Owner::named("team")));
    let payload = sample.as_ref().unwrap().payload.as_ref().unwrap();
    assert_eq!(payload["items"], json!([{"id": 1, "name": "Tea", "price": "4.50"}]));
    assert!(!format!("{new:?} {payload}").contains("Maria"), "{payload}");
    assert!(written.repairs.is_empty());
}

#[tokio::test]
async fn where_the_policy_says_so_a_job_gets_the_old_script_the_failure_and_the_sample() {
    let notes = Notes::default();
    let adapters = adapters(drift(RepairPolicy::On, &notes), careless(), "{}", &notes);
    run(&adapters).await.unwrap();
    let written = notes.lock().unwrap();
    let inputs = &written.repairs[0].inputs;
    assert_eq!(inputs.samples[0].name.as_str(), "drift-12");
    let repair = inputs.repair.as_ref().unwrap();
    assert_eq!((repair.script.get(), repair.source.as_str()), (9, "in use"));
    assert_eq!(repair.failure, written.opened[0].0.failure);
}

#[tokio::test]
async fn what_the_masked_sample_does_not_show_is_left_to_people() {
    let notes = Notes::default();
    // It breaks on one name alone, which nobody is told.
    let picky = runner(|_, input| {
        let name = &input.payload["customer"]["name"];
        let message = format!("Error: no such guest: {name}, call +49 170 1234567");
        let stack = "at transform (script.js:7:3)".to_owned();
        report(match name.as_str() {
            Some("Maria Lopez") => Err(RunError::Threw { message, stack }),
            _ => Ok(right_output()),
        })
    });
    let adapters = adapters(drift(RepairPolicy::On, &notes), picky, "{}", &notes);
    run(&adapters).await.unwrap();
    let written = notes.lock().unwrap();
    let (new, _) = &written.opened[0];
    assert_eq!((new.key.kind, new.key.path.as_str()), (DriftKind::Threw, "line 7"));
    assert!(!new.reproduced && !new.failure.contains("170 1234567"), "{new:?}");
    assert!(!new.failure.contains("Maria"), "{new:?}");
    assert!(written.repairs.is_empty());
}

#[tokio::test]
async fn a_run_is_told_as_it_was_when_its_failure_cannot_be_written_down() {
    let mut drift = MockDriftRepository::new();
    drift.expect_count().returning(|_, _| Err(StoreError::Unavailable("away".to_owned())));
    run(&adapters(drift, careless(), "{}", &Notes::default())).await.unwrap();
}

#[tokio::test]
async fn a_script_that_does_what_it_should_leaves_no_trace() {
    let right = runner(|_, _| report(Ok(right_output())));
    run(&adapters(MockDriftRepository::new(), right, "{}", &Notes::default())).await.unwrap();
}

#[tokio::test]
async fn a_run_that_had_nothing_of_the_vendor_s_shows_no_drift() {
    let adapters = adapters(MockDriftRepository::new(), careless(), "{}", &Notes::default());
    run_on(&adapters, None).await.unwrap();
}

/// A runner whose scripts make a call of this method.
fn calling(method: domain::HttpMethod) -> MockScriptRunner {
    let mut runner = MockScriptRunner::new();
    runner.expect_open_for().returning(move |_, _, _| {
        let mut session = MockScriptSession::new();
        session.expect_run().returning(move |_, host: Arc<dyn HttpHost>| {
            let (headers, body) = (BTreeMap::new(), Value::Null);
            let call = HttpCall { method, url: "/items".to_owned(), headers, body };
            let made = futures::executor::block_on(host.call(call));
            let outcome = match made {
                Ok(_) => {
                    Err(RunError::Threw { message: "no draft".to_owned(), stack: String::new() })
                }
                Err(sandbox::HttpCallError::Failed { call, reason }) => {
                    Err(RunError::HttpFailed { call, reason })
                }
                Err(other) => panic!("{other}"),
            };
            Ok(RunReport { ..report(outcome) })
        });
        Ok(Box::new(session))
    });
    runner
}

fn recording() -> Recording {
    Recording {
        provider: "my-till".parse().unwrap(),
        topic: Topic::SyncProducts,
        script: ScriptId::new(9),
        connection: None,
        payload: None,
        name: "menu".parse().unwrap(),
    }
}

#[tokio::test]
async fn what_a_vendor_answers_to_a_draft_is_kept_whatever_the_draft_makes_of_it() {
    let notes = Notes::default();
    let body = "{\"items\": [{\"id\": 1}], \"contact\": {\"name\": \"Maria Lopez\"}}";
    let runner = calling(domain::HttpMethod::Get);
    let adapters = adapters(MockDriftRepository::new(), runner, body, &notes);
    let recorded = adapters.record(&Owner::named("team"), recording()).await.unwrap();
    assert!(recorded.error.is_some() && recorded.calls.len() == 1, "{recorded:?}");
    let kept = notes.lock().unwrap().samples.clone();
    assert_eq!(kept, [recorded.sample]);
    assert_eq!(kept[0].http[0].body["items"], json!([{"id": 1}]));
    assert!(!format!("{kept:?}").contains("Maria"), "{kept:?}");
}

#[tokio::test]
async fn a_recording_that_would_change_something_is_refused_and_kept_nowhere() {
    let notes = Notes::default();
    let runner = calling(domain::HttpMethod::Post);
    let adapters = adapters(MockDriftRepository::new(), runner, "{}", &notes);
    let refused = adapters.record(&Owner::named("team"), recording()).await.unwrap_err();
    assert!(refused.to_string().contains("POST is not"), "{refused}");
    let other = Recording { topic: Topic::SyncOutlet, ..recording() };
    let refused = adapters.record(&Owner::named("team"), other).await.unwrap_err();
    assert!(refused.to_string().contains("not of my-till sync_outlet"), "{refused}");
    assert!(notes.lock().unwrap().samples.is_empty());
}

#[tokio::test]
async fn a_script_that_calls_nobody_has_nothing_to_record() {
    let notes = Notes::default();
    let adapters = adapters(MockDriftRepository::new(), careless(), "{}", &notes);
    let refused = adapters.record(&Owner::named("team"), recording()).await.unwrap_err();
    assert!(refused.to_string().contains("made no call"), "{refused}");
}

#[tokio::test]
async fn what_breaks_while_somebody_records_is_told_to_them_and_is_no_drift() {
    let in_use = || Recording { script: None, ..recording() };
    let runner = calling(domain::HttpMethod::Get);
    let calls = adapters(MockDriftRepository::new(), runner, "{}", &Notes::default());
    let recorded = calls.record(&Owner::named("team"), in_use()).await.unwrap();
    assert!(recorded.error.is_some(), "{recorded:?}");

    let throws = runner_that_throws("no payload");
    let adapters = adapters(MockDriftRepository::new(), throws, "{}", &Notes::default());
    let refused = adapters.record(&Owner::named("team"), in_use()).await.unwrap_err();
    let said = refused.to_string();
    assert!(said.contains("made no call") && said.contains("no payload"), "{said}");
}

fn runner_that_throws(message: &'static str) -> MockScriptRunner {
    runner(move |_, _| {
        let (message, stack) = (message.to_owned(), String::new());
        report(Err(RunError::Threw { message, stack }))
    })
}
