//! A part of a record that repeats the record's own texts and fills in those that are empty:
//! `translated.name` beside a `name` that is null where the text is in another language.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Field;
use crate::synth::path::{Path, Step};

/// A field of a record and the one that is called so in a part of it.
struct Pair<'f, 'a> {
    own: &'f Field<'a>,
    /// Where it stands among the fields.
    at: usize,
    repeated: &'f Field<'a>,
}

/// The fields without the texts that a part of their record repeats and fills in.
pub(super) fn without_repeated(fields: Vec<Field<'_>>) -> Vec<Field<'_>> {
    let mut parts: BTreeMap<(&str, Path), Vec<Pair<'_, '_>>> = BTreeMap::new();
    let places: BTreeMap<(&str, &Path), (usize, &Field<'_>)> = fields
        .iter()
        .enumerate()
        .map(|(at, field)| ((field.variable.as_str(), &field.path), (at, field)))
        .collect();
    for repeated in fields.iter().filter(|field| field.path.len() > 1) {
        let part = repeated.path.parent();
        let own = part.parent().then(Step::Key(repeated.path.leaf().to_owned()));
        let variable = repeated.variable.as_str();
        let found = places.get(&(variable, &own)).filter(|(_, own)| !own.is_at(repeated));
        if let Some((at, own)) = found {
            parts.entry((variable, part)).or_default().push(Pair { own, at: *at, repeated });
        }
    }
    let mut left_out: BTreeSet<usize> = BTreeSet::new();
    for pairs in parts.values() {
        let texts: Vec<&Pair<'_, '_>> = pairs.iter().filter(|pair| pair.are_texts()).collect();
        if texts.iter().all(|pair| pair.repeats()) && texts.iter().any(|pair| pair.fills()) {
            left_out.extend(texts.iter().map(|pair| pair.at));
        }
    }
    if left_out.is_empty() {
        return fields;
    }
    let kept = fields.into_iter().enumerate().filter(|(at, _)| !left_out.contains(at));
    kept.map(|(_, field)| field).collect()
}

impl<'f> Pair<'f, '_> {
    fn are_texts(&self) -> bool {
        let is_text = |field: &Field<'_>| field.all(Value::is_string);
        is_text(self.own) && is_text(self.repeated) && !self.repeated.is_empty()
    }

    fn texts(&self) -> impl Iterator<Item = (Option<&'f str>, Option<&'f str>)> {
        let text = |value: Option<&'f Value>| {
            value.and_then(Value::as_str).filter(|text| !text.trim().is_empty())
        };
        let rows = self.own.values.iter().zip(self.repeated.values.iter());
        rows.map(move |(own, other)| (text(*own), text(*other)))
    }

    /// Whether the part holds all texts that the record has.
    fn repeats(&self) -> bool {
        self.texts().all(|(own, other)| own.is_none() || own == other)
    }

    /// Whether it has some of them, and more.
    fn fills(&self) -> bool {
        self.texts().any(|(own, _)| own.is_some())
            && self.texts().any(|(own, other)| own.is_none() && other.is_some())
    }
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
