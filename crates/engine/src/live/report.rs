//! What a run against an account came to, as people may read it.

use std::time::Duration;

use domain::ScriptId;
use sandbox::{HttpReply, RunError};
use serde_json::Value;

use super::host::{LiveCall, LiveHost};

/// What came of it. No secret is in it, nor what stood for one.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveReport {
    /// The script that ran.
    pub script: ScriptId,
    /// Its version.
    pub version: u32,
    /// What it returned, or why it returned nothing.
    pub outcome: Result<Value, RunError>,
    /// The records in it.
    pub output_count: u32,
    /// What in it breaks the contract; empty when nothing does.
    pub violations: Vec<String>,
    /// What the script logged.
    pub logs: Vec<String>,
    /// The calls that were made, those of sent requests among them.
    pub calls: Vec<LiveCall>,
    /// What the vendor answered to the requests that were sent, in their order: none where it did not.
    pub sent: Vec<Option<HttpReply>>,
    /// How long the script took.
    pub duration: Duration,
}

/// The report as people may read it.
pub(crate) fn told(report: LiveReport, host: &LiveHost) -> LiveReport {
    let stand_ins = &host.account().stand_ins;
    let reply = |reply: HttpReply| HttpReply {
        status_code: reply.status_code,
        body: stand_ins.mask_value(reply.body),
        headers: reply.headers.into_iter().map(|(n, v)| (n, stand_ins.mask(&v))).collect(),
    };
    LiveReport {
        outcome: report
            .outcome
            .map(|output| stand_ins.mask_value(output))
            .map_err(|error| masked(error, host)),
        violations: report.violations.iter().map(|text| stand_ins.mask(text)).collect(),
        logs: report.logs.iter().map(|line| stand_ins.mask(line)).collect(),
        calls: host.calls(),
        sent: report.sent.into_iter().map(|sent| sent.map(reply)).collect(),
        ..report
    }
}

/// The error with its texts masked.
pub(crate) fn masked(error: RunError, host: &LiveHost) -> RunError {
    let mask = |text: &str| host.account().stand_ins.mask(text);
    match error {
        RunError::Threw { message, stack } => {
            RunError::Threw { message: mask(&message), stack: mask(&stack) }
        }
        RunError::OutputNotJson { reason } => RunError::OutputNotJson { reason: mask(&reason) },
        RunError::HttpNotRecorded { call, recorded } => {
            RunError::HttpNotRecorded { call: mask(&call), recorded: mask(&recorded) }
        }
        RunError::HttpFailed { call, reason } => {
            RunError::HttpFailed { call: mask(&call), reason: mask(&reason) }
        }
        RunError::Crashed { how } => RunError::Crashed { how: mask(&how) },
        // Of these the texts are the engine's own.
        error @ (RunError::Syntax { .. }
        | RunError::NoTransform
        | RunError::TimedOut { .. }
        | RunError::OutOfMemory { .. }
        | RunError::StackOverflow
        | RunError::OutputTooLarge { .. }
        | RunError::NeverSettled
        | RunError::TooManyCalls { .. }) => error,
    }
}
