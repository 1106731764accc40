//! How documents show the name of a variant by an example, such as `House Blend - 250 g`.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::Naming;
use crate::pattern::pattern;
use crate::synth::documents::Documents;
use crate::synth::matching::name_score;
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

/// What stands between the two in an example.
const JOINTS: [&str; 8] = [" - ", " – ", " / ", ": ", ", ", " | ", " · ", " "];

/// A pattern of a name in quotes: `Product - Variant`, `{item} ({size})`.
static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"["“'`]\W*((?:product|item|dish|parent|base)(?:[ _](?:name|title))?)[}>\]]*((?: - | – | / |: |, | \| | · | | ?\())[{<\[]*((?:variant|variation|size|option|portion)s?(?:[ _](?:name|title|value))?)[}>\]]*\)?\W*["”'`]"#,
    )
});

/// The way of an example: a pattern of words, or names that the samples have.
pub(super) fn shown(
    fields: &[Field<'_>],
    list: &Field<'_>,
    own: &Field<'_>,
    documents: &Documents,
) -> Option<Naming> {
    by_pattern(documents).or_else(|| by_sample(fields, list, own, documents))
}

fn by_pattern(documents: &Documents) -> Option<Naming> {
    documents.statements.iter().find_map(|statement| {
        let found = PATTERN.captures(&statement.lower)?;
        Some(naming_of(found.get(2)?.as_str()))
    })
}

fn naming_of(joint: &str) -> Naming {
    if joint.trim() == "(" { Naming::Bracketed } else { Naming::Joined(joint.to_owned()) }
}

/// An example with the names of a product and its variant in the samples. A text that holds both
/// without the name of variants being its subject shows nothing.
fn by_sample(
    fields: &[Field<'_>],
    list: &Field<'_>,
    own: &Field<'_>,
    documents: &Documents,
) -> Option<Naming> {
    let is_about = |text: &str| {
        let words = vocabulary().words(text);
        vocabulary()
            .entity_phrases(Entity::Variant)
            .any(|phrase| words.iter().any(|word| word == phrase))
            || words.iter().any(|word| word == "name" || word == "title")
    };
    let told: Vec<&str> = documents
        .statements
        .iter()
        .filter(|statement| is_about(&statement.text))
        .map(|statement| statement.text.as_str())
        .collect();
    if told.is_empty() {
        return None;
    }
    let names = fields.iter().filter(|field| {
        field.variable == list.variable
            && field.all(Value::is_string)
            && name_score(field, "name") > 0.5
    });
    for name in names {
        for (item, variants) in name.values.iter().zip(list.values.iter()) {
            let Some(item) = item.and_then(Value::as_str) else { continue };
            let variants = variants.and_then(Value::as_array).into_iter().flatten();
            for variant in variants.filter_map(|v| own.path.of(v)).filter_map(Value::as_str) {
                let is_told = |whole: &str| told.iter().any(|text| text.contains(whole));
                if is_told(&format!("{item} ({variant})")) {
                    return Some(Naming::Bracketed);
                }
                let joint =
                    JOINTS.iter().find(|joint| is_told(&format!("{item}{joint}{variant}")));
                if let Some(joint) = joint {
                    return Some(Naming::Joined((*joint).to_owned()));
                }
            }
        }
    }
    None
}
