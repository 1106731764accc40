//! The trace that a job belongs to.
//!
//! It is made of what never changes of a job, so that all servers that work on it, one after the
//! other, write the same into their logs, and nothing has to be kept for it.

use domain::{Job, JobId, Timestamp};
use sha2::{Digest as _, Sha256};
use tracing::Span;

/// Hexadecimal digits of a trace, as W3C Trace Context has them.
const DIGITS: usize = 32;

/// The trace of the job that was accepted then.
pub(crate) fn id_of(job: JobId, accepted: Timestamp) -> String {
    let accepted = accepted.timestamp_millis();
    let mut digits = hex::encode(Sha256::digest(format!("job {job} of {accepted}")));
    digits.truncate(DIGITS);
    digits
}

/// What all that is logged of the work on a job says.
pub(crate) fn span(job: &Job) -> Span {
    // Of the highest level, so that warnings have it where nothing less is logged.
    tracing::error_span!("job", trace_id = id_of(job.id, job.created_at), job_id = job.id.get())
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
        assert_eq!(id_of(first, then).len(), DIGITS);
    }
}
