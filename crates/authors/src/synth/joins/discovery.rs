//! Finds the ways from records to others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::targets::{Target, best_target, is_telling};
use super::{Relation, Rows, id_text, ids_of};
use crate::synth::collections::{Form, map_form};
use crate::synth::path::Path;
use crate::synth::scope::{self, Field, Variable};
use crate::synth::vocabulary::{Entity, vocabulary};

/// All ways from the rows' records to others.
pub(crate) fn relations(
    fields: &[Field<'_>],
    rows: &Rows<'_>,
    targets: &[Target<'_>],
) -> Vec<Relation> {
    let mut found = Vec::new();
    for field in fields {
        let there: Vec<&Value> = field.values.iter().flatten().copied().collect();
        let objects =
            there.iter().filter_map(|value| value.as_array()).flatten().any(Value::is_object);
        if objects {
            found.push(Relation::Nested {
                variable: field.variable.clone(),
                path: field.path.clone(),
                form: Form::Array,
            });
            found.extend(links(field, rows, targets));
        } else if let Some(form) = map_form(&there) {
            found.push(Relation::Nested {
                variable: field.variable.clone(),
                path: field.path.clone(),
                form,
            });
        } else if let Some(target) =
            best_target(&field.path, &spoken(&field.path), kind_of(field, fields), field.values.iter().copied(), rows, targets)
        {
            found.push(Relation::Ids {
                variable: field.variable.clone(),
                path: field.path.clone(),
                target,
            });
        }
    }
    found.extend(children(fields, rows, targets));
    found
}

fn links(field: &Field<'_>, rows: &Rows<'_>, targets: &[Target<'_>]) -> Vec<Relation> {
    let (links, origins) = spread(field, &rows.origins);
    let variable = Variable {
        name: "link".to_owned(),
        entity: Entity::Other,
        place: field.place.clone(),
        rows: links,
    };
    let inner = Rows { variables: vec![variable], origins };
    let own = scope::fields(&inner.variables);
    own.iter()
        .filter_map(|id| {
            let named = spoken(&id.path);
            let named = if named.is_empty() { spoken(&field.path) } else { named };
            let kind = kind_of(id, &own);
            let values = id.values.iter().copied();
            let target = best_target(&id.path, &named, kind, values, &inner, targets)?;
            Some(Relation::Links {
                variable: field.variable.clone(),
                path: field.path.clone(),
                id: id.path.clone(),
                target,
            })
        })
        .collect()
}

/// The words of the last key that is no mere `id` or wrapper: what a reference is called.
fn spoken(path: &Path) -> Vec<String> {
    let is_plain = |words: &Vec<String>| {
        words.iter().all(|word| {
            matches!(word.as_str(), "id" | "ref" | "reference" | "data" | "key" | "code" | "relationship" | "value" | "node")
        })
    };
    let keys = path.keys();
    keys.iter().rev().map(|key| vocabulary().words(key)).find(|words| !is_plain(words)).unwrap_or_default()
}

/// The type that stands beside an id and is the same everywhere, as in `{"type": "tags", "id": "1"}`.
fn kind_of<'v>(id: &Field<'_>, fields: &[Field<'v>]) -> Option<&'v Value> {
    if vocabulary().words(id.path.leaf()) != ["id"] {
        return None;
    }
    let parent = id.path.parent();
    let kind = fields.iter().find(|field| {
        field.variable == id.variable && field.path.parent() == parent && field.path.leaf() == "type"
    })?;
    let mut values = kind.values.iter().flatten().copied();
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// The records of lists as rows of their own.
fn spread<'a>(field: &Field<'a>, origins: &[usize]) -> (Vec<Option<&'a Value>>, Vec<usize>) {
    field
        .values
        .iter()
        .zip(origins)
        .flat_map(|(value, origin)| {
            let items = value.and_then(|v| v.as_array()).into_iter().flatten();
            items.filter(|item| item.is_object()).map(move |item| (Some(item), *origin))
        })
        .unzip()
}

/// Lists whose records name the rows' ids.
fn children(fields: &[Field<'_>], rows: &Rows<'_>, targets: &[Target<'_>]) -> Vec<Relation> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let keys: Vec<(&Field<'_>, BTreeSet<(usize, String)>)> = fields
        .iter()
        .filter(|field| field.path.len() == 1 && names_its_record(field, rows))
        .map(|field| (field, ids_with_origin(field, &rows.origins)))
        .collect();
    for (index, target) in targets.iter().enumerate() {
        let place = target.collection.to_string();
        let is_within = rows.variables.iter().any(|v| {
            v.place == place
                || place.strip_prefix(&v.place).is_some_and(|rest| rest.starts_with('.'))
        });
        if !seen.insert(place) || is_within {
            continue;
        }
        let (origins, records): (Vec<usize>, Vec<Option<&Value>>) =
            target.records.iter().map(|((origin, _), record)| (*origin, Some(*record))).unzip();
        let variable = Variable {
            name: "child".to_owned(),
            entity: Entity::Other,
            place: String::new(),
            rows: records,
        };
        let foreign = scope::fields(&[variable]);
        for foreign in
            foreign.iter().filter(|field| field.path.len() <= 2 && !field.path.is_in_list())
        {
            let ids = ids_with_origin(foreign, &origins);
            let words = vocabulary().words(foreign.path.leaf());
            let own = keys.iter().find(|(_, known)| {
                let enough = ids.intersection(known).count() * 10 >= ids.len() * 7;
                !ids.is_empty()
                    && enough
                    && names_owner(&words, rows)
                    && (is_telling(&ids) || words.iter().any(|word| word == "id"))
            });
            if let Some((own, _)) = own {
                found.push(Relation::Children {
                    variable: own.variable.clone(),
                    own: own.path.clone(),
                    target: index,
                    foreign: foreign.path.clone(),
                });
            }
        }
    }
    found
}

fn ids_with_origin(field: &Field<'_>, origins: &[usize]) -> BTreeSet<(usize, String)> {
    let per_row = field.values.iter().zip(origins);
    per_row
        .flat_map(|(value, origin)| {
            value.map(ids_of).unwrap_or_default().into_iter().map(move |id| (*origin, id))
        })
        .collect()
}

/// Whether a foreign key's name speaks of the rows' records, or of a parent.
fn names_owner(words: &[String], rows: &Rows<'_>) -> bool {
    let v = vocabulary();
    words.iter().any(|word| word == "parent")
        || rows.variables.iter().any(|variable| {
            v.entity_phrases(variable.entity)
                .any(|phrase| phrase.split(' ').any(|part| words.iter().any(|word| word == part)))
        })
}

/// Whether no two records have the same value there.
fn names_its_record(field: &Field<'_>, rows: &Rows<'_>) -> bool {
    let Some(variable) = rows.variables.iter().find(|variable| variable.name == field.variable)
    else {
        return false;
    };
    let mut records: BTreeMap<(usize, String), &Value> = BTreeMap::new();
    field.values.iter().zip(&rows.origins).zip(&variable.rows).all(|((value, origin), record)| {
        match (value.and_then(id_text), record) {
            (Some(id), Some(record)) => {
                let known = records.insert((*origin, id), record);
                known.is_none_or(|other| std::ptr::eq(other, *record) || other == *record)
            }
            (None, _) | (_, None) => false,
        }
    })
}
