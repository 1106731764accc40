//! What native code can do in a child that a script has taken over: build with the feature `fault`.
//! Each fault costs its own child and nothing else.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a suite with its own main: a panic is how a check fails"
)]

#[path = "../support/mod.rs"]
mod support;

use std::env;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::Trial;
use sandbox::{Limits, RunError, ScriptRunner as _};
use serde_json::{Value, json};
use support::{Echo, QUICK, RUNNER, input, main_of, run, trial};

/// What the filter of system calls kills for.
const FORBIDDEN: &[&str] = &[
    "open a file",
    "make a file",
    "list files",
    "delete a file",
    "change directory",
    "environment of the process",
    "memory of the process",
    "memory of the parent",
    "environment of the parent",
    "connect",
    "listen",
    "datagram",
    "local socket",
    "resolve a name",
    "start a process",
    "start a thread",
    "kill the parent",
    "sleep",
    "copy a descriptor",
    "raise a limit",
    "be dumpable",
    "outlive the parent",
    "new session",
];

/// Other ends, and how they are named.
const ENDS: &[(&str, &str)] = &[
    ("segfault", "SIGSEGV"),
    ("abort", "SIGABRT"),
    ("exit", "exit code 0"),
    ("panic", "exit code 101"),
    ("memory", "SIGABRT"),
];

/// Crashes in a row, where nothing else is asked for: enough to see that nothing is left of each.
const CRASHES: u32 = 200;

fn main() -> ExitCode {
    main_of(|| {
        let forbidden = FORBIDDEN.iter().map(|fault| crash(fault, "SIGSYS"));
        let ends = ENDS.iter().map(|(fault, how)| crash(fault, how));
        let others = [
            trial("an_endless_loop_in_native_code_is_ended_in_time", endless_loop),
            trial("a_crash_costs_one_child_and_no_other_session", one_child),
            trial("crashes_in_a_row_leave_nothing_behind", many_crashes),
        ];
        forbidden.chain(ends).chain(others).collect()
    })
}

fn script(fault: &str) -> String {
    format!("function transform(input, context) {{ context.log('fault:{fault}'); return 1 }}")
}

fn crash(fault: &'static str, how: &'static str) -> Trial {
    trial(&fault.replace(' ', "_"), move || async move {
        let report = run(&RUNNER, &script(fault), Limits::TEST, Value::Null).await;
        let Err(RunError::Crashed { how: told }) = &report.outcome else { panic!("{report:?}") };
        assert!(told.contains(how), "{told}");
        let honest = "function transform(input) { return input.payload }";
        let report = run(&RUNNER, honest, Limits::TEST, json!([1])).await;
        assert_eq!(report.outcome, Ok(json!([1])), "the honest script after it");
    })
}

async fn endless_loop() {
    let report = run(&RUNNER, &script("endless loop"), QUICK, Value::Null).await;
    assert_eq!(report.outcome, Err(RunError::TimedOut { limit: QUICK.wall }));
}

async fn one_child() {
    let honest = "let runs = 0; function transform(input) { runs++; return [input.payload, runs] }";
    let mut other = RUNNER.open(honest, Limits::TEST).await.expect("a session");
    let mut faulty = RUNNER.open(&script("segfault"), Limits::TEST).await.expect("a session");
    for round in 0..5 {
        let nothing = input(Value::Null);
        let payload = input(json!(round));
        let crash = faulty.run(&nothing, Arc::new(Echo));
        let (crash, kept) = tokio::join!(crash, other.run(&payload, Arc::new(Echo)));
        let outcome = crash.expect("a report").outcome;
        assert!(matches!(outcome, Err(RunError::Crashed { .. })), "{outcome:?}");
        assert_eq!(kept.expect("a report").outcome, Ok(json!([round, 1])));
    }
}

async fn many_crashes() {
    let crashes = env::var("FORGE_TEST_CRASHES").ok().and_then(|number| number.parse().ok());
    let mut faulty = RUNNER.open(&script("segfault"), Limits::TEST).await.expect("a session");
    let open_files = || std::fs::read_dir("/proc/self/fd").expect("a list").count();
    let nothing = input(Value::Null);
    let before = open_files();
    for _ in 0..crashes.unwrap_or(CRASHES) {
        let report = faulty.run(&nothing, Arc::new(Echo)).await.expect("a report");
        assert!(matches!(report.outcome, Err(RunError::Crashed { .. })), "{report:?}");
    }
    // Other tests of the suite have children meanwhile, a few pipes each.
    assert!(open_files() < before + 100, "{before} descriptors became {}", open_files());
    let report = run(&RUNNER, "function transform() { return 1 }", Limits::TEST, Value::Null).await;
    assert_eq!(report.outcome, Ok(json!(1)));
}
