//! Following a job to its end.

use std::time::Duration;

use crate::answers::{Answer, Job};
use crate::events::Events;
use crate::screen::Follow;
use crate::{Api, ClientError, Outcome, Screen};
use domain::Status;
use tokio::time::sleep;

/// Between two looks at a job: short while something may happen at any moment, then longer.
const FIRST_WAIT: Duration = Duration::from_millis(30);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// A job that waits for nobody but a person.
#[derive(Debug, Clone, PartialEq)]
pub struct AtRest {
    /// The job.
    pub job: Job,
    /// The answer that it came in.
    pub answer: Answer,
}

impl AtRest {
    pub(crate) const fn outcome(&self) -> Outcome {
        match self.job.status {
            Status::Completed => Outcome::Done,
            Status::Failed => Outcome::Failed,
            Status::Pending | Status::Running | Status::NeedsClarification => {
                Outcome::NeedsClarification
            }
        }
    }
}

/// Shows a job until it is at rest. Its questions are put to the person at the terminal, if there is
/// one who answers.
pub(crate) async fn to_its_end(api: &Api, screen: Screen, id: i64) -> Result<AtRest, ClientError> {
    let mut seen = 0;
    loop {
        let at_rest = follow(api, screen, id, &mut seen).await?;
        if at_rest.job.status != Status::NeedsClarification {
            return Ok(at_rest);
        }
        let Some(response) = screen.ask(&at_rest.job).await else { return Ok(at_rest) };
        api.respond(id, &response).await?;
    }
}

/// Shows a job until it is at rest, by listening where that can be had. `seen` counts the entries of its log that were shown.
///
/// # Errors
/// When the server does not answer or refuses.
pub async fn follow(
    api: &Api,
    screen: Screen,
    id: i64,
    seen: &mut usize,
) -> Result<AtRest, ClientError> {
    let mut shown = screen.follow(id, *seen);
    let at_rest = match listen(api, &mut shown, id).await {
        Some(at_rest) => at_rest,
        None => poll(api, &mut shown, id).await?,
    };
    *seen = shown.finish();
    Ok(at_rest)
}

/// Shows what the server tells of the job until it is at rest; none where it tells nothing, or stops.
async fn listen(api: &Api, shown: &mut Follow, id: i64) -> Option<AtRest> {
    let mut events = Events::of(api, id).await?;
    loop {
        let (job, answer) = events.next().await?;
        shown.update(&job);
        if !job.goes_on() {
            return Some(AtRest { job, answer });
        }
    }
}

/// Asks for the job again and again until it is at rest.
async fn poll(api: &Api, shown: &mut Follow, id: i64) -> Result<AtRest, ClientError> {
    let (mut tag, mut wait) = (None, FIRST_WAIT);
    loop {
        if let Some(answer) = api.job_if_changed(id, &mut tag).await? {
            let job = api.job_in(&answer)?;
            shown.update(&job);
            if !job.goes_on() {
                return Ok(AtRest { job, answer });
            }
            wait = FIRST_WAIT;
        }
        sleep(wait).await;
        wait = LONGEST_WAIT.min(wait * 3 / 2);
    }
}
