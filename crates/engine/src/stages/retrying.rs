//! The failure goes to the author: it reads it in the job's attempts.

use domain::{Event, Job};

pub(crate) fn step(job: &Job) -> Event {
    tracing::debug!(job_id = job.id.get(), stage = %job.state.stage(), "a retry is prepared");
    Event::RetryPrepared
}
