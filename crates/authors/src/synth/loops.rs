//! Loops over a collection of the payload.

use super::collections::{Collection, Filter, Form, Level};
use super::emit::{Helper, Script};
use super::vocabulary::vocabulary;
use crate::js;

/// The names of the loop variables of a collection: one for each level, the last one `record`.
pub(crate) fn variables(collection: &Collection, record: &str) -> Vec<String> {
    let last = collection.levels.len().saturating_sub(1);
    let mut names: Vec<String> = Vec::new();
    for (index, level) in collection.levels.iter().enumerate() {
        let base = if index == last { record.to_owned() } else { holder_name(level) };
        let mut name = base.clone();
        let mut number = 2;
        while names.contains(&name) || (index != last && name == record) {
            name = format!("{base}{number}");
            number += 1;
        }
        names.push(name);
    }
    names
}

/// A variable's name from the list's key: `menuGroups` gives `menuGroup`.
fn holder_name(level: &Level) -> String {
    let mut name = String::new();
    for (index, word) in vocabulary().words(level.path.leaf()).iter().enumerate() {
        let mut chars = word.chars().filter(char::is_ascii_alphanumeric);
        match chars.next() {
            Some(first) if index > 0 => {
                name.push(first.to_ascii_uppercase());
                name.extend(chars);
            }
            Some(first) => {
                name.push(first);
                name.extend(chars);
            }
            None => {}
        }
    }
    let taken = [
        "input", "context", "payload", "list", "text", "amount", "number", "count", "flag", "only",
        "time", "address", "products", "outlets", "deleted",
    ];
    if js::is_variable(&name) && !taken.contains(&name.as_str()) {
        name
    } else {
        "holder".to_owned()
    }
}

/// The expression for the records of one level.
fn level_js(level: &Level, from: &str, required: bool, script: &mut Script) -> String {
    let read = level.path.js(from);
    let place = if level.path.is_root() { "payload".to_owned() } else { level.path.to_string() };
    let records = match (&level.form, required) {
        (Form::Map, false) => {
            script.uses(Helper::MapRecords);
            format!("mapRecords({read})")
        }
        (Form::Map, true) => {
            script.uses(Helper::RequiredMap);
            format!("requiredMap({read}, {})", js::text(&place))
        }
        (Form::Keyed, false) => {
            script.uses(Helper::KeyedRecords);
            format!("keyedRecords({read})")
        }
        (Form::Keyed, true) => {
            script.uses(Helper::RequiredKeyed);
            format!("requiredKeyed({read}, {})", js::text(&place))
        }
        (Form::Array | Form::Tree(_), false) => {
            script.uses(Helper::List);
            format!("list({read})")
        }
        (Form::Array | Form::Tree(_), true) => {
            script.uses(Helper::RequiredList);
            format!("requiredList({read}, {})", js::text(&place))
        }
    };
    match &level.form {
        Form::Tree(key) => {
            script.uses(Helper::WithNested);
            format!("withNested({records}, {})", js::text(key))
        }
        Form::Array | Form::Map | Form::Keyed => records,
    }
}

/// Opens the loops; the payload's own list must be there.
pub(crate) fn open(script: &mut Script, collection: &Collection, record: &str, from: &str) {
    let names = variables(collection, record);
    let mut holder = from.to_owned();
    for (index, (level, name)) in collection.levels.iter().zip(&names).enumerate() {
        let records = level_js(level, &holder, index == 0, script);
        script.line(format!("for (const {name} of {records}) {{"));
        holder.clone_from(name);
    }
}

/// Closes what [`open`] opened.
pub(crate) fn close(script: &mut Script, collection: &Collection) {
    for _ in &collection.levels {
        script.line("}");
    }
}

/// Takes the first record.
pub(crate) fn first(script: &mut Script, collection: &Collection, record: &str, from: &str) {
    let all = expression(collection, from, script);
    script.line(format!("const [{record}] = {all};"));
    script.line(format!(
        "if ({record} === undefined) throw new Error({});",
        js::text(&format!("{collection} is empty"))
    ));
}

/// One expression for all records of the collection.
pub(crate) fn expression(collection: &Collection, from: &str, script: &mut Script) -> String {
    let names = variables(collection, "record");
    let mut out = String::new();
    let mut holder = from.to_owned();
    for (index, (level, name)) in collection.levels.iter().zip(&names).enumerate() {
        let records = level_js(level, &holder, false, script);
        out = if index == 0 { records } else { format!("{out}.flatMap(({holder}) => {records})") };
        holder.clone_from(name);
    }
    match &collection.filter {
        None => out,
        Some(filter) => format!("{out}.filter((record) => {})", condition(filter, "record")),
    }
}

/// The condition that a record is of the filter's kind.
pub(crate) fn condition(filter: &Filter, record: &str) -> String {
    let read = filter.path.js(record);
    let values: Vec<String> = filter
        .values
        .iter()
        .map(|value| value.as_str().map_or_else(|| value.to_string(), js::text))
        .collect();
    match values.as_slice() {
        [only] => format!("{read} === {only}"),
        several => format!("[{}].includes({read})", several.join(", ")),
    }
}
