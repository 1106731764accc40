//! Amounts of which some are no money but so many per cent of another price.

use serde_json::Value;

use crate::synth::matching::{Decisions, Wanted, as_shown};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

const AMOUNTS: &str = "none is a percentage";

/// Asks where a word beside the amount says that some are percentages: as money these would be wrong.
pub(super) fn ask(
    wanted: &Wanted,
    amount: &Field<'_>,
    fields: &[Field<'_>],
    decisions: &mut Decisions<'_>,
) -> bool {
    let is_percent = |value: &Value| {
        value.as_str().is_some_and(|text| {
            text == "%"
                || vocabulary()
                    .words(text)
                    .iter()
                    .any(|word| matches!(word.as_str(), "percent" | "percentage" | "pct"))
        })
    };
    let mut beside = fields.iter().filter(|field| field.is_beside(amount));
    let point = format!("{} (percentages)", wanted.output);
    let told = beside.find(|field| field.all(Value::is_string) && field.filled().any(is_percent));
    let Some(told) = told.filter(|_| decisions.answers.of(&point).is_none()) else {
        return false;
    };
    let prompt = format!(
        "{} ({}) says that some values of {} are percentages, and a script passes on amounts of money. Which amounts are these?",
        told.place(),
        told.examples(),
        amount.place()
    );
    decisions.ask(&point, &prompt, &[as_shown(AMOUNTS)]);
    true
}
