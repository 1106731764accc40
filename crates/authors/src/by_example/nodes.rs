//! The shape of the output: objects, lists that follow lists of the input, parts that are there only
//! under a condition.

use serde_json::{Map, Value};

use super::expression::same;
use super::search::Leaf;
use super::space::{Path, Row, Scope};

/// A part of the output.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Leaf(Leaf),
    Object(Vec<(String, Node)>),
    /// One element for each of a list's, or for those whose flag is as given.
    Each {
        list: Path,
        scope: Scope,
        only: Option<(Path, bool)>,
        item: Box<Node>,
        keep_empty: bool,
    },
    /// A list of so many elements; one without any data is left out.
    Fixed(Vec<Node>),
    /// There only when the condition holds.
    When(Condition, Box<Node>),
    /// Null where the part is not there.
    OrNull(Box<Node>),
    /// One of two, by a flag.
    Either(Path, Box<Node>, Box<Node>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    Present(Path),
    Is(Path, Value),
}

impl Condition {
    pub(super) const fn path(&self) -> &Path {
        match self {
            Self::Present(path) | Self::Is(path, _) => path,
        }
    }

    pub(super) fn holds(&self, row: &Row<'_>) -> bool {
        match self {
            Self::Present(path) => row
                .get(path)
                .is_some_and(|value| value.as_array().is_none_or(|list| !list.is_empty())),
            Self::Is(path, value) => row.get(path).is_some_and(|own| same(own, value)),
        }
    }
}

impl Node {
    /// What it gives on a row; none where it is left out.
    pub(super) fn eval(&self, row: &Row<'_>) -> Option<Value> {
        match self {
            Self::Leaf(leaf) => leaf.expr.eval(row),
            Self::Object(fields) => {
                let filled: Map<String, Value> = fields
                    .iter()
                    .filter_map(|(key, node)| Some((key.clone(), node.eval(row)?)))
                    .collect();
                (!filled.is_empty() || fields.is_empty()).then_some(Value::Object(filled))
            }
            Self::Each { list, only, item, keep_empty, .. } => {
                let kept: Vec<Value> = row
                    .list(list)
                    .iter()
                    .map(|element| row.enter(element))
                    .filter(|row| chosen(row, only.as_ref()))
                    .filter_map(|row| item.eval(&row))
                    .collect();
                (*keep_empty || !kept.is_empty()).then_some(Value::Array(kept))
            }
            Self::Fixed(items) => Some(
                items
                    .iter()
                    .filter(|item| item.has_data(row))
                    .filter_map(|item| item.eval(row))
                    .collect::<Vec<_>>()
                    .into(),
            ),
            Self::OrNull(node) => Some(node.eval(row).unwrap_or_default()),
            Self::When(condition, node) => condition.holds(row).then(|| node.eval(row)).flatten(),
            Self::Either(flag, yes, no) => match row.get(flag) {
                Some(Value::Bool(true)) => yes.eval(row),
                _ => no.eval(row),
            },
        }
    }

    /// The leaves below, of each branch.
    pub(super) fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Self::Leaf(leaf) => vec![leaf],
            Self::Object(fields) => fields.iter().flat_map(|(_, node)| node.leaves()).collect(),
            Self::Each { item, .. } => item.leaves(),
            Self::Fixed(items) => items.iter().flat_map(Self::leaves).collect(),
            Self::When(_, node) | Self::OrNull(node) => node.leaves(),
            Self::Either(_, yes, no) => [yes.leaves(), no.leaves()].concat(),
        }
    }

    /// The names of the fields below.
    pub(super) fn keys(&self) -> Vec<&str> {
        match self {
            Self::Leaf(_) => Vec::new(),
            Self::Object(fields) => fields
                .iter()
                .flat_map(|(key, node)| std::iter::once(key.as_str()).chain(node.keys()))
                .collect(),
            Self::Each { item: node, .. } | Self::When(_, node) | Self::OrNull(node) => node.keys(),
            Self::Fixed(items) => items.iter().flat_map(Self::keys).collect(),
            Self::Either(_, yes, no) => [yes.keys(), no.keys()].concat(),
        }
    }

    /// The parts of an element that come from the payload: without any of them it says nothing.
    pub(super) fn data(&self) -> Vec<&Self> {
        match self {
            Self::Leaf(leaf) => {
                let own = leaf.expr.paths().iter().any(|path| {
                    path.scope > 0 || path.keys.first().is_some_and(|key| key == "payload")
                });
                if own { vec![self] } else { Vec::new() }
            }
            Self::Object(fields) => fields.iter().flat_map(|(_, node)| node.data()).collect(),
            Self::OrNull(node) => node.data(),
            Self::Each { .. } | Self::When(..) | Self::Either(..) => vec![self],
            Self::Fixed(items) => items.iter().flat_map(Self::data).collect(),
        }
    }

    fn has_data(&self, row: &Row<'_>) -> bool {
        let data = self.data();
        data.is_empty()
            || data.iter().any(|node| match node.eval(row) {
                Some(Value::Array(list)) => !list.is_empty(),
                other => other.is_some(),
            })
    }
}

/// Whether an element is among those with the wanted flag.
pub(super) fn chosen(row: &Row<'_>, only: Option<&(Path, bool)>) -> bool {
    only.is_none_or(|(flag, wanted)| row.get(flag).and_then(Value::as_bool) == Some(*wanted))
}
