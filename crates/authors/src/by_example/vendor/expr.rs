//! Where a scalar of the output comes from.

use serde_json::Value;

use super::rows::{Path, Payloads, Row, follow};
use super::steps::{Step, as_number, number};
use crate::by_example::expression::{as_text, same};

/// What is taken of a list's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Take {
    First,
    Last,
    Least,
    Most,
    Sum,
}

/// A value of the payload.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Read {
    Path(Path),
    /// A field of the record that `key` refers to in a table.
    Joined {
        key: Path,
        table: usize,
        keys: Vec<String>,
    },
    /// A field of a list's elements.
    Of {
        list: Path,
        take: Take,
        keys: Vec<String>,
    },
    /// A field of the element whose `key` is the word.
    Pick {
        list: Path,
        key: Vec<String>,
        word: Value,
        keys: Vec<String>,
    },
    Count(Path),
}

/// A scalar of the output.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    Const(Value),
    Made(Read, Vec<Step>),
    /// Two texts with fixed text around them.
    Pair(Box<Expr>, Box<Expr>, [String; 3]),
    And(Box<Expr>, Box<Expr>),
    Plus(Box<Expr>, Box<Expr>),
    Else(Box<Expr>, Box<Expr>),
}

fn element<'a>(list: &'a [Value], take: Take, keys: &[String]) -> Option<Value> {
    let found = |value: &'a Value| follow(value, keys);
    let numbers = || list.iter().filter_map(found).filter_map(as_number);
    match take {
        Take::First => list.first().and_then(found).cloned(),
        Take::Last => list.last().and_then(found).cloned(),
        Take::Least => numbers().reduce(f64::min).and_then(number),
        Take::Most => numbers().reduce(f64::max).and_then(number),
        Take::Sum => numbers().reduce(|a, b| a + b).and_then(number),
    }
}

impl Read {
    pub(super) fn get(&self, row: &Row<'_>, payloads: &Payloads<'_>) -> Option<Value> {
        let list =
            |path: &Path| row.get(path).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        match self {
            Self::Path(path) => row.get(path).cloned(),
            Self::Joined { key, table, keys } => {
                let id = as_text(row.get(key)?)?;
                let record = payloads.tables.get(*table)?.index.get(row.sample)?.get(&id)?;
                follow(record, keys).cloned()
            }
            Self::Of { list: at, take, keys } => element(list(at), *take, keys),
            Self::Pick { list: at, key, word, keys } => list(at)
                .iter()
                .find(|one| follow(one, key).is_some_and(|own| same(own, word)))
                .and_then(|one| follow(one, keys))
                .cloned(),
            Self::Count(at) => Some(list(at).len().into()),
        }
    }

    /// The scope that it reads first.
    pub(super) const fn path(&self) -> &Path {
        match self {
            Self::Path(path)
            | Self::Joined { key: path, .. }
            | Self::Of { list: path, .. }
            | Self::Pick { list: path, .. }
            | Self::Count(path) => path,
        }
    }
}

impl Expr {
    pub(super) fn eval(&self, row: &Row<'_>, payloads: &Payloads<'_>) -> Option<Value> {
        match self {
            Self::Const(value) => Some(value.clone()),
            Self::Made(read, steps) => {
                let start = read.get(row, payloads);
                steps.iter().fold(start, |value, step| step.apply(value.as_ref()))
            }
            Self::Pair(one, other, [before, between, after]) => {
                let text = |expr: &Self| as_text(&expr.eval(row, payloads)?);
                Some(format!("{before}{}{between}{}{after}", text(one)?, text(other)?).into())
            }
            Self::And(one, other) => {
                let flag = |expr: &Self| expr.eval(row, payloads)?.as_bool();
                Some((flag(one)? && flag(other)?).into())
            }
            Self::Plus(one, other) => {
                let amount = |expr: &Self| expr.eval(row, payloads)?.as_f64();
                number(((amount(one)? + amount(other)?) * 1000.0).round() / 1000.0)
            }
            Self::Else(one, other) => one.eval(row, payloads).or_else(|| other.eval(row, payloads)),
        }
    }

    pub(super) fn reads(&self) -> Vec<&Read> {
        match self {
            Self::Const(_) => Vec::new(),
            Self::Made(read, _) => vec![read],
            Self::Pair(one, other, _)
            | Self::And(one, other)
            | Self::Plus(one, other)
            | Self::Else(one, other) => [one.reads(), other.reads()].concat(),
        }
    }

    /// Whether it says only that something is there, or is not.
    pub(super) fn is_presence(&self) -> bool {
        matches!(self, Self::Made(_, steps) if matches!(steps.last(), Some(Step::Present | Step::Missing)))
    }

    pub(super) fn can_be_missing(&self) -> bool {
        match self {
            Self::Const(_) => false,
            Self::Made(Read::Count(_), steps) => !steps.is_empty(),
            Self::Made(_, steps) => {
                let told = |s: &Step| {
                    matches!(s, Step::Present | Step::Missing | Step::Is(_) | Step::Unset)
                };
                !steps.iter().any(told)
            }
            Self::Else(_, other) => other.can_be_missing(),
            Self::Pair(one, other, _) | Self::And(one, other) | Self::Plus(one, other) => {
                one.can_be_missing() || other.can_be_missing()
            }
        }
    }
}
