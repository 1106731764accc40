//! Places in payloads, as provenance names them.

use std::fmt::Write as _;

use domain::Sample;
use serde_json::Value;

use crate::payload::{roots, roots_mut, scalar};

/// One step into a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Each,
    At(usize),
    /// Only records whose field has this value.
    Where(String, String),
}

/// A place such as `data[].skus[].price` or `objects[] where type is "ITEM".name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place(Vec<Step>);

impl Place {
    /// The first place that `source` names, where it leads to values of the sample.
    pub(super) fn of(source: &str, sample: &Sample) -> Option<Self> {
        let source = source.strip_prefix("input.").unwrap_or(source);
        let inner = source.strip_prefix("payload.");
        [Some(source), inner]
            .into_iter()
            .flatten()
            .filter_map(parse)
            .map(Self)
            .find(|place| !place.values(sample).is_empty())
    }

    /// The values there, in the payload's order.
    pub(super) fn values<'s>(&self, sample: &'s Sample) -> Vec<&'s Value> {
        let mut found = Vec::new();
        roots(sample).for_each(|root| visit(root, &self.0, &mut found));
        found
    }

    /// Runs `change` on every value there.
    pub(super) fn change(&self, sample: &mut Sample, change: &mut dyn FnMut(&mut Value)) {
        roots_mut(sample).for_each(|root| visit_mut(root, &self.0, change));
    }

    /// The lists on the way to it, the outermost first.
    pub(super) fn lists(&self) -> Vec<Self> {
        let each = self.0.iter().enumerate().filter(|(_, step)| **step == Step::Each);
        each.filter_map(|(at, _)| self.0.get(..at).map(|steps| Self(steps.to_vec()))).collect()
    }

    /// The same place as seen from a record of the outermost list on the way to it.
    pub(super) fn in_record(&self) -> Option<Self> {
        let at = self.0.iter().position(|step| *step == Step::Each)?;
        Some(Self(self.0.get(at + 1..)?.to_vec()))
    }

    /// The values there in one record, for a place from [`Place::in_record`].
    pub(super) fn values_in<'v>(&self, record: &'v Value) -> Vec<&'v Value> {
        let mut found = Vec::new();
        visit(record, &self.0, &mut found);
        found
    }

    /// Runs `change` on every value there in one record, for a place from [`Place::in_record`].
    pub(super) fn change_in(&self, record: &mut Value, change: &mut dyn FnMut(&mut Value)) {
        visit_mut(record, &self.0, change);
    }

    /// The paths of the objects and lists in fields on the way to it, as provenance writes them.
    pub(super) fn containers(&self) -> Vec<String> {
        let mut path = String::new();
        let mut found = Vec::new();
        for step in &self.0 {
            match step {
                Step::Key(key) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key);
                    found.push(path.clone());
                }
                Step::Each => path.push_str("[]"),
                // Writing to a string cannot fail.
                Step::At(index) => _ = write!(path, "[{index}]"),
                Step::Where(..) => {}
            }
        }
        found.pop();
        found
    }

    /// The name of the field at its end.
    pub(super) fn leaf(&self) -> &str {
        let keys = self.0.iter().rev().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Each | Step::At(_) | Step::Where(..) => None,
        });
        keys.take(1).next().unwrap_or_default()
    }
}

/// Reads the phrases of provenance: a path, `LIST[] where KEY is VALUE.REST`, and
/// `REFERENCE names LIST[].KEY, its REST`.
fn parse(source: &str) -> Option<Vec<Step>> {
    let Some((reference, own)) = source.rsplit_once(", its ") else {
        return if source.contains(" names ") { None } else { phrase(source) };
    };
    let (_, target) = reference.split_once(" names ")?;
    let mut steps = phrase(target.rsplit_once('.')?.0)?;
    steps.extend(path(own)?);
    Some(steps)
}

fn phrase(text: &str) -> Option<Vec<Step>> {
    let Some((list, rest)) = text.split_once("[] where ") else { return path(text) };
    let (key, rest) = rest.split_once(" is ")?;
    let (value, rest) = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?,
        None => rest.split_once('.').unwrap_or((rest, "")),
    };
    let mut steps = path(list)?;
    steps.extend([Step::Each, Step::Where(key.to_owned(), value.to_owned())]);
    steps.extend(path(rest.strip_prefix('.').unwrap_or(rest))?);
    Some(steps)
}

/// The path at the beginning of `text`.
fn path(text: &str) -> Option<Vec<Step>> {
    let path = text.split([' ', ',', '+']).next().unwrap_or_default();
    let mut steps = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let (key, marks) = part.split_at(part.find('[').unwrap_or(part.len()));
        if !key.is_empty() {
            steps.push(Step::Key(key.to_owned()));
        }
        for mark in marks.split_terminator(']') {
            steps.push(match mark.strip_prefix('[')? {
                "" => Step::Each,
                number => Step::At(number.parse().ok()?),
            });
        }
    }
    Some(steps)
}

fn visit<'v>(value: &'v Value, steps: &[Step], found: &mut Vec<&'v Value>) {
    let Some((step, rest)) = steps.split_first() else {
        found.push(value);
        return;
    };
    match step {
        Step::Key(key) => value.get(key).into_iter().for_each(|inner| visit(inner, rest, found)),
        Step::At(index) => {
            value.get(index).into_iter().for_each(|inner| visit(inner, rest, found));
        }
        Step::Each => {
            value.as_array().into_iter().flatten().for_each(|inner| visit(inner, rest, found));
        }
        Step::Where(key, wanted) if is(value, key, wanted) => visit(value, rest, found),
        Step::Where(..) => {}
    }
}

fn visit_mut(value: &mut Value, steps: &[Step], change: &mut dyn FnMut(&mut Value)) {
    let Some((step, rest)) = steps.split_first() else {
        change(value);
        return;
    };
    match step {
        Step::Key(key) => {
            value.get_mut(key).into_iter().for_each(|inner| visit_mut(inner, rest, change));
        }
        Step::At(index) => {
            value.get_mut(index).into_iter().for_each(|inner| visit_mut(inner, rest, change));
        }
        Step::Each => {
            let items = value.as_array_mut().into_iter().flatten();
            items.for_each(|inner| visit_mut(inner, rest, change));
        }
        Step::Where(key, wanted) if is(value, key, wanted) => visit_mut(value, rest, change),
        Step::Where(..) => {}
    }
}

fn is(record: &Value, key: &str, wanted: &str) -> bool {
    let field = key.split('.').try_fold(record, |at, key| at.get(key));
    field.is_some_and(|value| match value {
        Value::Bool(yes) => yes.to_string() == wanted,
        Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            scalar(value).as_deref() == Some(wanted)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn values(source: &str) -> Vec<Value> {
        let payload = json!({
            "shop": {"name": "North"},
            "items": [{"kind": "A", "id": 1, "v": [{"p": 10}, {"p": 11}]}, {"kind": "B", "id": 2}],
        });
        let sample: Sample =
            serde_json::from_value(json!({"name": "a", "payload": payload})).unwrap();
        let place = Place::of(source, &sample);
        place.map_or_else(Vec::new, |p| p.values(&sample).into_iter().cloned().collect())
    }

    #[test]
    fn the_phrases_of_provenance_lead_to_values() {
        for (source, wanted) in [
            ("items[].id", json!([1, 2])),
            ("items[].v[].p", json!([10, 11])),
            ("items[].v[0].p, in minor units", json!([10])),
            ("shop.name and items[].id, joined", json!(["North"])),
            ("input.payload.shop.name", json!(["North"])),
            ("items[] where kind is \"B\".id", json!([2])),
            ("items[] where id is 1.v[].p", json!([10, 11])),
            ("tag_ids names items[].id, its kind", json!(["A", "B"])),
            ("tag_ids names items[] where kind is \"A\".id, its id", json!([1])),
            ("tag_ids names items[].id", json!([])),
            ("items[oops.id", json!([])),
            ("\"a constant\"", json!([])),
        ] {
            assert_eq!(Value::from(values(source)), wanted, "{source}");
        }
    }

    #[test]
    fn the_lists_on_the_way_are_places_too() {
        let place = Place(parse("a[].b.c[].d").unwrap());
        let lists: Vec<Place> = ["a", "a[].b.c"].map(|p| Place(parse(p).unwrap())).to_vec();
        assert_eq!((place.lists(), place.leaf()), (lists, "d"));
        assert_eq!(place.containers(), ["a", "a[].b", "a[].b.c"]);
        assert_eq!(place.in_record(), Some(Place(parse("b.c[].d").unwrap())));
    }
}
