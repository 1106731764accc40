//! The one place that changes a job's state.

use crate::{
    Attempt, ClarificationRound, Hypothesis, Job, MAX_ROUNDS, Pause, Question, State, Timestamp,
};

/// What can happen to a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A worker begins.
    Started,
    /// The brief is put together; the text says of what.
    Gathered {
        /// What was found, for the log.
        summary: String,
    },
    /// The author wrote a script.
    Drafted {
        /// The new current script.
        hypothesis: Hypothesis,
    },
    /// The author asked, or there is nothing to test against.
    Asked {
        /// What a person has to say.
        question: Question,
    },
    /// Every check held. The script is saved with this change.
    TestsPassed {
        /// The run that passed.
        attempt: Attempt,
    },
    /// A check failed, or the author's reply was no draft, and a retry is left.
    TestsFailed {
        /// The run that failed.
        attempt: Attempt,
    },
    /// A check failed, or the author's reply was no draft, and no retry is left.
    RetriesUsedUp {
        /// The run that failed.
        attempt: Attempt,
        /// What a person has to say.
        question: Question,
    },
    /// The author knows of the failure.
    RetryPrepared,
    /// A person answered.
    Answered {
        /// The answer, word for word.
        response: String,
    },
    /// Somebody no longer wants it.
    Cancelled {
        /// Whose key said so.
        by: String,
    },
    /// Something went wrong that no retry mends.
    GaveUp {
        /// What, in a sentence that helps the reader.
        reason: String,
    },
}

impl Event {
    /// The event's name in messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Gathered { .. } => "gathered",
            Self::Drafted { .. } => "drafted",
            Self::Asked { .. } => "asked",
            Self::TestsPassed { .. } => "tests passed",
            Self::TestsFailed { .. } => "tests failed",
            Self::RetriesUsedUp { .. } => "retries used up",
            Self::RetryPrepared => "retry prepared",
            Self::Answered { .. } => "answered",
            Self::Cancelled { .. } => "cancelled",
            Self::GaveUp { .. } => "gave up",
        }
    }
}

/// The job is in a state in which the event cannot happen. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a job that is {state} cannot take the event \"{event}\"")]
pub struct TransitionError {
    /// Where the job stands.
    pub state: State,
    /// What was tried.
    pub event: &'static str,
}

impl Job {
    /// Applies one event: moves the state, records what came with it and writes the log entry.
    ///
    /// # Errors
    /// When the event cannot happen in the job's state; the job is unchanged then.
    pub fn apply(&mut self, event: Event, now: Timestamp) -> Result<(), TransitionError> {
        let next = self.next_state(&event)?;
        let message = self.message_of(&event, next);
        // An entry belongs to the stage in which it happened, so it is written before the move;
        // only the beginning and the waking of a job belong to what follows.
        match event {
            Event::Started | Event::Answered { .. } => {
                self.record(event, now);
                self.0.state = next;
                self.log(&message, now);
            }
            _ => {
                self.log(&message, now);
                self.record(event, now);
                self.0.state = next;
            }
        }
        self.touch(now);
        Ok(())
    }

    /// The table of the module's head, as a function.
    fn next_state(&self, event: &Event) -> Result<State, TransitionError> {
        use Event as E;
        use State as S;
        let refused = || Err(TransitionError { state: self.state, event: event.name() });
        let ask =
            |pause| if self.rounds.len() < MAX_ROUNDS { S::Waiting(pause) } else { S::Failed };
        let next = match (self.state, event) {
            (S::Queued, E::Started) => S::Gathering,
            (S::Gathering, E::Gathered { .. }) | (S::Retrying, E::RetryPrepared) => S::Generating,
            (S::Gathering, E::Asked { .. }) => ask(Pause::Gathering),
            (S::Generating, E::Drafted { .. }) => S::Testing,
            (S::Generating, E::Asked { .. }) => ask(Pause::Generating),
            (S::Testing, E::TestsPassed { .. }) => S::Completed,
            // A reply that is no draft is a failed attempt too.
            (S::Generating | S::Testing, E::TestsFailed { .. }) if self.retries_left() > 0 => {
                S::Retrying
            }
            (S::Generating, E::RetriesUsedUp { .. }) if self.retries_left() == 0 => {
                ask(Pause::Generating)
            }
            (S::Testing, E::RetriesUsedUp { .. }) if self.retries_left() == 0 => {
                ask(Pause::Testing)
            }
            (S::Waiting(_), E::Answered { .. }) => S::Queued,
            (
                S::Queued | S::Gathering | S::Generating | S::Testing | S::Retrying | S::Waiting(_),
                E::Cancelled { .. } | E::GaveUp { .. },
            ) => S::Failed,
            (
                S::Queued
                | S::Gathering
                | S::Generating
                | S::Testing
                | S::Retrying
                | S::Waiting(_)
                | S::Completed
                | S::Failed,
                E::Started
                | E::Gathered { .. }
                | E::Drafted { .. }
                | E::Asked { .. }
                | E::TestsPassed { .. }
                | E::TestsFailed { .. }
                | E::RetriesUsedUp { .. }
                | E::RetryPrepared
                | E::Answered { .. }
                | E::Cancelled { .. }
                | E::GaveUp { .. },
            ) => return refused(),
        };
        Ok(next)
    }

    fn message_of(&self, event: &Event, next: State) -> String {
        let rounds_used_up = |question: &Question| {
            format!(
                "gave up: {MAX_ROUNDS} rounds of questions are used up; still open: {}",
                question.render()
            )
        };
        match event {
            Event::Started => "a worker started".to_owned(),
            Event::Gathered { summary } => summary.clone(),
            Event::Drafted { hypothesis } => format!(
                "{} wrote a script of {} lines",
                hypothesis.author,
                hypothesis.source.lines().count()
            ),
            Event::Asked { question } if next == State::Failed => rounds_used_up(question),
            Event::Asked { question } => format!("asked: {}", question.render()),
            Event::TestsPassed { attempt } => format!("attempt {} passed", attempt.attempt),
            Event::TestsFailed { attempt } => {
                format!("attempt {} failed: {}", attempt.attempt, attempt.error)
            }
            Event::RetriesUsedUp { attempt, question } => {
                let asked = if next == State::Failed {
                    rounds_used_up(question)
                } else {
                    format!("retries used up, asked: {}", question.render())
                };
                format!("attempt {} failed: {}; {asked}", attempt.attempt, attempt.error)
            }
            Event::RetryPrepared => {
                format!(
                    "retry {} of {}",
                    self.max_retries - self.retries_left() + 1,
                    self.max_retries
                )
            }
            Event::Answered { response } => format!("answered: {response}"),
            Event::Cancelled { by } => format!("cancelled by {by}"),
            Event::GaveUp { reason } => format!("gave up: {reason}"),
        }
    }

    fn record(&mut self, event: Event, now: Timestamp) {
        let data = &mut self.0;
        // Whatever happens, the reply that was on its way has ended, and so has the waiting for one.
        data.growing.clear();
        data.outage = None;
        match event {
            Event::Started
            | Event::Gathered { .. }
            | Event::Cancelled { .. }
            | Event::GaveUp { .. } => {}
            Event::Drafted { hypothesis } => data.hypothesis = Some(hypothesis),
            Event::Asked { question } => self.open_round(question, now),
            Event::TestsPassed { attempt } | Event::TestsFailed { attempt } => {
                data.attempts.push(attempt);
            }
            Event::RetriesUsedUp { attempt, question } => {
                data.attempts.push(attempt);
                self.open_round(question, now);
            }
            Event::RetryPrepared => data.retries += 1,
            Event::Answered { response } => {
                if let Some(round) = data.rounds.last_mut() {
                    round.response = Some(response);
                    round.answered_at = Some(now);
                }
                data.retries_before_answer = data.retries;
            }
        }
    }

    fn open_round(&mut self, question: Question, now: Timestamp) {
        // A question beyond the last round is never put: the job has failed with it in its log.
        if self.rounds.len() < MAX_ROUNDS {
            self.0.rounds.push(ClarificationRound {
                question,
                asked_at: now,
                response: None,
                answered_at: None,
            });
        }
    }
}

#[cfg(test)]
mod tests;
