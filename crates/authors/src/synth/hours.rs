//! Opening hours, in the forms in which vendors give them: a key for each day, a list of days, a
//! list of seven, two fields for each day, or text, given there or by reference.

mod days;
mod holders;
mod kinds;
mod slots;
mod spans;
mod units;
mod unread;
mod week;
mod writing;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::collections::{self, Form};
use super::matching::Decisions;
use super::path::Path;
use super::scope::{Field, Variable};
use crate::pattern::pattern;
use days::{Numbering, day_number};
use holders::{Holder, day_of};
use slots::{Flags, Form as Times, Slots};
use spans::{flagged, has_span_keys};
use week::{flat_keys, number_keys, week_keys};

pub(crate) use unread::ask_about_others;
pub(crate) use writing::write;

const OUTPUT: &str = "openingHours";

/// Where the hours stand.
#[derive(Debug)]
pub(crate) struct Hours {
    /// Whether documents ask for the order of the week, whatever that of the entries is.
    in_order: bool,
    /// Which of the entries are the shop's own, where they are of several kinds.
    only: Option<Only>,
    days: Days,
    slots: Slots,
}

/// The word that one of an entry's fields has.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Only {
    by: String,
    is: String,
}

impl Hours {
    const fn new(days: Days, slots: Slots) -> Self {
        Self { in_order: false, only: None, days, slots }
    }
}

#[derive(Debug)]
enum Days {
    /// An object with a key for each day, which holds the day's hours or names them.
    Week { path: Path, keys: Vec<(String, usize)>, named_in: Option<Path> },
    /// A list of entries with a day, or a list of days.
    List { path: Path, day: Path, numbering: Numbering },
    /// An object whose keys name several days at once.
    Spans { path: Path },
    /// A list of entries with a flag for each day.
    Flagged { path: Path, keys: Vec<(String, usize)> },
    /// A list of entries that hold on each day from one to another.
    Stretches { path: Path, from: Path, to: Path, numbering: Numbering },
    /// A list with an element for each day; the index of Monday's.
    Seven { path: Path, monday: usize },
    /// Two fields for each day.
    Flat { path: Path, keys: Vec<(String, String, usize)> },
    /// Text that names days and times, in one or in several lines.
    Lines { path: Path },
}

/// A line that begins with a day and goes on with times.
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\s*(?:(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|(?:mo|tu|we|th|fr|sa|su)\b)\.?|daily|every ?day)(?:\s*(?:-|–|—|to|,|&|and)\s*(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|(?:mo|tu|we|th|fr|sa|su)\b)\.?)*\s*:?\s*(?:\d|closed|open)",
    )
});

static UNORDERED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:in|have) no (?:fixed|particular|certain|set) order|\bin any order\b|\bunordered\b|\bnot (?:sorted|in order|ordered)\b|\b(?:put|sort|order)\b[^.;]{0,30}\bmonday\b|\b(?:in|by) (?:the )?(?:order of (?:the )?(?:week|(?:week)?days)|week(?:day)?s?'?s? order)\b|\bmonday (?:comes )?first\b|\b(?:from monday to|(?:starts? (?:on|with)|starting (?:on|with)|beginning (?:on|with)) monday)\b",
    )
});

/// Finds the hours of the outlet.
pub(crate) fn plan(
    outlet: &Variable<'_>,
    fields: &[Field<'_>],
    decisions: &mut Decisions<'_>,
) -> Option<Hours> {
    let root = Field {
        variable: outlet.name.clone(),
        entity: outlet.entity,
        place: outlet.place.clone(),
        path: Path::default(),
        values: outlet.rows.as_slice().into(),
    };
    let holders = holders::find(fields, &root, decisions.documents);
    let holder = holders::choose(&holders, decisions)?;
    let read = read(holder, outlet, decisions)?;
    let in_order = is_unordered(&holder.field, decisions);
    let hours = Hours { in_order, only: holder.only.clone(), ..read };
    let why = match &hours.days {
        Days::Week { .. } | Days::Flat { .. } => "it has a key for each day of the week",
        Days::Spans { .. } => "its keys name days",
        Days::Flagged { .. } => "its entries have a flag for each day",
        Days::Stretches { .. } => "its entries go from one day to another",
        Days::List { .. } => "its entries have a day and two times",
        Days::Seven { .. } => "it has an element for each of seven days",
        Days::Lines { .. } => "its text names days and times",
    };
    let is_outlet = holder.field.path.is_root();
    let place = if is_outlet { "the outlet itself".to_owned() } else { holder.place() };
    decisions.record(OUTPUT, &place, why, 0.9, "");
    Some(hours)
}

/// Whether documents say that the entries stand in no order of the week.
fn is_unordered(holder: &Field<'_>, decisions: &Decisions<'_>) -> bool {
    let statements = &decisions.documents.statements;
    let of_hours = |block: usize| {
        let mut all = statements.iter().filter(|other| other.block == block);
        let words = ["hour", "opening", "weekday"];
        all.any(|other| other.names(&holder.path) || words.iter().any(|word| other.has_word(word)))
    };
    statements.iter().any(|own| UNORDERED.is_match(&own.lower) && of_hours(own.block))
}

fn read(
    holder: &Holder<'_>,
    outlet: &Variable<'_>,
    decisions: &mut Decisions<'_>,
) -> Option<Hours> {
    let there: Vec<&Value> = holder.field.filled().collect();
    let path = holder.field.path.clone();
    if there.iter().any(|value| value.is_string()) {
        return Some(Hours::new(Days::Lines { path }, Slots::text()));
    }
    if there.iter().all(|value| value.is_object()) {
        if has_span_keys(&there) {
            let days: Vec<&Value> =
                there.iter().filter_map(|week| week.as_object()).flat_map(|w| w.values()).collect();
            let slots = slots::find(&days, decisions)?;
            return Some(Hours::new(Days::Spans { path }, slots));
        }
        let numbers = number_keys(&there);
        let mut keys = week_keys(&there);
        if numbers.is_empty() {
            keys = week::whole(keys);
        } else {
            let shown: Vec<&Value> = numbers.iter().collect();
            let place = format!("{} has keys of which each", holder.place());
            let Some(Numbering::MondayIs(monday)) = days::numbering(&shown, &place, decisions)
            else {
                return None;
            };
            keys = numbers
                .iter()
                .filter_map(Value::as_str)
                .filter_map(|key| Some((key.to_owned(), days::iso(key.parse().ok()?, monday))))
                .collect();
            keys = week::whole_by_number(keys, monday);
        }
        return read_week(path, keys, &there, outlet, decisions);
    }
    let elements = holder.entries();
    if elements.iter().all(|element| element.as_str().is_some_and(|line| LINE.is_match(line))) {
        return Some(Hours::new(Days::Lines { path }, Slots::text()));
    }
    let keys = flagged(&elements);
    if !keys.is_empty() {
        let slots = slots::find(&elements, decisions)?;
        return Some(Hours::new(Days::Flagged { path, keys }, slots));
    }
    let all_objects = elements.iter().all(|element| element.is_object());
    let Some(day) = day_of(&elements).filter(|_| all_objects) else {
        let slots = slots::find(&elements, decisions)?;
        let monday = days::first_of_seven(&holder.place(), decisions)?;
        return Some(Hours::new(Days::Seven { path, monday }, slots));
    };
    if spans_days(&elements) {
        return read_stretches(holder, &elements, decisions);
    }
    let slots = slots::find(&elements, decisions)?;
    let values: Vec<&Value> = elements
        .iter()
        .filter_map(|entry| day.of(entry))
        .flat_map(|day| day.as_array().map_or_else(|| vec![day], |list| list.iter().collect()))
        .collect();
    let place = format!("{}[].{day}", holder.place());
    let numbering = days::numbering(&values, &place, decisions)?;
    Some(Hours::new(Days::List { path, day, numbering }, slots))
}

/// Entries that go from one day to another that is not the next one, open by day: the times hold on
/// each of the days.
fn read_stretches(
    holder: &Holder<'_>,
    elements: &[&Value],
    decisions: &mut Decisions<'_>,
) -> Option<Hours> {
    let (from, to) = spans::ends(elements)?;
    let slots = slots::find(elements, decisions)?;
    let Times::Bounds { open, close } = &slots.form else { return None };
    // What opens on one day and closes on another after a night is no span of equal days.
    let is_by_day = |entry: &&Value| match (open.of(entry), close.of(entry)) {
        (Some(Value::String(open)), Some(Value::String(close))) => {
            open.len() == close.len() && open < close
        }
        (Some(open), Some(close)) => open.as_f64() < close.as_f64(),
        (None, _) | (_, None) => false,
    };
    if slots.flags != Flags::default() || slots.inner.is_some() || !elements.iter().all(is_by_day) {
        return None;
    }
    let ends: Vec<&Value> =
        elements.iter().flat_map(|entry| [from.of(entry), to.of(entry)]).flatten().collect();
    let path = holder.field.path.clone();
    let numbering = days::numbering(&ends, &format!("{}[].{from}", holder.place()), decisions)?;
    Some(Hours::new(Days::Stretches { path, from, to, numbering }, slots))
}

/// Whether entries go from one day to another that is not the next one.
fn spans_days(entries: &[&Value]) -> bool {
    let iso = |value: &Value| {
        value.as_str().and_then(day_number).or_else(|| usize::try_from(value.as_u64()?).ok())
    };
    let Some((start, end)) = spans::ends(entries) else { return false };
    entries.iter().any(|entry| {
        let days = (start.of(entry).and_then(iso), end.of(entry).and_then(iso));
        matches!(days, (Some(start), Some(end)) if (end + 7 - start) % 7 > 1)
    })
}

fn read_week(
    path: Path,
    keys: Vec<(String, usize)>,
    weeks: &[&Value],
    outlet: &Variable<'_>,
    decisions: &mut Decisions<'_>,
) -> Option<Hours> {
    if keys.is_empty() {
        let keys = flat_keys(weeks);
        let times: Vec<Value> = keys
            .iter()
            .flat_map(|(open, close, _)| weeks.iter().map(move |week| (week, open, close)))
            .map(|(week, open, close)| {
                serde_json::json!({ "open": week.get(open), "close": week.get(close) })
            })
            .collect();
        let slots = slots::find(&times.iter().collect::<Vec<_>>(), decisions)?;
        let keys = week::whole_flat(keys);
        return Some(Hours::new(Days::Flat { path, keys }, slots));
    }
    let values: Vec<&Value> = keys
        .iter()
        .flat_map(|(key, _)| weeks.iter().filter_map(move |week| week.get(key)))
        .filter(|value| !value.is_null())
        .collect();
    if let Some(slots) = slots::find(&values, decisions) {
        return Some(Hours::new(Days::Week { path, keys, named_in: None }, slots));
    }
    if !values.iter().all(|value| value.is_string()) {
        return None;
    }
    let map = named_schedules(outlet, &values)?;
    let schedules: Vec<&Value> = outlet
        .rows
        .iter()
        .flatten()
        .filter_map(|row| map.of(row)?.as_object())
        .flat_map(serde_json::Map::values)
        .collect();
    let slots = slots::find(&schedules, decisions)?;
    Some(Hours::new(Days::Week { path, keys, named_in: Some(map) }, slots))
}

/// The map whose keys are the texts that the days name.
fn named_schedules(outlet: &Variable<'_>, names: &[&Value]) -> Option<Path> {
    let rows: Vec<&Value> = outlet.rows.iter().flatten().copied().collect();
    collections::find(&rows)
        .into_iter()
        .filter_map(|list| match list.levels.as_slice() {
            [level] if level.form == Form::Map => Some(level.path.clone()),
            _ => None,
        })
        .find(|path| {
            let known: Vec<&serde_json::Map<String, Value>> =
                rows.iter().filter_map(|row| path.of(row)).filter_map(Value::as_object).collect();
            names
                .iter()
                .filter_map(|name| name.as_str())
                .all(|name| known.iter().any(|map| map.contains_key(name)))
        })
}
