//! The hypothesis is run against every sample.

use domain::{Attempt, Event, Job, Question};
use sandbox::SandboxError;
use store::StoreError;
use tokio_util::sync::CancellationToken;

use super::gathering::{Findings, known};
use crate::backoff::Backoff;
use crate::pipeline::Halt;
use crate::{EngineError, Pipeline};

/// Tries of a sandbox that does not start, in one worker.
const SANDBOX_TRIES: u32 = 3;
/// Workers that may give a job back for want of a sandbox before it fails.
const GIVEN_BACK_MAX: usize = 3;
/// How the log entry of a job that is given back begins. The entries are counted, because they are
/// what all workers see.
const GIVEN_BACK: &str = "the sandbox does not work";

pub(crate) async fn step(
    pipeline: &Pipeline,
    job: &Job,
    lost: &CancellationToken,
    findings: &mut Option<Findings>,
) -> Result<Event, Halt> {
    let Some(hypothesis) = &job.hypothesis else {
        return Ok(Event::GaveUp { reason: "there is no script to test".to_owned() });
    };
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
            Ok(run) => return Ok(event_of(job, run.attempt)),
            Err(EngineError::Sandbox(error @ SandboxError::InputTooLarge { .. })) => {
                let reason = format!("{error}; give a smaller sample");
                return Ok(Event::GaveUp { reason });
            }
            Err(error) if backoff.tries() + 1 < SANDBOX_TRIES => {
                tracing::warn!(job_id = job.id.get(), stage = %job.state.stage(), %error, "the sandbox failed; trying again");
                backoff.wait(lost).await?;
            }
            Err(EngineError::Store(error)) => return Err(halt(error)),
            Err(error) => return give_back(job, &error),
        }
    }
}

fn halt(error: StoreError) -> Halt {
    Halt::Store(error)
}

/// The script is not to blame: another worker may have a sandbox that works. When several had none,
/// the job fails and says why.
fn give_back(job: &Job, error: &EngineError) -> Result<Event, Halt> {
    let before = job.logs.iter().filter(|entry| entry.message.starts_with(GIVEN_BACK)).count();
    if before < GIVEN_BACK_MAX {
        Err(Halt::GivenBack { note: format!("{GIVEN_BACK}: {error}; another worker tries") })
    } else {
        let reason = format!("{GIVEN_BACK} in {} tries of workers: {error}", before + 1);
        Ok(Event::GaveUp { reason })
    }
}

fn event_of(job: &Job, attempt: Attempt) -> Event {
    if attempt.passed {
        Event::TestsPassed { attempt }
    } else if job.retries_left() > 0 {
        Event::TestsFailed { attempt }
    } else {
        let question = used_up(job, &attempt);
        Event::RetriesUsedUp { attempt, question }
    }
}

/// What a person is asked when no script passed.
fn used_up(job: &Job, attempt: &Attempt) -> Question {
    let (provider, topic) = (&job.provider, job.topic);
    let author = job.hypothesis.as_ref().map_or("the author", |h| h.author.as_str());
    Question::plain(format!(
        "{} scripts of {author} did not pass. The last failed with:\n{}\n\n\
         What would help: a sentence about what the output should be; a corrected sample, or one with \
         the wanted output as \"expected\", by PUT /api/v1/knowledge/{provider}/{topic}/samples/NAME \
         and the answer \"go on\".",
        attempt.attempt, attempt.error
    ))
}
