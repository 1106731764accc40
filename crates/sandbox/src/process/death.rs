//! What a child's end says.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use nix::sys::signal::Signal;

use crate::{Limits, RunError};

/// Why a run has no answer, from how its child ended.
pub(super) fn verdict(status: ExitStatus, limits: &Limits) -> RunError {
    let how = match (status.signal(), status.code()) {
        (Some(number), _) => match Signal::try_from(number) {
            Ok(Signal::SIGXCPU) => return RunError::TimedOut { limit: limits.wall },
            Ok(Signal::SIGABRT) => {
                "it aborted (SIGABRT): memory could not be had, or the engine found itself damaged"
                    .to_owned()
            }
            Ok(Signal::SIGKILL) => {
                "it was killed from outside (SIGKILL): perhaps the machine ran out of memory"
                    .to_owned()
            }
            Ok(signal) => format!("it died of {signal}"),
            Err(_) => format!("it died of signal {number}"),
        },
        (None, Some(code)) => format!("it ended without an answer, with exit code {code}"),
        (None, None) => "it ended without an answer".to_owned(),
    };
    RunError::Crashed { how }
}
