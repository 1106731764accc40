//! A router over mocks, requests to it, and jobs in every state.

use std::sync::Arc;

use api::{ApiSettings, Services};
use axum::Router;
use axum::body::Body;
use domain::{
    ApiKey, ApiKeyToken, Attempt, Event, Hypothesis, Job, JobId, JobInputs, ManualClock, NewJob,
    NewScript, Priority, Question, Scope, Script, ScriptId, ScriptStatus, Timestamp, Topic,
};
use egress::MockEgress;
use engine::{
    Adapters, Audit, Connections, Drifts, Exits, Jobs, Keys, Knowledge, Listeners, Pace, Scripts,
    Tester,
};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use metrics_exporter_prometheus::PrometheusBuilder;
use sandbox::{Limits, MockScriptRunner};
use serde_json::Value;
use store::{
    AuditRepository, Board, MockApiKeyRepository, MockAuditRepository, MockConnectionRepository,
    MockDriftRepository, MockJobRepository, MockKnowledgeRepository, MockScriptRepository,
    ScriptRepository,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use vault::Vault;

use crate::description;

pub(crate) const SCRIPTS: &str = "/api/v1/adapter-scripts";

/// The layers below; a call that a test did not set up panics and becomes a 500.
#[derive(Default)]
pub(crate) struct Below {
    pub(crate) jobs: MockJobRepository,
    pub(crate) scripts: MockScriptRepository,
    pub(crate) knowledge: MockKnowledgeRepository,
    pub(crate) runner: MockScriptRunner,
    pub(crate) egress: MockEgress,
    /// Tells listeners of changes.
    pub(crate) board: Board,
    /// Ends all listening.
    pub(crate) shutdown: CancellationToken,
    pub(crate) connections: MockConnectionRepository,
    pub(crate) drift: MockDriftRepository,
    pub(crate) vault: Vault,
    pub(crate) audit: MockAuditRepository,
}

impl Below {
    /// A router that knows one key with these scopes.
    pub(crate) fn router(self, scopes: &[Scope]) -> Router {
        self.router_with(scopes, ApiSettings::default())
    }

    pub(crate) fn router_with(self, scopes: &[Scope], settings: ApiSettings) -> Router {
        api::router(self.services(scopes), settings)
    }

    fn services(self, scopes: &[Scope]) -> Services {
        let known = key(scopes);
        let mut keys = MockApiKeyRepository::new();
        keys.expect_by_prefix()
            .returning(move |prefix| Ok(Some(known.clone()).filter(|key| key.prefix == prefix)));
        let clock = Arc::new(ManualClock::default());
        let exits: Exits = Arc::new(|guard| {
            Arc::new(egress::GuardedClient::new(guard, egress::Limits::default()))
        });
        let connections = Arc::new(Connections::new(
            Arc::new(self.connections),
            self.vault,
            exits,
            clock.clone(),
        ));
        let pace = Pace { every: std::time::Duration::ZERO, burst: 1 };
        let scripts: Arc<dyn ScriptRepository> = Arc::new(self.scripts);
        let runner = Arc::new(self.runner);
        let knowledge = Arc::new(self.knowledge);
        let authors = vec!["synth".parse().unwrap()];
        let tester = Arc::new(Tester::new(runner.clone(), Limits::TEST, clock.clone()));
        let jobs = Arc::new(self.jobs);
        let audit: Arc<dyn AuditRepository> = Arc::new(self.audit);
        let listeners = Arc::new(Listeners::new(jobs.clone(), Arc::new(self.board), 2));
        let (all, shutdown) = (listeners.clone(), self.shutdown);
        tokio::spawn(async move { all.run(shutdown).await });
        let jobs = Arc::new(Jobs::new(jobs, authors, clock.clone()));
        let drifts = Arc::new(Drifts::new(
            Arc::new(self.drift),
            jobs.clone(),
            runner.clone(),
            Limits::TEST,
            clock.clone(),
        ));
        Services {
            jobs,
            listeners,
            adapters: Arc::new(Adapters::new(
                (scripts.clone(), knowledge.clone(), &Board::default()),
                connections.clone(),
                drifts.clone(),
                (runner.clone(), Limits::TEST),
                pace,
                audit.clone(),
                clock.clone(),
            )),
            drifts,
            connections,
            scripts: Arc::new(Scripts::new(
                scripts,
                knowledge.clone(),
                runner,
                Limits::TEST,
                tester,
                clock.clone(),
            )),
            knowledge: Arc::new(Knowledge::new(knowledge, Arc::new(self.egress), clock.clone())),
            audit: Arc::new(Audit::new(audit)),
            keys: Arc::new(Keys::new(Arc::new(keys), clock)),
            meters: PrometheusBuilder::new().build_recorder().handle(),
        }
    }
}

pub(crate) fn token() -> ApiKeyToken {
    ApiKeyToken::new("abcDEF12".to_owned(), "s".repeat(ApiKeyToken::SECRET_LENGTH)).unwrap()
}

pub(crate) fn key(scopes: &[Scope]) -> ApiKey {
    ApiKey {
        prefix: token().prefix().to_owned(),
        name: "till team".to_owned(),
        scopes: scopes.to_vec(),
        secret_hash: token().secret_hash(),
        created_at: Timestamp::UNIX_EPOCH,
        expires_at: None,
        revoked_at: None,
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Checks that it is an error in its one form, and gives field and message.
    pub(crate) fn error(&self, status: u16) -> (String, String) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/json");
        let body = self.json();
        let names: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!(names, ["error"]);
        let error = &body["error"];
        let names: Vec<&String> = error.as_object().unwrap().keys().collect();
        assert_eq!(names, ["code", "message", "details", "field"]);
        assert_eq!(error["code"], status);
        let text = |name: &str| error[name].as_str().unwrap().to_owned();
        assert!(!text("message").is_empty());
        (text("field"), text("message"))
    }
}

/// Sends a request and holds the answer against the OpenAPI description.
pub(crate) async fn send(router: Router, request: Request<Body>) -> Answer {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.into()).unwrap();
    let answer = Answer { status: parts.status, headers: parts.headers, text };
    description::check(&method, &path, &answer);
    answer
}

/// A request with the known key.
pub(crate) fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).header("x-api-key", token().reveal())
}

pub(crate) fn get(path: &str) -> Request<Body> {
    request("GET", path).body(Body::empty()).unwrap()
}

pub(crate) fn post(path: &str, body: &Value) -> Request<Body> {
    with_json("POST", path, body.to_string())
}

pub(crate) fn with_json(method: &str, path: &str, body: impl Into<Body>) -> Request<Body> {
    request(method, path).header("content-type", "application/json").body(body.into()).unwrap()
}

pub(crate) fn new_job() -> NewJob {
    NewJob {
        provider: "my-till".parse().unwrap(),
        topic: Topic::SyncProducts,
        author: None,
        max_retries: 1,
        callback_url: None,
        priority: Priority::Normal,
        started_by: domain::Actor::named("till team"),
        inputs: JobInputs::default(),
    }
}

pub(crate) fn accepted() -> Job {
    Job::accepted(JobId::new(7).unwrap(), &new_job(), Timestamp::UNIX_EPOCH)
}

/// A job after these events.
pub(crate) fn job_after(events: impl IntoIterator<Item = Event>) -> Job {
    let mut job = accepted();
    for event in events {
        job.apply(event, Timestamp::UNIX_EPOCH).unwrap();
    }
    job
}

pub(crate) fn gathered() -> Event {
    Event::Gathered { summary: "1 sample".to_owned() }
}

pub(crate) fn drafted() -> Event {
    let hypothesis = Hypothesis {
        source: "function transform(input) { return {products: []}; }".to_owned(),
        author: "synth".parse().unwrap(),
        provenance: Vec::new(),
    };
    Event::Drafted { hypothesis }
}

pub(crate) fn asked() -> Event {
    Event::Asked { question: Question::plain("Which price is the right one?") }
}

pub(crate) fn attempt(passed: bool) -> Attempt {
    Attempt {
        attempt: 1,
        passed,
        error: if passed { String::new() } else { "menu: products[0].price is missing".to_owned() },
        output_preview: "{\"products\":[]}".to_owned(),
        output_count: 0,
        timestamp: Timestamp::UNIX_EPOCH,
    }
}

pub(crate) fn script(status: ScriptStatus) -> Script {
    Script {
        id: ScriptId::new(3).unwrap(),
        version: 2,
        status,
        content: NewScript {
            provider: "my-till".parse().unwrap(),
            topic: Topic::SyncProducts,
            source: "function transform(input) { return {products: []}; }".to_owned(),
            author: Some("synth".parse().unwrap()),
            job: JobId::new(7),
            started_by: Some(domain::Actor::named("till team")),
            provenance: vec![domain::FieldSource {
                field: "products[].name".to_owned(),
                source: "items[].title".to_owned(),
                reason: "the same word".to_owned(),
                confidence: 0.9,
                runner_up: String::new(),
            }],
            test_results: vec![attempt(true)],
        },
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}
