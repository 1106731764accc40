//! A part of a record that repeats the record's own texts and fills in those that are empty:
//! `translated.name` beside a `name` that is null where the text is in another language.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Field;
use crate::synth::path::{Path, Step};

/// A text of a record and the same one in a part of it, by where they stand among the fields.
struct Pair {
    own: usize,
    repeated: usize,
}

/// The fields without the texts that a part of their record repeats and fills in.
pub(super) fn without_repeated(fields: Vec<Field<'_>>) -> Vec<Field<'_>> {
    let mut parts: BTreeMap<(&str, Path), Vec<Pair>> = BTreeMap::new();
    let places: BTreeMap<(&str, &Path), usize> = fields
        .iter()
        .enumerate()
        .map(|(at, field)| ((field.variable.as_str(), &field.path), at))
        .collect();
    for (repeated, field) in fields.iter().enumerate().filter(|(_, field)| field.path.len() > 1) {
        let part = field.path.parent();
        let own = part.parent().then(Step::Key(field.path.leaf().to_owned()));
        let variable = field.variable.as_str();
        if let Some(own) = places.get(&(variable, &own)).filter(|own| **own != repeated) {
            parts.entry((variable, part)).or_default().push(Pair { own: *own, repeated });
        }
    }
    let of = |pair: &Pair| Some((fields.get(pair.own)?, fields.get(pair.repeated)?));
    let mut left_out: BTreeSet<usize> = BTreeSet::new();
    for pairs in parts.values() {
        let texts = pairs.iter().filter_map(of).filter(|(own, other)| are_texts(own, other));
        let texts: Vec<(&Field<'_>, &Field<'_>)> = texts.collect();
        let are_same = texts.iter().all(|(own, other)| repeats(own, other));
        if are_same && texts.iter().any(|(own, other)| fills(own, other)) {
            let own = pairs.iter().filter(|pair| of(pair).is_some_and(|(a, b)| are_texts(a, b)));
            left_out.extend(own.map(|pair| pair.own));
        }
    }
    if left_out.is_empty() {
        return fields;
    }
    let kept = fields.into_iter().enumerate().filter(|(at, _)| !left_out.contains(at));
    kept.map(|(_, field)| field).collect()
}

fn are_texts(own: &Field<'_>, other: &Field<'_>) -> bool {
    own.all(Value::is_string) && other.all(Value::is_string) && !other.is_empty()
}

fn pairs<'f>(
    own: &'f Field<'_>,
    other: &'f Field<'_>,
) -> impl Iterator<Item = (Option<&'f str>, Option<&'f str>)> {
    let text = |value: Option<&'f Value>| {
        value.and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    };
    own.values.iter().zip(other.values.iter()).map(move |(a, b)| (text(*a), text(*b)))
}

/// Whether the other one holds all texts that the own one has.
fn repeats(own: &Field<'_>, other: &Field<'_>) -> bool {
    pairs(own, other).all(|(own, other)| own.is_none() || own == other)
}

/// Whether it has some of them, and more.
fn fills(own: &Field<'_>, other: &Field<'_>) -> bool {
    pairs(own, other).any(|(own, _)| own.is_some())
        && pairs(own, other).any(|(own, other)| own.is_none() && other.is_some())
}

#[cfg(test)]
mod tests {
    use super::super::{Variable, fields};
    use crate::synth::vocabulary::Entity;
    use serde_json::{Value, json};

    fn paths(records: &[Value]) -> Vec<String> {
        let variable = Variable {
            name: "item".to_owned(),
            entity: Entity::Product,
            place: "items[]".to_owned(),
            rows: records.iter().map(Some).collect(),
        };
        fields(&[variable]).iter().map(|field| field.path.to_string()).collect()
    }

    #[test]
    fn a_part_that_fills_in_an_empty_text_stands_for_all_that_it_repeats() {
        let records = [
            json!({"id": 1, "name": "Kelp", "note": "Fresh", "shown": {"name": "Kelp", "note": "Fresh"}}),
            json!({"id": 2, "name": null, "note": null, "shown": {"name": "Rye", "note": null}}),
        ];
        assert_eq!(paths(&records), ["id", "shown", "shown.name", "shown.note"]);
    }

    #[test]
    fn a_part_with_another_text_or_no_more_stands_beside_the_record_s_own() {
        let other = json!({"name": "Kelp", "parent": {"name": "Sea"}});
        let filled = json!({"name": null, "parent": {"name": "Sea"}});
        assert!(paths(&[other, filled.clone()]).contains(&"name".to_owned()));
        let same = json!({"name": "Kelp", "shown": {"name": "Kelp"}});
        assert!(paths(&[same]).contains(&"name".to_owned()));
        assert!(paths(&[filled]).contains(&"parent.name".to_owned()));
    }
}
