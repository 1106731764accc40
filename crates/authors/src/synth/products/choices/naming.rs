//! What groups and options are called.

use serde_json::Value;

use super::OPTION_NAME;
use crate::synth::matching::{Decisions, Wanted, name_score};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// The name of the groups or of the options: where no field is called so, the only text that they have.
pub(super) fn name_of<'a>(
    wanted: &Wanted,
    fields: &[Field<'a>],
    variable: &str,
    decisions: &mut Decisions<'_>,
) -> Option<Field<'a>> {
    match only_text(fields, variable).filter(|_| !has_name(fields, variable, decisions)) {
        Some(text) => {
            let reason = "it is the only text that they have";
            decisions.record(wanted.output, &text.place(), reason, 0.7, "");
            Some(text.clone())
        }
        None => decisions
            .find(wanted, fields, |field| field.is_always_there() && field.all(Value::is_string)),
    }
}

/// The only text for people that groups or options without a name have, such as a description, or the
/// name in a pair of an id and a name that is called after their list: the `attribute_id` of an attribute
/// line.
pub(super) fn only_text<'f, 'a>(fields: &'f [Field<'a>], variable: &str) -> Option<&'f Field<'a>> {
    let is_paired = |field: &&Field<'_>| {
        let words = vocabulary().words(field.path.leaf());
        let list = vocabulary().words(&field.place);
        field.variable == variable
            && field.path.is_pair_name()
            && field.is_always_there()
            && words
                .strip_suffix(&["id".to_owned()])
                .is_some_and(|own| !own.is_empty() && own.iter().all(|word| list.contains(word)))
    };
    let mut pairs = fields.iter().filter(is_paired);
    if let Some(pair) = pairs.next().filter(|_| pairs.next().is_none()) {
        return Some(pair);
    }
    let is_text = |value: &Value| {
        value.as_str().is_some_and(|text| {
            text.starts_with(char::is_uppercase)
                && text.chars().any(char::is_lowercase)
                && !text.contains(['/', '_', '@'])
        })
    };
    let mut texts = fields.iter().filter(|field| {
        field.variable == variable
            && field.path.len() == 1
            && field.is_always_there()
            && field.all(is_text)
            && !vocabulary().words(field.path.leaf()).iter().any(|word| {
                matches!(word.as_str(), "id" | "code" | "type" | "kind" | "status" | "mode")
            })
    });
    texts.next().filter(|_| texts.next().is_none())
}

/// Whether records have a name: a field that is called so, or of which documents say that it is.
pub(super) fn has_name(fields: &[Field<'_>], variable: &str, decisions: &Decisions<'_>) -> bool {
    const CLEAR: f64 = 0.5;
    let is_text = |field: &Field<'_>| {
        field.variable == variable && field.is_always_there() && field.all(Value::is_string)
    };
    let is_called = |field: &Field<'_>| is_text(field) && name_score(field, "name") > CLEAR;
    let is_id = |field: &Field<'_>| {
        let words = vocabulary().words(field.path.leaf());
        words.last().is_some_and(|last| matches!(last.as_str(), "id" | "code" | "ref" | "key"))
    };
    let is_told = || {
        let ranked = decisions.rank(&OPTION_NAME, fields, |own| is_text(own) && !is_id(own));
        ranked.iter().any(|candidate| candidate.score > CLEAR)
    };
    fields.iter().any(is_called) || is_told()
}
