//! Records that stand in an object by id and do not repeat it.

use serde_json::{Map, Value, json};

use crate::synth::collections::is_id;
use crate::synth::vocabulary::{Entity, vocabulary};

/// Whether there are such records.
pub(super) fn lacks_ids(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(lacks_ids),
        Value::Object(object) => object.iter().any(|(key, inner)| {
            let is_map = inner
                .as_object()
                .is_some_and(|map| holds_named(key, map) || holds_records(key, map));
            is_map || lacks_ids(inner)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Gives every such record its key as `id`. A text by id becomes a record with a name.
pub(super) fn give_ids(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(give_ids),
        Value::Object(object) => {
            for (key, inner) in object.iter_mut() {
                if let Value::Object(map) = inner {
                    if holds_named(key, map) {
                        for (id, name) in map.iter_mut() {
                            *name = json!({"id": id, "name": name.take()});
                        }
                    } else if holds_records(key, map) {
                        for (id, record) in map.iter_mut() {
                            if let Value::Object(record) = record {
                                record.insert("id".to_owned(), Value::String(id.clone()));
                            }
                        }
                    }
                }
                give_ids(inner);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a key is the plural of something that a catalogue holds.
fn is_plural(key: &str) -> bool {
    let v = vocabulary();
    let words = v.words(key);
    let raw = key.to_lowercase();
    // Groups of whatever kind: what leads to them says which.
    let is_more = || words.last().is_some_and(|word| word == "group" || word == "description");
    (Entity::KNOWN.into_iter().any(|kind| v.names(kind, &words)) || is_more())
        && !words.last().is_some_and(|last| raw.ends_with(last.as_str()))
}

/// Records of one kind, none of which has an id of its own.
fn holds_records(key: &str, map: &Map<String, Value>) -> bool {
    let records: Vec<&Map<String, Value>> = map.values().filter_map(Value::as_object).collect();
    let Some(first) = records.first() else { return false };
    let shared = first.keys().filter(|key| records.iter().all(|record| record.contains_key(*key)));
    let is_named = first
        .keys()
        .any(|key| matches!(vocabulary().words(key).join(" ").as_str(), "name" | "title"));
    let is_one_kind = shared.count() >= 2 && (records.len() > 1 || is_named);
    records.len() == map.len()
        && is_plural(key)
        && (is_one_kind || map.keys().all(|id| is_id(id)))
        && records.iter().all(|record| !record.keys().any(|key| vocabulary().words(key) == ["id"]))
}

/// A text for each id.
fn holds_named(key: &str, map: &Map<String, Value>) -> bool {
    let is_field = |id: &String| {
        let words = vocabulary().words(id).join(" ");
        ["name", "code", "description", "price", "image", "day"].iter().any(|field| {
            vocabulary().field(field).is_some_and(|names| {
                names.strong.iter().chain(&names.weak).any(|own| *own == words)
            })
        })
    };
    !map.is_empty()
        && map.values().all(|name| {
            name.as_str().is_some_and(|text| {
                text.chars().any(char::is_alphabetic) && !text.starts_with("http")
            })
        })
        && is_plural(key)
        && (map.keys().all(|id| is_id(id)) || (map.len() > 1 && !map.keys().any(is_field)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(mut payload: Value) -> Value {
        give_ids(&mut payload);
        payload
    }

    #[test]
    fn a_record_known_by_its_key_gets_it_as_id() {
        let payload = json!({"dishes": {"soup": {"name": "Soup", "price": 4}, "pie": {"name": "Pie", "price": 5}}});
        assert_eq!(
            given(payload)["dishes"]["pie"],
            json!({"name": "Pie", "price": 5, "id": "pie"})
        );
        let named = json!({"categories": {"10": "Drinks"}});
        assert_eq!(given(named)["categories"]["10"], json!({"id": "10", "name": "Drinks"}));
    }

    #[test]
    fn fields_and_records_with_ids_stay_as_they_are() {
        for payload in [
            json!({"category": {"name": "Drinks", "slug": "drinks"}}),
            json!({"item": {"name": {"en": "Tea", "de": "Tee"}, "price": {"en": 1, "de": 2}}}),
            json!({"groups": {"12": {"id": "x-12", "name": "Milk"}}}),
            json!({"prices": {"1": "780"}}),
        ] {
            assert_eq!(given(payload.clone()), payload);
        }
    }
}
