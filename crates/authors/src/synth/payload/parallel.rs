//! Lists that run in parallel: the first of `prices` is that of the first of `sizes`. They become one
//! list of records, which have a field of each list's name.

use serde_json::{Map, Value};

use crate::js;
use crate::synth::emit::{Helper, Script};
use crate::synth::vocabulary::{Entity, vocabulary};

/// The names of lists in parallel, that of the variants first.
pub(super) type Lists = Vec<String>;

/// The lists in parallel that records of the payloads have; none where they are not as long as each
/// other everywhere.
pub(super) fn find<'v>(payloads: impl Iterator<Item = &'v Value>) -> Option<Lists> {
    let mut holders = Vec::new();
    payloads.for_each(|payload| collect(payload, &mut holders));
    let first = holders.first()?;
    let variants = first.keys().find(|key| is_called(key, Entity::Variant))?;
    let length = |holder: &Map<String, Value>, key: &str| scalars(holder.get(key)?);
    let is_parallel = |key: &String| {
        holders.iter().all(|holder| {
            length(holder, key).is_some() && length(holder, key) == length(holder, variants)
        })
    };
    let others = first.keys().filter(|key| *key != variants && is_parallel(key));
    let lists: Lists = std::iter::once(variants).chain(others).cloned().collect();
    let has_price = lists.iter().any(|key| {
        is_price(key)
            && holders
                .iter()
                .filter_map(|holder| holder.get(key)?.as_array())
                .flatten()
                .all(is_amount)
    });
    (has_price && is_parallel(variants)).then_some(lists)
}

/// Gives every record with such lists one list of records in their stead.
pub(super) fn join(value: &mut Value, lists: &[String]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| join(item, lists)),
        Value::Object(fields) => {
            let columns: Option<Vec<Vec<Value>>> =
                lists.iter().map(|key| fields.get(key)?.as_array().cloned()).collect();
            let (Some(columns), Some(holder)) = (columns, lists.first()) else {
                fields.values_mut().for_each(|field| join(field, lists));
                return;
            };
            let rows = columns.first().map_or(0, Vec::len);
            let record = |at: usize| -> Value {
                let parts = lists.iter().zip(&columns);
                parts
                    .map(|(key, own)| (key.clone(), own.get(at).cloned().unwrap_or_default()))
                    .collect()
            };
            let records: Vec<Value> = (0..rows).map(record).collect();
            lists.iter().skip(1).for_each(|key| drop(fields.shift_remove(key)));
            fields.insert(holder.clone(), Value::Array(records));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Makes the script read such records from what it received.
pub(super) fn write(lists: &[String], script: &mut Script) {
    let keys: Vec<String> = lists.iter().map(|key| js::text(key)).collect();
    script.uses(Helper::InRecords);
    script.rename("const payload = ", "const received = ");
    script.comment(&format!(
        "{} run in parallel: one record for each place in them.",
        lists.join(", ")
    ));
    script.line(format!("const payload = inRecords(received, [{}]);", keys.join(", ")));
}

/// The records that have a list of variants and one of prices.
fn collect<'v>(value: &'v Value, holders: &mut Vec<&'v Map<String, Value>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, holders)),
        Value::Object(fields) => {
            let has = |is: &dyn Fn(&str) -> bool| {
                fields.iter().any(|(key, list)| is(key) && scalars(list).is_some())
            };
            if has(&|key| is_called(key, Entity::Variant)) && has(&is_price) {
                holders.push(fields);
            } else {
                fields.values().for_each(|field| collect(field, holders));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The length of a list that holds neither lists nor objects.
fn scalars(value: &Value) -> Option<usize> {
    let list = value.as_array()?;
    list.iter().all(|item| !item.is_array() && !item.is_object()).then_some(list.len())
}

fn is_called(key: &str, entity: Entity) -> bool {
    vocabulary().names(entity, &vocabulary().words(key))
}

fn is_price(key: &str) -> bool {
    let words = vocabulary().words(key);
    words.iter().any(|word| word == "price") && !is_called(key, Entity::Variant)
}

fn is_amount(value: &Value) -> bool {
    value.is_number() || value.as_str().is_some_and(|text| text.trim().parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_as_long_as_each_other_become_records() {
        let mut payload = json!({"items": [
            {"id": 1, "sizes": ["S", "L"], "prices": [3, 4.5], "tags": ["hot"]},
            {"id": 2, "sizes": ["S"], "prices": [5], "tags": []}]});
        let lists = find(std::iter::once(&payload)).unwrap();
        assert_eq!(lists, ["sizes", "prices"]);
        join(&mut payload, &lists);
        assert_eq!(
            payload["items"][0],
            json!({"id": 1, "sizes": [{"sizes": "S", "prices": 3}, {"sizes": "L", "prices": 4.5}], "tags": ["hot"]})
        );
    }

    #[test]
    fn other_lists_stay_as_they_are() {
        for payload in [
            json!({"items": [{"sizes": ["S", "L"], "prices": [3]}]}),
            json!({"items": [{"sizes": ["S", "L"], "price": 3}]}),
            json!({"items": [{"sizes": ["S"], "prices": ["dear"]}]}),
            json!({"items": [{"sizes": [{"name": "S"}], "prices": [3]}]}),
        ] {
            assert_eq!(find(std::iter::once(&payload)), None, "{payload}");
        }
    }
}
