//! How one record leads to others: they stand in it, it names their ids, or they name its id.

mod discovery;
mod reached;
mod targets;
mod ties;
mod writing;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::collections::{Collection, Form};
use super::path::Path;
use super::scope::Variable;
use super::vocabulary::{Entity, vocabulary};

pub(crate) use discovery::relations;
pub(crate) use targets::{Target, targets};
pub(crate) use ties::{Foreign, Table};
use ties::{entries, records_js};

/// The records of the scope at hand, with the sample that each row comes from.
#[derive(Debug, Clone)]
pub(crate) struct Rows<'a> {
    pub(crate) variables: Vec<Variable<'a>>,
    pub(crate) origins: Vec<usize>,
}

/// The way from a record to others.
#[derive(Debug, Clone)]
pub(crate) enum Relation {
    /// They stand in it.
    Nested { variable: String, path: Path, form: Form },
    /// It holds one id of theirs or a list of them.
    Ids { variable: String, path: Path, target: usize },
    /// It holds a list of records, each with one id of theirs.
    Links { variable: String, path: Path, form: Form, id: Path, target: usize },
    /// They name its id.
    Children { variable: String, own: Path, target: usize, foreign: Foreign },
    /// A list of its own ties its id to theirs.
    Table { variable: String, own: Path, table: Box<Table>, target: usize },
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

impl Relation {
    pub(crate) fn variable(&self) -> &str {
        match self {
            Self::Nested { variable, .. }
            | Self::Ids { variable, .. }
            | Self::Links { variable, .. }
            | Self::Children { variable, .. }
            | Self::Table { variable, .. } => variable,
        }
    }

    /// The way to the records of a list that have the id of the record at `own` for their key.
    pub(crate) fn by_key(variable: &str, own: Path, target: usize, key: Path) -> Self {
        let foreign = Foreign { list: None, path: key };
        Self::Children { variable: variable.to_owned(), own, target, foreign }
    }

    /// Where it starts, within its variable.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Nested { path, .. } | Self::Ids { path, .. } | Self::Links { path, .. } => path,
            Self::Children { own, .. } | Self::Table { own, .. } => own,
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
                        | "relationship"
                        | "id"
                        | "entity"
                        | "edge"
                )
            };
            v.without_list(words.into_iter().find(|words| !wrapper(words)).unwrap_or_default())
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
            Self::Table { table, target, .. } => vec![strip_id(own(&table.to)), list(target)],
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
        let children = self.children(targets);
        let ties = self.ties(targets);
        // A record that many rows lead to counts once: what is read from it is the same.
        let mut seen = BTreeSet::new();
        let address = |value: &Value| std::ptr::from_ref(value).addr();
        for (record, origin) in from.rows.iter().zip(&rows.origins) {
            let Some(record) = record else { continue };
            let mut push = |link: Option<&'a Value>, target: &'a Value| {
                if !seen.insert((link.map(address), address(target))) {
                    return;
                }
                links.push(link);
                found.push(Some(target));
                origins.push(*origin);
            };
            let at = self.path().of(record);
            let by_id = |target: usize, id: &str| {
                targets.get(target).and_then(|t| t.records.get(&(*origin, id.to_owned())).copied())
            };
            match self {
                Self::Nested { .. } => {
                    at.map(entries).unwrap_or_default().into_iter().for_each(|v| push(None, v));
                }
                Self::Ids { target, .. } => {
                    let ids = at.map(ids_of).unwrap_or_default();
                    ids.iter().filter_map(|id| by_id(*target, id)).for_each(|v| push(None, v));
                }
                Self::Links { id, target, .. } => {
                    for link in at.map(entries).unwrap_or_default() {
                        if let Some(found) =
                            id.of(link).and_then(id_text).and_then(|id| by_id(*target, &id))
                        {
                            push(Some(link), found);
                        }
                    }
                }
                Self::Children { .. } => {
                    let Some(own) = at.and_then(id_text) else { continue };
                    let named = children.get(&(*origin, own));
                    named.into_iter().flatten().for_each(|child| push(None, child));
                }
                Self::Table { table, target, .. } => {
                    let Some(own) = at.and_then(id_text) else { continue };
                    for link in ties.get(&(*origin, own)).into_iter().flatten() {
                        let id = table.to.of(link).and_then(id_text);
                        if let Some(found) = id.and_then(|id| by_id(*target, &id)) {
                            push(Some(link), found);
                        }
                    }
                }
            }
        }
        let place = match self {
            Self::Nested { path, form, .. } => {
                format!(
                    "{}.{path}{}",
                    from.place,
                    if matches!(form, Form::Map | Form::Keyed) { "{}" } else { "[]" }
                )
            }
            Self::Ids { target, .. }
            | Self::Links { target, .. }
            | Self::Children { target, .. }
            | Self::Table { target, .. } => {
                targets.get(*target).map(|t| t.collection.to_string()).unwrap_or_default()
            }
        };
        let mut variables = vec![Variable { name: name.to_owned(), entity, place, rows: found }];
        if matches!(self, Self::Links { .. }) {
            let place = format!("{}.{}[]", from.place, self.path());
            variables.push(Variable { name: "link".to_owned(), entity, place, rows: links });
        } else if let Self::Table { table, .. } = self {
            let place = table.list.to_string();
            variables.push(Variable { name: "link".to_owned(), entity, place, rows: links });
        }
        Rows { variables, origins }
    }

    /// For each id the records that name it, where the relation goes that way.
    fn children<'a>(&self, targets: &[Target<'a>]) -> BTreeMap<(usize, String), Vec<&'a Value>> {
        let mut children: BTreeMap<(usize, String), Vec<&'a Value>> = BTreeMap::new();
        if let Self::Children { target, foreign, .. } = self {
            for ((origin, _), child) in targets.get(*target).into_iter().flat_map(|t| &t.records) {
                for id in foreign.ids(child) {
                    children.entry((*origin, id)).or_default().push(child);
                }
            }
        }
        children
    }

    /// For each row whether other records name it, where the relation goes that way.
    pub(crate) fn is_named_by(&self, rows: &Rows<'_>, targets: &[Target<'_>]) -> Vec<bool> {
        let children = self.children(targets);
        let records =
            rows.variables.iter().filter(|v| v.name == self.variable()).flat_map(|v| &v.rows);
        records
            .zip(&rows.origins)
            .map(|(record, origin)| {
                let id = record.and_then(|record| self.path().of(record)).and_then(id_text);
                id.is_some_and(|id| children.contains_key(&(*origin, id)))
            })
            .collect()
    }

    /// For each id the records of the table that name it.
    fn ties<'a>(&self, targets: &[Target<'a>]) -> BTreeMap<(usize, String), Vec<&'a Value>> {
        let mut ties: BTreeMap<(usize, String), Vec<&'a Value>> = BTreeMap::new();
        if let Self::Table { table, .. } = self {
            let of_table = targets.iter().filter(|target| target.collection == table.list);
            for (origin, link) in of_table.flat_map(|target| &target.ties) {
                if let Some(id) = table.from.of(link).and_then(id_text) {
                    ties.entry((*origin, id)).or_default().push(link);
                }
            }
        }
        ties
    }

    /// Whether it leads to records of the list.
    pub(crate) fn leads_to(&self, list: &Collection, targets: &[Target<'_>]) -> bool {
        match self {
            Self::Nested { .. } => false,
            Self::Ids { target, .. }
            | Self::Links { target, .. }
            | Self::Children { target, .. }
            | Self::Table { target, .. } => {
                targets.get(*target).is_some_and(|target| target.collection == *list)
            }
        }
    }

    /// The key by which the other records are named.
    pub(crate) fn key<'t>(&self, targets: &'t [Target<'_>]) -> Option<&'t Path> {
        match self {
            Self::Ids { target, .. } | Self::Links { target, .. } => {
                targets.get(*target).map(|target| &target.key)
            }
            Self::Nested { .. } | Self::Children { .. } | Self::Table { .. } => None,
        }
    }

    /// The list that it leads to; none where the records stand in what leads to them.
    pub(crate) fn collection<'t>(&self, targets: &'t [Target<'_>]) -> Option<&'t Collection> {
        match self {
            Self::Nested { .. } => None,
            Self::Ids { target, .. }
            | Self::Links { target, .. }
            | Self::Children { target, .. }
            | Self::Table { target, .. } => targets.get(*target).map(|target| &target.collection),
        }
    }

    /// Where the list that it leads to stands in what holds it.
    pub(crate) fn list<'t>(&self, targets: &'t [Target<'_>]) -> Option<&'t Path> {
        self.collection(targets)?.levels.last().map(|level| &level.path)
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
            Self::Table { table, .. } => {
                format!("{} ties its {} to {}", table.list, table.from, table.to)
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
