//! How one record leads to others: they stand in it, it names their ids, or they name its id.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::collections::{self, Collection, Form};
use super::emit::{Helper, Script};
use super::js;
use super::loops;
use super::path::Path;
use super::scope::{self, Field, Variable};
use super::vocabulary::{Entity, vocabulary};

/// The records of the scope at hand, with the sample that each row comes from.
#[derive(Debug, Clone)]
pub(crate) struct Rows<'a> {
    pub(crate) variables: Vec<Variable<'a>>,
    pub(crate) origins: Vec<usize>,
}

/// A list whose records can be named by a key.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) collection: Collection,
    pub(crate) key: Path,
    /// The records by sample and key.
    records: BTreeMap<(usize, String), &'a Value>,
}

/// The way from a record to others.
#[derive(Debug, Clone)]
pub(crate) enum Relation {
    /// They stand in it.
    Nested { variable: String, path: Path, form: Form },
    /// It holds one id of theirs or a list of them.
    Ids { variable: String, path: Path, target: usize },
    /// It holds a list of records, each with one id of theirs.
    Links { variable: String, path: Path, id: Path, target: usize },
    /// They name its id.
    Children { variable: String, own: Path, target: usize, foreign: Path },
}

/// An id as text, so that 7 and "7" are the same.
pub(crate) fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            None
        }
    }
}

fn ids_of(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(id_text).collect(),
        other => id_text(other).into_iter().collect(),
    }
}

/// All keys by which records of the lists can be named.
pub(crate) fn targets<'a>(lists: &[Collection], payloads: &[&'a Value]) -> Vec<Target<'a>> {
    let mut found = Vec::new();
    for list in lists {
        let rows = rows_of(list, payloads, "record", Entity::Other);
        for field in scope::fields(&rows.variables)
            .iter()
            .filter(|field| field.path.len() <= 2 && !field.path.is_in_list())
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
            if clear && is_key(field) {
                found.push(Target { collection: list.clone(), key: field.path.clone(), records });
            }
        }
    }
    found
}

/// Whether a field can name its record: not a text for people, a time or a place in an order.
fn is_key(field: &Field<'_>) -> bool {
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
    let words = vocabulary().words(field.path.leaf());
    !words.last().is_some_and(|last| NEVER.contains(&last.as_str()))
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

/// The records of a list as rows.
pub(crate) fn rows_of<'a>(
    list: &Collection,
    payloads: &[&'a Value],
    name: &str,
    entity: Entity,
) -> Rows<'a> {
    let mut origins = Vec::new();
    let mut rows = Vec::new();
    for (origin, payload) in payloads.iter().enumerate() {
        for record in list.chains(payload).iter().filter_map(|chain| chain.last().copied()) {
            origins.push(origin);
            rows.push(Some(record));
        }
    }
    let place = list.to_string();
    Rows { variables: vec![Variable { name: name.to_owned(), entity, place, rows }], origins }
}

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
        } else if there.iter().any(|value| {
            value.as_object().is_some_and(|map| {
                !map.is_empty()
                    && map.iter().all(|(key, value)| collections::is_id(key) && value.is_object())
            })
        }) {
            found.push(Relation::Nested {
                variable: field.variable.clone(),
                path: field.path.clone(),
                form: Form::Map,
            });
        } else if let Some(target) =
            best_target(&field.path, field.values.iter().copied(), rows, targets)
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
    scope::fields(&inner.variables)
        .iter()
        .filter_map(|id| {
            let target = best_target(&id.path, id.values.iter().copied(), &inner, targets)?;
            Some(Relation::Links {
                variable: field.variable.clone(),
                path: field.path.clone(),
                id: id.path.clone(),
                target,
            })
        })
        .collect()
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

impl Target<'_> {
    pub(crate) fn place(&self) -> String {
        format!("{}.{}", self.collection, self.key)
    }
}

/// The list whose keys hold the values: most of them, and by more than chance.
fn best_target<'v>(
    path: &Path,
    values: impl Iterator<Item = Option<&'v Value>>,
    rows: &Rows<'_>,
    targets: &[Target<'_>],
) -> Option<usize> {
    let ids: BTreeSet<(usize, String)> = values
        .zip(&rows.origins)
        .flat_map(|(value, origin)| {
            value.map(ids_of).unwrap_or_default().into_iter().map(move |id| (*origin, id))
        })
        .collect();
    if ids.is_empty() {
        return None;
    }
    let own = vocabulary().words(path.leaf());
    let telling =
        ids.iter().all(|(_, id)| id.len() >= 4 && !id.bytes().all(|b| b.is_ascii_digit()));
    targets
        .iter()
        .enumerate()
        .filter(|(_, target)| !is_self(target, path, rows))
        .filter_map(|(index, target)| {
            let known = ids.iter().filter(|id| target.records.contains_key(*id)).count();
            let named = shares_name(&own, &target.collection.words())
                || shares_name(&own, &vocabulary().words(target.key.leaf()));
            let enough = known * 10 >= ids.len() * 7;
            (enough && (telling || named)).then_some((
                known,
                named,
                target.key.leaf() == path.leaf(),
                std::cmp::Reverse(target.records.len()),
                std::cmp::Reverse(index),
            ))
        })
        .max()
        .map(|best| best.4.0)
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

/// Lists whose records name the rows' ids.
fn children(fields: &[Field<'_>], rows: &Rows<'_>, targets: &[Target<'_>]) -> Vec<Relation> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (index, target) in targets.iter().enumerate() {
        if !seen.insert(target.collection.to_string())
            || rows.variables.iter().any(|v| target.collection.to_string().starts_with(&v.place))
        {
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
        for foreign in scope::fields(&[variable])
            .iter()
            .filter(|field| field.path.len() <= 2 && !field.path.is_in_list())
        {
            let ids: BTreeSet<(usize, String)> = foreign
                .values
                .iter()
                .zip(&origins)
                .flat_map(|(value, origin)| {
                    value.map(ids_of).unwrap_or_default().into_iter().map(move |id| (*origin, id))
                })
                .collect();
            let telling =
                ids.iter().all(|(_, id)| id.len() >= 4 && !id.bytes().all(|b| b.is_ascii_digit()));
            let own = vocabulary().words(foreign.path.leaf());
            let own_field = fields.iter().find(|field| {
                let known: BTreeSet<(usize, String)> = field
                    .values
                    .iter()
                    .zip(&rows.origins)
                    .filter_map(|(v, o)| Some((*o, id_text((*v)?)?)))
                    .collect();
                let named = rows.variables.iter().any(|v| {
                    vocabulary()
                        .entity_phrases(v.entity)
                        .any(|phrase| own.iter().any(|w| phrase.split(' ').any(|p| p == w)))
                });
                let enough = ids.intersection(&known).count() * 10 >= ids.len() * 7;
                !ids.is_empty()
                    && enough
                    && named
                    && (telling || own.iter().any(|word| word == "id"))
                    && field.is_unique()
                    && field.path.len() == 1
            });
            if let Some(field) = own_field {
                found.push(Relation::Children {
                    variable: field.variable.clone(),
                    own: field.path.clone(),
                    target: index,
                    foreign: foreign.path.clone(),
                });
            }
        }
    }
    found
}

impl Relation {
    pub(crate) fn variable(&self) -> &str {
        match self {
            Self::Nested { variable, .. }
            | Self::Ids { variable, .. }
            | Self::Links { variable, .. }
            | Self::Children { variable, .. } => variable,
        }
    }

    /// Where it starts, within its variable.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Nested { path, .. } | Self::Ids { path, .. } | Self::Links { path, .. } => path,
            Self::Children { own, .. } => own,
        }
    }

    /// The names by which the payload calls the records: the field's, then the list's.
    pub(crate) fn names(&self, targets: &[Target<'_>]) -> Vec<Vec<String>> {
        let v = vocabulary();
        let own = |path: &Path| {
            let words: Vec<Vec<String>> =
                path.keys().iter().rev().map(|key| v.words(key)).collect();
            let wrapper = |words: &Vec<String>| {
                matches!(
                    words.join(" ").as_str(),
                    "element"
                        | "data"
                        | "item list"
                        | "node"
                        | "result"
                        | "value"
                        | "pivot"
                        | "info"
                )
            };
            words.into_iter().find(|words| !wrapper(words)).unwrap_or_default()
        };
        let list =
            |target: &usize| targets.get(*target).map(|t| t.collection.words()).unwrap_or_default();
        match self {
            Self::Nested { path, .. } => vec![own(path)],
            Self::Ids { path, target, .. } => vec![strip_id(own(path)), list(target)],
            Self::Links { path, id, target, .. } => {
                vec![strip_id(own(id)), own(path), list(target)]
            }
            Self::Children { target, .. } => vec![list(target)],
        }
    }

    pub(crate) fn is_named(&self, entity: Entity, targets: &[Target<'_>]) -> bool {
        self.names(targets).iter().any(|words| vocabulary().names(entity, words))
    }

    /// The rows of the records that it leads to, and of the links on the way.
    pub(crate) fn expand<'a>(
        &self,
        rows: &Rows<'a>,
        targets: &[Target<'a>],
        name: &str,
        entity: Entity,
    ) -> Rows<'a> {
        let Some(from) = rows.variables.iter().find(|v| v.name == self.variable()) else {
            return Rows { variables: Vec::new(), origins: Vec::new() };
        };
        let mut found: Vec<Option<&'a Value>> = Vec::new();
        let mut links: Vec<Option<&'a Value>> = Vec::new();
        let mut origins = Vec::new();
        for (record, origin) in from.rows.iter().zip(&rows.origins) {
            let Some(record) = record else { continue };
            let mut push = |link: Option<&'a Value>, target: &'a Value| {
                links.push(link);
                found.push(Some(target));
                origins.push(*origin);
            };
            let at = self.path().of(record);
            let by_id = |target: usize, id: &str| {
                targets.get(target).and_then(|t| t.records.get(&(*origin, id.to_owned())).copied())
            };
            match self {
                Self::Nested { form: Form::Map, .. } => at
                    .and_then(Value::as_object)
                    .into_iter()
                    .flat_map(|m| m.values())
                    .for_each(|v| push(None, v)),
                Self::Nested { form: Form::Array | Form::Tree(_), .. } => {
                    at.and_then(Value::as_array)
                        .into_iter()
                        .flatten()
                        .filter(|v| v.is_object())
                        .for_each(|v| push(None, v));
                }
                Self::Ids { target, .. } => {
                    let ids = at.map(ids_of).unwrap_or_default();
                    ids.iter().filter_map(|id| by_id(*target, id)).for_each(|v| push(None, v));
                }
                Self::Links { id, target, .. } => {
                    for link in at.and_then(Value::as_array).into_iter().flatten() {
                        if let Some(found) =
                            id.of(link).and_then(id_text).and_then(|id| by_id(*target, &id))
                        {
                            push(Some(link), found);
                        }
                    }
                }
                Self::Children { target, foreign, .. } => {
                    let Some(own) = at.and_then(id_text) else { continue };
                    let all = targets.get(*target).into_iter().flat_map(|t| &t.records);
                    all.filter(|((from, _), child)| {
                        from == origin
                            && foreign.of(child).is_some_and(|v| ids_of(v).contains(&own))
                    })
                    .for_each(|(_, child)| push(None, child));
                }
            }
        }
        let place = match self {
            Self::Nested { path, form, .. } => {
                format!("{}.{path}{}", from.place, if *form == Form::Map { "{}" } else { "[]" })
            }
            Self::Ids { target, .. }
            | Self::Links { target, .. }
            | Self::Children { target, .. } => {
                targets.get(*target).map(|t| t.collection.to_string()).unwrap_or_default()
            }
        };
        let mut variables = vec![Variable { name: name.to_owned(), entity, place, rows: found }];
        if matches!(self, Self::Links { .. }) {
            let place = format!("{}.{}[]", from.place, self.path());
            variables.push(Variable { name: "link".to_owned(), entity, place, rows: links });
        }
        Rows { variables, origins }
    }

    /// The index that the script needs for it, written before the loops.
    pub(crate) fn declare(&self, index: &str, targets: &[Target<'_>], script: &mut Script) {
        let (target, helper, key, what) = match self {
            Self::Nested { .. } => return,
            Self::Ids { target, .. } | Self::Links { target, .. } => {
                let Some(target) = targets.get(*target) else { return };
                (target, Helper::IndexBy, &target.key, "indexBy")
            }
            Self::Children { target, foreign, .. } => {
                let Some(target) = targets.get(*target) else { return };
                (target, Helper::GroupBy, foreign, "groupBy")
            }
        };
        script.uses(helper);
        let records = loops::expression(&target.collection, "payload", script);
        script
            .line(format!("const {index} = {what}({records}, (record) => {});", key.js("record")));
    }

    /// The expression for all records that it leads to, each passed to `make` as `name` (and `link`).
    pub(crate) fn js(
        &self,
        index: &str,
        name: &str,
        what: &str,
        make: &str,
        script: &mut Script,
    ) -> String {
        let read = self.path().js(self.variable());
        match self {
            Self::Nested { form: Form::Map, .. } => {
                format!("Object.values({read} ?? {{}}).flatMap(({name}) => {make})")
            }
            Self::Nested { form: Form::Array | Form::Tree(_), .. } => {
                script.uses(Helper::List);
                format!("list({read}).flatMap(({name}) => {make})")
            }
            Self::Ids { .. } => {
                script.uses(Helper::LookUp);
                format!(
                    "lookUp({index}, {read}, {}, context).flatMap(({name}) => {make})",
                    js::text(what)
                )
            }
            Self::Links { id, .. } => {
                script.uses_all(&[Helper::LookUp, Helper::List]);
                format!(
                    "list({read}).flatMap((link) => lookUp({index}, {}, {}, context).flatMap(({name}) => {make}))",
                    id.js("link"),
                    js::text(what)
                )
            }
            Self::Children { .. } => {
                script.uses(Helper::Text);
                format!("({index}.get(text({read})) ?? []).flatMap(({name}) => {make})")
            }
        }
    }

    /// Whether it leads to records of the list.
    pub(crate) fn leads_to(&self, list: &Collection, targets: &[Target<'_>]) -> bool {
        match self {
            Self::Nested { .. } => false,
            Self::Ids { target, .. }
            | Self::Links { target, .. }
            | Self::Children { target, .. } => {
                targets.get(*target).is_some_and(|target| target.collection == *list)
            }
        }
    }

    /// Where it leads, for people.
    pub(crate) fn describe(&self, targets: &[Target<'_>]) -> String {
        let place = |target: &usize| targets.get(*target).map(Target::place).unwrap_or_default();
        match self {
            Self::Nested { path, .. } => path.to_string(),
            Self::Ids { path, target, .. } => format!("{path} names {}", place(target)),
            Self::Links { path, id, target, .. } => {
                format!("{path}[].{id} names {}", place(target))
            }
            Self::Children { target, foreign, .. } => {
                format!(
                    "{}.{foreign} names it",
                    targets.get(*target).map(|t| t.collection.to_string()).unwrap_or_default()
                )
            }
        }
    }
}

fn strip_id(words: Vec<String>) -> Vec<String> {
    let keep = words
        .iter()
        .rev()
        .skip_while(|word| {
            matches!(word.as_str(), "id" | "ref" | "reference" | "code" | "url" | "key")
        })
        .count();
    words.into_iter().take(keep).collect()
}
