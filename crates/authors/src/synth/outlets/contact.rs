//! The telephone number of a place, or else its e-mail address.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{Found, PHONE};
use crate::pattern::pattern;
use crate::synth::composed::{self, Composed};
use crate::synth::documents::Statement;
use crate::synth::emit::{Helper, Script};
use crate::synth::matching::Decisions;
use crate::synth::path::{Path, Step};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// The first of several telephone numbers or e-mail addresses stands for all of them.
pub(super) fn first<'a>(field: &Field<'a>) -> Option<Field<'a>> {
    let words = vocabulary().words(field.path.leaf());
    let is_contact = words.iter().any(|word| matches!(word.as_str(), "phone" | "email"));
    let lists: Vec<&Vec<Value>> =
        field.values.iter().flatten().filter_map(|v| v.as_array()).collect();
    let is_several = lists.iter().any(|list| list.len() > 1)
        && lists.iter().all(|list| list.iter().all(Value::is_string));
    (is_contact && is_several).then(|| {
        let first = Path::default().then(Step::First);
        Field {
            path: field.path.then(Step::First),
            values: field.values.iter().map(|value| value.and_then(|v| first.of(v))).collect(),
            ..field.clone()
        }
    })
}

/// What is said of telephone numbers.
static OF_NUMBERS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:phones?|telephones?|dial(?:led|ed|s)?)\b"));

/// Finds the number that documents say is dialled in pieces which stand side by side.
pub(super) fn dialled<'a>(
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Composed<'a>> {
    if decisions.answers.of(PHONE.output).is_some() || decisions.examples.lack(PHONE.output) {
        return None;
    }
    let is_of_numbers = |statement: &Statement| OF_NUMBERS.is_match(&statement.prose());
    let found = composed::find(fields, decisions.documents, is_of_numbers)?;
    let reason = "the documents say how the number is put together";
    decisions.record_instead(PHONE.output, &found.place(), reason, 0.9);
    Some(found)
}

pub(super) fn write(found: &Found<'_>, script: &mut Script) {
    let whole = found.dialled.as_ref();
    let whole = whole.and_then(|dialled| Some((dialled.place(), dialled.js(script)?)));
    let phone = found.phone.as_ref().filter(|_| whole.is_none());
    let plain = [phone, found.email.as_ref()].into_iter().flatten();
    let sources: Vec<(String, String)> = whole
        .into_iter()
        .chain(plain.map(|field| (field.place(), format!("text({})", field.js()))))
        .collect();
    if sources.is_empty() {
        return;
    }
    script.uses(Helper::Text);
    let (places, reads): (Vec<String>, Vec<String>) = sources.into_iter().unzip();
    script.comment(&places.join(", or else "));
    script.line(format!("contact: {},", reads.join(" ?? ")));
}
