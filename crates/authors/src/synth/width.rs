//! Payloads with more different keys than anybody can tell apart as fields.
//!
//! Every key is a candidate for every output field, with its value in every record. Without a bound,
//! a payload whose keys are data would take minutes to read and could not be read right.

use std::collections::BTreeMap;

use serde_json::Value;

use super::collections::is_id;

/// Different keys of the objects at one place. The widest records of vendors have some two hundred.
const MAX_KEYS: usize = 1_000;

/// The first place whose objects have too many different keys, and how many there are.
pub(crate) fn too_wide(payloads: &[&Value]) -> Option<(String, usize)> {
    look(payloads.to_vec(), "")
}

fn look(values: Vec<&Value>, place: &str) -> Option<(String, usize)> {
    let mut elements = Vec::new();
    let mut fields: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for value in values {
        match value {
            Value::Array(items) => elements.extend(items),
            Value::Object(object) => {
                for (key, field) in object {
                    fields.entry(key).or_default().push(field);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    // The keys of a map by id are no fields; its values are records like those of a list.
    if fields.keys().all(|key| is_id(key)) {
        elements.extend(std::mem::take(&mut fields).into_values().flatten());
    }
    if fields.len() > MAX_KEYS {
        let place = if place.is_empty() { "the payload" } else { place };
        return Some((place.to_owned(), fields.len()));
    }
    if !elements.is_empty()
        && let Some(found) = look(elements, &format!("{place}[]"))
    {
        return Some(found);
    }
    let inner =
        |key: &str| if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
    fields.into_iter().find_map(|(key, values)| look(values, &inner(key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn records_with_keys_of_their_own_are_too_wide() {
        let record = |number: usize| json!({format!("only in {number}"): 1, "name": "x"});
        let records: Vec<Value> = (0..=MAX_KEYS).map(record).collect();
        let wide = json!({"data": {"items": records}});
        assert_eq!(too_wide(&[&wide]), Some(("data.items[]".to_owned(), MAX_KEYS + 2)));
    }

    #[test]
    fn long_lists_and_maps_by_id_are_not() {
        let list: Vec<Value> = (0..=MAX_KEYS).map(|id| json!({"id": id})).collect();
        let map: serde_json::Map<String, Value> =
            (0..=MAX_KEYS).map(|id| (id.to_string(), json!({"name": "x"}))).collect();
        assert_eq!(too_wide(&[&json!({"items": list, "groups": map})]), None);
    }
}
