//! A console over mocks, and requests to it.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use api::{ApiSettings, Services};
use axum::Router;
use axum::body::Body;
use console::{ConsoleSettings, Desk};
use domain::{
    ApiKey, ApiKeyToken, Attempt, Event, Hypothesis, Job, JobId, JobInputs, ManualClock, NewJob,
    NewScript, Priority, Scope, Script, ScriptId, ScriptStatus, Session, SessionToken, Timestamp,
    Topic,
};
use egress::MockEgress;
use engine::{
    Adapters, Audit, Connections, Drifts, Evidence, Exits, Jobs, Keys, Knowledge, Listeners,
    Overview, Pace, Scripts, Sessions, Tester,
};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use metrics_exporter_prometheus::PrometheusBuilder;
use sandbox::{Limits, MockScriptRunner};
use store::{
    AuditRepository, Board, JobRepository, KnowledgeRepository, MockApiKeyRepository,
    MockAuditRepository, MockConnectionRepository, MockDriftRepository, MockJobRepository,
    MockKnowledgeRepository, MockOverviewRepository, MockScriptRepository, MockSessionRepository,
    ProvidersPage, ScriptRepository,
};
use tower::ServiceExt as _;
use vault::Vault;

/// What would be code if it were not text.
pub(crate) const HOSTILE: &str = "</code><script>alert(1)</script><img src=x onerror=alert(2)>\"'";

/// The layers below; a call that a test did not set up panics.
pub(crate) struct Below {
    pub(crate) jobs: MockJobRepository,
    pub(crate) scripts: MockScriptRepository,
    pub(crate) knowledge: MockKnowledgeRepository,
    pub(crate) runner: MockScriptRunner,
    pub(crate) sessions: MockSessionRepository,
    pub(crate) overview: MockOverviewRepository,
    pub(crate) audit: MockAuditRepository,
    pub(crate) drift: MockDriftRepository,
    pub(crate) connections: MockConnectionRepository,
    pub(crate) key: ApiKey,
    pub(crate) sign_ins: u32,
}

impl Below {
    /// Somebody is signed in with a key of these scopes.
    pub(crate) fn with(scopes: &[Scope]) -> Self {
        let mut sessions = MockSessionRepository::new();
        sessions.expect_get().returning(|hash, _| {
            let known = session();
            Ok(Some(known).filter(|known| known.token_hash == hash))
        });
        let mut overview = MockOverviewRepository::new();
        overview
            .expect_providers()
            .returning(|_, _, _| Ok(ProvidersPage { items: Vec::new(), next: None }));
        Self {
            jobs: MockJobRepository::new(),
            scripts: MockScriptRepository::new(),
            knowledge: MockKnowledgeRepository::new(),
            runner: MockScriptRunner::new(),
            sessions,
            overview,
            audit: MockAuditRepository::new(),
            drift: MockDriftRepository::new(),
            connections: MockConnectionRepository::new(),
            key: key(scopes),
            sign_ins: 100,
        }
    }

    pub(crate) fn router(self) -> Router {
        let mut keys = MockApiKeyRepository::new();
        let known = self.key;
        keys.expect_by_prefix()
            .returning(move |prefix| Ok(Some(known.clone()).filter(|key| key.prefix == prefix)));
        let clock = Arc::new(ManualClock::default());
        let keys = Arc::new(Keys::new(Arc::new(keys), clock.clone()));
        let exits: Exits = Arc::new(|guard| {
            Arc::new(egress::GuardedClient::new(guard, egress::Limits::default()))
        });
        let connections = Arc::new(Connections::new(
            Arc::new(self.connections),
            Vault::default(),
            exits,
            clock.clone(),
        ));
        let scripts: Arc<dyn ScriptRepository> = Arc::new(self.scripts);
        let jobs: Arc<dyn JobRepository> = Arc::new(self.jobs);
        let knowledge: Arc<dyn KnowledgeRepository> = Arc::new(self.knowledge);
        let runner = Arc::new(self.runner);
        let audit: Arc<dyn AuditRepository> = Arc::new(self.audit);
        let tester = Arc::new(Tester::new(runner.clone(), Limits::TEST, clock.clone()));
        let authors = vec!["synth".parse().unwrap()];
        let desk = Desk {
            sessions: Arc::new(Sessions::new(
                Arc::new(self.sessions),
                keys.clone(),
                Duration::from_hours(1),
                clock.clone(),
            )),
            overview: Arc::new(Overview::new(Arc::new(self.overview))),
            evidence: Arc::new(Evidence::new(
                scripts.clone(),
                jobs.clone(),
                knowledge.clone(),
                runner.clone(),
                Limits::TEST,
            )),
        };
        let job_cases = Arc::new(Jobs::new(jobs.clone(), authors, clock.clone()));
        let drifts = Arc::new(Drifts::new(
            Arc::new(self.drift),
            job_cases.clone(),
            runner.clone(),
            Limits::TEST,
            clock.clone(),
        ));
        let services = Services {
            jobs: job_cases,
            drifts: drifts.clone(),
            listeners: Arc::new(Listeners::new(jobs, Arc::new(Board::default()), 2)),
            adapters: Arc::new(Adapters::new(
                (scripts.clone(), knowledge.clone(), &Board::default()),
                connections.clone(),
                drifts,
                (runner.clone(), Limits::TEST),
                Pace { every: Duration::ZERO, burst: 1 },
                audit.clone(),
                clock.clone(),
            )),
            connections,
            scripts: Arc::new(Scripts::new(
                scripts,
                knowledge.clone(),
                runner,
                Limits::TEST,
                tester,
                clock.clone(),
            )),
            knowledge: Arc::new(Knowledge::new(knowledge, Arc::new(MockEgress::new()), clock)),
            audit: Arc::new(Audit::new(audit)),
            keys,
            meters: PrometheusBuilder::new().build_recorder().handle(),
        };
        let settings = ConsoleSettings {
            api: ApiSettings::default(),
            sign_ins_per_minute: NonZeroU32::new(self.sign_ins).unwrap(),
        };
        console::router(services, desk, settings)
    }
}

pub(crate) fn api_token() -> ApiKeyToken {
    ApiKeyToken::new("abcDEF12".to_owned(), "s".repeat(ApiKeyToken::SECRET_LENGTH)).unwrap()
}

fn key(scopes: &[Scope]) -> ApiKey {
    ApiKey {
        prefix: api_token().prefix().to_owned(),
        name: "till team".to_owned(),
        scopes: scopes.to_vec(),
        secret_hash: api_token().secret_hash(),
        created_at: Timestamp::UNIX_EPOCH,
        expires_at: None,
        revoked_at: None,
    }
}

/// What the browser of somebody who is signed in holds.
pub(crate) fn token() -> SessionToken {
    "t".repeat(SessionToken::LENGTH).parse().unwrap()
}

fn session() -> Session {
    Session {
        token_hash: token().hash(),
        key_prefix: api_token().prefix().to_owned(),
        created_at: Timestamp::UNIX_EPOCH,
        expires_at: Timestamp::UNIX_EPOCH + Duration::from_hours(1),
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect()
    }

    /// Checks that nothing of [`HOSTILE`] became a part of the page, and that it is there.
    pub(crate) fn shows_hostile_text(&self) {
        assert_eq!(self.status, 200, "{}", self.text);
        assert!(
            !self.text.contains("<script>alert") && !self.text.contains("<img"),
            "{}",
            self.text
        );
        assert!(self.text.contains("&#60;img src=x onerror=alert(2)&#62;"), "{}", self.text);
    }
}

pub(crate) async fn send(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.into()).unwrap();
    Answer { status: parts.status, headers: parts.headers, text }
}

/// A request of somebody who is signed in.
pub(crate) fn request(method: &str, path: &str) -> http::request::Builder {
    let cookie = format!("other=1; forge_session={}", token().reveal());
    Request::builder().method(method).uri(path).header("cookie", cookie)
}

pub(crate) fn get(path: &str) -> Request<Body> {
    request("GET", path).body(Body::empty()).unwrap()
}

/// A form of a page of theirs.
pub(crate) fn post(path: &str, fields: &str) -> Request<Body> {
    let body = format!("form_token={}&{fields}", token().form_token());
    post_as_it_is(path, body)
}

pub(crate) fn post_as_it_is(path: &str, body: impl Into<Body>) -> Request<Body> {
    let form = "application/x-www-form-urlencoded";
    request("POST", path).header("content-type", form).body(body.into()).unwrap()
}

pub(crate) fn accepted() -> Job {
    let new = NewJob {
        provider: "my-till".parse().unwrap(),
        topic: Topic::SyncProducts,
        author: None,
        max_retries: 1,
        callback_url: None,
        priority: Priority::Normal,
        started_by: domain::Actor::named("till team"),
        inputs: JobInputs::default(),
    };
    Job::accepted(JobId::new(7).unwrap(), &new, Timestamp::UNIX_EPOCH)
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

pub(crate) fn drafted(source: &str) -> Event {
    let hypothesis = Hypothesis {
        source: source.to_owned(),
        author: "synth".parse().unwrap(),
        provenance: Vec::new(),
    };
    Event::Drafted { hypothesis }
}

pub(crate) fn attempt(passed: bool, error: &str) -> Attempt {
    Attempt {
        attempt: 1,
        passed,
        error: error.to_owned(),
        output_preview: "{\"products\":[]}".to_owned(),
        output_count: 0,
        timestamp: Timestamp::UNIX_EPOCH,
    }
}

pub(crate) fn script(status: ScriptStatus, source: &str) -> Script {
    Script {
        id: ScriptId::new(3).unwrap(),
        version: 2,
        status,
        content: NewScript {
            provider: "my-till".parse().unwrap(),
            topic: Topic::SyncProducts,
            source: source.to_owned(),
            author: Some("synth".parse().unwrap()),
            job: None,
            started_by: None,
            provenance: vec![domain::FieldSource {
                field: "products[].name".to_owned(),
                source: "items[].title".to_owned(),
                reason: HOSTILE.to_owned(),
                confidence: 0.9,
                runner_up: String::new(),
            }],
            test_results: vec![attempt(true, "")],
        },
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}
