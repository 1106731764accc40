//! What a day holds: times of opening in one of the usual forms.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::units::{self, PARTS, Unit, unit};
use crate::pattern::pattern;
use crate::synth::matching::{Decisions, name_score};
use crate::synth::path::Path;
use crate::synth::scope::{self, Field, Variable};
use crate::synth::vocabulary::{Entity, vocabulary};

/// The times of one day.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slots {
    /// Flags of the day's record.
    pub(super) flags: Flags,
    /// Where in the day's record the list of its times stands.
    pub(super) inner: Option<Path>,
    /// Flags of each time of opening, where those have records of their own.
    pub(super) inner_flags: Flags,
    pub(super) form: Form,
    pub(super) unit: Unit,
}

/// How a time of opening is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form {
    /// Two fields of a record.
    Bounds { open: Path, close: Path },
    /// An hour and a minute for each of the two.
    Clocks { open: (Path, Path), close: (Path, Path) },
    /// A field for the start and one for how long it is open, in units of which so many are an hour.
    Lasting { open: Path, length: Path, per_hour: u32 },
    /// A list of two; whether the day holds a list of those.
    Pair { nested: bool },
    /// Text such as `09:00-17:00`.
    Text,
}

/// What says that a day is closed, or open all day.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Flags {
    pub(super) closed: Option<Path>,
    pub(super) open: Option<Path>,
    pub(super) all_day: Option<Path>,
}

static TIME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?i)(?:\d{4}-?\d{2}-?\d{2}[T ])?(?:\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?|\d{3,4}|\d{1,2}\s?[ap]\.?m\.?)\s*(?:[ap]\.?m\.?)?$",
    )
});
static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?i)\d{1,2}(?:[:.]?\d{2})?\s*(?:[ap]\.?m\.?)?\s*(?:-|–|—|to|until)\s*\d{1,2}(?:[:.]?\d{2})?\s*(?:[ap]\.?m\.?)?$",
    )
});
static CLOSED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?i)(?:closed|off|-|–|n/?a)$"));
static ALL_DAY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?i)(?:open )?(?:24 ?(?:hours|h|hrs)|24/7|all day)$"));

/// Whether a text is a list of ranges of times, or says that it is closed.
pub(super) fn is_ranges(text: &str) -> bool {
    let text = text.trim();
    CLOSED.is_match(text)
        || ALL_DAY.is_match(text)
        || text.split([',', ';', '&', '/']).all(|part| RANGE.is_match(part.trim()))
}

fn is_time(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty() || TIME.is_match(text.trim()),
        Value::Number(number) => number.as_f64().is_some_and(|n| (0.0..=180_000.0).contains(&n)),
        Value::Object(parts) => parts.keys().all(|key| PARTS.contains(&key.as_str())),
        Value::Null | Value::Bool(_) | Value::Array(_) => false,
    }
}

fn is_pair(value: &Value) -> bool {
    value.as_array().is_some_and(|pair| pair.len() == 2 && pair.iter().all(is_time))
}

/// The form of the days with these values; nothing when it is not known, or open.
pub(super) fn find(days: &[&Value], decisions: &mut Decisions<'_>) -> Option<Slots> {
    let there: Vec<&Value> = days.iter().copied().filter(|day| is_filled(day)).collect();
    if there.is_empty() {
        return None;
    }
    if there.iter().all(|day| day.is_object()) {
        let flags = flags(&there);
        if let Some(slots) = direct(&there, decisions) {
            return Some(Slots { flags, ..slots });
        }
        let fields = fields(&there);
        let inner = fields.iter().filter(|field| field.all(Value::is_array) && !field.is_empty());
        for field in inner {
            let lists: Vec<&Value> = field.filled().collect();
            if let Some(slots) = lists_of(&lists, decisions) {
                let inner = Some(field.path.clone());
                return Some(Slots { inner_flags: slots.flags.clone(), flags, inner, ..slots });
            }
        }
        return text_of(&fields).map(|inner| Slots { flags, inner: Some(inner), ..Slots::text() });
    }
    if there.iter().all(|day| day.is_array()) {
        return lists_of(&there, decisions);
    }
    texts(&there)
}

/// Whether it says anything but that the day is closed.
fn is_filled(day: &Value) -> bool {
    match day {
        Value::Null | Value::Bool(_) => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Number(_) => true,
    }
}

impl Slots {
    /// Times that are text.
    pub(super) fn text() -> Self {
        Self {
            flags: Flags::default(),
            inner: None,
            inner_flags: Flags::default(),
            form: Form::Text,
            unit: Unit::Clock,
        }
    }
}

/// The field that holds a day's times as text: `{"day": "Mon", "hours": "9-17"}`.
fn text_of(fields: &[Field<'_>]) -> Option<Path> {
    let is_text = |value: &Value| value.as_str().is_some_and(is_ranges);
    let is_span = |value: &Value| value.as_str().is_some_and(|text| RANGE.is_match(text.trim()));
    let mut found = fields.iter().filter(|field| {
        !field.path.is_in_list() && field.all(is_text) && field.filled().any(is_span)
    });
    let first = found.next()?;
    found.next().is_none().then(|| first.path.clone())
}

fn texts(values: &[&Value]) -> Option<Slots> {
    values.iter().all(|value| value.as_str().is_some_and(is_ranges)).then(Slots::text)
}

fn lists_of(lists: &[&Value], decisions: &mut Decisions<'_>) -> Option<Slots> {
    let elements: Vec<&Value> = lists.iter().filter_map(|list| list.as_array()).flatten().collect();
    if elements.is_empty() {
        return None;
    }
    let pair = |nested: bool, pairs: &[&Value], decisions: &mut Decisions<'_>| {
        let times: Vec<&Value> =
            pairs.iter().filter_map(|pair| pair.as_array()).flatten().collect();
        Some(Slots {
            flags: Flags::default(),
            inner: None,
            inner_flags: Flags::default(),
            form: Form::Pair { nested },
            unit: unit(&times, decisions)?,
        })
    };
    if elements.iter().all(|element| element.is_object()) {
        let flags = flags(&elements);
        direct(&elements, decisions).map(|slots| Slots { flags, ..slots })
    } else if elements.iter().all(|element| is_pair(element)) {
        pair(true, &elements, decisions)
    } else if lists.iter().all(|list| is_pair(list)) {
        pair(false, lists, decisions)
    } else {
        texts(&elements)
    }
}

/// Records that hold the two times, or one text of both.
fn direct(records: &[&Value], decisions: &mut Decisions<'_>) -> Option<Slots> {
    let slots = |form: Form, unit: Unit| Slots {
        flags: Flags::default(),
        inner: None,
        inner_flags: Flags::default(),
        form,
        unit,
    };
    if let Some((open, close)) = units::clocks(records) {
        return Some(slots(Form::Clocks { open, close }, Unit::SinceMidnight(60)));
    }
    let open = best(records, "open", is_time)?;
    let Some(close) = best(records, "close", is_time) else {
        let (length, per_hour) = length(records, decisions)?;
        let is_clock = |record: &&Value| open.of(record).is_none_or(Value::is_string);
        return records
            .iter()
            .all(is_clock)
            .then(|| slots(Form::Lasting { open, length, per_hour }, Unit::Clock));
    };
    let times: Vec<&Value> =
        records.iter().flat_map(|record| [open.of(record), close.of(record)]).flatten().collect();
    let unit = match units::named(&open, &close) {
        Some(unit) if times.iter().all(|time| time.is_number()) => unit,
        Some(_) | None => unit(&times, decisions)?,
    };
    Some(slots(Form::Bounds { open, close }, unit))
}

/// How long a time of opening lasts, where documents say in which unit.
fn length(records: &[&Value], decisions: &Decisions<'_>) -> Option<(Path, u32)> {
    let is_length =
        |field: &Field<'_>| vocabulary().words(field.path.leaf()).join(" ") == "duration";
    let field = fields(records)
        .into_iter()
        .find(|field| is_length(field) && field.is_always_there() && field.all(Value::is_u64))?;
    let mut units = decisions.documents.about(&field.path).filter_map(|statement| {
        let said = statement.said_of(&field.path);
        match (said.contains("minute"), said.contains("second")) {
            (true, false) => Some(60),
            (false, true) => Some(3600),
            (true, true) | (false, false) => None,
        }
    });
    let unit = units.next()?;
    units.all(|other| other == unit).then_some((field.path.clone(), unit))
}

pub(super) fn fields<'a>(records: &[&'a Value]) -> Vec<Field<'a>> {
    scope::fields(&[Variable {
        name: "day".to_owned(),
        entity: Entity::Other,
        place: String::new(),
        rows: records.iter().copied().map(Some).collect(),
    }])
}

/// The field of the records whose name fits best.
pub(super) fn best(records: &[&Value], names: &str, fits: impl Fn(&Value) -> bool) -> Option<Path> {
    fields(records)
        .iter()
        // The only time in a list may be the first of several on another day.
        .filter(|field| !field.is_empty() && !field.path.is_in_list() && field.all(&fits))
        .map(|field| (name_score(field, names), field))
        .filter(|(score, _)| *score > 0.3)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.path.len().cmp(&a.1.path.len())))
        .map(|(_, field)| field.path.clone())
}

fn flags(records: &[&Value]) -> Flags {
    let is_flag = |value: &Value| value.is_boolean() || matches!(value.as_u64(), Some(0 | 1));
    let fields = fields(records);
    let named = |names: &[&str]| {
        fields
            .iter()
            .filter(|field| !field.is_empty() && field.all(is_flag))
            .find(|field| names.contains(&vocabulary().words(field.path.leaf()).join(" ").as_str()))
            .map(|field| field.path.clone())
    };
    Flags {
        closed: named(&[
            "closed",
            "is closed",
            "close",
            "holiday",
            "off",
            "day off",
            "closed all day",
            "is day off",
        ]),
        open: named(&[
            "open",
            "is open",
            "opened",
            "enabled",
            "is enabled",
            "active",
            "is active",
            "available",
            "working",
            "is working",
            "is working day",
        ]),
        all_day: named(&[
            "all day",
            "is all day",
            "open all day",
            "open 24 hour",
            "is 24 hour",
            "is open 24 hour",
            "open 24",
            "is open 24",
            "open 24 h",
            "always open",
            "24 hour",
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_ranges_are_told_from_other_texts() {
        for text in
            ["09:00-17:00", "9am - 5pm", "11:30 – 14:00, 18:00 – 22:00", "Closed", "24 hours"]
        {
            assert!(is_ranges(text), "{text}");
        }
        for text in ["p-1000001", "2026-01-01", "Pho", "b7c2-11"] {
            assert!(!is_ranges(text), "{text}");
        }
    }
}
