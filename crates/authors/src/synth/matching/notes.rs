//! What is noted while a script is planned: open points, and where fields come from.

use domain::{Choice, FieldSource, OpenPoint};

use super::Decisions;
use crate::synth::scope::Field;

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

    /// Notes that a field comes from another place as well as from the one that was noted for it.
    pub(crate) fn record_besides(&mut self, field: &str, first: &Field<'_>, other: &Field<'_>) {
        if let Some(known) = self.provenance.iter_mut().rev().find(|known| known.field == field) {
            known.source = format!("{} and {}", first.place(), other.place());
        }
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
