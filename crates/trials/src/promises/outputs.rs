//! Two outputs of one script against each other.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Topic, bounded};
use serde_json::Value;

use super::{Baseline, Broken};
use crate::compare::differences;
use crate::payload::scalar;
use crate::records::record_list;

/// Ids that are told.
const TOLD_MAX: usize = 5;

/// What a topic returns as a whole: the list of its records, where it has one.
pub(super) fn whole(topic: Topic) -> &'static str {
    record_list(topic).map_or("output", |(list, _)| list)
}

/// The records of an output with their ids, in order.
pub(super) fn records(topic: Topic, output: &Value) -> Vec<(String, &Value)> {
    let Some((list, key)) = record_list(topic) else { return Vec::new() };
    let items = output.get(list).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|record| Some((scalar(record.get(key)?)?, record))).collect()
}

/// Whether the output has no record at all, of a payload that has lists of records. A rule that was
/// misread may leave all of them out, and what is empty keeps every other promise.
pub(super) fn emptied(topic: Topic, payload: &Value, output: &Value) -> Option<Broken> {
    let (list, _) = record_list(topic)?;
    let is_empty = output.get(list)?.as_array()?.is_empty();
    (is_empty && has_records(payload)).then(|| Broken {
        field: list.to_owned(),
        what: format!("Of all records of the sample none is among the {list}."),
    })
}

fn has_records(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| item.is_object() || has_records(item)),
        Value::Object(fields) => fields.values().any(has_records),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The same records, and where `ordered` in the order of `ids`.
pub(super) fn order(
    baseline: &Baseline<'_>,
    output: &Value,
    ids: &[String],
    ordered: bool,
) -> Option<Broken> {
    if let Some(broken) = length(baseline, output, &[], &[]) {
        return Some(broken);
    }
    let got: Vec<String> = records(baseline.topic, output).into_iter().map(|(id, _)| id).collect();
    (ordered && got != ids).then(|| Broken {
        field: whole(baseline.topic).to_owned(),
        what: format!("the records came as {}, wanted {}", named(&got), named(ids)),
    })
}

/// These records are gone and these are new.
pub(super) fn ids(
    baseline: &Baseline<'_>,
    output: &Value,
    gone: &[String],
    new: &[String],
) -> Option<Broken> {
    let topic = baseline.topic;
    let broken = |what| Some(Broken { field: whole(topic).to_owned(), what });
    let of = |output| records(topic, output).into_iter().map(|(id, _)| id);
    let wanted: BTreeSet<String> =
        of(baseline.output).filter(|id| !gone.contains(id)).chain(new.iter().cloned()).collect();
    let got: BTreeSet<String> = of(output).collect();
    let lacking: Vec<&String> = wanted.difference(&got).collect();
    if !lacking.is_empty() {
        return broken(format!("nothing was returned for {}", named(&lacking)));
    }
    let surplus: Vec<&String> = got.difference(&wanted).collect();
    if !surplus.is_empty() {
        return broken(format!("{} came although the payload has no such record", named(&surplus)));
    }
    None
}

/// The same records but for those that are gone and those that are new.
pub(super) fn length(
    baseline: &Baseline<'_>,
    output: &Value,
    gone: &[String],
    new: &[String],
) -> Option<Broken> {
    if let Some(broken) = ids(baseline, output, gone, new) {
        return Some(broken);
    }
    let topic = baseline.topic;
    let after: BTreeMap<String, &Value> = records(topic, output).into_iter().collect();
    let mut before =
        records(topic, baseline.output).into_iter().filter(|(id, _)| !gone.contains(id));
    before.find_map(|(id, record)| {
        let (wanted, got) = (unordered(record), unordered(after.get(&id)?));
        let what = differences(&got, &wanted, 1).into_iter().next()?;
        let list = whole(topic);
        let path = what.split(": ").next().unwrap_or_default();
        Some(Broken {
            field: format!("{list}[].{}", without_numbers(path)),
            what: format!("another record changed with it, {id}: {what}"),
        })
    })
}

/// The same output.
pub(super) fn same(baseline: &Baseline<'_>, output: &Value) -> Option<Broken> {
    let what = differences(output, baseline.output, 1).into_iter().next()?;
    let path = what.split(": ").next().unwrap_or_default();
    Some(Broken { field: without_numbers(path), what })
}

/// Where a field stands in both outputs: its path with numbers, the value before and the value now.
/// Nothing is said of lists that have another length now.
pub(super) fn pairs<'o>(
    before: &'o Value,
    now: &'o Value,
    field: &str,
) -> Vec<(String, &'o Value, Option<&'o Value>)> {
    let mut found = Vec::new();
    walk(before, Some(now), field, String::new(), &mut found);
    found
}

fn walk<'o>(
    before: &'o Value,
    now: Option<&'o Value>,
    rest: &str,
    path: String,
    found: &mut Vec<(String, &'o Value, Option<&'o Value>)>,
) {
    if rest.is_empty() && !before.is_array() {
        found.push((path, before, now));
        return;
    }
    if let Some(items) = before.as_array() {
        let rest = rest.strip_prefix("[]").unwrap_or(rest);
        let others = now.and_then(Value::as_array);
        if others.is_some_and(|others| others.len() == items.len()) {
            for (index, item) in items.iter().enumerate() {
                let other = others.and_then(|others| others.get(index));
                walk(item, other, rest, format!("{path}[{index}]"), found);
            }
        }
        return;
    }
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let (key, rest) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
    if let Some(inner) = before.get(key) {
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        walk(inner, now.and_then(|now| now.get(key)), rest, path, found);
    }
}

/// The value with the entries of every list in one order.
fn unordered(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(unordered).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(fields) => Value::Object(
            fields.iter().map(|(key, field)| (key.clone(), unordered(field))).collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// `groups[3].name` as `groups[].name`.
fn without_numbers(path: &str) -> String {
    let mut in_brackets = false;
    path.chars()
        .filter(|c| {
            in_brackets = *c == '[' || (in_brackets && *c != ']');
            !(in_brackets && c.is_ascii_digit())
        })
        .collect()
}

fn named(ids: &[impl AsRef<str>]) -> String {
    let first: Vec<&str> = ids.iter().take(TOLD_MAX).map(AsRef::as_ref).collect();
    bounded(&first.join(", "), 200)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_paired_where_the_lists_have_one_length() {
        let before =
            json!({"p": [{"n": "a", "g": [{"c": 1}]}, {"n": "b", "g": [{"c": 2}], "t": ["x"]}]});
        let now = json!({"p": [{"n": "A", "g": []}, {"g": [{"c": 3}], "t": ["y"]}]});
        let told = |field: &str| -> Vec<String> {
            let pairs = pairs(&before, &now, field);
            pairs.into_iter().map(|(p, old, new)| format!("{p} {old} {new:?}")).collect()
        };
        assert_eq!(told("p[].n").len(), 2);
        assert!(told("p[].n")[1].starts_with("p[1].n \"b\" None"));
        assert_eq!(told("p[].g[].c").len(), 1);
        assert_eq!(told("p[].t").len(), 1);
        assert!(told("p[].nothing").is_empty());
    }

    #[test]
    fn numbers_of_records_are_no_part_of_a_field() {
        assert_eq!(without_numbers("a[12].b2[0].c"), "a[].b2[].c");
    }
}
