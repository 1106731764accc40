//! Finds the ways from records to others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::targets::{Target, best_target, is_key, is_telling};
use super::{Foreign, Relation, Rows, Table, entries, id_text, ids_of};
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
            found.extend(links(field, &Form::Array, rows, targets));
        } else if let Some(form) = map_form(&there) {
            found.extend(links(field, &form, rows, targets));
            found.push(Relation::Nested {
                variable: field.variable.clone(),
                path: field.path.clone(),
                form,
            });
        } else if let Some(target) = best_target(
            &field.path,
            &spoken(&field.path),
            kind_of(field, fields),
            field.values.iter().copied(),
            rows,
            targets,
        ) {
            found.push(Relation::Ids {
                variable: field.variable.clone(),
                path: field.path.clone(),
                target,
            });
        }
    }
    found.extend(children(fields, rows, targets));
    found.extend(tables(fields, rows, targets));
    found
}

fn links(field: &Field<'_>, form: &Form, rows: &Rows<'_>, targets: &[Target<'_>]) -> Vec<Relation> {
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
                form: form.clone(),
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
            matches!(
                word.as_str(),
                "id" | "ref"
                    | "reference"
                    | "data"
                    | "key"
                    | "code"
                    | "relationship"
                    | "resource"
                    | "value"
                    | "node"
            )
        })
    };
    let keys = path.keys();
    keys.iter()
        .rev()
        .map(|key| vocabulary().words(key))
        .find(|words| !is_plain(words))
        .unwrap_or_default()
}

/// The words of a reference; a mere `id` is called after what it stands in.
fn called(path: &Path) -> Vec<String> {
    let mut words = vocabulary().words(path.leaf());
    if words == ["id"] {
        words.extend(spoken(path));
    }
    words
}

/// The type that stands beside an id and is the same everywhere, as in `{"type": "tags", "id": "1"}`.
fn kind_of<'v>(id: &Field<'_>, fields: &[Field<'v>]) -> Option<&'v Value> {
    if vocabulary().words(id.path.leaf()) != ["id"] {
        return None;
    }
    let kind = fields
        .iter()
        .find(|field| field.is_beside(id) && vocabulary().is_kind(field.path.leaf()))?;
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
            let items = value.map(entries).unwrap_or_default();
            items.into_iter().map(move |item| (Some(item), *origin))
        })
        .unzip()
}

/// Whether a reference is called by its owner and the owner's key: `item_code` by `code`.
fn names_key(reference: &[String], key: &Field<'_>) -> bool {
    let own = vocabulary().words(key.path.leaf());
    reference.len() > own.len() && !own.is_empty() && reference.ends_with(&own)
}

/// Lists whose records name the rows' ids.
fn children(fields: &[Field<'_>], rows: &Rows<'_>, targets: &[Target<'_>]) -> Vec<Relation> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let keys = own_keys(fields, rows);
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
        let all = scope::fields(&[variable]);
        // What holds the rows' records does not name them.
        let holder = target.collection.to_string();
        let is_holder = rows
            .variables
            .iter()
            .any(|v| v.place.strip_prefix(&holder).is_some_and(|rest| rest.starts_with('.')));
        let foreign = foreign_ids(&all, &origins);
        for (foreign, ids) in foreign.into_iter().filter(|(f, _)| !is_holder || f.list.is_none()) {
            let mut words = called(&foreign.path);
            if let Some((list, _)) = &foreign.list {
                words.extend(vocabulary().words(list.leaf()));
            }
            let is_list = foreign.list.is_some()
                || all
                    .iter()
                    .any(|field| field.path == foreign.path && field.filled().any(Value::is_array));
            let own = keys.iter().find(|(key, known)| {
                let enough = ids.intersection(known).count() * 10 >= ids.len() * 7;
                let telling = is_telling(&ids);
                // A list that is called like the rows' records and names nothing else names them.
                let is_whole = is_list && foreign.list.is_none() && ids.is_subset(known);
                !ids.is_empty()
                    && enough
                    && (names_owner(&words, rows) || telling && (is_list || ids.is_subset(known)))
                    && (telling
                        || words.iter().any(|word| word == "id" || word == "plu")
                        || is_code_of_owner(&words)
                        || is_called_as_list(&words, rows)
                        || names_key(&words, key)
                        || is_whole)
            });
            if let Some((own, _)) = own {
                found.push(Relation::Children {
                    variable: own.variable.clone(),
                    own: own.path.clone(),
                    target: index,
                    foreign,
                });
            }
        }
    }
    found
}

/// Whether a reference is called the code of something: `item_code`.
fn is_code_of_owner(words: &[String]) -> bool {
    const CODES: [&str; 6] = ["code", "ref", "reference", "number", "no", "sku"];
    matches!(words, [_, last] if CODES.contains(&last.as_str()))
}

type Ids = BTreeSet<(usize, String)>;

/// The fields that name the rows' records, with their values.
fn own_keys<'f, 'a>(fields: &'f [Field<'a>], rows: &Rows<'_>) -> Vec<(&'f Field<'a>, Ids)> {
    fields
        .iter()
        .filter(|field| field.path.len() <= 2 && !field.path.is_in_list())
        .filter(|field| is_key(field) && names_its_record(field, rows))
        .map(|field| (field, ids_with_origin(field, &rows.origins)))
        .collect()
}

/// Where records may name others, in fields and in lists within them, with the ids there.
fn foreign_ids(fields: &[Field<'_>], origins: &[usize]) -> Vec<(Foreign, Ids)> {
    let mut found = Vec::new();
    for field in fields.iter().filter(|field| field.path.len() <= 3 && !field.path.is_in_list()) {
        let there: Vec<&Value> = field.values.iter().flatten().copied().collect();
        let is_list =
            there.iter().filter_map(|value| value.as_array()).flatten().any(Value::is_object);
        let form = if is_list { Some(Form::Array) } else { map_form(&there) };
        let Some(form) = form else {
            let foreign = Foreign { list: None, path: field.path.clone() };
            found.push((foreign, ids_with_origin(field, origins)));
            continue;
        };
        let (links, link_origins) = spread(field, origins);
        let (name, place) = ("entry".to_owned(), String::new());
        let variable = Variable { name, entity: Entity::Other, place, rows: links };
        for entry in
            scope::fields(&[variable]).iter().filter(|entry| entry.path.len() == 1 && is_key(entry))
        {
            let list = Some((field.path.clone(), form.clone()));
            let foreign = Foreign { list, path: entry.path.clone() };
            found.push((foreign, ids_with_origin(entry, &link_origins)));
        }
    }
    found
}

/// Lists that tie the rows' ids to the ids of other records.
fn tables(fields: &[Field<'_>], rows: &Rows<'_>, targets: &[Target<'_>]) -> Vec<Relation> {
    const ORDER: [&str; 6] = ["position", "sort", "sort order", "order", "sequence", "rank"];
    let mut found = Vec::new();
    let keys = own_keys(fields, rows);
    for tie in targets.iter().filter(|target| !target.ties.is_empty()) {
        let (origins, links): (Vec<usize>, Vec<Option<&Value>>) =
            tie.ties.iter().map(|(origin, link)| (*origin, Some(*link))).unzip();
        let (name, place) = ("link".to_owned(), tie.collection.to_string());
        let variable = Variable { name, entity: Entity::Other, place, rows: links };
        let inner = Rows { variables: vec![variable], origins };
        let columns = scope::fields(&inner.variables);
        let order = columns
            .iter()
            .find(|column| {
                ORDER.contains(&vocabulary().words(column.path.leaf()).join(" ").as_str())
                    && column.all(Value::is_number)
            })
            .map(|column| column.path.clone());
        for from in &columns {
            let ids = ids_with_origin(from, &inner.origins);
            let words = called(&from.path);
            let own = keys.iter().find(|(_, known)| {
                !ids.is_empty()
                    && ids.intersection(known).count() * 10 >= ids.len() * 7
                    && names_owner(&words, rows)
            });
            let Some((own, _)) = own else { continue };
            for to in columns.iter().filter(|to| to.path != from.path) {
                let named = spoken(&to.path);
                let values = to.values.iter().copied();
                let Some(target) = best_target(&to.path, &named, None, values, &inner, targets)
                else {
                    continue;
                };
                found.push(Relation::Table {
                    variable: own.variable.clone(),
                    own: own.path.clone(),
                    table: Box::new(Table {
                        list: tie.collection.clone(),
                        from: from.path.clone(),
                        to: to.path.clone(),
                        order: order.clone(),
                    }),
                    target,
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
        || is_called_as_list(words, rows)
        || rows.variables.iter().any(|variable| {
            v.entity_phrases(variable.entity)
                .any(|phrase| phrase.split(' ').any(|part| words.iter().any(|word| word == part)))
        })
}

/// Whether a reference is called like the rows' list alone: a modifier's `category` is one of the
/// `modifier_categories`.
fn is_called_as_list(words: &[String], rows: &Rows<'_>) -> bool {
    rows.variables.iter().any(|variable| {
        let list = variable.place.trim_end_matches("[]").rsplit('.').next().unwrap_or_default();
        words.len() == 1 && vocabulary().words(list).last() == words.first()
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
