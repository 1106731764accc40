//! What the suites share: a binary that is its own child, hosts, inputs.

use std::process::ExitCode;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;
use libtest_mimic::{Arguments, Failed, Trial};
use sandbox::{
    CHILD_ARGUMENT, ChildCommand, HttpCall, HttpCallError, HttpHost, HttpReply, Limits,
    ProcessRunner, Require, RunReport, RunnerSettings, ScriptRunner,
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

pub(crate) static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::new().expect("an async runtime"));

/// The runner that all tests of a suite share, as all jobs of a server do.
pub(crate) static RUNNER: LazyLock<ProcessRunner> =
    LazyLock::new(|| runner(ChildCommand::this_binary(), 2));

pub(crate) fn runner(command: ChildCommand, spares: usize) -> ProcessRunner {
    let settings = RunnerSettings { concurrency: 8, spares, kept: 2, require: Require::Strict };
    ProcessRunner::new(command, settings).expect("a thread")
}

/// Either a child or a suite.
pub(crate) fn main_of(trials: impl FnOnce() -> Vec<Trial>) -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(CHILD_ARGUMENT) {
        return sandbox::run_child();
    }
    let mut arguments = Arguments::from_args();
    // Most of the time goes by in waiting for limits.
    arguments.test_threads = arguments.test_threads.or(Some(6));
    libtest_mimic::run(&arguments, trials()).exit_code()
}

pub(crate) fn trial<F>(name: &str, check: impl FnOnce() -> F + Send + 'static) -> Trial
where
    F: Future<Output = ()>,
{
    Trial::test(name, move || -> Result<(), Failed> {
        RUNTIME.block_on(check());
        Ok(())
    })
}

/// Small limits: what must time out does so soon.
pub(crate) const QUICK: Limits = Limits { wall: Duration::from_millis(300), ..Limits::TEST };

/// An input that carries this payload.
pub(crate) fn input(payload: Value) -> domain::ScriptInput<'static> {
    domain::ScriptInput {
        provider_slug: "my-till".parse().expect("a slug"),
        connection: serde_json::from_value(json!({
            "baseUrl": "https://till.example", "apiKey": "k3y",
        }))
        .expect("a connection"),
        payload: std::borrow::Cow::Owned(payload),
    }
}

/// Answers by path: `/self` has itself as the next page, `/grow/N` has `/grow/N+1`, `/never` does
/// not answer, `/log` and all others answer with what was asked.
#[derive(Debug)]
pub(crate) struct Echo;

#[async_trait]
impl HttpHost for Echo {
    async fn call(&self, call: HttpCall) -> Result<HttpReply, HttpCallError> {
        let next = if call.url == "/self" {
            json!("/self")
        } else if let Some(number) = call.url.strip_prefix("/grow/") {
            json!(format!("/grow/{}", number.parse::<u32>().expect("a number") + 1))
        } else if call.url == "/never" {
            std::future::pending().await
        } else {
            Value::Null
        };
        Ok(HttpReply {
            status_code: 200,
            body: json!({"asked": call, "items": [1], "next": next}),
            headers: [].into(),
        })
    }
}

/// Opens a session for the script and runs it once.
pub(crate) async fn run(
    runner: &ProcessRunner,
    source: &str,
    limits: Limits,
    payload: Value,
) -> RunReport {
    let mut session = runner.open(source, limits).await.expect("a session");
    session.run(&input(payload), Arc::new(Echo)).await.expect("a report")
}
