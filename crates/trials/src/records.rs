//! Whether an output has as many records as the payload plainly has.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Sample, Topic};
use serde_json::Value;

use crate::payload::{
    Fields, Lists, is_deleted, is_nested, lists, living_lists, roots, same_kind, scalar,
};

/// Missing records that are named.
const NAMED_MAX: usize = 5;

/// The list of records in a topic's output and the field that names one.
pub(crate) fn record_list(topic: Topic) -> Option<(&'static str, &'static str)> {
    match topic {
        Topic::SyncProducts => Some(("products", "itemCode")),
        Topic::ListRemoteOutlets => Some(("outlets", "externalId")),
        Topic::TestConnection
        | Topic::SyncOutlet
        | Topic::OrderDispatch
        | Topic::OrderStatusUpdate
        | Topic::SnoozeItems => None,
    }
}

/// The records in an output: the products, outlets or requests, or one for a single record.
#[must_use]
pub fn count_records(topic: Topic, output: &Value) -> u32 {
    let length = |key| {
        let list = output.get(key).and_then(Value::as_array);
        list.map_or(0, |items| u32::try_from(items.len()).unwrap_or(u32::MAX))
    };
    match topic {
        Topic::SyncProducts => length("products"),
        Topic::ListRemoteOutlets => length("outlets"),
        Topic::SnoozeItems => length("requests"),
        Topic::TestConnection
        | Topic::SyncOutlet
        | Topic::OrderDispatch
        | Topic::OrderStatusUpdate => u32::from(output.is_object()),
    }
}

/// The ids of an output's records.
fn output_ids(topic: Topic, output: &Value) -> Option<BTreeSet<String>> {
    let (list, key) = record_list(topic)?;
    let records = output.get(list)?.as_array()?;
    Some(records.iter().filter_map(|record| scalar(record.get(key)?)).collect())
}

/// Where in a payload an output's records come from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The list's path, such as `menus[].items`.
    pub(crate) path: String,
    /// The field that holds the id.
    key: String,
    /// The ids of the records that the output should have and has not.
    missing: Vec<String>,
}

/// Those of the lists in which every id of the output is found under one field. There may be
/// several: the items, and the stock list that names each item too.
fn origins(lists: BTreeMap<String, Lists<'_>>, ids: &BTreeSet<String>) -> Vec<Origin> {
    let mut found = Vec::new();
    if ids.is_empty() {
        return found;
    }
    for (path, lists) in lists {
        let keys: BTreeSet<&String> = lists.records.iter().flat_map(|r| r.keys()).collect();
        for key in keys {
            let id_of = |record: &Fields| record.get(key).and_then(scalar);
            let (taken, left): (Vec<&Fields>, Vec<&Fields>) =
                lists.records.iter().partition(|r| id_of(r).is_some_and(|id| ids.contains(&id)));
            let seen: BTreeSet<String> = taken.iter().filter_map(|r| id_of(r)).collect();
            if seen.len() < ids.len() {
                continue;
            }
            // A record is missed when it looks like those that were taken, and nothing
            // says that it is of another kind.
            let alike = |record: &Fields| {
                taken.iter().any(|t| same_kind(t, record) && share_most_keys(t, record))
            };
            let mut missing: Vec<String> = Vec::new();
            for id in left.iter().filter(|r| alike(r)).filter_map(|r| id_of(r)) {
                if !missing.contains(&id) {
                    missing.push(id);
                }
            }
            found.push(Origin { path: path.clone(), key: key.clone(), missing });
        }
    }
    found
}

fn share_most_keys(one: &Fields, other: &Fields) -> bool {
    let common = one.keys().filter(|key| other.contains_key(*key)).count();
    common * 3 >= one.len().max(other.len()) * 2
}

/// The lists from which an output's records come, in any root of the sample.
pub(crate) fn primary_lists(topic: Topic, root: &Value, output: &Value) -> Vec<String> {
    let ids = output_ids(topic, output).unwrap_or_default();
    origins(lists(root), &ids).into_iter().map(|origin| origin.path).collect()
}

/// The places of the ids in these lists, such as `menus[].items[].id`.
pub(crate) fn primary_places(topic: Topic, root: &Value, output: &Value) -> Vec<String> {
    let ids = output_ids(topic, output).unwrap_or_default();
    let place = |origin: Origin| format!("{}[].{}", origin.path, origin.key);
    origins(lists(root), &ids).into_iter().map(place).collect()
}

/// What the output lacks, if it plainly lacks records. Only for a script that logged nothing: one
/// that drops records says so.
///
/// It counts only when every reading of the payload agrees: each list that holds all of the output's
/// ids holds more records like those.
#[must_use]
pub fn shortfall(topic: Topic, sample: &Sample, output: &Value) -> Option<String> {
    let (list, _) = record_list(topic)?;
    let ids = output_ids(topic, output)?;
    if ids.is_empty() {
        return nothing_taken(list, sample);
    }
    let least = roots(sample)
        .flat_map(|root| origins(living_lists(root), &ids))
        .min_by_key(|o| o.missing.len())?;
    if least.missing.is_empty() {
        return None;
    }
    let named: Vec<&str> = least.missing.iter().take(NAMED_MAX).map(String::as_str).collect();
    Some(format!(
        "{list}: got {} of the {} records in {}, nothing was logged about the others; missing {}: {}; \
         return them or log what was dropped and why",
        ids.len(),
        ids.len() + least.missing.len(),
        if least.path.is_empty() { "the payload" } else { &least.path },
        least.key,
        named.join(", "),
    ))
}

/// An empty output is plainly wrong only when the payload has one list and that has records.
fn nothing_taken(list: &str, sample: &Sample) -> Option<String> {
    let mut tops =
        roots(sample).flat_map(|root| lists(root).into_iter()).filter(|(path, lists)| {
            !is_nested(path) && (lists.some_empty || !lists.records.is_empty())
        });
    let (path, only) = tops.next()?;
    let there = only.records.iter().filter(|record| !is_deleted(record)).count();
    (tops.next().is_none() && there > 0).then(|| {
        let path = if path.is_empty() { "the payload" } else { &path };
        format!(
            "{list}: got none of the {there} records in {path} and nothing was logged; \
             return them or log what was dropped and why"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lack(payload: Value, ids: &[&str]) -> Option<String> {
        let sample = Sample {
            name: "a".parse().unwrap(),
            payload: Some(payload),
            http: Vec::new(),
            connection: domain::Connection::default(),
            expected: None,
        };
        let products: Vec<Value> = ids.iter().map(|id| json!({"itemCode": id})).collect();
        shortfall(Topic::SyncProducts, &sample, &json!({"products": products}))
    }

    #[test]
    fn dropped_records_are_named() {
        let payload = json!({"items": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}, {"id": 3, "name": "c"}]});
        let message = lack(payload.clone(), &["1", "2"]).unwrap();
        assert!(message.contains("got 2 of the 3 records in items"), "{message}");
        assert!(message.contains("missing id: 3"), "{message}");
        assert_eq!(lack(payload.clone(), &["1", "2", "3"]), None);
        assert!(lack(payload, &[]).unwrap().contains("none of the 3 records"));
    }

    #[test]
    fn right_scripts_are_not_blamed() {
        let cases = [
            // Deleted records are left out.
            (json!([{"id": 1, "deleted": false}, {"id": 2, "deleted": true}]), vec!["1"]),
            // What is in a deleted record is deleted with it.
            (
                json!({"items": [{"v": [{"id": 1}]}, {"deleted": true, "v": [{"id": 2}]}]}),
                vec!["1"],
            ),
            // One list holds several kinds.
            (json!([{"type": "ITEM", "id": 1}, {"type": "TAX", "id": 2}]), vec!["1"]),
            // Each variant is a record; the item is none.
            (json!({"items": [{"id": 1, "variants": [{"id": 11}, {"id": 12}]}]}), vec!["11", "12"]),
            // An item stands in two menus.
            (json!({"menus": [{"items": [{"id": 1}]}, {"items": [{"id": 1}]}]}), vec!["1"]),
            // Lists side by side: what is not an item is not counted.
            (json!({"items": [{"id": 1}], "categories": [{"id": 7}, {"id": 8}]}), vec!["1"]),
            // A stock list names more than the catalogue has.
            (
                json!({"items": [{"id": 1}], "stock": [{"item": 1, "n": 2}, {"item": 9, "n": 0}]}),
                vec!["1"],
            ),
            // A header among the rows looks otherwise.
            (
                json!([{"id": 1, "name": "a", "price": 2}, {"id": 2, "heading": "x", "color": "y"}]),
                vec!["1"],
            ),
            // There is nothing to return.
            (json!({"items": [], "categories": [{"id": 7}]}), vec![]),
            (json!({"items": []}), vec![]),
            // The ids are made up, so nothing is plain.
            (json!([{"id": 1}, {"id": 2}]), vec!["x-1"]),
        ];
        for (payload, ids) in cases {
            assert_eq!(lack(payload.clone(), &ids), None, "{payload}");
        }
    }

    #[test]
    fn records_are_counted_by_topic() {
        let two = json!([{}, {}]);
        assert_eq!(count_records(Topic::SyncProducts, &json!({"products": two})), 2);
        assert_eq!(count_records(Topic::ListRemoteOutlets, &json!({"outlets": two})), 2);
        assert_eq!(count_records(Topic::SnoozeItems, &json!({"requests": two})), 2);
        assert_eq!(count_records(Topic::OrderDispatch, &json!({"url": "x"})), 1);
        assert_eq!(count_records(Topic::SyncProducts, &Value::Null), 0);
    }
}
