//! Hostile scripts. Each ends with its named error, within its limits, and after each the same
//! runner runs an honest script.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a suite with its own main: a panic is how a check fails, and the attacks are lists"
)]

mod cpu;
mod escape;
mod memory;
#[path = "../support/mod.rs"]
mod support;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use sandbox::{Limits, RunError, RunReport};
use serde_json::{Value, json};
use support::{QUICK, RUNNER, main_of, run, trial};

/// One attack.
struct Attack {
    name: &'static str,
    source: String,
    limits: Limits,
    expected: Expected,
}

/// How an attack ends.
enum Expected {
    Output(Value),
    Threw(&'static str),
    TimedOut,
    OutOfMemory,
    StackOverflow,
    OutputTooLarge,
    OutputNotJson(&'static str),
    NeverSettled,
    TooManyCalls,
    /// Its own check of the report.
    Report(fn(&RunReport) -> bool),
}

impl Expected {
    fn holds(&self, report: &RunReport) -> bool {
        match (self, &report.outcome) {
            (Self::Output(expected), Ok(output)) => output == expected,
            (Self::Threw(part), Err(RunError::Threw { message, .. })) => message.contains(part),
            (Self::OutputNotJson(part), Err(RunError::OutputNotJson { reason })) => {
                reason.contains(part)
            }
            (Self::TimedOut, Err(RunError::TimedOut { .. }))
            | (Self::OutOfMemory, Err(RunError::OutOfMemory { .. }))
            | (Self::StackOverflow, Err(RunError::StackOverflow))
            | (Self::OutputTooLarge, Err(RunError::OutputTooLarge { .. }))
            | (Self::NeverSettled, Err(RunError::NeverSettled))
            | (Self::TooManyCalls, Err(RunError::TooManyCalls { .. })) => true,
            (Self::Report(check), _) => check(report),
            _ => false,
        }
    }
}

/// An attack in the body of `transform`.
fn body(name: &'static str, body: &str, expected: Expected) -> Attack {
    source(name, &format!("function transform(input, context) {{ {body} }}"), expected)
}

/// An attack of a whole script. Those that must time out get little time; the others get enough to
/// end by themselves on a busy machine.
fn source(name: &'static str, source: &str, expected: Expected) -> Attack {
    let limits = match expected {
        Expected::TimedOut => QUICK,
        _ => Limits { wall: Duration::from_secs(20), ..Limits::TEST },
    };
    Attack { name, source: source.to_owned(), limits, expected }
}

async fn check(attack: Attack) {
    let started = Instant::now();
    let report = run(&RUNNER, &attack.source, attack.limits, json!({"secret": "s3cret"})).await;
    let took = started.elapsed();
    assert!(attack.expected.holds(&report), "{report:?}");
    let bound = attack.limits.wall + Duration::from_secs(3);
    assert!(took < bound, "it took {took:?}");

    let honest = "function transform(input) { return input.payload }";
    let report = run(&RUNNER, honest, Limits::TEST, json!({"a": [1]})).await;
    assert_eq!(report.outcome, Ok(json!({"a": [1]})), "the honest script after it");
}

/// Memory runs out at every place of the engine, its own start included, and never breaks it.
async fn sweep_of_memory_limits() {
    const SHAPES: [&str; 4] = [
        "const a = []; for (let i = 0; ; i++) a.push({i, t: 't' + i})",
        "const a = []; for (;;) a.push('x'.repeat(1000))",
        "const m = new Map(); for (let i = 0; ; i++) m.set('k' + i, () => i)",
        "let p = Promise.resolve(); for (;;) p = p.then((x) => [x])",
    ];
    for kibibytes in (100..3000).step_by(150) {
        for shape in SHAPES {
            let source = format!("function transform() {{ {shape} }}");
            let limits = Limits { memory_bytes: kibibytes << 10, ..Limits::TEST };
            let report = run(&RUNNER, &source, limits, Value::Null).await;
            assert_eq!(
                report.outcome,
                Err(RunError::OutOfMemory { limit_bytes: limits.memory_bytes }),
                "{source} in {kibibytes} KiB"
            );
        }
    }
}

fn main() -> ExitCode {
    main_of(|| {
        let attacks = [cpu::attacks(), memory::attacks(), escape::attacks()];
        let trials = attacks.into_iter().flatten();
        let mut trials: Vec<_> =
            trials.map(|attack| trial(attack.name, move || check(attack))).collect();
        trials.push(trial("sweep_of_memory_limits", sweep_of_memory_limits));
        trials
    })
}
