//! How a live run shows that a script in use breaks.

use domain::{DriftKind, Sample, Topic};
use sandbox::RunError;
use serde_json::Value;

use super::host::LiveCall;

/// A script's failure, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: DriftKind,
    /// The path in the output, the line of the script, or the limit.
    pub(crate) path: String,
    /// What was wanted, and what was there. It quotes the output.
    pub(crate) text: String,
}

/// A run that ended: what is judged.
pub(crate) struct Ended<'a> {
    pub(crate) topic: Topic,
    pub(crate) outcome: &'a Result<Value, RunError>,
    /// What in the output breaks the contract.
    pub(crate) violations: &'a [String],
    pub(crate) logs: &'a [String],
    pub(crate) calls: &'a [LiveCall],
}

impl Failure {
    /// The script's failure; none where it did what it should, or where it is not to blame: the network
    /// failed, or the vendor refused the account or had no time.
    pub(crate) fn of(ended: &Ended<'_>, sample: impl FnOnce() -> Sample) -> Option<Self> {
        match ended.outcome {
            Ok(output) => match ended.violations {
                [] if ended.logs.is_empty() && gives_records(ended.topic) => {
                    let text = trials::shortfall(ended.topic, &sample(), output)?;
                    Some(Self::at(DriftKind::Records, path_of(&text), text))
                }
                [] => None,
                [first, ..] => {
                    let text = ended.violations.join("\n");
                    Some(Self::at(DriftKind::Contract, path_of(first), text))
                }
            },
            Err(error) => Self::of_error(error, ended.calls),
        }
    }

    fn of_error(error: &RunError, calls: &[LiveCall]) -> Option<Self> {
        let stopped = |limit: &str| Some(Self::at(DriftKind::Stopped, limit, error.to_string()));
        match error {
            RunError::Threw { stack, .. } => (!calls.iter().any(is_refusal))
                .then(|| Self::at(DriftKind::Threw, line_of(stack), error.to_string())),
            RunError::Syntax { .. } | RunError::NoTransform => {
                Some(Self::at(DriftKind::Threw, "the script", error.to_string()))
            }
            RunError::OutputNotJson { .. } => {
                Some(Self::at(DriftKind::Contract, "output", error.to_string()))
            }
            RunError::TimedOut { .. } => {
                // A vendor that is slow is no fault of the script's.
                if calls.is_empty() { stopped("time") } else { None }
            }
            RunError::OutOfMemory { .. } => stopped("memory"),
            RunError::StackOverflow => stopped("stack"),
            RunError::OutputTooLarge { .. } => stopped("output"),
            RunError::TooManyCalls { .. } => stopped("calls"),
            RunError::NeverSettled => stopped("promise"),
            RunError::Crashed { .. } => stopped("crash"),
            RunError::HttpFailed { .. } | RunError::HttpNotRecorded { .. } => None,
        }
    }

    fn at(kind: DriftKind, path: impl Into<String>, text: String) -> Self {
        Self { kind, path: path.into(), text }
    }

    /// Whether it is the same failure, whatever the values were.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind && self.path == other.path
    }
}

/// Whether a topic's output has a record for each of the vendor's.
const fn gives_records(topic: Topic) -> bool {
    matches!(topic, Topic::SyncProducts | Topic::ListRemoteOutlets)
}

/// Whether the vendor refused the account, or had no time.
fn is_refusal(call: &LiveCall) -> bool {
    call.status.is_none_or(|status| matches!(status, 401 | 403 | 408 | 429 | 500..))
}

/// The path of a violation with its places taken out: `products[3].price: …` is `products[].price`.
fn path_of(violation: &str) -> String {
    let path = violation.split_once(": ").map_or(violation, |(path, _)| path);
    let mut plain = String::with_capacity(path.len());
    let mut is_place = false;
    for c in path.chars() {
        match c {
            '[' => is_place = true,
            ']' => is_place = false,
            _ if is_place && c.is_ascii_digit() => continue,
            _ => {}
        }
        plain.push(c);
    }
    plain
}

/// Frames of a stack that tell failures apart: a script's helpers are called from many places.
const FRAMES: usize = 3;

/// The line of the script that threw, and those that led there.
fn line_of(stack: &str) -> String {
    let line = |frame: &str| -> Option<u32> {
        let (before, _column) = frame.trim_end_matches(')').rsplit_once(':')?;
        before.rsplit_once(':')?.1.parse().ok()
    };
    let lines = stack.lines().filter(|frame| !frame.contains("<eval>")).filter_map(line);
    let lines: Vec<String> = lines.take(FRAMES).map(|line| line.to_string()).collect();
    match lines.as_slice() {
        [] => "unknown line".to_owned(),
        lines => format!("line {}", lines.join(" from ")),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::HttpMethod;
    use serde_json::json;

    use super::*;

    fn call(status: Option<u16>) -> LiveCall {
        LiveCall {
            method: HttpMethod::Get,
            host: "till.example".to_owned(),
            path: "/items".to_owned(),
            status,
            error: String::new(),
            duration: Duration::ZERO,
        }
    }

    fn failure(outcome: &Result<Value, RunError>, calls: &[LiveCall]) -> Option<Failure> {
        let topic = Topic::SyncProducts;
        let violations = outcome
            .as_ref()
            .map_or_else(|_| Vec::new(), |output| trials::violations(topic, output));
        let ended = Ended { topic, outcome, violations: &violations, logs: &[], calls };
        let sample = json!({"name": "a", "payload": {"items": [{"id": 1, "name": "Tea"}]}});
        Failure::of(&ended, || serde_json::from_value(sample).unwrap())
    }

    fn threw() -> RunError {
        RunError::Threw {
            message: "TypeError: cannot read property 'x' of undefined".to_owned(),
            stack:
                "    at amount (script.js:58:61)\n    at transform (script.js:12:5)\n    at <eval> \
                    (script.js:1:1)"
                    .to_owned(),
        }
    }

    #[test]
    fn equal_failures_have_one_place_whatever_record_they_are_of() {
        let output = |price: Value| {
            json!({"products": [
                {"itemCode": "1", "name": "Tea", "price": 1},
                {"itemCode": "2", "name": "Bun", "price": price},
            ]})
        };
        let found = failure(&Ok(output(json!("4.50"))), &[]).unwrap();
        assert_eq!((found.kind, found.path.as_str()), (DriftKind::Contract, "products[].price"));
        assert!(found.text.contains("products[1].price"), "{}", found.text);
        let found = failure(&Err(threw()), &[call(Some(200))]).unwrap();
        assert_eq!((found.kind, found.path.as_str()), (DriftKind::Threw, "line 58 from 12"));
    }

    #[test]
    fn records_that_are_lost_are_a_failure_and_those_that_are_there_are_none() {
        let found = failure(&Ok(json!({"products": []})), &[]).unwrap();
        assert_eq!((found.kind, found.path.as_str()), (DriftKind::Records, "products"));
        let right = json!({"products": [{"itemCode": "1", "name": "Tea", "price": 1}]});
        assert_eq!(failure(&Ok(right), &[]), None);
    }

    #[test]
    fn the_account_s_trouble_and_the_network_s_are_no_drift() {
        for status in [Some(401), Some(403), Some(429), Some(500), Some(503), None] {
            assert_eq!(
                failure(&Err(threw()), &[call(Some(200)), call(status)]),
                None,
                "{status:?}"
            );
        }
        let failed = RunError::HttpFailed { call: "GET x".to_owned(), reason: "away".to_owned() };
        assert_eq!(failure(&Err(failed), &[]), None);
        let slow = || RunError::TimedOut { limit: Duration::from_secs(1) };
        assert_eq!(failure(&Err(slow()), &[call(Some(200))]), None);
        assert_eq!(failure(&Err(slow()), &[]).unwrap().path, "time");
        // What the vendor no longer has is drift.
        assert!(failure(&Err(threw()), &[call(Some(404))]).is_some());
    }
}
