//! The embedded author: it reads, writes, tries what it wrote, and lets out only what passes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::{
    AuthorName, Brief, ClarificationRound, Direction, Draft, DraftScript, FieldSource, Question,
    Sample,
};
use sandbox::{Limits, ScriptRunner};
use trials::Wrong;

use crate::self_check::{self, SelfCheck};
use crate::{AuthorError, ScriptAuthor, Watcher, by_example, synth};

/// The longest that it works on one draft: a person who waits is better asked.
const DEADLINE: Duration = Duration::from_secs(30);

/// Answers that are tried for one draft.
const MAX_TRIED: usize = 12;

/// One way to come from a brief to a draft.
type Reading = fn(&Brief) -> Draft;

/// The ways that there are for a topic, the best first. The next is tried when one asks, or when its
/// script does not keep its promises.
fn readings(brief: &Brief) -> &'static [Reading] {
    match brief.topic.direction() {
        // What a vendor wants to be sent is learnt from examples.
        Direction::ToVendor => &[by_example::draft],
        // What payload and documents say comes first; where that does not give what is expected, the
        // expected values themselves lead.
        Direction::FromVendor => &[synth::draft, synth::by_values],
    }
}

/// Whether what a vendor sends is read, and every sample says what should come of it.
fn is_guided(brief: &Brief) -> bool {
    brief.topic.direction() == Direction::FromVendor && expected::all_expected(brief)
}

/// What payload and documents say, read as if nothing were expected.
fn unaided(brief: &Brief) -> Draft {
    let samples = brief.samples.iter().cloned();
    let samples = samples.map(|sample| Sample { expected: None, ..sample }).collect();
    synth::draft(&Brief { samples, ..brief.clone() })
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
        if let Some(script) = self.confirmed(&brief).await? {
            return Ok(Draft::Script(script));
        }
        let mut first = None;
        for reading in readings {
            let (question, script) = match read(&brief, *reading).await? {
                Draft::Question(question) => (question, None),
                Draft::Script(script) => match self.question(&brief, &script).await? {
                    None => {
                        let script = self.without_rivals(&brief, *reading, script).await?;
                        // What no expected output shows, values alone pass over in silence.
                        let unshown = first.and_then(|asked| expected::unshown(&brief, asked));
                        return Ok(unshown.map_or(Draft::Script(script), Draft::Question));
                    }
                    Some(question) => (question, Some(script)),
                },
            };
            if is_guided(&brief) {
                // Each of the two ways of reading may know what the other has to ask.
                let is_first = first.is_none();
                let (given, asked) = (Arc::clone(&brief), question.clone());
                let known = in_background(move || {
                    if is_first { synth::settled(&given) } else { synth::decided(&given, &asked) }
                });
                let known = known.await?;
                if (is_first || expected::is_choice_of(&question, &known))
                    && let Some(script) =
                        self.answered(&brief, *reading, &question, script, &known).await?
                {
                    return Ok(Draft::Script(script));
                }
            }
            first.get_or_insert(question);
        }
        first.map(Draft::Question).ok_or_else(|| AuthorError::Broken("it knows no way".to_owned()))
    }

    /// The script that is read as if nothing were expected, where it gives just what is expected: no
    /// chance likeness of values led there.
    async fn confirmed(&self, brief: &Arc<Brief>) -> Result<Option<DraftScript>, AuthorError> {
        if !is_guided(brief) || expected::is_large(brief) {
            return Ok(None);
        }
        let Draft::Script(script) = read(brief, unaided).await? else { return Ok(None) };
        if self.check.wrong(brief, &script).await?.is_some() {
            return Ok(None);
        }
        self.without_rivals(brief, unaided, script).await.map(Some)
    }

    /// A passing script, but where another field that is called just like the output's gives the same
    /// values, that one is read, and a field that the samples leave empty is read where documents
    /// say what it is.
    async fn without_rivals(
        &self,
        brief: &Arc<Brief>,
        reading: Reading,
        script: DraftScript,
    ) -> Result<DraftScript, AuthorError> {
        if !is_guided(brief) || expected::is_large(brief) {
            return Ok(script);
        }
        let mut known = expected::namesakes(brief, &script.provenance);
        known.extend(expected::reason(brief, &script.provenance));
        if known.is_empty() {
            return Ok(script);
        }
        let rivals = expected::rivals(&known);
        for round in expected::rounds(brief, &rivals, &known) {
            let rounds: Vec<_> = brief.rounds.iter().cloned().chain([round.clone()]).collect();
            let told = Arc::new(Brief { rounds, ..Brief::clone(brief) });
            if let Draft::Script(found) = read(&told, reading).await?
                && self.check.wrong(brief, &found).await?.is_none()
            {
                let provenance = expected::with_reasons(found.provenance, &[round]);
                return Ok(DraftScript { provenance, ..found });
            }
        }
        Ok(script)
    }

    /// The one script that a reading comes to when the samples' expected outputs answer what it
    /// asks; none where they do not, or where two answers lead to different scripts.
    async fn answered(
        &self,
        brief: &Arc<Brief>,
        reading: Reading,
        question: &Question,
        script: Option<DraftScript>,
        known: &[FieldSource],
    ) -> Result<Option<DraftScript>, AuthorError> {
        let start = match &script {
            None => question.clone(),
            Some(script) => expected::about(&question.text, known, &script.provenance),
        };
        let mut open = VecDeque::from([(Vec::new(), start)]);
        let mut passing: Vec<DraftScript> = Vec::new();
        let mut tried = 0;
        while let Some((before, question)) = open.pop_front() {
            for round in expected::rounds(brief, &question, known) {
                tried += 1;
                if tried > MAX_TRIED {
                    return Ok(None);
                }
                let mut rounds: Vec<ClarificationRound> = before.clone();
                rounds.push(round);
                let all = brief.rounds.iter().chain(&rounds).cloned().collect();
                let told = Arc::new(Brief { rounds: all, ..Brief::clone(brief) });
                match read(&told, reading).await? {
                    Draft::Question(next) => {
                        if !expected::asks_again(&next, &rounds) {
                            open.push_back((rounds, next));
                        }
                    }
                    Draft::Script(found) => {
                        let is_new = passing.iter().all(|known| known.source != found.source);
                        if is_new && self.check.wrong(brief, &found).await?.is_none() {
                            let provenance = expected::with_reasons(found.provenance, &rounds);
                            passing.push(DraftScript { provenance, ..found });
                        }
                    }
                }
            }
        }
        let mut passing = passing.into_iter();
        Ok(passing.next().filter(|_| passing.next().is_none()))
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

    async fn write(&self, brief: &Brief, _: Arc<dyn Watcher>) -> Result<Draft, AuthorError> {
        let work = self.best(Arc::new(brief.clone()), readings(brief));
        match tokio::time::timeout(self.deadline, work).await {
            Ok(draft) => draft,
            Err(_) => Ok(Draft::Question(took_too_long(self.deadline))),
        }
    }

    /// Its drafts pass or it asks before they leave: it knows no more than the failures say.
    async fn ask(&self, _: &Brief, _: Arc<dyn Watcher>) -> Result<Option<Question>, AuthorError> {
        Ok(None)
    }
}

async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AuthorError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| AuthorError::Broken(error.to_string()))
}

/// Reading a large catalogue is work for a processor: it must not keep other tasks waiting.
async fn read(brief: &Arc<Brief>, reading: Reading) -> Result<Draft, AuthorError> {
    let given = Arc::clone(brief);
    in_background(move || reading(&given)).await
}

fn took_too_long(deadline: Duration) -> Question {
    Question::plain(format!(
        "Reading the samples and trying a script took longer than {} s. Start a new job with smaller \
         samples: a few records of each kind say as much as a whole catalogue.",
        deadline.as_secs()
    ))
}

mod expected;
#[cfg(test)]
mod tests;
