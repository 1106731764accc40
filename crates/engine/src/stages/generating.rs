//! The authors of the chain are tried, in order, until one writes.

use std::sync::Arc;
use std::time::Duration;

use authors::AuthorError;
use chrono::TimeDelta;
use domain::{Allowance, Attempt, Brief, Draft, Event, Hypothesis, Job, Out, Outage};
use store::Reply;
use tokio::time::Instant;

use super::asking;
use super::gathering::{Basis, Findings, known, no_sample};
use crate::backoff::jittered;
use crate::chain::Engaged;
use crate::desk::Desk;
use crate::journal::{self, Wanted};
use crate::meters;
use crate::pipeline::Halt;

/// How long a job sits out an outage of all its authors: longer than the hour for which one is left alone
/// where it asks for it.
const PATIENCE: TimeDelta = TimeDelta::minutes(75);
/// Between two tries of them: as long as it has lasted so far, within these.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Why an author gave no draft.
enum Refusal {
    /// It may work later.
    Away(String),
    /// It will not work in this step.
    Out(String),
}

pub(crate) async fn step(
    desk: &mut Desk<'_>,
    findings: &mut Option<Findings>,
) -> Result<Event, Halt> {
    let pipeline = desk.pipeline;
    // Who comes from the stage before brings findings along.
    let resumed = findings.is_none();
    let found = known(pipeline, desk.job, desk.lost, findings).await?;
    if found.samples.is_empty() {
        return Ok(Event::Asked { question: no_sample(desk.job, found) });
    }
    let mut out = desk.job.outage.as_ref().map_or_else(Vec::new, |outage| outage.out.clone());
    let mut chain = pipeline.authors.for_job(desk.job.author.as_ref());
    chain.retain(|engaged| out.iter().all(|out| out.author != engaged.author.name()));
    let mut away = Vec::new();
    for (place, engaged) in chain.iter().enumerate() {
        let author = engaged.author.name();
        let why = match write(desk, engaged, found, resumed).await? {
            Ok(event) => return Ok(event),
            Err(Refusal::Away(why)) => {
                away.push(format!("{author}: {why}"));
                why
            }
            Err(Refusal::Out(why)) => {
                out.push(Out { author: author.clone(), why: why.clone() });
                why
            }
        };
        tracing::warn!(job_id = desk.job.id.get(), %author, why, "the author gave no draft");
        if let Some(next) = chain.get(place + 1).map(|next| next.author.name()) {
            desk.note(&format!("{author} gave no draft: {why}; {next} is asked instead")).await?;
        }
    }
    sit_out(desk, out, away).await
}

/// Leaves the job's place to others until the authors that are away are tried again, or ends it when
/// there are none or they have been away for too long.
async fn sit_out(desk: &mut Desk<'_>, out: Vec<Out>, away: Vec<String>) -> Result<Event, Halt> {
    let now = desk.pipeline.clock.now();
    let since = desk.job.outage.as_ref().map_or(now, |outage| outage.since);
    // A clock that was set back has waited for nothing.
    let waited = (now - since).to_std().unwrap_or_default();
    let wait = jittered(waited.clamp(SHORTEST_PAUSE, LONGEST_PAUSE));
    if away.is_empty() || now - since + TimeDelta::from_std(wait).unwrap_or_default() > PATIENCE {
        return Ok(Event::GaveUp { reason: nobody(desk.job, &out, away) });
    }
    let seconds = wait.as_secs_f64().round();
    let message = format!("waiting: {}; trying again in {seconds} s", away.join("; "));
    desk.sit_out(Outage { since, out }, &message).await?;
    Err(Halt::Postponed(wait))
}

/// Why a job failed for want of an author.
fn nobody(job: &Job, out: &[Out], away: Vec<String>) -> String {
    let mut refusals: Vec<String> =
        out.iter().map(|out| format!("{}: {}", out.author, out.why)).collect();
    refusals.extend(away);
    match (&job.author, refusals.as_slice()) {
        (Some(name), []) => {
            format!("there is no author {name} any more; start a job with another")
        }
        (None, []) => "no author is configured".to_owned(),
        _ => refusals.join("; "),
    }
}

/// One author's try.
async fn write(
    desk: &mut Desk<'_>,
    engaged: &Engaged,
    found: &Findings,
    resumed: bool,
) -> Result<Result<Event, Refusal>, Halt> {
    let name = engaged.author.name();
    let written = match kept(desk, engaged, found, resumed).await? {
        Some(Reply::Draft(draft)) => Ok(draft),
        Some(Reply::NoDraft { wrong }) => Err(AuthorError::BadReply(wrong)),
        None => ask(desk, engaged, found).await?,
    };
    Ok(match written.and_then(no_blank) {
        Ok(Draft::Script(script)) => Ok(Event::Drafted {
            hypothesis: Hypothesis {
                source: script.source,
                author: name,
                provenance: script.provenance,
            },
        }),
        Ok(Draft::Question(question)) => Ok(Event::Asked { question }),
        Err(AuthorError::BadReply(why)) => Ok(no_draft(desk, engaged, found, &why).await?),
        Err(AuthorError::Unavailable(why)) => Err(Refusal::Away(why)),
        Err(
            error
            @ (AuthorError::Refused(_) | AuthorError::BudgetSpent(_) | AuthorError::Broken(_)),
        ) => Err(Refusal::Out(error.to_string())),
    })
}

/// What the author replied to a worker that died before the reply was part of the job.
async fn kept(
    desk: &mut Desk<'_>,
    engaged: &Engaged,
    found: &Findings,
    resumed: bool,
) -> Result<Option<Reply>, Halt> {
    if !resumed {
        return Ok(None);
    }
    let name = engaged.author.name();
    let Some(call) =
        journal::call(&name, Wanted::Draft, &brief(desk.job, found, Allowance::UNBOUNDED))
    else {
        return Ok(None);
    };
    let kept = desk.kept(&call).await?;
    if kept.is_some() {
        tracing::info!(job_id = desk.job.id.get(), author = %name, "the author's earlier reply is used");
    }
    Ok(kept)
}

/// Asks the author. A reply that cost something is kept before it is used.
async fn ask(
    desk: &mut Desk<'_>,
    engaged: &Engaged,
    found: &Findings,
) -> Result<Result<Draft, AuthorError>, Halt> {
    let name = engaged.author.name();
    let allowance = desk.allowance(engaged).await?;
    let begun = Instant::now();
    let written = if allowance.is_spent() {
        Err(AuthorError::BudgetSpent("nothing is left of what it may cost".to_owned()))
    } else {
        let brief = Arc::new(brief(desk.job, found, allowance));
        let given = Arc::clone(&brief);
        let author = Arc::clone(&engaged.author);
        let work = move |watcher| async move { author.write(&given, watcher).await };
        let before = desk.job.usage;
        let written = desk.watch(engaged, work).await?;
        if desk.job.usage != before
            && let Some(reply) = to_keep(&written)
            && let Some(call) = journal::call(&name, Wanted::Draft, &brief)
        {
            desk.keep(&call, reply).await?;
        }
        written
    };
    meters::draft(&name, outcome(&written), begun.elapsed());
    Ok(written)
}

/// What a further worker would take as it is; where the author was away or refused, it asks again.
fn to_keep(written: &Result<Draft, AuthorError>) -> Option<Reply> {
    match written {
        Ok(draft) => Some(Reply::Draft(draft.clone())),
        Err(error) => kept_failure(error),
    }
}

/// The same of a call without a draft.
pub(super) fn kept_failure(error: &AuthorError) -> Option<Reply> {
    match error {
        AuthorError::BadReply(wrong) => Some(Reply::NoDraft { wrong: wrong.clone() }),
        AuthorError::Unavailable(_)
        | AuthorError::Refused(_)
        | AuthorError::BudgetSpent(_)
        | AuthorError::Broken(_) => None,
    }
}

/// A draft that says nothing is none.
fn no_blank(draft: Draft) -> Result<Draft, AuthorError> {
    let blank = match &draft {
        Draft::Script(script) if script.source.trim().is_empty() => "an empty script",
        Draft::Question(question) if question.text.trim().is_empty() => "an empty question",
        Draft::Script(_) | Draft::Question(_) => return Ok(draft),
    };
    Err(AuthorError::BadReply(blank.to_owned()))
}

/// A reply that is no draft counts as an attempt that failed.
async fn no_draft(
    desk: &mut Desk<'_>,
    engaged: &Engaged,
    found: &Findings,
    why: &str,
) -> Result<Event, Halt> {
    let name = engaged.author.name();
    let number = u32::try_from(desk.job.attempts.len()).unwrap_or(u32::MAX).saturating_add(1);
    let attempt = Attempt {
        attempt: number,
        passed: false,
        error: format!("the reply of {name} is no draft: {why}"),
        output_preview: String::new(),
        output_count: 0,
        timestamp: desk.pipeline.clock.now(),
    };
    Ok(if desk.job.retries_left() > 0 {
        Event::TestsFailed { attempt }
    } else {
        let question = asking::used_up(desk, found, &name, &attempt).await?;
        Event::RetriesUsedUp { attempt, question }
    })
}

const fn outcome(written: &Result<Draft, AuthorError>) -> &'static str {
    match written {
        Ok(Draft::Script(_)) => "script",
        Ok(Draft::Question(_)) => "question",
        Err(error) => failed(error),
    }
}

/// How a call without a draft ended.
pub(super) const fn failed(error: &AuthorError) -> &'static str {
    match error {
        AuthorError::Unavailable(_) => "unavailable",
        AuthorError::Refused(_) => "refused",
        AuthorError::BudgetSpent(_) => "budget_spent",
        AuthorError::BadReply(_) => "bad_reply",
        AuthorError::Broken(_) => "broken",
    }
}

/// What an author is given for a draft of this job. A script that is to be repaired counts as the first
/// draft, and its failure as that of the first test.
pub(super) fn brief(job: &Job, found: &Findings, allowance: Allowance) -> Brief {
    let repair = found.repair.as_ref();
    let written = job.hypothesis.as_ref().map(|hypothesis| hypothesis.source.clone());
    let broke = repair.map(|repair| Attempt {
        attempt: 0,
        passed: false,
        error: format!("in use, the script broke: {}", repair.failure),
        output_preview: String::new(),
        output_count: 0,
        timestamp: job.created_at,
    });
    Brief {
        provider: job.provider.clone(),
        topic: job.topic,
        version: found.version,
        samples: Arc::clone(&found.samples),
        documented: found.basis == Basis::Documented,
        documents: found.documents.clone(),
        passages: found.passages.clone(),
        active_script: found.active_script.clone(),
        example: found.example.clone(),
        last_draft: written.or_else(|| repair.map(|repair| repair.source.clone())),
        attempts: broke.into_iter().chain(job.attempts.iter().cloned()).collect(),
        rounds: job.rounds.clone(),
        allowance,
    }
}
