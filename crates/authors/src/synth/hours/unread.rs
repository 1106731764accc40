//! Hours in a form that is not understood are not left out without a word.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{OUTPUT, holders, units};
use crate::pattern::pattern;
use crate::synth::answers::Answer;
use crate::synth::matching::{Decisions, is_strange};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// Words in the names of what holds hours.
const NAMES: [&str; 10] = [
    "hour",
    "opening",
    "schedule",
    "calendar",
    "timetable",
    "availability",
    "trading",
    "shift",
    "working",
    "weekday",
];

/// Two times of day, as in a span or beside each other.
static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b\d{1,2}[:.h]\d{2}\b[^0-9]{1,12}\d{1,2}[:.h]\d{2}\b|\b\d{1,2}\s?[ap]m\b.{1,12}\b\d{1,2}\s?[ap]m\b",
    )
});
static TIME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:.*[ T])?(?:[01]?\d|2[0-4])[:.]?[0-5]\d(?::[0-5]\d)?$"));

/// Asks about what seems to hold the hours where none were read.
pub(crate) fn ask_about_others(fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    let points = [OUTPUT, holders::POINT, units::POINT];
    let is_nothing = |point: &&str| decisions.answers.of(point).is_some_and(Answer::is_nothing);
    let is_left_out = points.iter().any(is_nothing);
    let is_open = decisions.open.iter().any(|point| point.field.starts_with(OUTPUT));
    if is_left_out || is_open || decisions.examples.lack(OUTPUT) {
        return;
    }
    let Some(field) = fields.iter().find(|field| !is_strange(field) && may_be_hours(field)) else {
        return;
    };
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
    let leave = "leave them out".to_owned();
    decisions.ask(OUTPUT, &prompt, &[(leave.clone(), leave)]);
}

/// Whether a name or times of day within make one wonder.
fn may_be_hours(field: &Field<'_>) -> bool {
    let words = vocabulary().words(field.path.leaf());
    let is_named = words.iter().any(|word| NAMES.contains(&word.as_str()));
    field.filled().any(|value| (is_named && is_filled(value)) || has_span(value))
}

fn is_filled(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(|c: char| c.is_ascii_digit()),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => fields.values().any(|inner| is_filled(inner) || inner.is_number()),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether there is a span of times in it: in one text, or as two times of one record.
fn has_span(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() < 400 && TIMES.is_match(text),
        Value::Array(items) => items.iter().any(has_span),
        Value::Object(fields) => {
            let is_time = |value: &&Value| value.as_str().is_some_and(|text| is_clock(text.trim()));
            fields.values().filter(is_time).count() >= 2 || fields.values().any(has_span)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A time of day; one with the date of a record's making is none.
fn is_clock(text: &str) -> bool {
    text.contains(':') && text.len() <= 8 && TIME.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_span_is_seen_in_a_text_and_in_a_record() {
        for value in [
            json!("weekdays 9:00 - 17:00"),
            json!([{"a": {"x": "09:00", "y": "17:30:00"}}]),
            json!("noon to late, 11 am til 9 pm"),
        ] {
            assert!(has_span(&value), "{value}");
        }
        for value in [
            json!({"made": "2026-01-01T10:00:00Z", "changed": "2026-01-01T11:00:00Z"}),
            json!("Kai 1, 24103 Kiel"),
            json!({"phone": "12:34", "x": 1}),
        ] {
            assert!(!has_span(&value), "{value}");
        }
    }
}
