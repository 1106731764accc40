//! The trace that a job belongs to, and how what is logged of it becomes part of one.
//!
//! It is made of what never changes of a job, so that all servers that work on it, one after the
//! other, write the same into their logs, and nothing has to be kept for it.

use domain::{Job, JobId, Timestamp};
use opentelemetry::Context;
use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
};
use sha2::{Digest as _, Sha256};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Makes a span part of a trace, below its span `parent`, for whoever collects traces.
pub fn join_trace(span: &Span, trace: u128, parent: u64) {
    let (trace, parent) = (TraceId::from(trace), SpanId::from(parent));
    let parent = SpanContext::new(trace, parent, TraceFlags::SAMPLED, true, TraceState::default());
    // Where nobody collects traces there is nobody to tell.
    let _ = span.set_parent(Context::new().with_remote_span_context(parent));
}

/// The trace of the job that was accepted then.
pub(crate) fn id_of(job: JobId, accepted: Timestamp) -> TraceId {
    let digest = Sha256::digest(format!("job {job} of {}", accepted.timestamp_millis()));
    let number = digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte));
    TraceId::from(number)
}

/// What all that is logged of the work on a job says.
pub(crate) fn span(job: &Job) -> Span {
    span_of(job.id, job.created_at)
}

/// The same for a job of which no more is known than its number and when it was accepted.
pub(crate) fn span_of(job: JobId, accepted: Timestamp) -> Span {
    let trace = id_of(job, accepted);
    // Of the highest level, so that warnings have it where nothing less is logged.
    let span = tracing::error_span!("job", trace_id = %trace, job_id = job.get());
    let number = u128::from_be_bytes(trace.to_bytes());
    // The parent of all workers' spans is the job itself, of which nobody sends a span.
    join_trace(&span, number, u64::try_from(number >> 64).unwrap_or(1));
    span
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_shares_its_trace_with_no_other() {
        let (first, second) = (JobId::new(7).unwrap(), JobId::new(8).unwrap());
        let (then, later) = (Timestamp::UNIX_EPOCH, Timestamp::from_timestamp_millis(9).unwrap());
        assert_eq!(id_of(first, then), id_of(first, then));
        assert_ne!(id_of(first, then), id_of(second, then));
        // Of another database, or of this one before it was put back.
        assert_ne!(id_of(first, then), id_of(first, later));
        assert_eq!(id_of(first, then).to_string().len(), 32);
    }
}
