//! What a person is asked when no script passed.

use std::sync::Arc;

use domain::{Attempt, AuthorName, Draft, Job, Question};

use super::gathering::Findings;
use super::generating::brief;
use crate::desk::Desk;
use crate::journal::{self, Wanted};
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
        && let Some(Draft::Question(question)) = desk.kept(call).await?
    {
        tracing::info!(job_id = desk.job.id.get(), %author, "the author's earlier question is used");
        return Ok(question);
    }
    if allowance.is_spent() {
        return Ok(plain);
    }
    let asked = Arc::clone(&engaged.author);
    let work = move |watcher| async move { asked.ask(&brief, watcher).await };
    let before = desk.job.usage;
    match desk.watch(engaged, work).await? {
        Ok(Some(question)) if !question.text.trim().is_empty() => {
            if desk.job.usage != before
                && let Some(call) = &call
            {
                desk.keep(call, &Draft::Question(question.clone())).await?;
            }
            Ok(question)
        }
        Ok(_) => Ok(plain),
        Err(error) => {
            tracing::warn!(job_id = desk.job.id.get(), %author, %error, "the author words no question; the failures do");
            Ok(plain)
        }
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
