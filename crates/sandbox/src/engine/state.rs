//! What a run knows of itself.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use super::Outside;
use crate::signing::{SIGNATURES, too_many_signatures};
use crate::{Limits, RunError};

/// The run under way, or the making ready of one. Its verdict stands whatever the script makes of
/// the exception.
pub(super) struct RunState {
    limits: Limits,
    started: Instant,
    http_calls: u32,
    log_lines: u32,
    signatures: u32,
    verdict: Option<RunError>,
    /// None as long as there is no input.
    outside: Option<Box<dyn Outside>>,
}

pub(super) type SharedState = Rc<RefCell<RunState>>;

impl RunState {
    /// The clock of making ready runs from now.
    pub(super) fn new(limits: Limits) -> Self {
        let started = Instant::now();
        Self {
            limits,
            started,
            http_calls: 0,
            log_lines: 0,
            signatures: 0,
            verdict: None,
            outside: None,
        }
    }

    /// Forgets the run before: the clock of making ready runs from now.
    pub(super) fn renew(&mut self) {
        *self = Self::new(self.limits);
    }

    /// The input has come: the clock of the run runs from now.
    pub(super) fn begin(&mut self, outside: Box<dyn Outside>) {
        self.started = Instant::now();
        self.outside = Some(outside);
    }

    /// Notes why the run is over; the first word counts.
    pub(super) fn end(&mut self, verdict: RunError) {
        self.verdict.get_or_insert(verdict);
    }

    /// Whether the engine must stop, asked by it now and then.
    pub(super) fn is_over(&mut self) -> bool {
        if self.verdict.is_none() && self.started.elapsed() >= self.limits.wall {
            self.end(RunError::TimedOut { limit: self.limits.wall });
        }
        self.verdict.is_some()
    }

    /// Why the run is over, if it is.
    pub(super) fn verdict(&mut self) -> Option<RunError> {
        self.is_over();
        self.verdict.clone()
    }

    pub(super) fn http(&mut self, count: u32, calls: String) -> Result<Vec<u8>, ()> {
        if self.is_over() {
            return Err(());
        }
        let Some(outside) = &mut self.outside else { return Err(()) };
        self.http_calls = self.http_calls.saturating_add(count);
        let reply = if self.http_calls > self.limits.http_calls {
            Err(RunError::TooManyCalls { limit: self.limits.http_calls })
        } else {
            outside.http(calls)
        };
        reply.map_err(|verdict| self.end(verdict))
    }

    pub(super) fn sign(&mut self, signing: String) -> Result<Vec<u8>, ()> {
        if self.is_over() {
            return Err(());
        }
        let Some(outside) = &mut self.outside else { return Err(()) };
        self.signatures = self.signatures.saturating_add(1);
        let signature = if self.signatures > SIGNATURES {
            Err(too_many_signatures())
        } else {
            outside.sign(signing)
        };
        signature.map_err(|verdict| self.end(verdict))
    }

    pub(super) fn log(&mut self, line: String) {
        let Some(outside) = &mut self.outside else { return };
        // One line more than allowed goes out, so that the other side knows that there were more.
        if self.log_lines <= self.limits.log_lines {
            self.log_lines += 1;
            outside.log(line);
        }
    }
}
