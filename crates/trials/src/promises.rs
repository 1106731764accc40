//! What a right script keeps whatever the payload of tomorrow holds: relations between the output of
//! a sample and the output of its variation.
//!
//! - **order**: with its list in another order, the same records come in the other order;
//! - **length**: with a record less, its products are gone and the rest is as before; with a record
//!   more, which has ids of its own, the rest is as before too;
//! - **following**: with other values of the same type where a field is read from, the field is
//!   another one too, and so nothing of the sample is written into the script;
//! - **independence**: with other values there, fields that come from elsewhere stay;
//! - **absence**: where a field is missing that others do without, the same;
//! - **something left**: of a sample that has records there is one in the output;
//! - **unread**: values of fields that the script never names change nothing.
//!
//! Provenance says which field is read from where. What it does not say, or says in words that lead
//! to no value of the sample, is not judged. A run that throws with the name of a changed value, or
//! logs what the first run did not, has said what it makes of the change, and is not judged either.

mod fresh;
mod known;
mod lengths;
mod other;
mod outputs;
mod place;
mod tally;
mod unread;
mod values;

use std::borrow::Cow;

use domain::{DraftScript, Sample, Topic};
use sandbox::{RunError, RunReport, SandboxError};
use serde_json::Value;

use crate::excerpt::excerpt;
use crate::trial::{Trial, threw, told, violations};
use known::Known;

/// Variations of one sample. Each is a run of the script.
const VARIATIONS_MAX: usize = 24;

/// A promise that a script did not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The output field that it is about; the list of records where it is about all of them.
    pub field: String,
    /// What was changed, what came of it and what should have.
    pub what: String,
}

/// What is wrong with a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// It does not pass, and nobody can allow it.
    Fails(String),
    /// It passes, and breaks a promise. Somebody who knows the vendor may find that right.
    Breaks(Broken),
}

/// A changed sample, and what must hold of its output.
struct Variation {
    /// What was changed, as in "with items in reverse".
    name: String,
    sample: Sample,
    /// Values that a script may name when it throws.
    named: Vec<String>,
    relation: Relation,
}

/// What must hold of a variation's output, beside the first one.
enum Relation {
    /// The records' ids in this order, each record as it was.
    Order { ids: Vec<String>, ordered: bool },
    /// These records are gone and these are new; each other one is as it was.
    Length { gone: Vec<String>, new: Vec<String> },
    /// These records are gone and these are new; of the others nothing is said but that they are there.
    Ids { gone: Vec<String>, new: Vec<String> },
    /// Fields of these places are others, and those that come from elsewhere are as they were.
    Values(values::Changed),
    /// The output is the same.
    Same,
}

/// The run of the sample itself, or of an excerpt of a large one.
struct Baseline<'s> {
    topic: Topic,
    sample: &'s Sample,
    output: &'s Value,
    logs: &'s [String],
    known: &'s [Known],
}

impl Trial {
    /// Tries the script as its author does before it lets it out: the sample and its mutations, then
    /// the promises. Of a large sample an excerpt is tried; gives the first thing that is wrong.
    ///
    /// # Errors
    /// When the sandbox itself does not work.
    pub async fn own(
        &mut self,
        sample: &Sample,
        script: &DraftScript,
    ) -> Result<Option<Wrong>, SandboxError> {
        let whole = sample;
        let sample = excerpt(whole);
        let Some(report) = self.variation(&sample).await? else { return Ok(None) };
        let RunReport { outcome, logs, .. } = report;
        let is_excerpt = matches!(sample, Cow::Owned(_));
        let fits = |output| violations(self.topic(), output).is_empty();
        if is_excerpt && !outcome.as_ref().is_ok_and(fits) {
            // An excerpt may lack what the script needs, and the output is that of the whole.
            return Ok(None);
        }
        let output = match outcome {
            Ok(output) => output,
            Err(error) => return Ok(Some(Wrong::Fails(threw(&sample, &error)))),
        };
        if let Some(failure) = self.judged(&sample, &output, &logs).await? {
            return Ok(Some(Wrong::Fails(failure)));
        }
        let payload = sample.payload.as_ref().filter(|_| sample.expected.is_none());
        let emptied = payload.and_then(|payload| outputs::emptied(self.topic(), payload, &output));
        if let Some(broken) = emptied {
            return Ok(Some(Wrong::Breaks(broken)));
        }
        Ok(self.promises(&sample, &output, &logs, script).await?.map(Wrong::Breaks))
    }

    /// The first promise that the script breaks on variations of the sample, on which it passes.
    async fn promises(
        &mut self,
        sample: &Sample,
        output: &Value,
        logs: &[String],
        script: &DraftScript,
    ) -> Result<Option<Broken>, SandboxError> {
        let topic = self.topic();
        let known = known::of(topic, &script.provenance, sample);
        let baseline = Baseline { topic, sample, output, logs, known: &known };
        let planned = lengths::variations(&baseline)
            .chain(values::variations(&baseline))
            .chain(values::absences(&baseline))
            .chain(unread::variation(&baseline, &script.source));
        self.first_broken(&baseline, planned.take(VARIATIONS_MAX)).await
    }

    /// What any right script keeps, whoever wrote it and whatever is known of its sources: where the
    /// records plainly are those of one list, one less there is one less in the output, and one more
    /// is one more. So a script that lists the sample's records instead of reading them is found.
    pub(crate) async fn plain_lengths(
        &mut self,
        sample: &Sample,
        output: &Value,
        logs: &[String],
    ) -> Result<Option<Broken>, SandboxError> {
        let baseline = Baseline { topic: self.topic(), sample, output, logs, known: &[] };
        let planned = lengths::plain(&baseline);
        self.first_broken(&baseline, planned.into_iter()).await
    }

    async fn first_broken(
        &mut self,
        baseline: &Baseline<'_>,
        variations: impl Iterator<Item = Variation>,
    ) -> Result<Option<Broken>, SandboxError> {
        for variation in variations {
            let Some(report) = self.variation(&variation.sample).await? else { continue };
            if let Some(mut broken) = baseline.broken(&variation, &report) {
                let name = &baseline.sample.name;
                broken.what = format!("sample {name} {}: {}", variation.name, broken.what);
                return Ok(Some(broken));
            }
        }
        Ok(None)
    }
}

impl Baseline<'_> {
    fn broken(&self, variation: &Variation, report: &RunReport) -> Option<Broken> {
        let output = match &report.outcome {
            Ok(output) => output,
            // A changed answer may lead to calls that nobody recorded; that proves nothing.
            Err(RunError::HttpNotRecorded { .. }) => return None,
            Err(error) => {
                let message = error.to_string();
                let named = variation.named.iter().any(|value| message.contains(value.as_str()));
                let field = variation.field(self);
                return (!named).then(|| Broken { field, what: told(error) });
            }
        };
        if report.logs.iter().any(|line| !self.logs.contains(line)) {
            return None;
        }
        match &variation.relation {
            Relation::Order { ids, ordered } => outputs::order(self, output, ids, *ordered),
            Relation::Length { gone, new } => outputs::length(self, output, gone, new),
            Relation::Ids { gone, new } => outputs::ids(self, output, gone, new),
            Relation::Values(changed) => changed.broken(self, &variation.sample, output),
            Relation::Same => outputs::same(self, output),
        }
    }
}

impl Variation {
    /// The field that is told when the script throws.
    fn field(&self, baseline: &Baseline<'_>) -> String {
        match &self.relation {
            Relation::Values(changed) => changed.first_field(baseline),
            Relation::Order { .. }
            | Relation::Length { .. }
            | Relation::Ids { .. }
            | Relation::Same => outputs::whole(baseline.topic).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
