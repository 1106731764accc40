//! The author writes.

use std::sync::Arc;
use std::time::Duration;

use authors::{AuthorError, ScriptAuthor, Unwatched};
use domain::{Allowance, AuthorName, Brief, Draft, Event, Hypothesis, Job};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::gathering::{Findings, known, no_sample};
use crate::Pipeline;
use crate::backoff::Backoff;
use crate::pipeline::Halt;

/// Tries of an author that is unavailable, over about a quarter of a minute.
const AUTHOR_TRIES: u32 = 5;
/// The longest that an author may write. Slow models take minutes; beyond this it hangs.
const AUTHOR_WALL: Duration = Duration::from_mins(10);

pub(crate) async fn step(
    pipeline: &Pipeline,
    job: &Job,
    lost: &CancellationToken,
    findings: &mut Option<Findings>,
) -> Result<Event, Halt> {
    let found = known(pipeline, job, lost, findings).await?;
    if found.samples.is_empty() {
        return Ok(Event::Asked { question: no_sample(job) });
    }
    let Some(author) = pipeline.author(job.author.as_ref()) else {
        let reason = match &job.author {
            Some(name) => format!("there is no author {name} any more; start a job with another"),
            None => "no author is configured".to_owned(),
        };
        return Ok(Event::GaveUp { reason });
    };
    let name = author.name();
    let brief = Arc::new(brief(job, found));
    let mut backoff = Backoff::service();
    loop {
        let written = tokio::select! {
            () = lost.cancelled() => return Err(Halt::Cancelled),
            written = write(Arc::clone(&author), Arc::clone(&brief)) => written,
        };
        match written {
            Err(AuthorError::Unavailable(why)) if backoff.tries() + 1 < AUTHOR_TRIES => {
                tracing::warn!(job_id = job.id.get(), stage = %job.state.stage(), author = %name, why, "the author is unavailable; trying again");
                backoff.wait(lost).await?;
            }
            Err(error @ AuthorError::Unavailable(_)) => {
                let reason = format!("{name}: {error}; tried {AUTHOR_TRIES} times");
                return Ok(Event::GaveUp { reason });
            }
            Err(
                error @ (AuthorError::Refused(_)
                | AuthorError::BudgetSpent(_)
                | AuthorError::BadReply(_)
                | AuthorError::Broken(_)),
            ) => {
                return Ok(Event::GaveUp { reason: format!("{name}: {error}") });
            }
            Ok(draft) => return Ok(event_of(draft, name)),
        }
    }
}

fn brief(job: &Job, found: &Findings) -> Brief {
    Brief {
        provider: job.provider.clone(),
        topic: job.topic,
        version: found.version,
        samples: Arc::clone(&found.samples),
        documents: found.documents.clone(),
        passages: Vec::new(),
        example: None,
        allowance: Allowance::UNBOUNDED,
        active_script: found.active_script.clone(),
        last_draft: job.hypothesis.as_ref().map(|hypothesis| hypothesis.source.clone()),
        attempts: job.attempts.clone(),
        rounds: job.rounds.clone(),
    }
}

/// Lets the author write in a task of its own, so that its panic ends the job and not the worker.
async fn write(author: Arc<dyn ScriptAuthor>, brief: Arc<Brief>) -> Result<Draft, AuthorError> {
    let task = AbortOnDropHandle::new(tokio::spawn(async move {
        author.write(&brief, Unwatched::shared()).await
    }));
    match tokio::time::timeout(AUTHOR_WALL, task).await {
        Ok(Ok(written)) => written,
        Ok(Err(_)) => Err(AuthorError::Broken("it panicked".to_owned())),
        Err(_) => {
            Err(AuthorError::Unavailable(format!("no draft within {} s", AUTHOR_WALL.as_secs())))
        }
    }
}

fn event_of(draft: Draft, author: AuthorName) -> Event {
    match draft {
        Draft::Script(script) if script.source.trim().is_empty() => Event::GaveUp {
            reason: format!("{author}: the author failed: it wrote an empty script"),
        },
        Draft::Script(script) => Event::Drafted {
            hypothesis: Hypothesis { source: script.source, author, provenance: script.provenance },
        },
        Draft::Question(question) if question.text.trim().is_empty() => {
            Event::GaveUp { reason: format!("{author}: the author failed: it asked nothing") }
        }
        Draft::Question(question) => Event::Asked { question },
    }
}
