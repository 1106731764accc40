//! The lists of records in a payload, however deep, and what each of them holds.

mod shown;

use std::fmt;

use serde_json::Value;

use super::path::{Path, Step};
use super::vocabulary::{Entity, vocabulary};
pub(crate) use shown::{named, offers, overview, refusal};

/// Deeper lists are not looked for, and no more of them.
const MAX_DEPTH: usize = 6;
const MAX_COLLECTIONS: usize = 300;

/// How a list is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// An array.
    Array,
    /// An object whose keys are ids.
    Map,
    /// An object whose keys are the only ids of its records, or that has a name for each id.
    Keyed,
    /// An array of records that hold arrays of their like under this key.
    Tree(String),
}

/// One list, seen from the payload or from the record that holds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Level {
    pub(crate) path: Path,
    pub(crate) form: Form,
}

/// The records of one kind in a list of several kinds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Filter {
    /// The field that tells the kinds apart.
    pub(crate) path: Path,
    /// The kind's values of that field.
    pub(crate) values: Vec<Value>,
    /// What the first value stands for, in the vocabulary's form.
    pub(crate) meaning: Vec<String>,
}

/// A list of records, reached through the lists that hold it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Collection {
    pub(crate) levels: Vec<Level>,
    pub(crate) filter: Option<Filter>,
}

/// A record with the records that hold it, the outermost first and itself last.
pub(crate) type Chain<'a> = Vec<&'a Value>;

impl Level {
    /// The records that stand directly in `holder`.
    pub(crate) fn records<'a>(&self, holder: &'a Value) -> Vec<&'a Value> {
        let Some(found) = self.path.of(holder).or_else(|| self.path.is_root().then_some(holder))
        else {
            return Vec::new();
        };
        match &self.form {
            Form::Array => objects(found).collect(),
            Form::Map | Form::Keyed => found
                .as_object()
                .into_iter()
                .flat_map(|map| map.values())
                .filter(|v| v.is_object())
                .collect(),
            Form::Tree(key) => {
                let mut out = Vec::new();
                for record in objects(found) {
                    push_tree(record, key, &mut out, 0);
                }
                out
            }
        }
    }
}

fn push_tree<'a>(record: &'a Value, key: &str, out: &mut Vec<&'a Value>, depth: usize) {
    out.push(record);
    if depth < MAX_DEPTH {
        for inner in record.get(key).into_iter().flat_map(objects) {
            push_tree(inner, key, out, depth + 1);
        }
    }
}

fn objects(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten().filter(|item| item.is_object())
}

impl Collection {
    /// Its records in the payload, each with those that hold it.
    pub(crate) fn chains<'a>(&self, payload: &'a Value) -> Vec<Chain<'a>> {
        let mut chains: Vec<Chain<'a>> = vec![Vec::new()];
        for level in &self.levels {
            chains = chains
                .iter()
                .flat_map(|chain| {
                    let holder = chain.last().copied().unwrap_or(payload);
                    level.records(holder).into_iter().map(|record| {
                        let mut longer = chain.clone();
                        longer.push(record);
                        longer
                    })
                })
                .collect();
        }
        if let Some(filter) = &self.filter {
            chains.retain(|chain| {
                let kind = chain.last().and_then(|record| filter.path.of(record));
                kind.is_some_and(|kind| filter.values.contains(kind))
            });
        }
        chains
    }

    /// Its records in all payloads.
    pub(crate) fn records<'a>(&self, payloads: &[&'a Value]) -> Vec<&'a Value> {
        payloads
            .iter()
            .flat_map(|payload| self.chains(payload))
            .filter_map(|chain| chain.last().copied())
            .collect()
    }

    /// What the list is called, in the vocabulary's form: its kind's name or the last key that is
    /// not a mere wrapper.
    pub(crate) fn words(&self) -> Vec<String> {
        if let Some(filter) = &self.filter {
            return filter.meaning.clone();
        }
        if let Some(words) = self.levels.last().and_then(|level| held_words(&level.path)) {
            return words;
        }
        let keys: Vec<&str> = self.levels.iter().flat_map(|level| level.path.keys()).collect();
        keys.iter()
            .rev()
            .find(|key| !is_wrapper(key))
            .map(|key| vocabulary().without_list(vocabulary().words(key)))
            .unwrap_or_default()
    }

    /// Whether it stands inside the records of `other`.
    pub(crate) fn is_inside(&self, other: &Self) -> bool {
        self.levels.len() > other.levels.len() && self.levels.starts_with(&other.levels)
    }
}

/// What a page of records is called where the records themselves stand under `items`:
/// `categories.items` are categories.
fn held_words(path: &Path) -> Option<Vec<String>> {
    let v = vocabulary();
    let keys = path.keys();
    let (last, before) = keys.split_last()?;
    let holder = before.iter().rev().find(|key| !is_wrapper(key))?;
    let words = v.words(holder);
    let is_other =
        [Entity::Category, Entity::Group, Entity::Option, Entity::Variant, Entity::Image]
            .into_iter()
            .any(|entity| v.names(entity, &words));
    // One category that holds its items is no list of categories.
    let is_plural = holder.ends_with(['s', 'S']);
    (v.words(last) == ["item"] && is_other && is_plural).then_some(words)
}

/// Keys that hold an answer's records and say nothing about them.
fn is_wrapper(key: &str) -> bool {
    matches!(
        key.to_ascii_lowercase().as_str(),
        "data"
            | "objects"
            | "elements"
            | "collection"
            | "results"
            | "result"
            | "records"
            | "response"
            | "list"
            | "rows"
            | "values"
            | "nodes"
            | "edges"
            | "content"
            | "entries"
            | "payload"
            | "body"
            | "items_list"
            | "_embedded"
            | "embedded"
    )
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, level) in self.levels.iter().enumerate() {
            let dot = if index == 0 || level.path.is_root() { "" } else { "." };
            let end = match level.form {
                Form::Array | Form::Tree(_) => "[]",
                Form::Map | Form::Keyed => "{}",
            };
            write!(f, "{dot}{}{end}", level.path)?;
        }
        if let Some(filter) = &self.filter {
            let values: Vec<String> = filter.values.iter().map(ToString::to_string).collect();
            write!(f, " where {} is {}", filter.path, values.join(" or "))?;
        }
        Ok(())
    }
}

/// All lists of records in the payloads, the outer before the inner.
pub(crate) fn find(payloads: &[&Value]) -> Vec<Collection> {
    let mut found = Vec::new();
    walk(payloads, &[], &Path::default(), &mut found);
    found
}

fn walk(values: &[&Value], above: &[Level], path: &Path, found: &mut Vec<Collection>) {
    if above.len() + path.len() > MAX_DEPTH + 2 || found.len() >= MAX_COLLECTIONS {
        return;
    }
    if let Some((form, records)) = list_form(values, path) {
        let mut levels = above.to_vec();
        levels.push(Level { path: path.clone(), form });
        found.push(Collection { levels: levels.clone(), filter: None });
        walk_fields(&records, &levels, &Path::default(), found);
    } else if values.iter().any(|value| value.is_object()) {
        walk_fields(values, above, path, found);
    }
}

fn walk_fields(values: &[&Value], above: &[Level], path: &Path, found: &mut Vec<Collection>) {
    for key in keys(values) {
        let nested = path.is_root()
            && matches!(above.last(), Some(Level { form: Form::Tree(own), .. }) if *own == key);
        if !nested {
            let inner: Vec<&Value> = values.iter().filter_map(|value| value.get(&key)).collect();
            walk(&inner, above, &path.then(Step::Key(key)), found);
        }
    }
}

/// The keys of all objects among the values, in the order in which they come.
pub(crate) fn keys(values: &[&Value]) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    values
        .iter()
        .filter_map(|value| value.as_object())
        .flat_map(|object| object.keys())
        .filter(|key| *key != "__proto__" && seen.insert(key.as_str()))
        .cloned()
        .collect()
}

/// How the values write a list of records, with all those records; nothing when they hold none.
fn list_form<'a>(values: &[&'a Value], path: &Path) -> Option<(Form, Vec<&'a Value>)> {
    let records: Vec<&Value> = values.iter().flat_map(|value| objects(value)).collect();
    if !records.is_empty() {
        let Some(key) = tree_key(&records, path.leaf()) else {
            return Some((Form::Array, records));
        };
        let level = Level { path: Path::default(), form: Form::Tree(key.clone()) };
        let all = values.iter().flat_map(|value| level.records(value)).collect();
        return Some((Form::Tree(key), all));
    }
    if path.is_root() {
        return None;
    }
    let form = map_form(values)?;
    let maps = values.iter().filter_map(|value| value.as_object());
    Some((form, maps.flat_map(|map| map.values()).collect()))
}

/// The key under which records hold records of their own kind: that of the list itself, or one
/// whose records have all that the outer ones have.
fn tree_key(records: &[&Value], own: &str) -> Option<String> {
    if !own.is_empty() && records.iter().any(|record| record.get(own).is_some_and(Value::is_array))
    {
        return Some(own.to_owned());
    }
    let outer = keys(records);
    outer
        .iter()
        .find(|key| {
            let inner: Vec<&Value> =
                records.iter().filter_map(|record| record.get(*key)).flat_map(objects).collect();
            let inner_keys = keys(&inner);
            !inner.is_empty()
                && outer.len() > 2
                && inner_keys.contains(key)
                && outer.iter().all(|key| inner_keys.contains(key))
        })
        .cloned()
}

/// Whether the values are objects by id, and whether the ids stand in their records too.
pub(crate) fn map_form(values: &[&Value]) -> Option<Form> {
    let maps: Vec<_> = values.iter().filter_map(|value| value.as_object()).collect();
    let entries: Vec<(&String, &Value)> = maps.iter().flat_map(|map| map.iter()).collect();
    if entries.is_empty() || !entries.iter().all(|(_, value)| value.is_object()) {
        return None;
    }
    let has_key = |(key, record): &(&String, &Value)| {
        record.get("id").and_then(Value::as_str) == Some(key.as_str())
    };
    if entries.iter().all(has_key) {
        return Some(Form::Keyed);
    }
    entries.iter().all(|(key, _)| is_id(key)).then_some(Form::Map)
}

/// Whether a key is a record's id and not a field's name.
pub(crate) fn is_id(key: &str) -> bool {
    let digits = key.chars().filter(char::is_ascii_digit).count();
    digits > 0
        && (digits == key.len() || key.len() >= 8 || key.contains(['-', ':', '_']))
        && digits * 5 >= key.len().min(20)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names(payload: &Value) -> Vec<String> {
        find(&[payload]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lists_within_lists_are_found() {
        let payload = json!({"data": {"items": [{"id": 1, "variants": [{"id": 2}]}]}});
        assert_eq!(names(&payload), ["data.items[]", "data.items[].variants[]"]);
    }

    #[test]
    fn a_map_by_id_is_a_list_and_an_object_with_fields_is_none() {
        let payload =
            json!({"groups": {"100": {"a": 1}, "107": {"a": 2}}, "info": {"x": {"a": 1}}});
        assert_eq!(names(&payload), ["groups{}"]);
    }

    #[test]
    fn groups_within_groups_are_one_list() {
        let payload = json!({"groups": [{"n": 1, "groups": [{"n": 2, "groups": []}]}, {"n": 3}]});
        let all = find(&[&payload]);
        assert_eq!(all.len(), 1);
        let order: Vec<_> =
            all.iter().flat_map(|c| c.records(&[&payload])).map(|r| &r["n"]).collect();
        assert_eq!(order, [1, 2, 3]);
    }
}
