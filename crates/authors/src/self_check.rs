//! Before a draft leaves: it is tried on the samples and their variations, and must keep its
//! promises there.

use std::sync::Arc;

use domain::{Brief, Choice, DraftScript, FieldSource, OpenPoint, Question, bounded};
use sandbox::{Limits, SandboxError, ScriptRunner};
use trials::{Trial, Wrong, without_credentials};

use crate::AuthorError;

/// Samples that are tried. The test stage runs all of them.
const SAMPLES_MAX: usize = 4;
/// Characters of what went wrong.
const WHAT_MAX: usize = 600;

/// Tries drafts.
pub(crate) struct SelfCheck {
    runner: Arc<dyn ScriptRunner>,
    limits: Limits,
}

impl SelfCheck {
    pub(crate) fn new(runner: Arc<dyn ScriptRunner>, limits: Limits) -> Self {
        Self { runner, limits }
    }

    /// What is wrong with a script; nothing when it passes and keeps its promises.
    ///
    /// # Errors
    /// When the sandbox does not work.
    pub(crate) async fn wrong(
        &self,
        brief: &Brief,
        script: &DraftScript,
    ) -> Result<Option<Wrong>, AuthorError> {
        let unavailable = |error: SandboxError| AuthorError::Unavailable(error.to_string());
        let (provider, topic) = (&brief.provider, brief.topic);
        let mut trial = Trial::open(&*self.runner, self.limits, provider, topic, &script.source)
            .await
            .map_err(unavailable)?;
        for sample in brief.samples.iter().take(SAMPLES_MAX) {
            match trial.own(sample, script).await {
                Ok(Some(wrong)) => return Ok(Some(wrong)),
                // The test stage says what to do about a sample that is too large.
                Ok(None) | Err(SandboxError::InputTooLarge { .. }) => {}
                Err(error @ SandboxError::Spawn(_)) => return Err(unavailable(error)),
            }
        }
        Ok(None)
    }
}

/// What to ask when the best script is wrong.
pub(crate) fn question(wrong: &Wrong, brief: &Brief, script: &DraftScript) -> Question {
    let (field, what, how) = match wrong {
        Wrong::Fails(failure) => ("", failure, "does not pass on the samples"),
        Wrong::Breaks(broken) => (
            broken.field.as_str(),
            &broken.what,
            "passes on the samples and not on variations of them",
        ),
    };
    let what = bounded(&without_credentials(what.clone(), &brief.samples), WHAT_MAX);
    let text = format!(
        "The best script that the samples and documents allow {how}, so something in them was \
         misread. {what}"
    );
    let Some(known) = source_of(field, &what, &script.provenance) else {
        let hint = match wrong {
            Wrong::Fails(_) => "",
            Wrong::Breaks(_) => "; \"go on\" takes the script as it is",
        };
        return Question::plain(format!(
            "{text}\n\nSay in a sentence what is right, or add a sample or a document that shows \
             it{hint}."
        ));
    };
    let places = [&known.source, &known.runner_up].into_iter().filter(|place| !place.is_empty());
    let point = OpenPoint {
        field: known.field.clone(),
        prompt: format!("it was read from {}. Where does it stand?", known.source),
        choices: places
            .map(|place| Choice { value: place.clone(), label: place.clone() })
            .collect(),
    };
    Question { text, points: vec![point] }
}

/// The provenance of a field, or else of one that the message names.
fn source_of<'p>(
    field: &str,
    what: &str,
    provenance: &'p [FieldSource],
) -> Option<&'p FieldSource> {
    let same = |known: &&FieldSource| {
        let own = known.field.split(' ').next().unwrap_or_default();
        own == field || field.strip_suffix(own).is_some_and(|rest| rest.ends_with("[]."))
    };
    let named = |known: &&FieldSource| {
        let leaf = known.field.rsplit(['.', '[', ']']).next().unwrap_or_default();
        !leaf.is_empty() && what.contains(&format!(".{leaf}:"))
    };
    provenance.iter().find(same).or_else(|| provenance.iter().find(named))
}
