//! What a person is asked when no script passed.

use std::sync::Arc;

use authors::AuthorError;
use domain::{Attempt, AuthorName, Draft, Job, Question};
use store::Reply;
use tokio::time::Instant;

use super::gathering::Findings;
use super::generating::{self, brief};
use crate::desk::Desk;
use crate::journal::{self, Wanted};
use crate::meters;
use crate::pipeline::Halt;

/// The author words the question where it can; the failures word it where it cannot.
pub(super) async fn used_up(
    desk: &mut Desk<'_>,
    found: &Findings,
    author: &AuthorName,
    attempt: &Attempt,
) -> Result<Question, Halt> {
    let plain = from_failures(desk.job, author, attempt);
    let Some(engaged) = desk.pipeline.authors.get(author) else { return Ok(plain) };
    let allowance = desk.allowance(engaged).await?;
    let mut brief = brief(desk.job, found, allowance);
    // It is stored with the question, so the job does not know it yet.
    brief.attempts.push(attempt.clone());
    let call = journal::call(author, Wanted::Question, &brief);
    // A worker that died before the question was part of the job has paid for it.
    if let Some(call) = &call
        && let Some(reply) = desk.kept(call).await?
    {
        tracing::info!(job_id = desk.job.id.get(), %author, "the author's earlier reply is used");
        return Ok(match reply {
            Reply::Draft(Draft::Question(question)) if !is_blank(&question) => question,
            Reply::Draft(Draft::Question(_) | Draft::Script(_)) | Reply::NoDraft { .. } => plain,
        });
    }
    if allowance.is_spent() {
        return Ok(plain);
    }
    let asked = Arc::clone(&engaged.author);
    let work = move |watcher| async move { asked.ask(&brief, watcher).await };
    let before = desk.job.usage;
    let begun = Instant::now();
    let asked = desk.watch(engaged, work).await?;
    meters::draft(author, outcome(&asked), begun.elapsed());
    if desk.job.usage != before
        && let Some(reply) = to_keep(&asked)
        && let Some(call) = &call
    {
        desk.keep(call, reply).await?;
    }
    match asked {
        Ok(Some(question)) if !is_blank(&question) => Ok(question),
        Ok(_) => Ok(plain),
        Err(error) => {
            tracing::warn!(job_id = desk.job.id.get(), %author, %error, "the author words no question; the failures do");
            Ok(plain)
        }
    }
}

fn is_blank(question: &Question) -> bool {
    question.text.trim().is_empty()
}

/// What a further worker would take as it is.
fn to_keep(asked: &Result<Option<Question>, AuthorError>) -> Option<Reply> {
    match asked {
        Ok(Some(question)) => Some(Reply::Draft(Draft::Question(question.clone()))),
        Ok(None) => Some(Reply::NoDraft { wrong: "no question".to_owned() }),
        Err(error) => generating::kept_failure(error),
    }
}

/// How the call ended, in the words of [`generating::outcome`].
const fn outcome(asked: &Result<Option<Question>, AuthorError>) -> &'static str {
    match asked {
        Ok(Some(_)) => "question",
        // It knew nothing better than the failures.
        Ok(None) => "nothing",
        Err(error) => generating::failed(error),
    }
}

fn from_failures(job: &Job, author: &AuthorName, attempt: &Attempt) -> Question {
    let (provider, topic) = (&job.provider, job.topic);
    Question::plain(format!(
        "{} scripts of {author} did not pass. The last failed with:\n{}\n\n\
         What would help: a sentence about what the output should be; a corrected sample, or one with \
         the wanted output as \"expected\", by PUT /api/v1/knowledge/{provider}/{topic}/samples/NAME \
         and the answer \"go on\".",
        attempt.attempt, attempt.error
    ))
}
