//! Active scripts against accounts, as far as no call is made.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{
    ConnectionStatus, DriftId, JobId, ManualClock, NewScript, Owner, ProviderConnection, Script,
    ScriptId, ScriptStatus, Timestamp, Topic,
};
use egress::{GuardedClient, Response, StatusCode};
use engine::{Adapters, Connections, Drifts, EngineError, Exits, Jobs, LiveRun, Pace};
use sandbox::{Limits, RunError, RunReport};
use serde_json::{Value, json};
use store::{
    ConnectionWithSecrets, Counted, MockAuditRepository, MockConnectionRepository,
    MockDriftRepository, MockJobRepository, MockKnowledgeRepository, MockScriptRepository,
    StoreError,
};
use vault::Vault;

use crate::support::*;

fn script(topic: Topic) -> Script {
    Script {
        id: ScriptId::new(9).unwrap(),
        version: 3,
        status: ScriptStatus::Active,
        content: NewScript {
            provider: "my-till".parse().unwrap(),
            topic,
            source: "active".to_owned(),
            author: None,
            job: None,
            started_by: None,
            provenance: Vec::new(),
            test_results: Vec::new(),
        },
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

fn connection(status: ConnectionStatus, provider: &str) -> ConnectionWithSecrets {
    let connection = ProviderConnection {
        owner: Owner::named("team"),
        slug: "my-till".parse().unwrap(),
        provider: provider.parse().unwrap(),
        status,
        message: String::new(),
        base_url: "https://till.example".to_owned(),
        webhook_url: String::new(),
        allow_hosts: Vec::new(),
        config: serde_json::Map::new(),
        tested_at: None,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    };
    ConnectionWithSecrets { connection, secrets: Vec::new() }
}

/// What was written down of tests.
type Tested = Arc<Mutex<Vec<(ConnectionStatus, String)>>>;

fn adapters(
    known: ConnectionWithSecrets,
    outcome: impl Fn() -> Result<Value, RunError> + Send + Sync + 'static,
    tested: &Tested,
) -> Adapters {
    let mut audit = MockAuditRepository::new();
    audit.expect_append().returning(|_| Ok(()));
    audited(known, outcome, tested, audit)
}

fn audited(
    known: ConnectionWithSecrets,
    outcome: impl Fn() -> Result<Value, RunError> + Send + Sync + 'static,
    tested: &Tested,
    audit: MockAuditRepository,
) -> Adapters {
    let mut scripts = MockScriptRepository::new();
    scripts.expect_active().returning(|_, topic| Ok(Some(script(topic))));
    let mut repository = MockConnectionRepository::new();
    repository.expect_get().returning(move |_, _| Ok(Some(known.clone())));
    let notes = Arc::clone(tested);
    repository.expect_tested().returning(move |_, status, message, _| {
        notes.lock().unwrap().push((status, message.to_owned()));
        Ok(true)
    });
    // Checks addresses, and answers 201 to whatever is sent.
    let exits: Exits = Arc::new(|guard| {
        let real = GuardedClient::new(guard, egress::Limits::default());
        let mut egress = egress::MockEgress::new();
        egress.expect_check_url().returning(move |text| egress::Egress::check_url(&real, text));
        egress.expect_send().returning(|request| {
            Ok(Response {
                status: StatusCode::CREATED,
                headers: egress::HeaderMap::new(),
                body: "{\"id\": 1}".into(),
                url: request.url().clone(),
            })
        });
        Arc::new(egress)
    });
    let clock = Arc::new(ManualClock::default());
    let connections =
        Connections::new(Arc::new(repository), Vault::default(), exits, clock.clone());
    let runner =
        runner(move |_, _| RunReport { duration: Duration::from_millis(5), ..report(outcome()) });
    let pace = Pace { every: Duration::ZERO, burst: 1 };
    let (runner, mut drift) = (Arc::new(runner), MockDriftRepository::new());
    // Whatever breaks is known and under repair.
    drift.expect_count().returning(|_, _| {
        Ok(Some(Counted { id: DriftId::new(1).unwrap(), repair: JobId::new(2) }))
    });
    let jobs = Arc::new(Jobs::new(Arc::new(MockJobRepository::new()), Vec::new(), clock.clone()));
    let drifts = Drifts::new(Arc::new(drift), jobs, runner.clone(), Limits::TEST, clock.clone());
    Adapters::new(
        (Arc::new(scripts), Arc::new(MockKnowledgeRepository::new()), &store::Board::default()),
        Arc::new(connections),
        Arc::new(drifts),
        (runner, Limits::TEST),
        pace,
        Arc::new(audit),
        clock,
    )
}

fn usual(outcome: Value) -> Adapters {
    let known = connection(ConnectionStatus::Untested, "my-till");
    adapters(known, move || Ok(outcome.clone()), &Tested::default())
}

fn run(topic: Topic, send: bool) -> LiveRun {
    let provider = "my-till".parse().unwrap();
    LiveRun { provider, topic, connection: None, payload: None, send, retry: false }
}

fn owner() -> Owner {
    Owner::named("team")
}

#[tokio::test]
async fn what_is_sent_is_written_down_first() {
    let order = json!({"url": "/orders", "method": "POST", "headers": {}, "body": {}});
    let known = || connection(ConnectionStatus::Untested, "my-till");
    let with = |audit| {
        let order = order.clone();
        audited(known(), move || Ok(order.clone()), &Tested::default(), audit)
    };
    let mut audit = MockAuditRepository::new();
    audit.expect_append().times(1).returning(|act| {
        assert_eq!((act.actor.as_str(), act.action.as_str()), ("team", "run.sent"));
        assert_eq!((act.subject.as_str(), act.topic), ("9", Some(Topic::OrderDispatch)));
        assert_eq!(act.details, "version 3 through connection my-till");
        Ok(())
    });
    let adapters = with(audit);
    let report = adapters.run(&owner(), run(Topic::OrderDispatch, true)).await.unwrap();
    assert_eq!(report.sent.len(), 1);
    adapters.run(&owner(), run(Topic::OrderDispatch, false)).await.unwrap();
    // Of what cannot be written down nothing is sent.
    let mut audit = MockAuditRepository::new();
    audit.expect_append().returning(|_| Err(StoreError::Unavailable("gone".to_owned())));
    let failed = with(audit).run(&owner(), run(Topic::OrderDispatch, true)).await;
    assert!(matches!(failed, Err(EngineError::Store(_))), "{failed:?}");
}

#[tokio::test]
async fn requests_of_an_output_that_keeps_the_contract_are_sent_in_order() {
    let request =
        |path: &str| json!({"url": path, "method": "POST", "headers": {}, "body": {"a": 1}});
    let output = json!({"requests": [request("/a"), request("/b")]});
    let adapters = usual(output);
    let report = adapters.run(&owner(), run(Topic::SnoozeItems, true)).await.unwrap();
    assert_eq!((report.script.get(), report.version), (9, 3));
    let paths: Vec<&str> = report.calls.iter().map(|call| call.path.as_str()).collect();
    assert_eq!(paths, ["/a", "/b"]);
    assert_eq!(report.sent[1].as_ref().unwrap().body, json!({"id": 1}));
    let report = adapters.run(&owner(), run(Topic::SnoozeItems, false)).await.unwrap();
    assert!(report.sent.is_empty() && report.calls.is_empty());
}

#[tokio::test]
async fn an_output_that_breaks_the_contract_is_told_and_not_sent() {
    let adapters = usual(json!({"url": "/a", "method": "BREW", "headers": {}, "body": null}));
    let report = adapters.run(&owner(), run(Topic::OrderDispatch, true)).await.unwrap();
    assert!(!report.violations.is_empty() && report.sent.is_empty() && report.calls.is_empty());
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_before_anything_runs() {
    let never = || -> Result<Value, RunError> { panic!("it ran") };
    let off = connection(ConnectionStatus::Disabled, "my-till");
    let other = connection(ConnectionStatus::Connected, "other-till");
    let usual = connection(ConnectionStatus::Connected, "my-till");
    let topic = Topic::SyncProducts;
    let refused = adapters(off, never, &Tested::default()).run(&owner(), run(topic, false)).await;
    assert!(matches!(refused, Err(EngineError::Conflict(_))), "{refused:?}");
    let refused = adapters(other, never, &Tested::default()).run(&owner(), run(topic, false)).await;
    assert!(matches!(&refused, Err(EngineError::Invalid { field, .. }) if field == "connection"));
    let refused = adapters(usual, never, &Tested::default()).run(&owner(), run(topic, true)).await;
    assert!(matches!(&refused, Err(EngineError::Invalid { field, .. }) if field == "send"));
}

#[tokio::test]
async fn a_test_says_what_the_script_says_and_writes_it_down() {
    let threw = || RunError::Threw { message: "no such host".to_owned(), stack: String::new() };
    let cases: [(Result<Value, RunError>, ConnectionStatus, &str); 4] = [
        (Ok(json!({"ok": true, "message": "hello"})), ConnectionStatus::Connected, "hello"),
        (Ok(json!({"ok": false, "message": "bad key"})), ConnectionStatus::Error, "bad key"),
        (Ok(json!({"ok": "yes"})), ConnectionStatus::Error, "ok"),
        (Err(threw()), ConnectionStatus::Error, "the script threw: no such host"),
    ];
    for (outcome, status, words) in cases {
        let tested = Tested::default();
        let known = connection(ConnectionStatus::Untested, "my-till");
        let adapters = adapters(known, move || outcome.clone(), &tested);
        let test = adapters.test(&owner(), &"my-till".parse().unwrap()).await.unwrap();
        assert_eq!((test.status, test.latency), (status, Duration::from_millis(5)));
        assert!(test.message.contains(words), "{}", test.message);
        assert_eq!(*tested.lock().unwrap(), [(status, test.message)]);
    }
}
