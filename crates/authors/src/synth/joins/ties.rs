//! How records are tied together otherwise than by a field of their own.

use serde_json::Value;

use super::{id_text, ids_of};
use crate::synth::collections::{Collection, Form};
use crate::synth::emit::{Helper, Script};
use crate::synth::path::Path;

/// Where records name the id of another: in a field, or in the records of a list that they hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Foreign {
    pub(super) list: Option<(Path, Form)>,
    pub(super) path: Path,
}

/// A list that ties records of two others together.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(super) list: Collection,
    pub(super) from: Path,
    pub(super) to: Path,
    /// The number by which its records are sorted.
    pub(super) order: Option<Path>,
}

impl Foreign {
    /// All ids that a record names.
    pub(super) fn ids(&self, record: &Value) -> Vec<String> {
        match &self.list {
            None => self.path.of(record).map(ids_of).unwrap_or_default(),
            Some((list, _)) => list
                .of(record)
                .into_iter()
                .flat_map(entries)
                .filter_map(|entry| self.path.of(entry).and_then(id_text))
                .collect(),
        }
    }

    /// The expression for those ids of the script's `record`.
    pub(super) fn js(&self, script: &mut Script) -> String {
        match &self.list {
            None => self.path.js("record"),
            Some((list, form)) => {
                let entries = records_js(&list.js("record"), form, script);
                format!("{entries}.map((entry) => {})", self.path.js("entry"))
            }
        }
    }
}

impl std::fmt::Display for Foreign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.list {
            None => write!(f, "{}", self.path),
            Some((list, Form::Array | Form::Tree(_))) => write!(f, "{list}[].{}", self.path),
            Some((list, Form::Map | Form::Keyed)) => write!(f, "{list}{{}}.{}", self.path),
        }
    }
}

/// The records of a list or of an object by id.
pub(super) fn entries(value: &Value) -> Vec<&Value> {
    let all: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(map) => map.values().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    all.into_iter().filter(|entry| entry.is_object()).collect()
}

/// The expression for those records.
pub(super) fn records_js(read: &str, form: &Form, script: &mut Script) -> String {
    let (helper, name) = match form {
        Form::Map => (Helper::MapRecords, "mapRecords"),
        Form::Keyed => (Helper::KeyedRecords, "keyedRecords"),
        Form::Array | Form::Tree(_) => (Helper::List, "list"),
    };
    script.uses(helper);
    format!("{name}({read})")
}
