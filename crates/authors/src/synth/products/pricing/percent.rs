//! Amounts of which some are no money but so many per cent of another price.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::matching::{Decisions, Wanted, as_shown};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

const AMOUNTS: &str = "none is a percentage";

/// That the percentages are of what the product costs.
static OF_PRODUCT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bper ?cent(?:age)?s?\b[^.;]{0,40}\b(?:product|item|dish|base|parent)(?:'s|’s)? (?:(?:own|calculated|base|unit|final) )*price\b",
    )
});
/// That some are percentages at all.
static PERCENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bper ?cent"));

/// What is known of the percentages among amounts.
pub(super) enum Percent<'a> {
    /// There are none.
    None,
    /// A person has to say what they are.
    Open,
    /// Where this field says so, an amount is so many per cent of the product's price.
    OfProduct(Field<'a>),
}

/// What documents say of percentages, where a word beside the amount tells that some are: as money these
/// would be wrong.
pub(super) fn find<'a>(
    wanted: &Wanted,
    amount: &Field<'a>,
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Percent<'a> {
    let is_percent = |value: &Value| {
        value.as_str().is_some_and(|text| {
            text == "%"
                || vocabulary()
                    .words(text)
                    .iter()
                    .any(|word| matches!(word.as_str(), "percent" | "percentage" | "pct"))
        })
    };
    let documents = decisions.documents;
    let is_said = |field: &Field<'a>| {
        documents.about(&field.path).any(|own| PERCENT.is_match(&own.said_of(&field.path)))
    };
    let mut beside = fields.iter().filter(|field| field.is_beside(amount) && !field.is_at(amount));
    let point = format!("{} (percentages)", wanted.output);
    let told = beside.find(|field| {
        !field.is_empty()
            && field.all(Value::is_string)
            && (field.filled().any(is_percent) || is_said(field))
    });
    let Some(told) = told.filter(|_| decisions.answers.of(&point).is_none()) else {
        return Percent::None;
    };
    if wanted.output.ends_with("options[].price") && documents.say(&OF_PRODUCT).is_some() {
        return Percent::OfProduct(told.clone());
    }
    let prompt = format!(
        "{} ({}) says that some values of {} are percentages, and a script passes on amounts of money. Which amounts are these?",
        told.place(),
        told.examples(),
        amount.place()
    );
    decisions.ask(&point, &prompt, &[as_shown(AMOUNTS)]);
    Percent::Open
}
