//! What was learnt as JavaScript that a person can read.

#![expect(
    clippy::format_push_string,
    reason = "short pieces of a script; nothing to gain by a writer"
)]

mod nodes;
mod readings;

use std::collections::BTreeSet;

use super::helpers::Helper;
use super::rows::{Payloads, joined};
use super::search::Scope;
use super::sources::Source;
use crate::js;

/// The script while it is written.
pub(super) struct Emitter<'e, 'a> {
    payloads: &'e Payloads<'a>,
    maps: &'e BTreeSet<String>,
    pub(super) helpers: BTreeSet<Helper>,
    /// Declarations by name, in the order of their first use.
    pub(super) declared: Vec<(String, Vec<String>)>,
}

/// A place as a person writes it.
fn place_of(scope: &Scope, keys: &[String]) -> String {
    let mut place = scope.place.join(".");
    for key in keys {
        place = joined(&place, key);
    }
    if place.is_empty() { "payload".to_owned() } else { place }
}

fn access(variable: &str, keys: &[String]) -> String {
    let mut out = variable.to_owned();
    for (index, key) in keys.iter().enumerate() {
        out.push_str(&js::property(key, index > 0));
    }
    out
}

impl<'e, 'a> Emitter<'e, 'a> {
    pub(super) const fn new(payloads: &'e Payloads<'a>, maps: &'e BTreeSet<String>) -> Self {
        Self { payloads, maps, helpers: BTreeSet::new(), declared: Vec::new() }
    }

    fn declare(&mut self, wanted: &str, lines: impl FnOnce(&mut Self) -> Vec<String>) -> String {
        let lines = lines(self);
        if let Some((name, _)) = self.declared.iter().find(|(_, known)| *known == lines) {
            return name.clone();
        }
        let taken = |name: &str| self.declared.iter().any(|(known, _)| known == name);
        let mut name = wanted.to_owned();
        let mut number = 2;
        while taken(&name) {
            name = format!("{wanted}{number}");
            number += 1;
        }
        self.declared.push((name.clone(), lines));
        name
    }

    /// The elements at a path, with what opens them when they are an object's entries.
    fn elements(&mut self, scope: &Scope, keys: &[String], must: bool) -> String {
        let place = place_of(scope, keys);
        let mut read = access(&scope.variable, keys);
        if must {
            self.helpers.insert(Helper::Required);
            read = format!("required({read}, {})", js::text(&place));
        }
        let raw = if scope.place.is_empty() { keys.join(".") } else { place.clone() };
        if self.maps.contains(&raw) {
            self.helpers.insert(Helper::Entries);
            format!("entries({read}, {})", js::text(&place))
        } else {
            self.helpers.insert(Helper::List);
            format!("list({read}, {})", js::text(&place))
        }
    }

    /// All records of a route from the payload on, as one expression.
    fn records(&mut self, route: &[Vec<String>], last: impl Fn(&str) -> String) -> String {
        let mut scope = Scope { variable: "payload".to_owned(), place: Vec::new() };
        let mut out = String::new();
        let mut closers = 0;
        for (index, keys) in route.iter().enumerate() {
            out.push_str(&self.elements(&scope, keys, index == 0));
            let variable = format!("record{}", index + 1);
            if index + 1 < route.len() {
                out.push_str(&format!(".flatMap(({variable}) => "));
                closers += 1;
            } else {
                out.push_str(&last(&variable));
            }
            let mut place = scope.place.clone();
            place.extend(keys.iter().cloned());
            match place.last_mut() {
                Some(last) => last.push_str("[]"),
                None => place.push("[]".to_owned()),
            }
            scope = Scope { variable, place };
        }
        out.push_str(&")".repeat(closers));
        out
    }

    fn index(&mut self, table: usize) -> Option<String> {
        let table = self.payloads.tables.get(table)?;
        let name = format!("{}By{}", camel(&table.route), upper(&table.id));
        let (route, id) = (table.route.clone(), table.id.clone());
        Some(self.declare(&name, |this| {
            this.helpers.insert(Helper::IndexBy);
            let records = this.records(&route, |_| String::new());
            vec![format!("indexBy({records}, (record) => {});", access("record", &id))]
        }))
    }

    fn group(&mut self, source: &Source, keys: &[String]) -> String {
        let name = format!("{}By{}", camel(&source.route), upper(keys));
        let route = source.route.clone();
        let keys = keys.to_vec();
        self.declare(&name, |this| {
            this.helpers.insert(Helper::GroupBy);
            // The records on the way are kept beside the last one.
            let names: Vec<String> = (1..=route.len()).map(|n| format!("record{n}")).collect();
            let entry = if names.len() == 1 {
                String::new()
            } else {
                format!(
                    ".map(({}) => [{}])",
                    names.last().cloned().unwrap_or_default(),
                    names.join(", ")
                )
            };
            let records = this.records(&route, |_| entry.clone());
            let id = if names.len() == 1 {
                format!("(record) => {}", access("record", &keys))
            } else {
                format!("(chain) => {}", access(&format!("chain[{}]", names.len() - 1), &keys))
            };
            vec![format!("groupBy({records}, {id});")]
        })
    }
}

/// The name of a route's last list as a variable.
fn camel(route: &[Vec<String>]) -> String {
    let name = route.last().and_then(|keys| keys.last()).map_or("records", String::as_str);
    let upper = upper(std::slice::from_ref(&name.to_owned()));
    let mut chars = upper.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_lowercase).collect();
    let whole = format!("{first}{}", chars.as_str());
    if js::is_variable(&whole) { whole } else { "records".to_owned() }
}

fn upper(keys: &[String]) -> String {
    let words = keys.iter().flat_map(|key| key.split(|c: char| !c.is_ascii_alphanumeric()));
    words
        .map(|word| {
            let mut chars = word.chars();
            let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
            first + chars.as_str()
        })
        .collect()
}
