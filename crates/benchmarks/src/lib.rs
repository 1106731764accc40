//! What several measurements need.
#![expect(clippy::unwrap_used, reason = "a measurement ends where it cannot go on")]

use domain::{JobInputs, NewJob, Priority, Topic};

/// Vendors among whom the jobs of a measurement are spread.
const PROVIDERS: u32 = 50;

/// A job of one of many vendors, by its number.
///
/// # Panics
/// Never: the name is one.
#[must_use]
pub fn job_of_many(number: u32, inputs: JobInputs) -> NewJob {
    NewJob {
        provider: format!("till-{}", number % PROVIDERS).parse().unwrap(),
        topic: Topic::SyncProducts,
        author: None,
        max_retries: 3,
        callback_url: None,
        priority: Priority::Normal,
        started_by: domain::Actor::named("till team"),
        inputs,
    }
}
