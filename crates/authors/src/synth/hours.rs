//! Opening hours, in the forms in which vendors give them: a key for each day, a list of days, a
//! list of seven, two fields for each day, or text, given there or by reference.

mod days;
mod slots;
mod week;
mod writing;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::answers::Answer;
use super::collections::{self, Form};
use super::matching::Decisions;
use super::path::Path;
use super::scope::{Field, Variable};
use super::vocabulary::vocabulary;
use crate::pattern::pattern;
use days::{Numbering, day_number};
use slots::Slots;
use week::{flat_keys, number_keys, week_keys};

pub(crate) use writing::write;

const OUTPUT: &str = "openingHours";

/// Where the hours stand.
#[derive(Debug)]
pub(crate) struct Hours {
    /// Whether documents ask for the order of the week, whatever that of the entries is.
    in_order: bool,
    days: Days,
    slots: Slots,
}

#[derive(Debug)]
enum Days {
    /// An object with a key for each day, which holds the day's hours or names them.
    Week { path: Path, keys: Vec<(String, usize)>, named_in: Option<Path> },
    /// A list of entries with a day, or a list of days.
    List { path: Path, day: Path, numbering: Numbering },
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

/// Hours that are not those of the shop itself.
const OTHERS: [&str; 10] = [
    "delivery",
    "pickup",
    "takeaway",
    "collection",
    "special",
    "holiday",
    "exception",
    "kitchen",
    "happy",
    "staff",
];

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
    let holders: Vec<&Field<'_>> =
        fields.iter().chain(Some(&root)).filter(|field| looks_like_hours(field)).collect();
    let holder = choose(&holders, decisions)?;
    let read = read(holder, outlet, decisions)?;
    let hours = Hours { in_order: is_unordered(holder, decisions), ..read };
    let why = match &hours.days {
        Days::Week { .. } | Days::Flat { .. } => "it has a key for each day of the week",
        Days::List { .. } => "its entries have a day and two times",
        Days::Seven { .. } => "it has an element for each of seven days",
        Days::Lines { .. } => "its text names days and times",
    };
    let place = if holder.path.is_root() { "the outlet itself".to_owned() } else { holder.place() };
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

/// The holder of the shop's own hours among those that look like hours.
fn choose<'f, 'a>(
    holders: &[&'f Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<&'f Field<'a>> {
    const POINT: &str = "openingHours (where)";
    let words = |field: &Field<'_>| -> Vec<String> {
        field.path.keys().iter().flat_map(|key| vocabulary().words(key)).collect()
    };
    let is_of_others =
        |field: &Field<'_>| words(field).iter().any(|word| OTHERS.contains(&word.as_str()));
    let own: Vec<&'f Field<'a>> =
        holders.iter().copied().filter(|field| !is_of_others(field)).collect();
    if let [only] = own.as_slice() {
        return Some(only);
    }
    let offered = if own.is_empty() { holders } else { own.as_slice() };
    if let Some(answer) = decisions.answers.of(POINT)
        && let Some(field) = offered.iter().find(|field| answer.names(&field.place()))
    {
        return Some(field);
    }
    let mut named = own.iter().filter(|field| {
        words(field).iter().any(|word| matches!(word.as_str(), "opening" | "business" | "regular"))
    });
    if let (Some(only), None) = (named.next(), named.next()) {
        return Some(only);
    }
    if offered.is_empty() || decisions.answers.of(POINT).is_some_and(Answer::is_nothing) {
        return None;
    }
    let mut choices: Vec<(String, String)> =
        offered.iter().map(|field| (field.place(), field.place())).collect();
    choices.push(("leave them out".to_owned(), "leave them out".to_owned()));
    decisions.ask(POINT, "Which of these are the opening hours?", &choices);
    None
}

/// Whether the values have the outward form of hours. The times in them are read later.
fn looks_like_hours(field: &Field<'_>) -> bool {
    let there: Vec<&Value> = field.filled().collect();
    if there.is_empty() {
        return false;
    }
    if there.iter().all(|value| value.is_string()) {
        return there.iter().all(|value| value.as_str().is_some_and(|text| LINE.is_match(text)));
    }
    let is_named = vocabulary()
        .words(field.path.leaf())
        .iter()
        .any(|word| matches!(word.as_str(), "hour" | "opening" | "schedule" | "time" | "week"));
    if there.iter().all(|value| value.is_object()) {
        return !week_keys(&there).is_empty()
            || !flat_keys(&there).is_empty()
            || (!number_keys(&there).is_empty() && is_named);
    }
    let elements: Vec<&Value> = there.iter().filter_map(|list| list.as_array()).flatten().collect();
    let is_lines = !elements.is_empty()
        && elements.iter().all(|line| line.as_str().is_some_and(|text| LINE.is_match(text)));
    let has_days =
        || elements.iter().all(|element| element.is_object()) && day_of(&elements).is_some();
    let is_seven =
        is_named && there.iter().all(|list| list.as_array().is_some_and(|list| list.len() == 7));
    is_lines || (!elements.is_empty() && has_days()) || is_seven
}

/// The day of each entry: a name, a number or a list of those.
fn day_of(entries: &[&Value]) -> Option<Path> {
    let is_day = |value: &Value| {
        value.as_str().is_some_and(|text| day_number(text).is_some() || text.len() == 1)
            || value.as_u64().is_some_and(|number| number <= 7)
    };
    let fits = |value: &Value| {
        is_day(value) || value.as_array().is_some_and(|list| list.iter().all(is_day))
    };
    slots::best(entries, "day", fits).or_else(|| {
        // Whatever it is called: all its values are names of days.
        let is_name = |value: &Value| value.as_str().is_some_and(|text| day_number(text).is_some());
        slots::fields(entries)
            .into_iter()
            .find(|field| field.is_always_there() && field.all(is_name))
            .map(|field| field.path)
    })
}

fn read(holder: &Field<'_>, outlet: &Variable<'_>, decisions: &mut Decisions<'_>) -> Option<Hours> {
    let there: Vec<&Value> = holder.filled().collect();
    let path = holder.path.clone();
    if there.iter().any(|value| value.is_string()) {
        return Some(Hours { in_order: false, days: Days::Lines { path }, slots: Slots::text() });
    }
    if there.iter().all(|value| value.is_object()) {
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
    let elements: Vec<&Value> = there.iter().filter_map(|list| list.as_array()).flatten().collect();
    if elements.iter().all(|element| element.as_str().is_some_and(|line| LINE.is_match(line))) {
        return Some(Hours { in_order: false, days: Days::Lines { path }, slots: Slots::text() });
    }
    let all_objects = elements.iter().all(|element| element.is_object());
    let Some(day) = day_of(&elements).filter(|_| all_objects) else {
        let slots = slots::find(&elements, decisions)?;
        let monday = days::first_of_seven(&holder.place(), decisions)?;
        return Some(Hours { in_order: false, days: Days::Seven { path, monday }, slots });
    };
    if spans_days(&elements) {
        return None;
    }
    let slots = slots::find(&elements, decisions)?;
    let values: Vec<&Value> = elements
        .iter()
        .filter_map(|entry| day.of(entry))
        .flat_map(|day| day.as_array().map_or_else(|| vec![day], |list| list.iter().collect()))
        .collect();
    let place = format!("{}[].{day}", holder.place());
    let numbering = days::numbering(&values, &place, decisions)?;
    Some(Hours { in_order: false, days: Days::List { path, day, numbering }, slots })
}

/// Whether entries go from one day to another that is not the next one.
fn spans_days(entries: &[&Value]) -> bool {
    let iso = |value: &Value| {
        value.as_str().and_then(day_number).or_else(|| usize::try_from(value.as_u64()?).ok())
    };
    let fields = slots::fields(entries);
    let of = |first: &[&str]| {
        fields.iter().find(|field| {
            let words: Vec<String> =
                field.path.keys().iter().flat_map(|key| vocabulary().words(key)).collect();
            words.last().is_some_and(|last| last == "day")
                && words.first().is_some_and(|word| first.contains(&word.as_str()))
        })
    };
    let (Some(start), Some(end)) =
        (of(&["open", "start", "from", "begin"]), of(&["close", "end", "to", "until"]))
    else {
        return false;
    };
    start.values.iter().zip(end.values.iter()).any(|(start, end)| {
        let days = (start.and_then(iso), end.and_then(iso));
        !matches!(days, (Some(start), Some(end)) if (end + 7 - start) % 7 <= 1)
            && days.0.is_some()
            && days.1.is_some()
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
        return Some(Hours { in_order: false, days: Days::Flat { path, keys }, slots });
    }
    let values: Vec<&Value> = keys
        .iter()
        .flat_map(|(key, _)| weeks.iter().filter_map(move |week| week.get(key)))
        .filter(|value| !value.is_null())
        .collect();
    if let Some(slots) = slots::find(&values, decisions) {
        return Some(Hours {
            in_order: false,
            days: Days::Week { path, keys, named_in: None },
            slots,
        });
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
    Some(Hours { in_order: false, days: Days::Week { path, keys, named_in: Some(map) }, slots })
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

/// Hours in a form that is not understood are not left out without a word.
pub(crate) fn ask_about_others(fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    let filled = |value: &Value| {
        value.as_array().is_some_and(|list| !list.is_empty())
            || value.as_object().is_some_and(|map| !map.is_empty())
            || value.as_str().is_some_and(|text| text.contains(|c: char| c.is_ascii_digit()))
    };
    let named = fields.iter().find(|field| {
        let words = vocabulary().words(field.path.leaf());
        words.iter().any(|word| matches!(word.as_str(), "hour" | "opening" | "schedule"))
            && field.filled().any(filled)
    });
    let is_left_out = decisions.answers.of(OUTPUT).is_some_and(Answer::is_nothing)
        || decisions.answers.of("openingHours (where)").is_some_and(Answer::is_nothing);
    if let Some(field) = named
        && !is_left_out
        && !decisions.examples.lack(OUTPUT)
        && decisions.open.iter().all(|point| !point.field.starts_with(OUTPUT))
    {
        let refused = decisions.answers.of(OUTPUT).map_or(String::new(), |answer| {
            format!(
                "The answer {:?} describes no form that is known. ",
                domain::bounded(answer.text(), 80)
            )
        });
        let prompt = format!(
            "{refused}{} seems to hold opening hours in a form that is not known ({}). Leave them out?",
            field.place(),
            field.examples()
        );
        decisions.ask(
            OUTPUT,
            &prompt,
            &[("leave them out".to_owned(), "leave them out".to_owned())],
        );
    }
}
