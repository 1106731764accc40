//! A generation job and the rules of its life.
//!
//! | state | what happens | next |
//! | --- | --- | --- |
//! | pending/queued | a worker starts | gathering |
//! | running/gathering | the brief is put together | generating; waits when there is no sample |
//! | running/generating | the author writes | testing; waits when the author asks; retrying, or waits when the retries are used up, after a reply that is no draft |
//! | running/testing | the samples are run | completed; retrying; waits when the retries are used up |
//! | running/retrying | the failure is written down | generating |
//! | needs_clarification | a person answers | pending/queued |
//! | completed, failed | nothing more | |
//!
//! Every state that is not over can also fail: by cancellation, or for a reason that no retry mends.

mod outage;
mod transition;

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::{
    Actor, Attempt, AuthorName, CallbackUrl, ClarificationRound, FieldSource, GivenDocument, JobId,
    LogEntry, Priority, ProviderSlug, Repair, Sample, ScriptId, State, Timestamp, Topic, Usage,
    bounded,
};

pub use outage::{Out, Outage};
pub use transition::{Event, TransitionError};

/// Retries after the first attempt, where the caller says nothing.
pub const DEFAULT_MAX_RETRIES: u32 = 3;
/// The most retries that a caller may ask for: each may cost a call of a language model.
pub const MAX_RETRIES_LIMIT: u32 = 10;
/// Rounds of questions after which a job fails: a person who answered five times is not helped by
/// a sixth question.
pub const MAX_ROUNDS: usize = 5;
/// Characters of one log message. The log is read as a whole at every poll.
const MESSAGE_MAX: usize = 2_000;

/// What a caller asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// The vendor.
    pub provider: ProviderSlug,
    /// What the script shall do.
    pub topic: Topic,
    /// Who shall write it; none for the configured default.
    pub author: Option<AuthorName>,
    /// Retries after the first attempt, and again after each answer.
    pub max_retries: u32,
    /// Where the caller wants to hear that it stopped.
    pub callback_url: Option<CallbackUrl>,
    /// Whether others go first.
    pub priority: Priority,
    /// Who asks for it.
    pub started_by: Actor,
    /// What the caller gave with it.
    pub inputs: JobInputs,
}

/// What a caller gave with a job. It never changes and may be large, so it is kept apart from the
/// job's state.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct JobInputs {
    /// Samples of this job alone.
    pub samples: Vec<Sample>,
    /// Documents of this job alone.
    pub documents: Vec<GivenDocument>,
    /// The script in use that this job is to repair; none where it is for something else.
    #[serde(default)]
    pub repair: Option<Repair>,
}

/// A job's current script.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hypothesis {
    /// The JavaScript.
    pub source: String,
    /// Who wrote it.
    pub author: AuthorName,
    /// Where each output field comes from.
    pub provenance: Vec<FieldSource>,
}

/// All that is known of a job. Read it through [`Job`].
#[derive(Debug, Clone, PartialEq)]
pub struct JobData {
    /// Its number.
    pub id: JobId,
    /// The vendor.
    pub provider: ProviderSlug,
    /// What the script shall do.
    pub topic: Topic,
    /// Who shall write it; none for the configured default.
    pub author: Option<AuthorName>,
    /// Retries after the first attempt, and again after each answer.
    pub max_retries: u32,
    /// Where the caller wants to hear that it stopped.
    pub callback_url: Option<CallbackUrl>,
    /// Who asked for it; none where that was not written down yet.
    pub started_by: Option<Actor>,
    /// Where it stands.
    pub state: State,
    /// The current script.
    pub hypothesis: Option<Hypothesis>,
    /// The test runs, oldest first.
    pub attempts: Vec<Attempt>,
    /// Questions and answers, oldest first.
    pub rounds: Vec<ClarificationRound>,
    /// What happened, oldest first.
    pub logs: Vec<LogEntry>,
    /// Retries so far, over all rounds.
    pub retries: u32,
    /// What `retries` was at the last answer, from which the allowed ones count anew.
    pub retries_before_answer: u32,
    /// What the author has written of a reply that is not whole yet; empty when none is on its way.
    pub growing: String,
    /// What the authors have used so far.
    pub usage: Usage,
    /// Since when all authors are unavailable, where they are.
    pub outage: Option<Outage>,
    /// The saved script.
    pub result_script: Option<ScriptId>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes; two reads with the same number saw the same job.
    pub version: i64,
}

/// A generation job. Its data can be read by field and changes only through [`Job::apply`],
/// [`Job::note`], [`Job::grow`], [`Job::spend`] and [`Job::sit_out`].
#[derive(Debug, Clone, PartialEq)]
pub struct Job(JobData);

impl Deref for Job {
    type Target = JobData;

    fn deref(&self) -> &JobData {
        &self.0
    }
}

impl Job {
    /// A job as it is when accepted: pending/queued, with its first log entry.
    #[must_use]
    pub fn accepted(id: JobId, new: &NewJob, now: Timestamp) -> Self {
        let mut job = Self(JobData {
            id,
            provider: new.provider.clone(),
            topic: new.topic,
            author: new.author.clone(),
            max_retries: new.max_retries,
            callback_url: new.callback_url.clone(),
            started_by: Some(new.started_by.clone()),
            state: State::Queued,
            hypothesis: None,
            attempts: Vec::new(),
            rounds: Vec::new(),
            logs: Vec::new(),
            retries: 0,
            retries_before_answer: 0,
            growing: String::new(),
            usage: Usage::default(),
            outage: None,
            result_script: None,
            created_at: now,
            updated_at: now,
            version: 1,
        });
        let samples = counted(new.inputs.samples.len(), "sample");
        let documents = counted(new.inputs.documents.len(), "document");
        job.log(&format!("accepted with {samples} and {documents}"), now);
        if let Some(Repair { script, failure, .. }) = &new.inputs.repair {
            job.log(&format!("repairs script {script}, which breaks: {failure}"), now);
        }
        job
    }

    /// A job as a repository kept it.
    #[must_use]
    pub const fn restore(data: JobData) -> Self {
        Self(data)
    }

    /// Adds a log entry without any other change of state.
    pub fn note(&mut self, message: &str, now: Timestamp) {
        self.log(message, now);
        self.touch(now);
    }

    /// Shows what the author has written so far. What it ends in arrives as an [`Event`].
    pub fn grow(&mut self, text: &str, now: Timestamp) {
        text.clone_into(&mut self.0.growing);
        self.touch(now);
    }

    /// Counts what an author used.
    pub fn spend(&mut self, usage: Usage, now: Timestamp) {
        self.0.usage += usage;
        self.touch(now);
    }

    /// Writes down that all authors are unavailable. The next [`Event`] ends it.
    pub fn sit_out(&mut self, outage: Outage, message: &str, now: Timestamp) {
        self.0.outage = Some(outage);
        self.note(message, now);
    }

    /// Names the saved script. For repositories, which learn its number in the transaction that
    /// also writes the job's end.
    pub fn set_result_script(&mut self, script: ScriptId) {
        self.0.result_script = Some(script);
    }

    /// The question that waits for an answer.
    #[must_use]
    pub fn open_question(&self) -> Option<&ClarificationRound> {
        self.rounds.last().filter(|_| matches!(self.state, State::Waiting(_)))
    }

    /// The person's latest answer.
    #[must_use]
    pub fn latest_response(&self) -> Option<&str> {
        self.rounds.iter().rev().find_map(|round| round.response.as_deref())
    }

    /// The script that a person is shown: the growing one, or else the last that is whole. Empty when
    /// there is none.
    #[must_use]
    pub fn shown_script(&self) -> &str {
        match self.growing.as_str() {
            "" => self.hypothesis.as_ref().map_or("", |hypothesis| &hypothesis.source),
            growing => growing,
        }
    }

    /// Retries that are left before a person is asked.
    #[must_use]
    pub fn retries_left(&self) -> u32 {
        let used = self.retries.saturating_sub(self.retries_before_answer);
        self.max_retries.saturating_sub(used)
    }

    fn log(&mut self, message: &str, now: Timestamp) {
        let stage = self.state.stage();
        self.0.logs.push(LogEntry {
            stage,
            message: bounded(message, MESSAGE_MAX),
            timestamp: now,
        });
    }

    fn touch(&mut self, now: Timestamp) {
        // A clock that was set back must not make a job look older than it was.
        self.0.updated_at = self.0.updated_at.max(now);
        self.0.version += 1;
    }
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
