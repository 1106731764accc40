//! Rows of values that a field may be read from, and the tables that references lead to.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::by_example::expression::as_text;

const MAX_DEPTH: usize = 4;
const MAX_ROUTES: usize = 60;
const MAX_PATHS: usize = 120;

/// A value inside one scope; scope 0 is the payload, each list that is walked opens the next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Path {
    pub(super) scope: usize,
    pub(super) keys: Vec<String>,
}

/// A way from a record to others: each step is a path to a list, whose elements are the next.
pub(super) type Route = Vec<Vec<String>>;

/// One set of values, an element of each scope, of one of the samples.
#[derive(Debug, Clone)]
pub(super) struct Row<'a> {
    pub(super) sample: usize,
    pub(super) elements: Vec<&'a Value>,
}

/// What a key path leads to; nothing where it is missing, null or an empty text.
pub(super) fn follow<'a>(value: &'a Value, keys: &[String]) -> Option<&'a Value> {
    let found = keys.iter().try_fold(value, |value, key| value.as_object()?.get(key))?;
    match found {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        _ => Some(found),
    }
}

impl<'a> Row<'a> {
    pub(super) fn get(&self, path: &Path) -> Option<&'a Value> {
        follow(self.elements.get(path.scope)?, &path.keys)
    }

    pub(super) fn enter(&self, element: &'a Value) -> Self {
        let mut row = self.clone();
        row.elements.push(element);
        row
    }

    /// The rows of a route's elements, with those on the way.
    pub(super) fn walk(&self, scope: usize, route: &[Vec<String>]) -> Vec<Self> {
        let Some(start) = self.elements.get(scope) else { return Vec::new() };
        let mut rows: Vec<(&'a Value, Self)> = vec![(*start, self.clone())];
        for keys in route {
            rows = rows
                .iter()
                .flat_map(|(at, row)| {
                    let list = follow(at, keys).and_then(Value::as_array);
                    let there = list.into_iter().flatten().filter(|element| !element.is_null());
                    there.map(|element| (element, row.enter(element)))
                })
                .collect();
        }
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

/// A list of records that can be found by an id.
#[derive(Debug)]
pub(super) struct Table<'a> {
    pub(super) route: Route,
    pub(super) id: Vec<String>,
    /// The records of each sample by the text of their id.
    pub(super) index: Vec<BTreeMap<String, &'a Value>>,
    /// Key paths to scalars in its records.
    pub(super) fields: Vec<Vec<String>>,
}

/// What is known of the payloads as wholes.
#[derive(Debug)]
pub(super) struct Payloads<'a> {
    pub(super) routes: Vec<Route>,
    pub(super) tables: Vec<Table<'a>>,
    /// The pieces of an address by which documents know a stand-in for a picture.
    pub(super) stand_ins: Vec<String>,
    /// How many more values may be looked at: a count, not a time, so that every machine stops at
    /// the same point.
    left: Cell<usize>,
}

/// Values that are looked at before the search gives up.
const BUDGET: usize = 2_000_000;

impl<'a> Payloads<'a> {
    pub(super) fn read(payloads: &[&'a Value], stand_ins: Vec<String>) -> Self {
        let mut routes: Vec<Route> = Vec::new();
        for payload in payloads {
            collect_routes(payload, &mut Vec::new(), &mut Vec::new(), &mut routes);
        }
        let mut tables: Vec<Table<'a>> =
            routes.iter().flat_map(|route| tables(payloads, route)).collect();
        let mut values = BTreeMap::new();
        for (sample, payload) in payloads.iter().enumerate() {
            texts(payload, sample, "", &mut values);
        }
        tables.retain(|table| table.is_referred_to(&values));
        Self { routes, tables, stand_ins, left: Cell::new(BUDGET) }
    }
}

impl Payloads<'_> {
    /// Takes from the budget; false when it is used up.
    pub(super) fn spend(&self, values: usize) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(values));
        left > 0
    }
}

/// The texts that stand at each place of each sample.
type Texts = BTreeMap<String, BTreeSet<(usize, String)>>;

fn texts(value: &Value, sample: usize, place: &str, out: &mut Texts) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, inner)| texts(inner, sample, &joined(place, key), out));
        }
        Value::Array(items) => {
            for item in items {
                texts(item, sample, &format!("{place}[]"), out);
            }
        }
        Value::String(_) | Value::Number(_) => {
            let text = as_text(value).filter(|text| !text.is_empty());
            let own = text.into_iter().map(|text| (sample, text));
            out.entry(place.to_owned()).or_default().extend(own);
        }
        Value::Null | Value::Bool(_) => {}
    }
}

impl Table<'_> {
    /// Whether another place holds ids of its records.
    fn is_referred_to(&self, texts: &Texts) -> bool {
        let mut place = String::new();
        for keys in &self.route {
            let inner = keys.iter().fold(place, |place, key| joined(&place, key));
            place = format!("{inner}[]");
        }
        let place = self.id.iter().fold(place, |place, key| joined(&place, key));
        texts.iter().filter(|(other, _)| **other != place).any(|(_, held)| {
            let known = held.iter().filter(|(sample, text)| {
                self.index.get(*sample).is_some_and(|index| index.contains_key(text))
            });
            known.count() * 10 >= held.len() * 7
        })
    }
}

fn collect_routes(value: &Value, route: &mut Route, keys: &mut Vec<String>, out: &mut Vec<Route>) {
    match value {
        Value::Object(fields) if keys.len() < MAX_DEPTH => {
            for (key, inner) in fields {
                keys.push(key.clone());
                collect_routes(inner, route, keys, out);
                keys.pop();
            }
        }
        Value::Array(items) if route.len() < MAX_DEPTH && out.len() < MAX_ROUTES => {
            if !items.iter().any(Value::is_object) {
                return;
            }
            route.push(std::mem::take(keys));
            if !out.contains(route) {
                out.push(route.clone());
            }
            for item in items {
                collect_routes(item, route, &mut Vec::new(), out);
            }
            *keys = route.pop().unwrap_or_default();
        }
        _ => {}
    }
}

fn tables<'a>(payloads: &[&'a Value], route: &Route) -> Vec<Table<'a>> {
    let records: Vec<Vec<&'a Value>> = payloads
        .iter()
        .enumerate()
        .map(|(sample, payload)| {
            let start = Row { sample, elements: vec![payload] };
            let rows = start.walk(0, route);
            rows.iter().filter_map(|row| row.elements.last().copied()).collect()
        })
        .collect();
    let fields = fields(records.iter().flatten().copied());
    fields
        .iter()
        .filter(|id| id.len() <= 2)
        .filter_map(|id| {
            let mut index = Vec::new();
            for records in &records {
                let mut own = BTreeMap::new();
                for record in records {
                    let key = follow(record, id)?;
                    let is_id = key.is_string() || key.is_u64();
                    // A record that stands in several places is one record.
                    let again = own.insert(as_text(key).filter(|_| is_id)?, *record);
                    if again.is_some_and(|before| before != *record) {
                        return None;
                    }
                }
                index.push(own);
            }
            Some(Table { route: route.clone(), id: id.clone(), index, fields: fields.clone() })
        })
        .collect()
}

/// Key paths to the scalars of records, in the order in which they are met.
pub(super) fn fields<'a>(records: impl Iterator<Item = &'a Value>) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for record in records {
        gather(record, &mut Vec::new(), &mut |keys, value| {
            let scalar = matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_));
            if scalar && found.len() < MAX_PATHS && known.insert(keys.to_vec()) {
                found.push(keys.to_vec());
            }
        });
    }
    found
}

/// Key paths to the lists of records.
pub(super) fn lists<'a>(records: impl Iterator<Item = &'a Value>) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for record in records {
        gather(record, &mut Vec::new(), &mut |keys, value| {
            if value.is_array() && known.insert(keys.to_vec()) {
                found.push(keys.to_vec());
            }
        });
    }
    found
}

fn gather(value: &Value, keys: &mut Vec<String>, add: &mut impl FnMut(&[String], &Value)) {
    match value {
        Value::Object(fields) if keys.len() < MAX_DEPTH => {
            for (key, inner) in fields {
                keys.push(key.clone());
                gather(inner, keys, add);
                keys.pop();
            }
        }
        Value::Null => {}
        _ => add(keys, value),
    }
}

/// Places, as `a.b[].c`, of objects whose keys are data: each value is a record of one kind.
pub(super) fn maps(payloads: &[Value]) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, Vec<&Map<String, Value>>> = BTreeMap::new();
    for payload in payloads {
        objects(payload, "", &mut seen);
    }
    seen.into_iter()
        .filter(|(place, all)| !place.is_empty() && is_map(all))
        .map(|(p, _)| p)
        .collect()
}

fn objects<'a>(
    value: &'a Value,
    place: &str,
    out: &mut BTreeMap<String, Vec<&'a Map<String, Value>>>,
) {
    match value {
        Value::Object(fields) => {
            out.entry(place.to_owned()).or_default().push(fields);
            for (key, inner) in fields {
                objects(inner, &joined(place, key), out);
            }
        }
        Value::Array(items) => {
            for item in items {
                objects(item, &format!("{place}[]"), out);
            }
        }
        _ => {}
    }
}

pub(super) fn joined(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") }
}

/// Whether all values are objects with much the same keys, under keys that look like data.
fn is_map(all: &[&Map<String, Value>]) -> bool {
    let entries = || all.iter().flat_map(|map| map.iter());
    let coded = entries().all(|(key, _)| key.chars().any(|c| c.is_ascii_digit()));
    if entries().count() < 2 || !entries().all(|(_, value)| value.is_object()) {
        return false;
    }
    let keys = |value: &Value| -> BTreeSet<String> {
        value.as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
    };
    let mut values = entries().map(|(_, value)| keys(value));
    let Some(first) = values.next() else { return false };
    let common = values.fold(first.clone(), |common, own| &common & &own);
    coded && !common.is_empty()
        || common.len() >= 3 && common.len() * 2 >= first.len() && entries().count() > 2
}

/// The payload with such objects as lists of `{key, value}`.
pub(super) fn with_lists(value: &Value, place: &str, maps: &BTreeSet<String>) -> Value {
    match value {
        Value::Object(fields) if maps.contains(place) => fields
            .iter()
            .map(|(key, inner)| {
                let inner = with_lists(inner, &format!("{place}[].value"), &BTreeSet::new());
                json!({"key": key, "value": inner})
            })
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, inner)| (key.clone(), with_lists(inner, &joined(place, key), maps)))
            .collect::<Map<String, Value>>()
            .into(),
        Value::Array(items) => {
            items.iter().map(|item| with_lists(item, &format!("{place}[]"), maps)).collect()
        }
        other => other.clone(),
    }
}
