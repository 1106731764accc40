//! Lists of records by the id of what they belong to: `{"7": [{...}, {...}]}`. They become one list, of
//! which each record has that id.

use serde_json::{Map, Value};

use crate::js;
use crate::synth::collections::is_id;
use crate::synth::emit::{Helper, Script};

/// What the id of the holder is called in records that do not repeat it.
const HOLDER: &str = "parentId";

/// The keys of the payloads under which such lists stand.
pub(super) fn find(payloads: &[&Value]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (key, value) in payloads.iter().filter_map(|payload| payload.as_object()).flatten() {
        if value.as_object().is_some_and(is_grouped) && !found.contains(key) {
            found.push(key.clone());
        }
    }
    // What is a list of its own in one payload is no group in another.
    found.retain(|key| {
        let mut own = payloads.iter().filter_map(|payload| payload.get(key));
        own.all(|value| value.as_object().is_some_and(|map| map.is_empty() || is_grouped(map)))
    });
    found
}

fn is_grouped(map: &Map<String, Value>) -> bool {
    let are_records = |value: &Value| {
        value.as_array().is_some_and(|records| records.iter().all(Value::is_object))
    };
    map.keys().all(|key| is_id(key))
        && map.values().all(are_records)
        && map.values().filter_map(Value::as_array).any(|records| !records.is_empty())
}

/// Makes one list of the lists under each of the keys.
pub(super) fn flatten(payload: &mut Value, keys: &[String]) {
    for key in keys {
        let Some(groups) = payload.get_mut(key) else { continue };
        let Some(own) = groups.as_object() else { continue };
        let records = own.iter().flat_map(|(id, records)| {
            records.as_array().into_iter().flatten().map(move |record| {
                let mut record = record.clone();
                if let Some(fields) = record.as_object_mut() {
                    fields.entry(HOLDER).or_insert_with(|| id.as_str().into());
                }
                record
            })
        });
        *groups = records.collect();
    }
}

/// Makes the script read them so.
pub(super) fn write(keys: &[String], script: &mut Script) {
    script.uses(Helper::Ungrouped);
    script.rename("const payload = ", "const grouped = ");
    script.comment(&format!(
        "{} holds lists by the id of what they belong to: each is read as one list.",
        keys.join(", ")
    ));
    let keys: Vec<String> = keys.iter().map(|key| js::text(key)).collect();
    script.line(format!("const payload = ungrouped(grouped, [{}]);", keys.join(", ")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_by_id_become_one() {
        let mut payload = json!({"sizes": {"7": [{"id": 1}, {"id": 2, "parentId": 9}], "8": []}});
        let keys = find(&[&payload]);
        assert_eq!(keys, ["sizes"]);
        flatten(&mut payload, &keys);
        assert_eq!(
            payload,
            json!({"sizes": [{"id": 1, "parentId": "7"}, {"id": 2, "parentId": 9}]})
        );
    }

    #[test]
    fn other_objects_stay_as_they_are() {
        for payload in [
            json!({"hours": {"monday": [{"from": 1}]}}),
            json!({"sizes": {"7": {"id": 1}}}),
            json!({"sizes": {"7": []}}),
            json!({"sizes": {}}),
        ] {
            assert!(find(&[&payload]).is_empty(), "{payload}");
        }
    }
}
