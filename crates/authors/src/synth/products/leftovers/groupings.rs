//! What could name the category of products for which none was found.

use serde_json::Value;

use super::{is_dismissed, offer};
use crate::synth::matching::Decisions;
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

/// Words for what sorts products.
pub(in crate::synth::products) const SORTS: [&str; 9] =
    ["type", "kind", "tag", "class", "group", "genre", "course", "heading", "range"];

/// References with a name that are no categories.
const STRANGE: [&str; 12] = [
    "tax",
    "rate",
    "price",
    "cost",
    "unit",
    "supplier",
    "vendor",
    "brand",
    "manufacturer",
    "translated",
    "account",
    "organization",
];

/// References with a name, fields that are called like categories, and texts that sort the products.
pub(super) fn categories(fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    const OUTPUT: &str = "products[].categories";
    let v = vocabulary();
    let others = [
        Entity::Group,
        Entity::Option,
        Entity::Variant,
        Entity::Image,
        Entity::Outlet,
        Entity::Other,
        Entity::Product,
    ];
    let is_name = |field: &&Field<'_>| {
        let keys = field.path.keys();
        let words = v.words(keys.len().checked_sub(2).and_then(|at| keys.get(at)).unwrap_or(&""));
        let leaf = v.words(field.path.leaf());
        let has_id = fields.iter().any(|other| {
            other.is_beside(field)
                && v.words(other.path.leaf()).last().is_some_and(|word| word == "id")
        });
        let is_strange = words.iter().any(|word| STRANGE.contains(&word.as_str()))
            || others.iter().any(|entity| v.names(*entity, &words));
        !words.is_empty()
            && !v.is_own_container(&words)
            && keys.len() == 2
            && has_id
            && !is_strange
            && (leaf == ["name"] || leaf == ["title"])
    };
    let is_called = |field: &&Field<'_>| {
        let words = v.words(field.path.leaf());
        let words = words.strip_suffix(&["id".to_owned()]).unwrap_or(&words);
        v.names(Entity::Category, words)
            && field.all(|value| !value.is_boolean())
            && !words.iter().any(|word| STRANGE.contains(&word.as_str()) || word == "parent")
    };
    let says = |value: &Value| match value {
        Value::Array(list) => !list.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(_) | Value::Object(_) => true,
        Value::Null | Value::Bool(_) => false,
    };
    let left: Vec<Field<'_>> = fields
        .iter()
        .filter(|field| !field.path.is_in_list() && field.filled().any(says))
        .filter(|field| is_name(field) || is_called(field) || is_sorting(field, decisions))
        .filter(|field| !is_dismissed(field, decisions))
        .cloned()
        .collect();
    offer(OUTPUT, "This could name the category. Does it?", &left, decisions);
}

/// Whether a field of the product itself is called after what sorts products and has texts for people,
/// of which documents say nothing.
fn is_sorting(field: &Field<'_>, decisions: &Decisions<'_>) -> bool {
    let words = vocabulary().words(field.path.leaf());
    let is_tag = words.last().is_some_and(|word| word == "tag");
    let is_for_people = |text: &str| {
        let mut signs = text.chars();
        let starts_large = signs.next().is_some_and(char::is_uppercase);
        // `DISH` and `simple` are words for machines.
        !text.contains(['/', '_']) && (is_tag || (starts_large && signs.any(char::is_lowercase)))
    };
    let is_text = |value: &Value| match value {
        Value::String(text) => text.is_empty() || is_for_people(text),
        Value::Array(all) => all.iter().all(|own| own.as_str().is_some_and(is_for_people)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    let is_own = words.iter().all(|word| {
        SORTS.contains(&word.as_str())
            || vocabulary().names(Entity::Product, std::slice::from_ref(word))
    });
    field.path.len() == 1
        && field.entity == Entity::Product
        && words.last().is_some_and(|word| SORTS.contains(&word.as_str()))
        && is_own
        && field.all(is_text)
        && decisions.documents.about(&field.path).next().is_none()
}
