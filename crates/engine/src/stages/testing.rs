//! The hypothesis is run against every sample.

use std::time::Duration;

use domain::{Attempt, AuthorName, Event};
use sandbox::SandboxError;
use store::StoreError;

use super::asking;
use super::gathering::{Findings, known};
use crate::EngineError;
use crate::backoff::Backoff;
use crate::desk::Desk;
use crate::pipeline::Halt;

/// Tries of a sandbox that does not start, in one worker.
const SANDBOX_TRIES: u32 = 3;
/// Workers that may give a job back for want of a sandbox before it fails.
const GIVEN_BACK_MAX: usize = 3;
/// How long the job is left to them before this one may claim it again.
const GIVEN_BACK_FOR: Duration = Duration::from_secs(5);
/// How the log entry of a job that is given back begins. The entries are counted, because they are
/// what all workers see.
const GIVEN_BACK: &str = "the sandbox does not work";

pub(crate) async fn step(
    desk: &mut Desk<'_>,
    findings: &mut Option<Findings>,
) -> Result<Event, Halt> {
    let Desk { pipeline, lost, .. } = *desk;
    let job = &*desk.job;
    let Some(hypothesis) = &job.hypothesis else {
        return Ok(Event::GaveUp { reason: "there is no script to test".to_owned() });
    };
    let author = hypothesis.author.clone();
    let found = known(pipeline, job, lost, findings).await?;
    let number = u32::try_from(job.attempts.len()).unwrap_or(u32::MAX).saturating_add(1);
    let mut backoff = Backoff::service();
    loop {
        let (provider, topic, samples) = (&job.provider, job.topic, &found.samples);
        let run = tokio::select! {
            () = lost.cancelled() => return Err(Halt::Cancelled),
            run = pipeline.tester.test(provider, topic, &hypothesis.source, samples, number) => run,
        };
        match run {
            Ok(run) => return event_of(desk, found, &author, run.attempt).await,
            Err(EngineError::Sandbox(error @ SandboxError::InputTooLarge { .. })) => {
                let reason = format!("{error}; give a smaller sample");
                return Ok(Event::GaveUp { reason });
            }
            Err(error) if backoff.tries() + 1 < SANDBOX_TRIES => {
                tracing::warn!(job_id = job.id.get(), stage = %job.state.stage(), %error, "the sandbox failed; trying again");
                backoff.wait(lost).await?;
            }
            Err(EngineError::Store(error)) => return Err(halt(error)),
            Err(error) => return give_back(desk, &error).await,
        }
    }
}

fn halt(error: StoreError) -> Halt {
    Halt::Store(error)
}

/// The script is not to blame: another worker may have a sandbox that works. When several had none,
/// the job fails and says why.
async fn give_back(desk: &mut Desk<'_>, error: &EngineError) -> Result<Event, Halt> {
    let logs = &desk.job.logs;
    let before = logs.iter().filter(|entry| entry.message.starts_with(GIVEN_BACK)).count();
    if before < GIVEN_BACK_MAX {
        tracing::error!(job_id = desk.job.id.get(), %error, "the sandbox does not work; the job is given back");
        desk.note(&format!("{GIVEN_BACK}: {error}; another worker tries")).await?;
        Err(Halt::Postponed(GIVEN_BACK_FOR))
    } else {
        let reason = format!("{GIVEN_BACK} in {} tries of workers: {error}", before + 1);
        Ok(Event::GaveUp { reason })
    }
}

async fn event_of(
    desk: &mut Desk<'_>,
    found: &Findings,
    author: &AuthorName,
    attempt: Attempt,
) -> Result<Event, Halt> {
    Ok(if attempt.passed {
        Event::TestsPassed { attempt }
    } else if desk.job.retries_left() > 0 {
        Event::TestsFailed { attempt }
    } else {
        let question = asking::used_up(desk, found, author, &attempt).await?;
        Event::RetriesUsedUp { attempt, question }
    })
}
