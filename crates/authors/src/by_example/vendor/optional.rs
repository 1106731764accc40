//! Fields that no sample shows: the contract has them, and the payload has a place for them that is
//! empty on every record.

use std::collections::BTreeMap;

use serde_json::Value;

use super::expr::{Expr, Read};
use super::names::alike;
use super::nodes::Node;
use super::rows::Path;
use super::search::{Leaf, Space};
use super::steps::Step;
use crate::by_example::words::words;

/// A name must fit so well where no value speaks for it.
const MIN_ALIKE: f64 = 0.8;
/// Rows that are looked at.
const LOOKED_AT: usize = 500;
/// Optional fields that are texts, with the end of the path of the object that they belong to.
const OPTIONAL: [(&str, &[&str]); 3] =
    [("", &["reason"]), ("address", &["street2"]), ("products[]", &["description", "imageUrl"])];

/// Readings of fields that the samples expect nowhere, from places that hold nothing in them.
pub(super) fn empty(
    space: &Space<'_, '_>,
    field: &[String],
    there: &[&String],
) -> Vec<(String, Node)> {
    let own = field.last().map_or("", String::as_str);
    let is_status = |name: &str| name != "reason" || there.iter().any(|key| *key == "status");
    let names = OPTIONAL.iter().filter(|(holder, _)| *holder == own).flat_map(|(_, names)| *names);
    let names: Vec<&str> = names
        .copied()
        .filter(|name| !there.iter().any(|key| key == name) && is_status(name))
        .collect();
    if names.is_empty() {
        return Vec::new();
    }
    let places = places(space);
    names
        .into_iter()
        .filter_map(|name| {
            let wanted = [field, &[name.to_owned()]].concat();
            let mut fitting: Vec<(f64, &Path)> = places
                .iter()
                .filter(|path| path.keys.last().is_some_and(|key| is_called(name, key)))
                .map(|path| (alike(&wanted, &path.keys), path))
                .filter(|(score, _)| *score >= MIN_ALIKE)
                .collect();
            fitting.sort_by(|one, other| other.0.total_cmp(&one.0));
            let (_, path) = fitting.first()?;
            let leaf = Leaf {
                expr: Expr::Made(Read::Path((*path).clone()), vec![Step::Text]),
                reason: "its name fits, and it is empty on every record that lacks the field",
                confidence: 0.6,
                runner_up: String::new(),
            };
            Some((name.to_owned(), Node::Leaf(leaf)))
        })
        .collect()
}

/// Whether the last word of a key is a name of the field, or all of its words are.
fn is_called(name: &str, key: &str) -> bool {
    let last = words(key).pop();
    last.is_some_and(|last| alike(&[name.to_owned()], &[last]) > 0.0)
}

/// Places that are there in some row and hold nothing in any.
fn places(space: &Space<'_, '_>) -> Vec<Path> {
    let scope = space.scopes.len().saturating_sub(1);
    let mut found: BTreeMap<Vec<String>, bool> = BTreeMap::new();
    for row in space.rows.iter().take(LOOKED_AT) {
        if let Some(element) = row.elements.get(scope) {
            visit(element, &mut Vec::new(), &mut found);
        }
    }
    let empty = found.into_iter().filter(|(_, filled)| !filled);
    empty.map(|(keys, _)| Path { scope, keys }).collect()
}

fn visit(value: &Value, keys: &mut Vec<String>, found: &mut BTreeMap<Vec<String>, bool>) {
    match value {
        Value::Object(fields) if keys.len() < 4 => {
            for (key, inner) in fields {
                keys.push(key.clone());
                visit(inner, keys, found);
                keys.pop();
            }
        }
        Value::Null => {
            found.entry(keys.clone()).or_default();
        }
        Value::String(text) => {
            *found.entry(keys.clone()).or_default() |= !text.trim().is_empty();
        }
        _ => {
            found.insert(keys.clone(), true);
        }
    }
}
