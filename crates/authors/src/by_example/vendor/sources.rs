//! Lists of records that a list of the output may follow.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::names::alike;
use super::rows::{Path, Payloads, Route, Row, fields, follow, lists};
use super::search::{Scope, Space};
use crate::by_example::expression::as_text;
use crate::js;

const LOOKED_AT: usize = 200;
/// Fields that may be a record's own id.
const MAX_IDS: usize = 8;

/// Names that the script has already.
const TAKEN: [&str; 27] = [
    "input",
    "context",
    "payload",
    "answer",
    "value",
    "list",
    "text",
    "number",
    "flag",
    "amount",
    "word",
    "given",
    "compact",
    "wanted",
    "filled",
    "required",
    "entries",
    "one",
    "moment",
    "time",
    "least",
    "most",
    "sum",
    "record",
    "key",
    "transform",
    "lookUp",
];

/// Where the elements of a list come from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Source {
    pub(super) scope: usize,
    pub(super) route: Route,
    /// Only those whose field holds the value at a path of the outer scopes.
    pub(super) back: Option<(Vec<String>, Path)>,
    /// What a field of each element refers to in a table.
    pub(super) join: Option<(Vec<String>, usize)>,
}

#[expect(clippy::cast_precision_loss, reason = "a handful")]
const fn float(count: usize) -> f64 {
    count as f64
}

/// The texts that a reference holds: one, or those of a list.
fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(as_text).collect(),
        other => as_text(other).into_iter().collect(),
    }
}

impl Source {
    /// The elements for each of the rows.
    pub(super) fn expand<'a>(
        &self,
        rows: &[Row<'a>],
        payloads: &Payloads<'a>,
    ) -> Vec<Vec<Row<'a>>> {
        // What refers back is the same for all rows of a sample and is sorted once.
        let mut groups: BTreeMap<usize, BTreeMap<String, Vec<Vec<&'a Value>>>> = BTreeMap::new();
        rows.iter()
            .map(|row| {
                let elements = match &self.back {
                    None => row.walk(self.scope, &self.route),
                    Some((keys, own)) => {
                        let group = groups.entry(row.sample).or_insert_with(|| {
                            let start = row.elements.first().copied().into_iter().collect();
                            let start = Row { sample: row.sample, elements: start };
                            let mut group: BTreeMap<String, Vec<Vec<&'a Value>>> = BTreeMap::new();
                            for inner in start.walk(0, &self.route) {
                                let last = inner.elements.last().and_then(|v| follow(v, keys));
                                for id in last.map(references).unwrap_or_default() {
                                    let tail = inner.elements.iter().skip(1).copied().collect();
                                    group.entry(id).or_default().push(tail);
                                }
                            }
                            group
                        });
                        let id = row.get(own).and_then(as_text).unwrap_or_default();
                        group
                            .get(&id)
                            .into_iter()
                            .flatten()
                            .map(|tail| Row {
                                sample: row.sample,
                                elements: row.elements.iter().chain(tail).copied().collect(),
                            })
                            .collect()
                    }
                };
                let Some((keys, table)) = &self.join else { return elements };
                elements
                    .into_iter()
                    .filter_map(|row| {
                        let id = follow(row.elements.last()?, keys).and_then(as_text)?;
                        let table = payloads.tables.get(*table)?;
                        let record = table.index.get(row.sample)?.get(&id)?;
                        Some(row.enter(record))
                    })
                    .collect()
            })
            .collect()
    }

    /// The scopes that an element has besides the space's.
    pub(super) fn scopes(&self, space: &Space<'_, '_>) -> Vec<Scope> {
        let mut scopes = space.scopes.clone();
        let mut place = scopes.get(self.scope).map(|scope| scope.place.clone()).unwrap_or_default();
        for keys in &self.route {
            place.extend(keys.iter().cloned());
            open(&mut scopes, &place);
            mark(&mut place);
            if let Some(scope) = scopes.last_mut() {
                scope.place.clone_from(&place);
            }
        }
        if let Some(table) = self.join.as_ref().and_then(|(_, t)| space.payloads.tables.get(*t)) {
            let mut place = Vec::new();
            for keys in &table.route {
                place.extend(keys.iter().cloned());
                mark(&mut place);
            }
            open(&mut scopes, &place);
            if let Some(scope) = scopes.last_mut() {
                scope.place = place;
            }
        }
        scopes
    }
}

fn mark(place: &mut Vec<String>) {
    match place.last_mut() {
        Some(last) => last.push_str("[]"),
        None => place.push("[]".to_owned()),
    }
}

fn open(scopes: &mut Vec<Scope>, place: &[String]) {
    let name = place.last().map_or("record", |name| name.trim_end_matches("[]"));
    let single = match name {
        name if name.ends_with("ies") => name.strip_suffix("ies").map(|stem| format!("{stem}y")),
        name if name.ends_with("ss") => None,
        name => name.strip_suffix('s').map(str::to_owned),
    };
    let plain = single.unwrap_or_else(|| name.to_owned());
    let mut camel = String::new();
    for c in plain.chars() {
        if c == '_' || c == '-' { camel.push('_') } else { camel.push(c) }
    }
    let words: Vec<String> = camel.split('_').map(str::to_owned).collect();
    let mut camel = words.first().cloned().unwrap_or_default();
    for word in words.iter().skip(1) {
        camel.extend(word.chars().take(1).flat_map(char::to_uppercase));
        camel.extend(word.chars().skip(1));
    }
    let free = |name: &str| {
        js::is_variable(name)
            && !TAKEN.contains(&name)
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && scopes.iter().all(|scope| scope.variable != name)
    };
    let variable = if free(&camel) { camel } else { format!("element{}", scopes.len()) };
    scopes.push(Scope { variable, place: place.to_vec() });
}

/// Every source with how far-fetched it is.
pub(super) fn all(space: &Space<'_, '_>, field: &[String]) -> Vec<(Source, f64)> {
    let mut plain: Vec<Source> = Vec::new();
    let innermost = space.scopes.len().saturating_sub(1);
    for scope in (0..=innermost).rev() {
        if scope == 0 {
            let routes = space.payloads.routes.iter().filter(|_| innermost == 0);
            plain.extend(routes.map(|route| Source {
                scope,
                route: route.clone(),
                back: None,
                join: None,
            }));
        }
        // A list that is the same for all records is none of theirs, though one sample may show it.
        if scope == 0 && innermost > 0 {
            break;
        }
        let mut elements: Vec<&Value> = Vec::new();
        for element in
            space.rows.iter().filter_map(|row| row.elements.get(scope).copied()).take(LOOKED_AT)
        {
            if !elements.last().is_some_and(|last| std::ptr::eq(*last, element)) {
                elements.push(element);
            }
        }
        for keys in lists(elements.iter().copied()) {
            let inner: Vec<&Value> =
                elements.iter().filter_map(|e| follow(e, &keys)?.as_array()).flatten().collect();
            let one = Source { scope, route: vec![keys.clone()], back: None, join: None };
            if !plain.contains(&one) {
                plain.push(one);
            }
            for more in lists(inner.iter().copied()).into_iter().filter(|more| !more.is_empty()) {
                let two = Source { scope, route: vec![keys.clone(), more], back: None, join: None };
                if !plain.contains(&two) {
                    plain.push(two);
                }
            }
        }
    }
    if innermost > 0 {
        plain.extend(backward(space));
    }
    let mut found: Vec<(Source, f64)> = Vec::new();
    for source in plain {
        let far = float(innermost - source.scope.min(innermost));
        let far = if source.back.is_some() { 0.8 } else { 0.5 * far };
        let base = 1.0 + far + 0.3 * float(source.route.len().saturating_sub(1));
        let rows = source.expand(
            space.rows.get(..space.rows.len().min(LOOKED_AT)).unwrap_or_default(),
            space.payloads,
        );
        let rows: Vec<Row<'_>> = rows.into_iter().flatten().take(LOOKED_AT).collect();
        let last: Vec<&Value> =
            rows.iter().filter_map(|row| row.elements.last().copied()).collect();
        let near = |source: &Source| {
            let scopes = source.scopes(space);
            scopes.last().map_or(0.0, |scope| alike(field, &scope.place))
        };
        for keys in fields(last.iter().copied()) {
            if !space.payloads.spend(rows.len() * space.payloads.tables.len()) {
                break;
            }
            for (number, table) in space.payloads.tables.iter().enumerate() {
                let fits = rows.iter().filter(|row| {
                    let id = row.elements.last().and_then(|e| follow(e, &keys)).and_then(as_text);
                    id.is_some_and(|id| {
                        let record = table.index.get(row.sample).and_then(|index| index.get(&id));
                        record.is_some_and(|record| {
                            row.elements.iter().all(|element| !std::ptr::eq(*element, *record))
                        })
                    })
                });
                if last.is_empty() || fits.count() * 10 < last.len() * 7 {
                    continue;
                }
                let join = Source { join: Some((keys.clone(), number)), ..source.clone() };
                let cost = base + 1.0 - 0.3 * near(&join);
                found.push((join, cost));
            }
        }
        let cost = base - 0.3 * near(&source);
        found.push((source, cost));
    }
    found.sort_by(|one, other| one.1.total_cmp(&other.1));
    found
}

/// Records elsewhere that refer to the record at hand.
fn backward(space: &Space<'_, '_>) -> Vec<Source> {
    let innermost = space.scopes.len().saturating_sub(1);
    let mut ids: Vec<(Path, BTreeSet<(usize, String)>)> = Vec::new();
    for scope in (1..=innermost).rev() {
        let elements = || space.rows.iter().filter_map(|row| row.elements.get(scope).copied());
        // A record that is met in several places is one.
        let records: BTreeSet<*const Value> = elements().map(std::ptr::from_ref).collect();
        for keys in fields(elements().take(LOOKED_AT)) {
            let path = Path { scope, keys };
            let values = space.rows.iter().filter_map(|row| {
                let value = row.get(&path)?;
                let text = as_text(value).filter(|_| value.is_string() || value.is_u64())?;
                Some((row.sample, text))
            });
            let distinct: BTreeSet<(usize, String)> = values.collect();
            if distinct.len() * 2 > records.len() && ids.len() < MAX_IDS {
                ids.push((path, distinct));
            }
        }
    }
    let mut starts: BTreeMap<usize, Row<'_>> = BTreeMap::new();
    for row in &space.rows {
        let elements = row.elements.first().copied().into_iter().collect();
        starts.entry(row.sample).or_insert(Row { sample: row.sample, elements });
    }
    let mut found = Vec::new();
    for route in &space.payloads.routes {
        let records: Vec<Row<'_>> = starts.values().flat_map(|row| row.walk(0, route)).collect();
        let last = || records.iter().filter_map(|row| row.elements.last().copied());
        let keys = fields(last().take(LOOKED_AT)).into_iter().chain(lists(last().take(LOOKED_AT)));
        for keys in keys {
            let held: Vec<(usize, String)> = records
                .iter()
                .filter_map(|row| Some((row.sample, follow(row.elements.last()?, &keys)?)))
                .flat_map(|(sample, value)| {
                    references(value).into_iter().map(move |text| (sample, text))
                })
                .collect();
            if !space.payloads.spend(records.len() * ids.len()) {
                return found;
            }
            for (own, distinct) in &ids {
                // A record does not refer to itself.
                let itself = space.scopes.get(own.scope).is_some_and(|scope| {
                    own.keys == keys
                        && scope.place.len() == route.iter().map(Vec::len).sum::<usize>()
                        && scope
                            .place
                            .iter()
                            .map(|k| k.trim_end_matches("[]"))
                            .eq(route.iter().flatten().map(String::as_str))
                });
                let hits = held.iter().filter(|one| distinct.contains(*one)).count();
                if !itself && hits > 0 && hits * 10 >= held.len() * 5 {
                    found.push(Source {
                        scope: 0,
                        route: route.clone(),
                        back: Some((keys.clone(), own.clone())),
                        join: None,
                    });
                }
            }
        }
    }
    found
}
