//! Texts of a product that are the names of its categories themselves.

use serde_json::Value;

use crate::synth::scope::{self, Field};
use crate::synth::vocabulary::{Entity, vocabulary};

/// How well a field's own text names a category.
pub(super) fn text_rank(field: &Field<'_>) -> Option<usize> {
    let is_text = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.chars().any(char::is_alphabetic) && !text.contains('/'))
    };
    let texts = field.all(is_text);
    let lists = field.all(|value| value.as_array().is_some_and(|list| list.iter().all(is_text)))
        && field.filled().any(|value| value.as_array().is_some_and(|list| !list.is_empty()));
    if !texts && !lists {
        return None;
    }
    let v = vocabulary();
    let mut keys = field.path.keys();
    while keys.len() > 1 && keys.last().is_some_and(|key| scope::is_language(key)) {
        keys.pop();
    }
    let mut words: Vec<String> =
        keys.iter().rev().take(2).rev().flat_map(|key| v.words(key)).collect();
    let last = keys.last().copied().unwrap_or_default();
    let mut leaf = v.words(last);
    if scope::language_suffix(last).is_some() && leaf.len() > 1 {
        leaf.pop();
        words.pop();
    }
    if field.path.is_pair_name() {
        let name = leaf.strip_suffix(&["id".to_owned()]).unwrap_or(&leaf);
        return v.names(Entity::Category, name).then_some(0);
    }
    let named = words
        .strip_suffix(&["name".to_owned()])
        .or_else(|| words.strip_suffix(&["title".to_owned()]));
    let is_category = |words: &[String]| words.last().is_some_and(|last| last == "category");
    // `category` itself before one of some kind, such as `reporting_category`.
    let more = |words: &[String]| usize::from(v.without_entity(Entity::Product, words).len() > 1);
    match named {
        Some(rest) if is_category(rest) => Some(2 * more(rest)),
        _ if is_category(&leaf) => Some(1 + 2 * more(&leaf)),
        Some(rest) if v.names(Entity::Category, rest) => Some(4),
        _ if v.names(Entity::Category, &leaf) => Some(5),
        // The name of a group that a product is in, where it says nothing of modifiers.
        Some(rest) if field.entity == Entity::Product => (rest == ["group"]).then_some(6),
        _ => None,
    }
}
