//! The embedded author: it reads, writes, tries what it wrote, and lets out only what passes.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::{AuthorName, Brief, Direction, Draft, DraftScript, Question};
use sandbox::{Limits, ScriptRunner};
use trials::Wrong;

use crate::self_check::{self, SelfCheck};
use crate::{AuthorError, ScriptAuthor, by_example, synth};

/// The longest that it works on one draft: a person who waits is better asked.
const DEADLINE: Duration = Duration::from_secs(30);

/// One way to come from a brief to a draft.
type Reading = fn(&Brief) -> Draft;

/// The ways that there are for a topic, the best first. The next is tried when one asks, or when its
/// script does not keep its promises.
const fn readings(direction: Direction) -> &'static [Reading] {
    match direction {
        // What a vendor wants to be sent is learnt from examples.
        Direction::ToVendor => &[by_example::draft],
        // What payload and documents say comes first; where that does not give what is expected, the
        // expected values themselves lead.
        Direction::FromVendor => &[synth::draft, synth::by_values],
    }
}

/// The author that needs nothing but the binary. The same brief gives the same draft.
pub struct Synthesizer {
    check: SelfCheck,
    deadline: Duration,
}

impl Synthesizer {
    /// Tries its drafts with `runner`, each run within `limits`.
    #[must_use]
    pub fn new(runner: Arc<dyn ScriptRunner>, limits: Limits) -> Self {
        Self { check: SelfCheck::new(runner, limits), deadline: DEADLINE }
    }

    /// The same, with another bound for the work on one draft.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// The first script that keeps its promises, or else the question about the best reading.
    async fn best(
        &self,
        brief: Arc<Brief>,
        readings: &'static [Reading],
    ) -> Result<Draft, AuthorError> {
        let mut first = None;
        for reading in readings {
            // Reading a large catalogue is work for a processor: it must not keep other tasks waiting.
            let given = Arc::clone(&brief);
            let draft = tokio::task::spawn_blocking(move || reading(&given))
                .await
                .map_err(|error| AuthorError::Broken(error.to_string()))?;
            let question = match draft {
                Draft::Question(question) => question,
                Draft::Script(script) => match self.question(&brief, &script).await? {
                    None => return Ok(Draft::Script(script)),
                    Some(question) => question,
                },
            };
            first.get_or_insert(question);
        }
        first.map(Draft::Question).ok_or_else(|| AuthorError::Broken("it knows no way".to_owned()))
    }

    /// What must be asked before the script may leave; nothing when it keeps its promises, or when a
    /// person has already answered what was asked about the one that it breaks.
    async fn question(
        &self,
        brief: &Brief,
        script: &DraftScript,
    ) -> Result<Option<Question>, AuthorError> {
        let Some(wrong) = self.check.wrong(brief, script).await? else { return Ok(None) };
        let question = self_check::question(&wrong, brief, script);
        let mut answered = brief.rounds.iter().filter(|round| round.response.is_some());
        let is_allowed =
            matches!(wrong, Wrong::Breaks(_)) && answered.any(|round| round.question == question);
        Ok((!is_allowed).then_some(question))
    }
}

#[async_trait]
impl ScriptAuthor for Synthesizer {
    #[expect(clippy::expect_used, reason = "a constant that is a valid name; a test reads it")]
    fn name(&self) -> AuthorName {
        "synth".parse().expect("a constant name is valid")
    }

    async fn write(&self, brief: &Brief) -> Result<Draft, AuthorError> {
        let readings = readings(brief.topic.direction());
        let work = self.best(Arc::new(brief.clone()), readings);
        match tokio::time::timeout(self.deadline, work).await {
            Ok(draft) => draft,
            Err(_) => Ok(Draft::Question(took_too_long(self.deadline))),
        }
    }
}

fn took_too_long(deadline: Duration) -> Question {
    Question::plain(format!(
        "Reading the samples and trying a script took longer than {} s. Start a new job with smaller \
         samples: a few records of each kind say as much as a whole catalogue.",
        deadline.as_secs()
    ))
}

#[cfg(test)]
mod tests;
