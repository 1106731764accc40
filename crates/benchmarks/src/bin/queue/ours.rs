//! A worker of this project, as a server has it, with stand-ins for what takes time.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use authors::{AuthorError, ScriptAuthor, Watcher};
use benchmarks::job_of_many;
use chrono::Utc;
use domain::{
    AuthorName, Brief, Draft, DraftScript, JobInputs, Question, Sample, ScriptInput, SystemClock,
};
use egress::{Guard, GuardedClient};
use engine::{Authors, Pipeline, Sources, Tester, Worker, WorkerSettings};
use futures::stream::{StreamExt as _, iter};
use sandbox::{HttpHost, Limits, Output, RunReport, SandboxError, ScriptRunner, ScriptSession};
use serde_json::json;
use store::WorkerId;
use store::sea::{ConnectOptions, Database};
use tokio_util::sync::CancellationToken;

use crate::{WORKERS, finished, on_your_marks};

/// Whether jobs go their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Claimed and ended.
    Noop,
    /// From the queue to a saved script.
    Whole,
}

/// How often the end is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(50);

async fn open(url: &str) -> Database {
    let options = ConnectOptions { max_connections: 10, ..ConnectOptions::default() };
    let db = Database::connect(url, &options).await.unwrap();
    db.migrate().await.unwrap();
    db
}

/// Accepts jobs of many providers, each with one sample.
pub(crate) async fn fill(url: &str, jobs: u32) {
    let db = open(url).await;
    let sample: Sample = serde_json::from_value(json!({
        "name": "menu.json", "payload": {"items": [{"id": 1, "name": "Tea", "cost": 4.5}]}
    }))
    .unwrap();
    let accept = async |number: u32| {
        let inputs = JobInputs { samples: vec![sample.clone()], ..JobInputs::default() };
        let new = job_of_many(number, inputs);
        db.jobs().create(new, None, Utc::now()).await.unwrap();
    };
    iter(0..jobs).for_each_concurrent(WORKERS, accept).await;
}

/// Works until no job is left.
pub(crate) async fn drive(url: &str, way: Way) {
    let db = open(url).await;
    let clock = Arc::new(SystemClock);
    let documents = GuardedClient::new(Guard::any_public(), egress::Limits::default());
    let pipeline = Pipeline::new(
        db.jobs(),
        Arc::new(Sources::new(db.knowledge(), Arc::new(documents), Duration::from_hours(1))),
        Arc::new(Authors::only(Arc::new(Instantly))),
        db.usage(),
        Arc::new(Tester::new(Arc::new(Instantly), Limits::TEST, clock.clone())),
        clock,
    );
    let settings = WorkerSettings {
        concurrency: WORKERS,
        // A job of which no worker may die ends as soon as it is claimed.
        deaths: if way == Way::Noop { 0 } else { 3 },
        ..WorkerSettings::default()
    };
    let id = WorkerId(format!("measured-{}", std::process::id()));
    let worker = Arc::new(Worker::new(db.jobs(), Arc::new(pipeline), db.changes(), id, settings));
    let stop = CancellationToken::new();
    let begun = on_your_marks();
    let work = tokio::spawn(worker.run(stop.clone()));
    loop {
        let census = db.jobs().census(1).await.unwrap();
        if census.pending + census.running == 0 {
            break;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    finished(begun);
    stop.cancel();
    work.await.unwrap();
}

/// An author and a sandbox that take no time.
struct Instantly;

#[async_trait]
impl ScriptAuthor for Instantly {
    fn name(&self) -> AuthorName {
        "synth".parse().unwrap()
    }

    async fn write(&self, _: &Brief, _: Arc<dyn Watcher>) -> Result<Draft, AuthorError> {
        let source = "function transform(input) { return input.payload; }".to_owned();
        Ok(Draft::Script(DraftScript { source, provenance: Vec::new() }))
    }

    async fn ask(&self, _: &Brief, _: Arc<dyn Watcher>) -> Result<Option<Question>, AuthorError> {
        Ok(None)
    }
}

#[async_trait]
impl ScriptRunner for Instantly {
    async fn open(&self, _: &str, _: Limits) -> Result<Box<dyn ScriptSession>, SandboxError> {
        Ok(Box::new(Self))
    }
}

#[async_trait]
impl ScriptSession for Instantly {
    async fn run_text<'i>(
        &mut self,
        _: &ScriptInput<'i>,
        _: Arc<dyn HttpHost>,
    ) -> Result<RunReport<Output>, SandboxError> {
        let output = json!({"products": [{"itemCode": "1", "name": "Tea", "price": 4.5}]});
        Ok(RunReport {
            outcome: Ok(Output::from(&output)),
            logs: Vec::new(),
            http_calls: Vec::new(),
            duration: Duration::ZERO,
        })
    }
}
