//! Looking into payloads of unknown shape: the records of a list wherever it stands, and what their
//! fields say about each other.

use std::collections::BTreeMap;

use domain::Sample;
use serde_json::{Map, Value};

/// A JSON object's fields.
pub(crate) type Fields = Map<String, Value>;

/// Lists that stand at one path of a payload, such as `menus[].groups[].items`, taken together.
#[derive(Debug, Default)]
pub(crate) struct Lists<'a> {
    /// The objects in them, in the payload's order.
    pub(crate) records: Vec<&'a Fields>,
    /// Whether one of the lists is empty.
    pub(crate) some_empty: bool,
}

/// What a script sees of a vendor: the payload and the bodies of recorded answers.
pub(crate) fn roots(sample: &Sample) -> impl Iterator<Item = &Value> {
    let bodies = sample.http.iter().map(|exchange| &exchange.body);
    sample.payload.iter().chain(bodies)
}

/// The same, to be changed.
pub(crate) fn roots_mut(sample: &mut Sample) -> impl Iterator<Item = &mut Value> {
    let bodies = sample.http.iter_mut().map(|exchange| &mut exchange.body);
    sample.payload.iter_mut().chain(bodies)
}

/// The lists of a payload by their path, with `[]` for the place in a list.
pub(crate) fn lists(root: &Value) -> BTreeMap<String, Lists<'_>> {
    let mut found = BTreeMap::new();
    collect(root, "", &|_| true, &mut found);
    found
}

/// The same without the lists' deleted records, and so without what is in them.
pub(crate) fn living_lists(root: &Value) -> BTreeMap<String, Lists<'_>> {
    let mut found = BTreeMap::new();
    let lives = |item: &Value| !item.as_object().is_some_and(is_deleted);
    collect(root, "", &lives, &mut found);
    found
}

fn collect<'a>(
    value: &'a Value,
    path: &str,
    counts: &dyn Fn(&Value) -> bool,
    found: &mut BTreeMap<String, Lists<'a>>,
) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields.iter().filter(|(_, field)| !is_plain(field)) {
                collect(field, &join(path, key), counts, found);
            }
        }
        Value::Array(items) => {
            let lists = found.entry(path.to_owned()).or_default();
            lists.some_empty |= items.is_empty();
            let inner = format!("{path}[]");
            for item in items.iter().filter(|item| counts(item)) {
                lists.records.extend(item.as_object());
            }
            for item in items.iter().filter(|item| !is_plain(item) && counts(item)) {
                collect(item, &inner, counts, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The path of a field.
pub(crate) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Whether a list stands in the records of another.
pub(crate) fn is_nested(path: &str) -> bool {
    path.contains("[]")
}

/// A value as an id would be written: ids are numbers here and texts there.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether a field's name says that its value tells one kind of record from another.
fn tells_kind(key: &str) -> bool {
    let key = key.to_lowercase();
    ["type", "kind", "object", "class", "status", "state", "entity"]
        .iter()
        .any(|word| key.contains(word))
}

/// Whether nothing says that the two records are of different kinds, as `type: ITEM` and
/// `type: TAX` in one list are.
pub(crate) fn same_kind(one: &Fields, other: &Fields) -> bool {
    one.iter()
        .filter(|(key, value)| value.is_string() && tells_kind(key))
        .all(|(key, value)| other.get(key).is_none_or(|there| there == value))
}

/// Whether the record says that it is deleted or put away.
pub(crate) fn is_deleted(record: &Fields) -> bool {
    record.iter().any(|(key, value)| {
        let key = key.to_lowercase();
        let named = key.contains("delet") || key.contains("archiv") || key.contains("removed");
        let said = match value {
            Value::Bool(yes) => *yes,
            Value::Number(number) => number.as_f64() != Some(0.0),
            Value::String(text) => !matches!(text.as_str(), "" | "0" | "false"),
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        };
        named && said
    })
}

/// Whether nothing stands in it: most values of a large payload.
const fn is_plain(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

/// Whether a field is there and not null.
pub(crate) fn has(record: &Fields, key: &str) -> bool {
    record.get(key).is_some_and(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_of_one_path_are_taken_together() {
        let payload = json!({"menus": [{"items": [{"id": 1}, {"id": 2}]}, {"items": []}, {"items": [{"id": 3}]}]});
        let found = lists(&payload);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["menus", "menus[].items"]);
        let items = &found["menus[].items"];
        assert_eq!((items.records.len(), items.some_empty), (3, true));
    }

    #[test]
    fn a_list_at_the_top_has_the_empty_path() {
        assert_eq!(lists(&json!([{"id": 1}]))[""].records.len(), 1);
    }

    #[test]
    fn deleted_records_say_so_in_many_ways() {
        for (record, deleted) in [
            (json!({"deleted_at": null}), false),
            (json!({"deleted_at": "2026-01-01"}), true),
            (json!({"isDeleted": true}), true),
            (json!({"is_archived": 0}), false),
            (json!({"archived": "1"}), true),
            (json!({"name": "deleted"}), false),
        ] {
            assert_eq!(is_deleted(record.as_object().unwrap()), deleted, "{record}");
        }
    }

    #[test]
    fn kinds_differ_where_a_type_does() {
        let same = |one: Value, other: Value| {
            same_kind(one.as_object().unwrap(), other.as_object().unwrap())
        };
        assert!(!same(json!({"type": "ITEM"}), json!({"type": "TAX"})));
        assert!(same(json!({"type": "ITEM", "name": "a"}), json!({"type": "ITEM", "name": "b"})));
        assert!(same(json!({"name": "a"}), json!({"name": "b"})));
    }
}
