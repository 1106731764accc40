//! Small changes to a sample that real payloads show and a right script survives.
//!
//! Only what is fair is tried:
//! - **unknown fields** go into every object that is a record and not a map whose keys are data;
//! - **a list is emptied** when it stands at the top, or when another list at its path is empty;
//! - **a field is left out or null** when another record of the same list and kind, which has no
//!   field more, goes without it; where the standard's own payload schema rules, when it is optional.
//!
//! An emptied list may give fewer records. When records elsewhere refer to the emptied list, the
//! script may also throw, if its message names the id that it could not find: that is a clear error
//! and no wrong output. The list from which the output's records come has no such excuse.

use std::collections::{BTreeSet, HashSet};

use domain::{Contract, Sample, Topic};
use serde_json::{Value, json};

use crate::payload::{Fields, has, is_nested, join, lists, same_kind, scalar};
use crate::records::primary_lists;

/// Mutations of one sample. Each is a run of the script.
const MUTATIONS_MAX: usize = 40;
/// Mutations of a large sample.
const LARGE_MUTATIONS_MAX: usize = 8;
/// Bytes from which a sample is large.
const LARGE_BYTES: usize = 256 << 10;
/// Records without a field that are looked at as witnesses that others can do without it too. All of
/// them would make the search quadratic in a large list.
const WITNESSES_MAX: usize = 32;
/// The field that no vendor has.
const UNKNOWN: &str = "xUnknownField";

/// One change.
#[derive(Debug, Clone, PartialEq)]
enum Change {
    /// Every record gets a field more.
    Unknown,
    /// Every list at the path is emptied.
    Emptied(String),
    /// The field of the record with this number at the path is removed.
    Missing { list: String, record: usize, key: String },
    /// The same, but null.
    Null { list: String, record: usize, key: String },
}

/// A changed sample.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mutation {
    /// What was changed, for the error.
    pub(crate) name: String,
    /// The sample with the change.
    pub(crate) sample: Sample,
    /// The field that one record goes without, where that is the change.
    pub(crate) absent: Option<String>,
    /// Ids that the script may name when it throws, because they now lead nowhere.
    pub(crate) dangling: BTreeSet<String>,
}

/// The mutations of a sample whose run gave `output`, each made when it is asked for: a sample may be
/// large. The same arguments give the same mutations.
pub(crate) fn mutations<'s>(
    topic: Topic,
    sample: &'s Sample,
    output: &Value,
) -> impl Iterator<Item = Mutation> + use<'s> {
    let mut planned: Vec<(Root, Change, BTreeSet<String>)> = Vec::new();
    let mut size = 0;
    for (root, value) in roots(sample) {
        size += value.to_string().len();
        planned.push((root, Change::Unknown, BTreeSet::new()));
        planned.extend(emptied(topic, value, output).map(|(change, ids)| (root, change, ids)));
        planned.extend(optional(topic, value).into_iter().map(|c| (root, c, BTreeSet::new())));
    }
    let max = if size > LARGE_BYTES { LARGE_MUTATIONS_MAX } else { MUTATIONS_MAX };
    // Where there are too many, an even share of every kind is taken.
    let step = planned.len().div_ceil(max).max(1);
    planned.into_iter().step_by(step).filter_map(|(root, change, dangling)| {
        let mut mutated = sample.clone();
        apply(root.of(&mut mutated)?, &change);
        let name = change.name(root);
        let absent = match change {
            Change::Missing { key, .. } => Some(key),
            Change::Unknown | Change::Emptied(_) | Change::Null { .. } => None,
        };
        (mutated != *sample).then(|| Mutation { name, sample: mutated, absent, dangling })
    })
}

/// Which part of a sample is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Root {
    Payload,
    Answer(usize),
}

impl Root {
    fn of(self, sample: &mut Sample) -> Option<&mut Value> {
        match self {
            Self::Payload => sample.payload.as_mut(),
            Self::Answer(index) => sample.http.get_mut(index).map(|exchange| &mut exchange.body),
        }
    }
}

fn roots(sample: &Sample) -> impl Iterator<Item = (Root, &Value)> {
    let answers = sample.http.iter().enumerate();
    sample
        .payload
        .iter()
        .map(|payload| (Root::Payload, payload))
        .chain(answers.map(|(index, exchange)| (Root::Answer(index), &exchange.body)))
}

impl Change {
    fn name(&self, root: Root) -> String {
        let part = match root {
            Root::Payload => "payload".to_owned(),
            Root::Answer(index) => format!("answer {}", index + 1),
        };
        match self {
            Self::Unknown => format!("with unknown fields in the {part}"),
            Self::Emptied(path) if path.is_empty() => format!("with the {part} an empty list"),
            Self::Emptied(path) => format!("with {path} of the {part} emptied"),
            Self::Missing { list, record, key } => {
                format!("without {key} in record {record} of {list} of the {part}")
            }
            Self::Null { list, record, key } => {
                format!("with {key} null in record {record} of {list} of the {part}")
            }
        }
    }
}

/// The lists that may be empty, each with the ids of its records that are named elsewhere.
fn emptied(
    topic: Topic,
    root: &Value,
    output: &Value,
) -> impl Iterator<Item = (Change, BTreeSet<String>)> {
    let primary = primary_lists(topic, root, output);
    // A topic of one record takes its required fields from whatever list has them.
    let one_record = matches!(topic, Topic::SyncOutlet | Topic::OrderStatusUpdate);
    let standard = Contract::of(topic).payload_schema().is_some();
    lists(root)
        .into_iter()
        .filter(|(path, lists)| {
            let fair = if is_nested(path) { lists.some_empty } else { !one_record && !standard };
            fair && !lists.records.is_empty()
        })
        .map(|(path, lists)| {
            let inner = format!("{path}[]");
            let dangling = if primary.iter().any(|p| *p == path || p.starts_with(&inner)) {
                BTreeSet::new()
            } else {
                let ids = lists.records.iter().flat_map(|r| r.values()).filter_map(scalar);
                let mut named = BTreeSet::new();
                named_outside(root, "", &path, &ids.collect(), &mut named);
                named
            };
            (Change::Emptied(path), dangling)
        })
        .collect::<Vec<_>>()
        .into_iter()
}

/// Which of the ids stand outside the lists at the path.
fn named_outside(
    value: &Value,
    here: &str,
    path: &str,
    ids: &HashSet<String>,
    found: &mut BTreeSet<String>,
) {
    match value {
        Value::Array(_) if here == path => {}
        Value::Array(items) => {
            let inner = format!("{here}[]");
            for item in items {
                named_outside(item, &inner, path, ids, found);
            }
        }
        Value::Object(fields) => {
            // Keys refer too: maps by id.
            found.extend(fields.keys().filter_map(|key| ids.get(key).cloned()));
            for (key, field) in fields {
                named_outside(field, &join(here, key), path, ids, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            found.extend(scalar(value).filter(|id| ids.contains(id)));
        }
    }
}

/// The fields that may be missing, one record for each field of each list.
fn optional(topic: Topic, root: &Value) -> Vec<Change> {
    let schema = Contract::of(topic).payload_schema();
    let mut found = Vec::new();
    if let Some(schema) = &schema {
        let top = root.as_object().into_iter().collect::<Vec<_>>();
        for key in optional_keys(schema, "") {
            push(&mut found, TOP, &top, &key, |_| true);
        }
    }
    for (path, lists) in lists(root) {
        let keys: BTreeSet<&String> = lists.records.iter().flat_map(|r| r.keys()).collect();
        let by_schema = schema.as_ref().map(|schema| optional_keys(schema, &path));
        for key in keys {
            match &by_schema {
                Some(optional) if !optional.contains(key) => {}
                Some(_) => push(&mut found, &path, &lists.records, key, |_| true),
                None => {
                    let without = lists.records.iter().filter(|record| !has(record, key));
                    let without: Vec<&Fields> = without.take(WITNESSES_MAX).copied().collect();
                    push(&mut found, &path, &lists.records, key, |record| {
                        without.iter().any(|other| lives_without(record, other))
                    });
                }
            }
        }
    }
    found
}

/// The path that stands for the payload itself in [`Change::Missing`].
const TOP: &str = "$";

fn push(
    found: &mut Vec<Change>,
    path: &str,
    records: &[&Fields],
    key: &str,
    fair: impl Fn(&Fields) -> bool,
) {
    if let Some(record) = records.iter().position(|record| has(record, key) && fair(record)) {
        let (list, key) = (path.to_owned(), key.to_owned());
        found.push(Change::Missing { list: list.clone(), record, key: key.clone() });
        found.push(Change::Null { list, record, key });
    }
}

/// Whether `other`, which lacks `key`, shows that a record like `record` can do without it: it is of
/// the same kind and has no other field that could stand in for it.
fn lives_without(record: &Fields, other: &Fields) -> bool {
    same_kind(record, other) && other.iter().all(|(k, value)| value.is_null() || has(record, k))
}

/// The optional fields that a payload schema names at a path such as `items[].modifiers`.
fn optional_keys(schema: &Value, path: &str) -> Vec<String> {
    let mut at = schema;
    for part in path.split(['.', '[', ']']).filter(|part| !part.is_empty()) {
        let Some(next) = at.get("properties").and_then(|p| p.get(part)) else { return Vec::new() };
        at = next.get("items").unwrap_or(next);
    }
    let required: Vec<&str> = at
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let properties = at.get("properties").and_then(Value::as_object);
    properties
        .map(|p| p.keys().filter(|key| !required.contains(&key.as_str())).cloned().collect())
        .unwrap_or_default()
}

fn apply(root: &mut Value, change: &Change) {
    match change {
        Change::Unknown => add_unknown(root),
        Change::Emptied(path) => at_lists(root, "", path, &mut Vec::clear),
        Change::Missing { list, record, key } => at_record(root, list, *record, &mut |fields| {
            fields.shift_remove(key);
        }),
        Change::Null { list, record, key } => at_record(root, list, *record, &mut |fields| {
            fields.insert(key.clone(), Value::Null);
        }),
    }
}

/// Runs `change` on the object with this number at the path, counted over all lists of the path.
fn at_record(root: &mut Value, path: &str, number: usize, change: &mut dyn FnMut(&mut Fields)) {
    if path == TOP {
        if let Some(fields) = root.as_object_mut() {
            change(fields);
        }
        return;
    }
    let mut seen = 0;
    at_lists(root, "", path, &mut |items| {
        for fields in items.iter_mut().filter_map(Value::as_object_mut) {
            if seen == number {
                change(fields);
            }
            seen += 1;
        }
    });
}

fn at_lists(value: &mut Value, here: &str, path: &str, change: &mut dyn FnMut(&mut Vec<Value>)) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                at_lists(field, &join(here, key), path, change);
            }
        }
        Value::Array(items) if here == path => change(items),
        Value::Array(items) => {
            for item in items {
                at_lists(item, &format!("{here}[]"), path, change);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Adds the field to every object whose values are of several kinds. One whose values are all alike
/// may be a map, whose keys are data: a script that goes through it would be right to take them all.
fn add_unknown(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(add_unknown);
            let kinds: BTreeSet<u8> = fields.values().map(kind).collect();
            if kinds.len() > 1 {
                fields.insert(UNKNOWN.to_owned(), json!({"nested": [1, null, "x"]}));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(add_unknown),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

const fn kind(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    }
}

#[cfg(test)]
mod tests;
