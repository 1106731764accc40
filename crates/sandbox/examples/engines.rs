//! Runs a script in sandbox children, for `scripts/bench_engines.py`:
//! `engines SCRIPT INPUT SECONDS SESSIONS`.
#![expect(
    clippy::expect_used,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    reason = "a measurement that cannot run should stop, and its figures are what it prints"
)]

use std::borrow::Cow;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::ScriptInput;
use sandbox::{
    CHILD_ARGUMENT, ChildCommand, HttpHost, Limits, ProcessRunner, RecordedExchanges, Require,
    RunnerSettings, ScriptRunner, ScriptSession,
};
use serde_json::json;

const WARM_UP: usize = 50;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(CHILD_ARGUMENT) {
        return sandbox::run_child();
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    println!("{}", runtime.block_on(measure()));
    ExitCode::SUCCESS
}

async fn measure() -> serde_json::Value {
    let [script, input, seconds, sessions] =
        std::array::from_fn(|at| std::env::args().nth(at + 1).expect("four arguments"));
    let source = std::fs::read_to_string(script).expect("a script");
    let text = std::fs::read_to_string(input).expect("an input");
    let seconds: f64 = seconds.parse().expect("a number");
    let sessions: usize = sessions.parse().expect("a number");
    let input = Arc::new(ScriptInput {
        provider_slug: "my-till".parse().expect("a slug"),
        connection: domain::Connection::default(),
        payload: Cow::Owned(serde_json::from_str(&text).expect("a payload")),
    });
    let settings =
        RunnerSettings { concurrency: sessions, spares: 1, kept: 2, require: Require::Strict };
    let runner = ProcessRunner::new(ChildCommand::this_binary(), settings).expect("a runner");
    runner.warm_up().await.expect("a jail");

    let began = Instant::now();
    let mut session = runner.open(&source, Limits::TEST).await.expect("a session");
    let bytes = once(&mut *session, &input).await;
    let first = began.elapsed();
    let open = async || runner.open(&source, Limits::TEST).await.expect("a session");
    let mut open_sessions = vec![session];
    while open_sessions.len() < sessions {
        open_sessions.push(open().await);
    }
    let began = Instant::now();
    let tasks: Vec<_> = open_sessions
        .into_iter()
        .map(|mut session| {
            let input = Arc::clone(&input);
            tokio::spawn(async move {
                for _ in 0..WARM_UP {
                    once(&mut *session, &input).await;
                }
                let end = Instant::now() + Duration::from_secs_f64(seconds);
                let mut times = Vec::new();
                while Instant::now() < end {
                    let start = Instant::now();
                    once(&mut *session, &input).await;
                    times.push(start.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("times"));
    }
    let runs = times.len() + sessions * WARM_UP;
    let per_second = runs as f64 / began.elapsed().as_secs_f64();
    times.sort();
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let at = |place: usize| times.get(place).copied().map(micros).unwrap_or_default();
    json!({
        "first": micros(first), "quick": at(times.len() / 20), "median": at(times.len() / 2),
        "perSecond": per_second, "bytes": bytes,
    })
}

/// With the input in and the output out as JSON text.
async fn once(session: &mut dyn ScriptSession, input: &ScriptInput<'static>) -> usize {
    let host: Arc<dyn HttpHost> = Arc::new(RecordedExchanges::new(Vec::new(), ""));
    let report = session.run_text(input, host).await.expect("a report");
    report.outcome.expect("an output").text().len()
}
