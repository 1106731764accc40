//! What is noted while a script is planned: open points, and where fields come from.

use domain::{Choice, FieldSource, OpenPoint};

use super::Decisions;
use crate::synth::scope::Field;

/// How the reason begins where nothing but a name speaks for a field.
pub(crate) const NAME_FITS: &str = "its name fits";

impl Decisions<'_> {
    /// Leaves a point open.
    pub(crate) fn ask(&mut self, field: &str, prompt: &str, choices: &[(String, String)]) {
        let choices = choices
            .iter()
            .take(12)
            .map(|(value, label)| Choice { value: value.clone(), label: label.clone() })
            .collect();
        self.open.push(OpenPoint { field: field.to_owned(), prompt: prompt.to_owned(), choices });
    }

    /// Whether a person or the samples' outputs say it already.
    pub(crate) fn is_given(&self, output: &str) -> bool {
        self.answers.of(output).is_some() || self.examples.values(output).is_some()
    }

    /// Whether the source that was noted for a field was chosen for what documents say.
    pub(crate) fn is_by_documents(&self, output: &str) -> bool {
        self.is_noted(output, "the documents say")
    }

    /// Whether the source that was noted for a field was chosen for nothing but its name.
    pub(crate) fn is_by_name(&self, output: &str) -> bool {
        self.is_noted(output, NAME_FITS)
    }

    fn is_noted(&self, output: &str, why: &str) -> bool {
        self.provenance.iter().any(|known| known.field == output && known.reason.starts_with(why))
    }

    /// Notes that a field comes from another place as well as from the one that was noted for it.
    pub(crate) fn record_besides(&mut self, field: &str, first: &Field<'_>, other: &Field<'_>) {
        if let Some(known) = self.provenance.iter_mut().rev().find(|known| known.field == field) {
            known.source = format!("{} and {}", first.place(), other.place());
        }
    }

    /// Notes where an output field comes from after all.
    pub(crate) fn record_instead(
        &mut self,
        field: &str,
        source: &str,
        reason: &str,
        confidence: f64,
    ) {
        self.provenance.retain(|known| known.field != field);
        self.record(field, source, reason, confidence, "");
    }

    /// Notes where an output field comes from.
    pub(crate) fn record(
        &mut self,
        field: &str,
        source: &str,
        reason: &str,
        confidence: f64,
        runner_up: &str,
    ) {
        self.provenance.push(FieldSource {
            field: field.to_owned(),
            source: source.to_owned(),
            reason: domain::bounded(reason, 300),
            confidence: (confidence * 100.0).round() / 100.0,
            runner_up: runner_up.to_owned(),
        });
    }
}

/// A choice that is shown as it is given.
pub(crate) fn as_shown(text: &str) -> (String, String) {
    (text.to_owned(), text.to_owned())
}

/// Fields as choices, each with values that it has in the samples.
pub(crate) fn offers(fields: &[Field<'_>]) -> Vec<(String, String)> {
    fields
        .iter()
        .filter(|field| {
            !field.all(|value| value.is_object() || value.is_array()) || field.is_empty()
        })
        .map(|field| (field.place(), format!("{} ({})", field.place(), field.examples())))
        .collect()
}
