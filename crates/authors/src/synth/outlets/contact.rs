//! The telephone number of a place, or else its e-mail address.

use serde_json::Value;

use super::Found;
use crate::synth::emit::{Helper, Script};
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

pub(super) fn write(found: &Found<'_>, script: &mut Script) {
    let sources: Vec<&Field<'_>> = [&found.phone, &found.email].into_iter().flatten().collect();
    if sources.is_empty() {
        return;
    }
    script.uses(Helper::Text);
    let places: Vec<String> = sources.iter().map(|field| field.place()).collect();
    let reads: Vec<String> = sources.iter().map(|field| format!("text({})", field.js())).collect();
    script.comment(&places.join(", or else "));
    script.line(format!("contact: {},", reads.join(" ?? ")));
}
