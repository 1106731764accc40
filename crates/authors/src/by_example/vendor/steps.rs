//! What can be made of one value that was read.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use regex::Regex;
use serde_json::{Number, Value};

use crate::by_example::expression::{as_text, same};

/// One change of a value. The script has the same, in JavaScript.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// A text, or a number as one.
    Text,
    /// A number, or a text that is one.
    Number,
    /// Yes or no, however it is written.
    Flag,
    /// The amount in a text such as `8.50 EUR`.
    Amount,
    /// The number in a text with a comma before its decimals.
    Comma,
    /// Divided by a constant.
    Divide(f64),
    Upper,
    Lower,
    Trim,
    /// The part of a text between separators, from the front or, below zero, from the end.
    Part(String, i8),
    /// Fixed text before and after.
    Affix(String, String),
    Not,
    /// Whether it is this word.
    Is(Value),
    Present,
    Missing,
    /// Whether a mark such as a deletion time or flag is not set.
    Unset,
    Positive,
    /// Our word for the vendor's; an unknown one is an error.
    Table(Vec<(Value, Value)>),
    /// A moment from time since 1970 in units of so many milliseconds.
    Epoch(u32),
    /// A moment from `/Date(ms)/`.
    DotNet,
    /// A moment with an offset as one in UTC with milliseconds.
    Utc,
    /// A moment in UTC written without a zone.
    Bare,
    /// A moment without its milliseconds, where they are zero.
    Whole,
    /// `HH:mm` from `HH:mm:ss`, `HHmm`, `h:mm AM`.
    Clock,
    /// `HH:mm` from minutes since midnight.
    Minutes,
    /// Nothing where it is this value.
    Unless(Value),
    /// Nothing where the text holds this piece.
    Lacking(String),
    /// Nothing where it is zero or less.
    Above,
}

pub(super) fn number(float: f64) -> Option<Value> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    if float.fract() == 0.0 && float.abs() < 9e15 {
        return Some(Value::from(float as i64));
    }
    Number::from_f64(float).map(Value::Number)
}

pub(super) fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => {
            let plain = text.trim();
            let digits = plain.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
            if digits { plain.parse().ok() } else { None }
        }
        _ => None,
    }
}

fn amount(text: &str) -> Option<f64> {
    let is_mark = |c: char| c.is_alphabetic() || c.is_whitespace() || "$€£¥₹".contains(c);
    as_number(&text.trim_matches(is_mark).into())
}

fn comma(text: &str) -> Option<f64> {
    let is_mark = |c: char| c.is_alphabetic() || c.is_whitespace() || "$€£¥₹".contains(c);
    let plain = text.trim_matches(is_mark).replace('.', "").replace(',', ".");
    as_number(&plain.into())
}

pub(super) fn rfc3339(at: DateTime<Utc>) -> Value {
    at.to_rfc3339_opts(SecondsFormat::Millis, true).into()
}

fn is_set(value: &Value) -> bool {
    match value {
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !matches!(text.as_str(), "0" | "false"),
        _ => true,
    }
}

static CLOCK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern =
        r"^(?:\d{4}-\d{2}-\d{2}[T ])?(\d{1,2}):?(\d{2})(?::\d{2}(?:\.\d+)?)?\s*([AaPp][Mm])?";
    Regex::new(pattern).ok()
});

fn clock(text: &str) -> Option<String> {
    let found = CLOCK.as_ref()?.captures(text)?;
    let hour: u32 = found.get(1)?.as_str().parse().ok()?;
    let hour = match found.get(3).map(|half| half.as_str().to_ascii_lowercase()).as_deref() {
        Some("pm") => hour % 12 + 12,
        Some(_) => hour % 12,
        None => hour,
    };
    Some(format!("{hour:02}:{}", found.get(2)?.as_str()))
}

impl Step {
    /// What it makes of a value; nothing of nothing, but for the steps that ask for its presence.
    pub(super) fn apply(&self, value: Option<&Value>) -> Option<Value> {
        match self {
            Self::Present => return Some(value.is_some().into()),
            Self::Missing => return Some(value.is_none().into()),
            Self::Unset => return Some((!value.is_some_and(is_set)).into()),
            Self::Is(word) => return Some(value.is_some_and(|value| same(value, word)).into()),
            _ => {}
        }
        let value = value?;
        let text = || value.as_str();
        match self {
            Self::Text => match value {
                Value::String(text) => Some(text.as_str().into()),
                Value::Number(_) => as_text(value).map(Value::from),
                _ => None,
            },
            Self::Number => as_number(value).and_then(number),
            Self::Flag => match value {
                Value::Bool(flag) => Some((*flag).into()),
                Value::Number(n) if n.as_f64() == Some(1.0) => Some(true.into()),
                Value::Number(n) if n.as_f64() == Some(0.0) => Some(false.into()),
                Value::String(text) => match text.to_ascii_lowercase().as_str() {
                    "true" | "1" | "yes" | "y" => Some(true.into()),
                    "false" | "0" | "no" | "n" => Some(false.into()),
                    _ => None,
                },
                _ => None,
            },
            Self::Amount => amount(text()?).and_then(number),
            Self::Comma => comma(text()?).and_then(number),
            Self::Divide(by) => value.as_f64().map(|n| n / by).and_then(number),
            Self::Upper => text().map(|t| t.to_uppercase().into()),
            Self::Lower => text().map(|t| t.to_lowercase().into()),
            Self::Trim => text().map(|t| t.trim().into()),
            Self::Part(mark, at) => {
                let parts: Vec<&str> = text()?.split(mark.as_str()).collect();
                let size = i8::try_from(parts.len()).ok()?;
                let index = usize::try_from(if *at < 0 { size + at } else { *at }).ok()?;
                parts.get(index).map(|part| part.trim()).filter(|p| !p.is_empty()).map(Value::from)
            }
            Self::Affix(before, after) => text().map(|t| format!("{before}{t}{after}").into()),
            Self::Not => value.as_bool().map(|flag| (!flag).into()),
            Self::Positive => as_number(value).map(|n| (n > 0.0).into()),
            Self::Table(table) => {
                table.iter().find(|(theirs, _)| same(theirs, value)).map(|(_, ours)| ours.clone())
            }
            Self::Epoch(unit) => {
                #[expect(clippy::cast_possible_truncation, reason = "a time in milliseconds")]
                let millis = (as_number(value)? * f64::from(*unit)) as i64;
                DateTime::from_timestamp_millis(millis).map(rfc3339)
            }
            Self::DotNet => {
                let inner = text()?.strip_prefix("/Date(")?.strip_suffix(")/")?;
                let end = inner.get(1..)?.find(['+', '-']).map_or(inner.len(), |at| at + 1);
                DateTime::from_timestamp_millis(inner.get(..end)?.parse().ok()?).map(rfc3339)
            }
            Self::Utc => {
                let at = DateTime::parse_from_rfc3339(text()?).ok()?;
                Some(rfc3339(at.with_timezone(&Utc)))
            }
            Self::Bare => {
                let plain = text()?.replace(' ', "T");
                let at = NaiveDateTime::parse_from_str(&plain, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
                Some(rfc3339(at.and_utc()))
            }
            Self::Clock => clock(&as_text(value)?).map(Value::from),
            Self::Minutes => {
                let minutes = value.as_u64()?;
                Some(format!("{:02}:{:02}", minutes / 60, minutes % 60).into())
            }
            Self::Unless(none) => Some(value.clone()).filter(|value| !same(value, none)),
            Self::Lacking(piece) => text().filter(|t| !t.contains(piece)).map(Value::from),
            Self::Above => Some(value.clone()).filter(|value| as_number(value) > Some(0.0)),
            Self::Whole => text().map(|t| t.replace(".000Z", "Z").into()),
            Self::Present | Self::Missing | Self::Is(_) | Self::Unset => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_comma_may_stand_before_decimals() {
        for (text, number) in [("6,86", 6.86), ("1.008,50 kr", 1008.5), ("€ 12,00", 12.0)] {
            let given = Step::Comma.apply(Some(&json!(text)));
            assert_eq!(given.as_ref().and_then(Value::as_f64), Some(number), "{text}");
        }
    }
}
