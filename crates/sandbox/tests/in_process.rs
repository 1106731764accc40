//! The runner without children does what the other does, as far as it can.
#![expect(clippy::unwrap_used, reason = "a panic is how a check fails")]

use std::sync::Arc;
use std::time::Duration;

use domain::{Connection, ScriptInput};
use sandbox::{InProcessRunner, Limits, RecordedExchanges, RunError, RunReport, ScriptRunner as _};
use serde_json::{Value, json};

async fn run(source: &str, limits: Limits) -> RunReport {
    let exchanges = serde_json::from_value(json!([
        {"url": "/a", "body": {"items": [1], "next": "/b"}}, {"url": "/b", "body": [2]},
    ]));
    let host = RecordedExchanges::new(exchanges.unwrap(), "");
    let input = ScriptInput {
        provider_slug: "my-till".parse().unwrap(),
        connection: Connection::default(),
        payload: std::borrow::Cow::Owned(json!({"n": 1})),
    };
    let mut session = InProcessRunner.open(source, limits).await.unwrap();
    session.run(&input, Arc::new(host)).await.unwrap()
}

#[tokio::test]
async fn outputs_logs_and_calls_are_reported() {
    let source = "function transform(input, context) {
        context.log('n is', input.payload.n);
        return context.http.getAll('/a');
    }";
    let report = run(source, Limits::TEST).await;
    assert_eq!(report.outcome, Ok(json!([1, 2])));
    assert_eq!(report.logs, ["n is 1"]);
    let calls: Vec<_> = report.http_calls.iter().map(|call| call.url.as_str()).collect();
    assert_eq!(calls, ["/a", "/b"]);
}

#[tokio::test]
async fn an_unrecorded_call_ends_the_run() {
    let source = "function transform(i, c) { try { c.http.get('/x') } catch (e) {} return 1 }";
    let outcome = run(source, Limits::TEST).await.outcome;
    assert!(matches!(outcome, Err(RunError::HttpNotRecorded { .. })), "{outcome:?}");
}

#[tokio::test]
async fn the_limits_that_the_engine_keeps_itself_hold() {
    let limits = Limits { wall: Duration::from_millis(50), http_calls: 1, ..Limits::TEST };
    let of = async |body: &str| -> Result<Value, RunError> {
        run(&format!("function transform(input, context) {{ {body} }}"), limits).await.outcome
    };
    assert_eq!(of("for (;;) {}").await, Err(RunError::TimedOut { limit: limits.wall }));
    assert_eq!(of("context.http.getAll('/a')").await, Err(RunError::TooManyCalls { limit: 1 }));
    assert_eq!(of("return transform()").await, Err(RunError::StackOverflow));
}
