//! The small language of expressions that a field's value can be, and what they give on a row.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Number, Value};

use super::space::{Path, Row};

/// A function of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Function {
    /// A number or boolean as text.
    Text,
    /// A text as number.
    Number,
    /// An amount rounded to two decimals.
    Major,
    /// An amount as a whole number of the least units that so many decimals have.
    Minor(u8),
    /// An amount as text with so many decimals.
    Fixed(u8),
    Upper,
    Lower,
    Trim,
    /// Only the digits of a text.
    Digits,
    /// All up to the last blank.
    FirstNames,
    FirstWord,
    /// All after the first blank.
    Rest,
    LastWord,
    Not,
    /// Without slashes at the end.
    Base,
    UrlPart,
    Base64,
    EpochSeconds,
    EpochMillis,
    /// In UTC, by a pattern of chrono.
    Date(DateForm),
    /// As the clocks show it so many minutes before UTC does.
    Local(i32, DateForm),
}

/// Ways to write a moment in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DateForm {
    Millis,
    Seconds,
    Offset,
    Local,
    Spaced,
    Day,
    Minute,
    Second,
    Compact,
}

impl DateForm {
    pub(super) const ALL: [Self; 9] = [
        Self::Millis,
        Self::Seconds,
        Self::Offset,
        Self::Local,
        Self::Spaced,
        Self::Day,
        Self::Minute,
        Self::Second,
        Self::Compact,
    ];

    const fn pattern(self) -> &'static str {
        match self {
            Self::Millis => "%Y-%m-%dT%H:%M:%S%.3fZ",
            Self::Seconds => "%Y-%m-%dT%H:%M:%SZ",
            Self::Offset => "%Y-%m-%dT%H:%M:%S+00:00",
            Self::Local => "%Y-%m-%dT%H:%M:%S",
            Self::Spaced => "%Y-%m-%d %H:%M:%S",
            Self::Day => "%Y-%m-%d",
            Self::Minute => "%H:%M",
            Self::Second => "%H:%M:%S",
            Self::Compact => "%Y%m%d",
        }
    }
}

/// What joins two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operator {
    Plus,
    Minus,
    Times,
}

/// What a field's value is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    Const(Value),
    Path(Path),
    Apply(Function, Box<Expr>),
    Join(Operator, Box<Expr>, Box<Expr>),
    /// Pieces written one after the other.
    Template(Vec<Expr>),
    /// The vendor's word for ours.
    Lookup(Path, Vec<(Value, Value)>),
    /// How many elements a list has.
    Count(Path),
    /// The sum over a list's elements, which are the scope after `list`'s.
    Sum {
        list: Path,
        scope: usize,
        of: Box<Expr>,
    },
    /// The value, or another where there is none.
    Default(Box<Expr>, Value),
    /// Nothing where the number is zero.
    NonZero(Box<Expr>),
}

/// Numbers are equal by value, whatever their notation; objects in any order of keys.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => one == other,
    }
}

/// As JavaScript's `String(value)` writes a scalar.
pub(super) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => {
                Some(format!("{float:.0}"))
            }
            Some(float) if (1e-6..1e15).contains(&float.abs()) => Some(float.to_string()),
            _ => None,
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn number(float: f64) -> Option<Value> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    if float.fract() == 0.0 && float.abs() < 9e15 {
        return Some(Value::from(float as i64));
    }
    Number::from_f64(float).map(Value::Number)
}

/// As JavaScript's `Math.round`.
fn round(float: f64) -> f64 {
    (float + 0.5).floor()
}

/// An offset from UTC as `+09:00`.
pub(super) fn offset_text(minutes: i32) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

fn local(at: DateTime<Utc>, minutes: i32, form: DateForm) -> String {
    let shown = (at + TimeDelta::minutes(minutes.into())).format(form.pattern()).to_string();
    shown.replace("+00:00", &offset_text(minutes))
}

fn apply(function: Function, value: &Value) -> Option<Value> {
    let text = || value.as_str();
    let amount = || value.as_f64();
    let moment = || DateTime::parse_from_rfc3339(text()?).ok().map(|at| at.with_timezone(&Utc));
    let words = || text().map(|text| text.split_whitespace().collect::<Vec<_>>());
    match function {
        Function::Text => as_text(value).filter(|_| !value.is_string()).map(Value::from),
        Function::Number => text()?
            .parse::<f64>()
            .ok()
            .filter(|_| text().is_some_and(|t| !t.contains(char::is_alphabetic)))
            .and_then(number),
        Function::Major => amount().map(|a| round(a * 100.0) / 100.0).and_then(number),
        Function::Minor(decimals) => {
            amount().map(|a| round(a * 10_f64.powi(decimals.into()))).and_then(number)
        }
        Function::Fixed(decimals) => {
            let decimals = usize::from(decimals);
            amount().filter(|a| a.abs() < 1e15).map(|a| format!("{a:.decimals$}").into())
        }
        Function::Upper => text().map(|t| t.to_uppercase().into()),
        Function::Lower => text().map(|t| t.to_lowercase().into()),
        Function::Trim => text().map(|t| t.trim().into()),
        Function::Digits => {
            text().map(|t| t.chars().filter(char::is_ascii_digit).collect::<String>().into())
        }
        Function::FirstWord => words()?.first().map(|w| (*w).into()),
        Function::LastWord => {
            words()?.last().filter(|_| words().is_some_and(|w| w.len() > 1)).map(|w| (*w).into())
        }
        Function::FirstNames => {
            let words = words()?;
            let (_, first) = words.split_last()?;
            Some(if first.is_empty() { words.join(" ") } else { first.join(" ") }.into())
        }
        Function::Rest => {
            words().and_then(|w| w.get(1..).filter(|w| !w.is_empty()).map(|w| w.join(" ").into()))
        }
        Function::Not => value.as_bool().map(|flag| (!flag).into()),
        Function::Base => text().map(|t| t.trim_end_matches('/').into()),
        Function::UrlPart => {
            as_text(value).map(|text| utf8_percent_encode(&text, URL_PART).to_string().into())
        }
        Function::Base64 => text().map(|t| STANDARD.encode(t).into()),
        Function::EpochSeconds => moment().map(|at| at.timestamp().into()),
        Function::EpochMillis => moment().map(|at| at.timestamp_millis().into()),
        Function::Date(form) => moment().map(|at| at.format(form.pattern()).to_string().into()),
        Function::Local(minutes, form) => moment().map(|at| local(at, minutes, form).into()),
    }
}

/// All but what JavaScript's `encodeURIComponent` leaves as it is.
const URL_PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

impl Expr {
    pub(super) fn then(self, function: Function) -> Self {
        Self::Apply(function, Box::new(self))
    }

    /// What it gives on a row; none where the data for it is missing.
    pub(super) fn eval(&self, row: &Row<'_>) -> Option<Value> {
        match self {
            Self::Const(value) => Some(value.clone()),
            Self::Path(path) => row.get(path).cloned(),
            Self::Apply(function, of) => apply(*function, &of.eval(row)?),
            Self::Join(operator, left, right) => {
                let (left, right) = (left.eval(row)?.as_f64()?, right.eval(row)?.as_f64()?);
                number(match operator {
                    Operator::Plus => left + right,
                    Operator::Minus => left - right,
                    Operator::Times => left * right,
                })
            }
            Self::Template(pieces) => pieces
                .iter()
                .map(|piece| piece.eval(row).and_then(|value| as_text(&value)))
                .collect::<Option<String>>()
                .map(Value::from),
            Self::Lookup(path, table) => {
                let word = row.get(path)?;
                table.iter().find(|(ours, _)| same(ours, word)).map(|(_, theirs)| theirs.clone())
            }
            Self::Count(list) => Some(row.list(list).len().into()),
            Self::Sum { list, of, .. } => row
                .list(list)
                .iter()
                .try_fold(0.0, |sum, element| Some(sum + of.eval(&row.enter(element))?.as_f64()?))
                .and_then(number),
            Self::Default(of, other) => Some(of.eval(row).unwrap_or_else(|| other.clone())),
            Self::NonZero(of) => of.eval(row).filter(|value| value.as_f64() != Some(0.0)),
        }
    }

    /// The values that are written into it.
    pub(super) fn constants(&self) -> Vec<&Value> {
        match self {
            Self::Const(value) => vec![value],
            Self::Path(_) | Self::Count(_) => Vec::new(),
            Self::Apply(_, of) | Self::NonZero(of) | Self::Sum { of, .. } => of.constants(),
            Self::Join(_, left, right) => [left.constants(), right.constants()].concat(),
            Self::Template(pieces) => pieces.iter().flat_map(Self::constants).collect(),
            Self::Lookup(_, table) => table.iter().map(|(_, theirs)| theirs).collect(),
            Self::Default(of, other) => [of.constants(), vec![other]].concat(),
        }
    }

    /// The paths that it reads in the scopes outside its own sums.
    pub(super) fn paths(&self) -> Vec<&Path> {
        match self {
            Self::Const(_) => Vec::new(),
            Self::Path(path) | Self::Lookup(path, _) | Self::Count(path) => vec![path],
            Self::Apply(_, of) | Self::Default(of, _) | Self::NonZero(of) => of.paths(),
            Self::Join(_, left, right) => [left.paths(), right.paths()].concat(),
            Self::Template(pieces) => pieces.iter().flat_map(Self::paths).collect(),
            Self::Sum { list, scope, of } => std::iter::once(list)
                .chain(of.paths().into_iter().filter(|path| path.scope != *scope))
                .collect(),
        }
    }
}
