//! Lists whose records other records can name, and the keys that name them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Rows, id_text, ids_of, rows_of};
use crate::synth::collections::Collection;
use crate::synth::path::Path;
use crate::synth::scope::{self, Field};
use crate::synth::vocabulary::{Entity, vocabulary};

/// A list whose records can be named by a key.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) collection: Collection,
    pub(crate) key: Path,
    /// The records by sample and key.
    pub(super) records: BTreeMap<(usize, String), &'a Value>,
    /// The records of a list that nothing can name but that may tie others together.
    pub(super) ties: Vec<(usize, &'a Value)>,
}

impl<'a> Target<'a> {
    pub(crate) fn place(&self) -> String {
        format!("{}.{}", self.collection, self.key)
    }

    /// Whether all these are keys of its records.
    pub(crate) fn has_all(&self, keys: &BTreeSet<(usize, String)>) -> bool {
        keys.iter().all(|key| self.records.contains_key(key))
    }

    /// The keys of its records in all samples.
    pub(crate) fn ids(&self) -> BTreeSet<&str> {
        self.records.keys().map(|(_, id)| id.as_str()).collect()
    }

    /// The record of a sample that has the key.
    pub(crate) fn record(&self, origin: usize, id: &str) -> Option<&'a Value> {
        self.records.get(&(origin, id.to_owned())).copied()
    }

    /// Whether its records have another text for people than what the key holds.
    pub(crate) fn has_names_beside_key(&self) -> bool {
        const NAMES: [&str; 5] = ["name", "title", "label", "caption", "text"];
        let own = self.key.leaf();
        self.records.values().all(|record| {
            record.as_object().is_some_and(|fields| {
                fields.iter().any(|(key, value)| {
                    key != own
                        && value.is_string()
                        && vocabulary()
                            .words(key)
                            .last()
                            .is_some_and(|word| NAMES.contains(&word.as_str()))
                })
            })
        })
    }

    /// Whether its records have a field of that name.
    pub(crate) fn has_key(&self, key: &str) -> bool {
        self.records.values().any(|record| record.get(key).is_some())
    }
}

/// All keys by which records of the lists can be named.
pub(crate) fn targets<'a>(lists: &[Collection], payloads: &[&'a Value]) -> Vec<Target<'a>> {
    let mut found = Vec::new();
    for list in lists {
        let rows = rows_of(list, payloads, "record", Entity::Other);
        for field in scope::fields(&rows.variables)
            .iter()
            // First what is cheap to see: the index of a field of long texts holds them all again.
            .filter(|field| field.path.len() <= 2 && !field.path.is_in_list() && is_key(field))
        {
            let ids: Vec<Option<String>> =
                field.values.iter().map(|value| value.and_then(id_text)).collect();
            let mut records = BTreeMap::new();
            let all =
                ids.iter().zip(&rows.origins).zip(rows.variables.iter().flat_map(|v| &v.rows));
            let mut clear = !ids.is_empty();
            for ((id, origin), record) in all {
                match (id, record) {
                    (Some(id), Some(record)) => {
                        // The same record may stand in several places; another one with its id makes the key useless.
                        let other = records.insert((*origin, id.clone()), *record);
                        clear &=
                            other.is_none_or(|other| other == *record || same_id(other, record));
                    }
                    (None, _) | (_, None) => clear = false,
                }
            }
            if clear {
                let key = field.path.clone();
                found.push(Target { collection: list.clone(), key, records, ties: Vec::new() });
            }
        }
        if found.last().is_none_or(|last: &Target<'_>| last.collection != *list)
            && let Some(records) = holders(&rows).or_else(|| prices(&rows))
        {
            let (collection, key) = (list.clone(), Path::default());
            found.push(Target { collection, key, records, ties: Vec::new() });
        }
        if let Some(ties) = ties(&rows) {
            let (collection, key) = (list.clone(), Path::default());
            found.push(Target { collection, key, records: BTreeMap::new(), ties });
        }
    }
    found
}

/// Records that nothing can name but that name others, such as sections with the ids of their
/// products: they have a name and a list of ids. They are known by their place.
fn holders<'a>(rows: &Rows<'a>) -> Option<BTreeMap<(usize, String), &'a Value>> {
    let is_id = |value: &Value| value.is_string() || value.is_u64();
    let is_holder = |record: &&Value| {
        record.as_object().is_some_and(|fields| {
            fields.keys().any(|key| {
                matches!(vocabulary().words(key).last().map(String::as_str), Some("name" | "title"))
            }) && fields
                .values()
                .any(|value| value.as_array().is_some_and(|list| list.iter().all(is_id)))
        })
    };
    let records: Vec<&'a Value> =
        rows.variables.iter().flat_map(|v| &v.rows).flatten().copied().collect();
    (!records.is_empty() && records.iter().all(is_holder)).then(|| {
        let places =
            rows.origins.iter().enumerate().map(|(at, origin)| (*origin, format!("#{at:06}")));
        places.zip(records).collect()
    })
}

/// Records that name others and say what these cost, several for each: the prices by price list. They
/// are known by their place.
fn prices<'a>(rows: &Rows<'a>) -> Option<BTreeMap<(usize, String), &'a Value>> {
    let v = vocabulary();
    let is_price = |record: &&Value| {
        record.as_object().is_some_and(|fields| {
            let ends = |ends: &[&str]| {
                fields.iter().filter(|(_, value)| value.is_string() || value.is_number()).any(
                    |(key, _)| {
                        v.words(key).last().is_some_and(|word| ends.contains(&word.as_str()))
                    },
                )
            };
            let has_name = ["name", "title"].iter().any(|end| ends(&[end]));
            ends(&["id", "code", "sku", "plu"]) && ends(&["price", "amount"]) && !has_name
        })
    };
    let records: Vec<&'a Value> =
        rows.variables.iter().flat_map(|v| &v.rows).flatten().copied().collect();
    (records.len() > 1 && records.iter().all(is_price)).then(|| {
        let places =
            rows.origins.iter().enumerate().map(|(at, origin)| (*origin, format!("#{at:06}")));
        places.zip(records).collect()
    })
}

/// The records of a list that has two ids or more in each and no text for people.
fn ties<'a>(rows: &Rows<'a>) -> Option<Vec<(usize, &'a Value)>> {
    let records: Vec<&'a Value> =
        rows.variables.iter().flat_map(|v| &v.rows).flatten().copied().collect();
    let is_id = |key: &String| {
        vocabulary().words(key).last().is_some_and(|word| {
            matches!(word.as_str(), "id" | "code" | "ref" | "key" | "plu" | "number")
        })
    };
    let is_tie = |record: &&Value| {
        record.as_object().is_some_and(|fields| {
            let ids = fields.iter().filter(|(key, value)| is_id(key) || is_reference(value));
            ids.count() >= 2
                && fields
                    .values()
                    .all(|value| !value.is_array() && (!value.is_object() || is_reference(value)))
                && !fields.keys().any(|key| {
                    vocabulary()
                        .words(key)
                        .last()
                        .is_some_and(|word| word == "name" || word == "title")
                })
        })
    };
    (!records.is_empty() && records.iter().all(is_tie))
        .then(|| rows.origins.iter().copied().zip(records).collect())
}

/// Whether an object holds nothing but the id of another record and where that is found.
fn is_reference(value: &Value) -> bool {
    const PARTS: [&str; 9] =
        ["id", "ref", "key", "type", "kind", "url", "link", "href", "resource"];
    let Some(fields) = value.as_object() else { return false };
    let is_part = |(key, inner): (&String, &Value)| {
        let words = vocabulary().words(key);
        let is_called = words.iter().all(|word| PARTS.contains(&word.as_str()));
        is_called && !inner.is_array() && (!inner.is_object() || is_reference(inner))
    };
    !fields.is_empty() && fields.iter().all(is_part)
}

/// Whether a field can name its record: not a text for people, a time, a look or a place in an order.
pub(super) fn is_key(field: &Field<'_>) -> bool {
    const NEVER: [&str; 16] = [
        "name",
        "title",
        "label",
        "description",
        "handle",
        "slug",
        "price",
        "amount",
        "version",
        "position",
        "sort",
        "index",
        "at",
        "time",
        "date",
        "order",
    ];
    const PLACES: [&str; 15] = [
        "sort",
        "position",
        "index",
        "rank",
        "sequence",
        "type",
        "kind",
        "status",
        "state",
        "availability",
        "visibility",
        "currency",
        "color",
        "min",
        "max",
    ];
    let words = vocabulary().words(field.path.leaf());
    !words.last().is_some_and(|last| NEVER.contains(&last.as_str()))
        && !words.iter().any(|word| PLACES.contains(&word.as_str()))
        && !field
            .values
            .iter()
            .flatten()
            .any(|value| value.as_str().is_some_and(|text| text.contains(' ')))
}

/// Copies of one record differ in what belongs to their place, not in their id and name.
fn same_id(a: &Value, b: &Value) -> bool {
    a.get("id").is_some() && a.get("id") == b.get("id") && a.get("name") == b.get("name")
}

/// The list whose keys hold the values: most of them, and by more than chance. `own` are the words
/// of what refers, `kind` the type that stands beside the ids.
pub(super) fn best_target<'v>(
    path: &Path,
    own: &[String],
    kind: Option<&Value>,
    values: impl Iterator<Item = Option<&'v Value>>,
    rows: &Rows<'_>,
    targets: &[Target<'_>],
) -> Option<usize> {
    let mut is_list = false;
    let mut ids: BTreeSet<(usize, String)> = BTreeSet::new();
    for (value, origin) in values.zip(&rows.origins) {
        is_list |= value.is_some_and(Value::is_array);
        ids.extend(value.map(ids_of).unwrap_or_default().into_iter().map(|id| (*origin, id)));
    }
    // Nought names nothing.
    if ids.iter().any(|(_, id)| id != "0") {
        ids.retain(|(_, id)| id != "0");
    }
    if ids.is_empty() {
        return None;
    }
    let telling = is_telling(&ids);
    let are_words = ids.iter().all(|(_, id)| !id.bytes().all(|b| b.is_ascii_digit()));
    targets
        .iter()
        .enumerate()
        .filter(|(_, target)| !is_self(target, path, rows))
        .filter_map(|(index, target)| {
            let known = ids.iter().filter(|id| target.records.contains_key(*id)).count();
            let unfiltered = Collection { filter: None, ..target.collection.clone() };
            let named = [
                target.collection.words(),
                unfiltered.words(),
                vocabulary().words(target.key.leaf()),
            ]
            .iter()
            .any(|words| shares_name(own, words));
            let is_kind = kind.is_some_and(|kind| {
                target.collection.filter.as_ref().is_some_and(|filter| filter.values.contains(kind))
                    || are_all_of(target, kind)
            });
            let named = named || is_kind;
            let enough = known * 10 >= ids.len() * 7;
            // A list of texts that are all keys of one list is no chance, however short they are.
            let all_known = is_list && are_words && known == ids.len();
            (enough && (telling || named || all_known)).then_some((
                is_kind,
                known,
                // The list of that very name, not one that names it too.
                target.collection.words() == own.strip_suffix(&["id".to_owned()]).unwrap_or(own),
                named,
                target.key.leaf() == path.leaf(),
                std::cmp::Reverse(target.records.len()),
                std::cmp::Reverse(index),
            ))
        })
        .max()
        .map(|best| best.6.0)
}

/// Whether all records say that they are of that type: one kind alone needs no filter.
fn are_all_of(target: &Target<'_>, kind: &Value) -> bool {
    !target.records.is_empty()
        && target.records.values().all(|record| record.get("type") == Some(kind))
}

/// Whether the target is the rows' own list, by the path itself, or stands within its records.
fn is_self(target: &Target<'_>, path: &Path, rows: &Rows<'_>) -> bool {
    let place = target.collection.to_string();
    rows.variables.iter().filter(|variable| !variable.place.is_empty()).any(|variable| {
        let inside = target.collection.levels.len() > 1
            && target.collection.filter.is_none()
            && place.strip_prefix(&variable.place).is_some_and(|rest| rest.starts_with('.'));
        inside || (place == variable.place && target.key == *path)
    })
}

fn shares_name(a: &[String], b: &[String]) -> bool {
    a.iter().any(|word| {
        word != "id" && word != "ref" && word != "reference" && word.len() > 2 && b.contains(word)
    })
}

/// Whether ids are such that they are not the same by chance: neither short nor small numbers.
pub(super) fn is_telling(ids: &BTreeSet<(usize, String)>) -> bool {
    const LONG: usize = 7;
    ids.iter().all(|(_, id)| {
        id.len() >= 4 && (id.len() >= LONG || !id.bytes().all(|b| b.is_ascii_digit()))
    })
}
