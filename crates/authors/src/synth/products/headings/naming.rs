//! Which text of a category is its name: of several that are called so, the one that documents say
//! guests see.

use serde_json::Value;

use crate::synth::matching::{Decisions, Wanted, better, name_score, offers};
use crate::synth::scope::{Field, is_plain};

const NAME: Wanted =
    Wanted { output: super::OUTPUT, names: "name", said: &["name", "title"], required: false };

/// The point about a category's name.
const POINT: &str = "products[].categories (name)";
/// From here on a name says by itself that a text is one.
const CLEAR: f64 = 0.7;
/// A rival as near as this makes the choice a guess.
const MARGIN: f64 = 0.12;

/// The chosen text of the categories, or the one beside it that a person says it is, where both are
/// called like a name. Nothing where that is open.
pub(super) fn settle<'a>(
    chosen: Field<'a>,
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Field<'a>> {
    let told = |field: &Field<'a>| name_score(field, NAME.names) + decisions.told(&NAME, field);
    let is_near = |field: &&Field<'a>| {
        field.is_beside(&chosen)
            && !field.is_empty()
            && field.all(Value::is_string)
            && name_score(field, NAME.names) > CLEAR
            && told(&chosen) - told(field) < MARGIN
    };
    let near: Vec<Field<'a>> = fields.iter().filter(is_near).cloned().collect();
    if near.iter().all(|field| field.values == chosen.values) {
        return Some(chosen);
    }
    let answered = decisions.answers.of(POINT).and_then(|answer| {
        let field = near.iter().find(|field| answer.names(&field.place()))?;
        Some((field.clone(), decisions.answers.reason(POINT)))
    });
    let shown = || {
        let (field, reason) = better(NAME.names, &near, decisions.documents)?;
        Some((field, reason.to_owned()))
    };
    if let Some((field, reason)) = answered.or_else(shown) {
        decisions.record_instead(super::OUTPUT, &field.place(), &reason, 0.9);
        return Some(field);
    }
    let prompt = "Several texts could be the name of a category. Which one do guests see?";
    decisions.ask(POINT, prompt, &offers(&near));
    None
}

/// The best of the fields that are called like a name.
pub(super) fn name<'f, 'a>(
    fields: impl Iterator<Item = &'f Field<'a>>,
    decisions: &Decisions<'_>,
) -> Option<&'f Field<'a>> {
    let fields: Vec<&'f Field<'a>> = fields.collect();
    let all: Vec<Field<'a>> = fields.iter().map(|field| (*field).clone()).collect();
    let is_text = |field: &&Field<'a>| {
        is_plain(field, &all) && field.all(Value::is_string) && !field.is_empty()
    };
    let score = |field: &Field<'a>| name_score(field, NAME.names) + decisions.told(&NAME, field);
    fields
        .into_iter()
        .filter(is_text)
        .filter(|field| name_score(field, NAME.names) > 0.3)
        .max_by(|a, b| score(a).total_cmp(&score(b)))
}
