//! The pages, a file for each.

mod audit;
mod drift;
mod drift_event;
mod home;
mod job;
mod job_events;
mod jobs;
mod new_job;
mod number;
mod provider;
mod provider_acts;
mod review;
mod samples;
mod script;
mod scripts;
mod sign_in;
mod try_out;
mod wanted;

use axum::Router;

use crate::state::ConsoleState;

/// Every page.
pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new()
        .merge(audit::routes())
        .merge(drift::routes())
        .merge(drift_event::routes())
        .merge(home::routes())
        .merge(provider::routes())
        .merge(provider_acts::routes())
        .merge(jobs::routes())
        .merge(new_job::routes())
        .merge(job::routes())
        .merge(job_events::routes())
        .merge(scripts::routes())
        .merge(script::routes())
        .merge(samples::routes())
        .merge(try_out::routes())
        .merge(review::routes())
        .merge(sign_in::routes())
}
