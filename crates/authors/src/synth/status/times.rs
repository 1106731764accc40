//! Points in time and how they are written.
//!
//! A date without a zone is never taken for UTC: a zone comes from the text, from a field beside it,
//! from documents or from a person.

use std::sync::LazyLock;

use chrono::{DateTime, Offset as _, TimeZone as _, Utc};
use chrono_tz::Tz;
use regex::Regex;
use serde_json::Value;

use crate::js;
use crate::pattern::pattern;
use crate::synth::emit::{Helper, Script};
use crate::synth::kind::number;
use crate::synth::matching::Decisions;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

const OUTPUT: &str = "occurredAt";
const POINT: &str = "occurredAt (time zone)";

/// How a field writes a point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Writing {
    /// As the contract wants it.
    Rfc3339,
    /// A date and time with an offset in another form: `2026-01-31 12:30:00+0200`.
    Offset,
    /// So many units since 1970 are a second; whether decimals that are zero are left out.
    Since1970 { per_second: u32, is_whole: bool },
    /// `/Date(1769862600000+0100)/`.
    DotNet,
    /// `Sat, 31 Jan 2026 12:30:00 +0100`.
    Rfc2822,
    /// A date and time without a zone.
    Local(Zone),
}

/// Where the zone of a local time comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Zone {
    /// The same offset the whole year, such as `Z` or `+08:00`, and who says so.
    Fixed(String),
    /// The expression of a field beside it that holds an offset.
    Field(String),
}

/// Words for the zone without an offset at the end of a name.
const UTC: [&str; 2] = ["utc", "gmt"];

/// From 2001 to 2096 in seconds: numbers elsewhere are no times.
const SECONDS: std::ops::Range<f64> = 1.0e9..4.0e9;

static OFFSET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\d{4}-?\d{2}-?\d{2}[T ]\d{2}:?\d{2}(?::?\d{2}(?:\.\d+)?)? ?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)$",
    )
});
static LOCAL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\d{4}[-/]?\d{2}[-/]?\d{2}[T ]\d{2}:?\d{2}(?::?\d{2}(?:\.\d+)?)?$"));
/// All digits of a date and a time in a row, as text or as a number.
static COMPACT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$")
});
static DOT_NET: LazyLock<Regex> = LazyLock::new(|| pattern(r"^/Date\((-?\d+)([+-]\d{4})?\)/$"));
static OFFSET_WORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)(?:utc|gmt)\s*([+-]\s?\d{1,2}(?::?\d{2})?)|(?:^|[\s`(])([+-]\d{2}:\d{2})\b")
});
static ZONE_WORD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?\b"));

/// The contract's form.
pub(super) fn is_rfc3339(value: &Value) -> bool {
    value.as_str().is_some_and(|text| DateTime::parse_from_rfc3339(text).is_ok())
}

fn is_text(field: &Field<'_>, test: impl Fn(&str) -> bool) -> bool {
    field.all(|value| value.as_str().is_some_and(|text| test(text.trim())))
}

fn is_compact(value: &Value) -> bool {
    match value {
        Value::String(text) => COMPACT.is_match(text.trim()),
        Value::Number(number) => COMPACT.is_match(&number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

/// The form of the field's values but for a zone that may be missing; nothing when they are no
/// points in time.
fn form(field: &Field<'_>) -> Option<Writing> {
    let within = |scale: f64| {
        field.all(|value| number(value).is_some_and(|n| SECONDS.contains(&(n / scale))))
    };
    if field.is_empty() {
        None
    } else if field.all(is_rfc3339) && is_text(field, |text| text.contains('T')) {
        Some(Writing::Rfc3339)
    } else if is_text(field, |text| OFFSET.is_match(text)) {
        Some(Writing::Offset)
    } else if is_text(field, |text| DOT_NET.is_match(text)) {
        Some(Writing::DotNet)
    } else if is_text(field, |text| DateTime::parse_from_rfc2822(text).is_ok()) {
        Some(Writing::Rfc2822)
    } else if is_text(field, |text| LOCAL.is_match(text)) || field.all(is_compact) {
        Some(Writing::Local(Zone::Fixed(String::new())))
    } else {
        [1, 1_000, 1_000_000]
            .into_iter()
            .find(|scale| within(f64::from(*scale)))
            .map(|per_second| Writing::Since1970 { per_second, is_whole: false })
    }
}

/// Whether the field's values are points in time.
pub(super) fn is_moment(field: &Field<'_>) -> bool {
    form(field).is_some()
}

/// Whether the field's values are points in time and its name says so too: no id is.
pub(super) fn is_called_a_time(field: &Field<'_>) -> bool {
    const ENDS: [&str; 9] =
        ["time", "timestamp", "stamp", "date", "at", "on", "ts", "created", "updated"];
    let words = vocabulary().words(field.path.leaf());
    words.last().is_some_and(|word| ENDS.contains(&word.as_str())) && is_moment(field)
}

/// Whether another field writes the same moments as time since 1970, or with a zone, that this one
/// writes by a clock of some zone: it leaves nothing open.
pub(super) fn is_clearer(other: &Field<'_>, local: &Field<'_>) -> bool {
    const QUARTER: i64 = 15 * 60;
    const DAY: i64 = 24 * 60 * 60;
    if !matches!(form(local), Some(Writing::Local(_))) || other.path.parent() != local.path.parent()
    {
        return false;
    }
    let per_second = match form(other) {
        Some(Writing::Since1970 { per_second, .. }) => f64::from(per_second),
        Some(Writing::Rfc3339) => 1.0,
        _ => return false,
    };
    let mut pairs = other.values.iter().zip(local.values.iter()).peekable();
    pairs.peek().is_some()
        && pairs.all(|(other, local)| {
            let seconds = other.and_then(|value| instant(value, per_second));
            let clock = local.and_then(Value::as_str).and_then(clock);
            seconds.zip(clock).is_some_and(|(seconds, clock)| {
                (seconds - clock).abs() < DAY && (seconds - clock) % QUARTER == 0
            })
        })
}

/// Whether a field is called like a local time beside it, and that it is in UTC: `changed_gmt`.
pub(super) fn is_of_utc(other: &Field<'_>, local: &Field<'_>) -> bool {
    let (own, words) =
        (vocabulary().words(local.path.leaf()), vocabulary().words(other.path.leaf()));
    let rest = words.strip_prefix(own.as_slice()).unwrap_or_default();
    other.is_beside(local) && matches!(rest, [zone] if UTC.contains(&zone.as_str()))
}

#[expect(clippy::cast_possible_truncation, reason = "seconds of our time")]
fn instant(value: &Value, per_second: f64) -> Option<i64> {
    if let Some(text) = value.as_str()
        && let Ok(at) = DateTime::parse_from_rfc3339(text)
    {
        return Some(at.timestamp());
    }
    Some((number(value)? / per_second) as i64)
}

fn clock(text: &str) -> Option<i64> {
    let text = text.trim().replace('/', "-").replace('T', " ");
    let read = |form| chrono::NaiveDateTime::parse_from_str(&text, form).ok();
    let at = read("%Y-%m-%d %H:%M:%S%.f")
        .or_else(|| read("%Y%m%d %H:%M:%S%.f"))
        .or_else(|| read("%Y%m%d%H%M%S"))?;
    Some(at.and_utc().timestamp())
}

/// How the field's values are written. A local time without a zone is asked about: nothing then,
/// as when it is left out.
pub(super) fn writing(
    field: &Field<'_>,
    fields: &[Field<'_>],
    decisions: &mut Decisions<'_>,
) -> Option<Writing> {
    match form(field)? {
        Writing::Local(_) => zone(field, fields, decisions).map(Writing::Local),
        Writing::Since1970 { per_second, is_whole } => {
            // The contract leaves open whether decimals that are zero are written: as the
            // language does, unless the samples expect another form.
            let expected = decisions.examples.values(super::OCCURRED.output).unwrap_or_default();
            let mut shown = expected.into_iter().filter_map(Value::as_str).peekable();
            let is_whole = match shown.peek() {
                Some(_) => shown.all(|text| !text.contains('.')),
                None => is_whole,
            };
            Some(Writing::Since1970 { per_second, is_whole })
        }
        other => Some(other),
    }
}

fn zone(field: &Field<'_>, fields: &[Field<'_>], decisions: &mut Decisions<'_>) -> Option<Zone> {
    let year = field.filled().find_map(|value| value.as_str()?.get(..4)?.parse().ok());
    let mut why = String::new();
    if let Some(answer) = decisions.answers.of(POINT) {
        if answer.is_nothing() {
            return None;
        }
        match fixed_in(answer.text(), year) {
            Said::Offset(offset) => return Some(Zone::Fixed(offset)),
            Said::Changes(zone) => why = changes(&zone),
            Said::Nothing => {
                why = format!(
                    "The answer {:?} names no offset. ",
                    domain::bounded(answer.text(), 80)
                );
            }
        }
    }
    if why.is_empty() {
        let words = vocabulary().words(field.path.leaf());
        if words.len() > 1 && words.last().is_some_and(|last| UTC.contains(&last.as_str())) {
            return Some(Zone::Fixed("Z".to_owned()));
        }
        if let Some(beside) = offset_beside(field, fields) {
            return Some(Zone::Field(beside.js()));
        }
        let about = decisions.documents.statements.iter().filter(|statement| {
            statement.names(&field.path)
                || (statement.terms.is_empty()
                    && ["time", "date", "timestamp", "timezone", "datetime"]
                        .iter()
                        .any(|word| statement.has_word(word)))
        });
        // The next sentence may go on about it: we give it with +05:30.
        let goes_on = decisions.documents.in_a_row().filter(|(own, next)| {
            own.names(&field.path) && next.terms.is_empty() && next.has_word("it")
        });
        let about = about.chain(goes_on.map(|(_, next)| next));
        for statement in about {
            // Of several times each has its own zone.
            let said = if statement.terms.len() > 1 {
                let (before, after) = statement.as_written(&field.path);
                format!("{before}{after}")
            } else {
                statement.text.clone()
            };
            match fixed_in(&said, year) {
                Said::Offset(offset) => return Some(Zone::Fixed(offset)),
                Said::Changes(zone) => why = changes(&zone),
                Said::Nothing => {}
            }
        }
    }
    let prompt = format!(
        "{why}{} is a local time ({}) and nothing says in which zone. Answer with its offset, such \
         as +08:00 or UTC, or leave it out.",
        field.place(),
        field.examples()
    );
    let choices = [("UTC", "UTC"), ("leave it out", "leave it out")]
        .map(|(value, label)| (value.to_owned(), label.to_owned()));
    decisions.ask(POINT, &prompt, &choices);
    let known = decisions.provenance.iter_mut().find(|known| known.field == OUTPUT);
    if let Some(known) = known {
        known.confidence = known.confidence.min(0.5);
    }
    None
}

fn changes(zone: &str) -> String {
    format!("{zone} changes its offset in the year, which a script cannot know without a table. ")
}

/// What a text says of a zone.
enum Said {
    Offset(String),
    /// A zone with summer time.
    Changes(String),
    Nothing,
}

/// The offset that a text names: UTC, `UTC+8`, `+08:00`, or a zone without summer time.
fn fixed_in(text: &str, year: Option<i32>) -> Said {
    if let Some(name) = ZONE_WORD.find(text)
        && let Ok(zone) = name.as_str().parse::<Tz>()
    {
        return fixed(zone, year.unwrap_or(2026))
            .map_or_else(|| Said::Changes(name.as_str().to_owned()), Said::Offset);
    }
    let offset = OFFSET_WORD
        .captures(text)
        .and_then(|found| found.get(1).or_else(|| found.get(2)))
        .and_then(|found| canonical(found.as_str()));
    let is_utc = text
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "UTC" | "utc" | "GMT" | "Zulu"));
    let is_relative = text.contains("offset") && offset.is_none();
    match offset {
        Some(offset) => Said::Offset(offset),
        None if is_utc && !is_relative => Said::Offset("Z".to_owned()),
        None => Said::Nothing,
    }
}

/// `+8` and `+0800` as `+08:00`.
fn canonical(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !matches!(c, ' ' | ':')).collect();
    let (sign, digits) = compact.split_at_checked(1)?;
    let (hours, minutes) = digits.split_at_checked(digits.len().min(2))?;
    let hours: u8 = hours.parse().ok()?;
    let minutes: u8 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    (hours <= 14 && minutes < 60).then(|| format!("{sign}{hours:02}:{minutes:02}"))
}

/// The offset of a zone that keeps one all through the years around.
fn fixed(zone: Tz, year: i32) -> Option<String> {
    let offset = |year: i32, month: u32| {
        let at: DateTime<Utc> = Utc.with_ymd_and_hms(year, month, 1, 0, 0, 0).single()?;
        Some(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc())
    };
    let mut all = (year..=year + 5).flat_map(|year| (1..=12).map(move |month| offset(year, month)));
    let first = all.next().flatten()?;
    let is_same = all.all(|other| other == Some(first));
    let minutes = first.abs() / 60;
    let sign = if first < 0 { '-' } else { '+' };
    is_same.then(|| match first {
        0 => "Z".to_owned(),
        _ => format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60),
    })
}

/// A field beside the time that holds its offset as `+08:00` or `+0800`.
fn offset_beside<'f, 'a>(field: &Field<'_>, fields: &'f [Field<'a>]) -> Option<&'f Field<'a>> {
    let is_offset = |text: &str| {
        text.starts_with(['+', '-']) && text.len() >= 5 && canonical(text).is_some() || text == "Z"
    };
    fields.iter().find(|other| {
        let words = vocabulary().words(other.path.leaf());
        other.path.parent() == field.path.parent()
            && !other.is_empty()
            && words.iter().any(|word| matches!(word.as_str(), "offset" | "timezone" | "zone"))
            && is_text(other, is_offset)
    })
}

/// Writes `occurredAt`.
pub(super) fn write(field: &Field<'_>, writing: &Writing, script: &mut Script) {
    let (read, place) = (field.js(), js::text(&field.place()));
    let (value, note, helper) = match writing {
        Writing::Rfc3339 => (format!("text({read})"), String::new(), Helper::Text),
        Writing::Offset => (
            format!("zoned({read}, \"\", {place})"),
            ", with its own offset".to_owned(),
            Helper::Zoned,
        ),
        Writing::Since1970 { per_second, is_whole } => {
            let (value, unit) = match per_second {
                1 => (format!("moment({read}, 1000, {place})"), "seconds"),
                1_000 => (format!("moment({read}, 1, {place})"), "milliseconds"),
                _ => (format!("moment({read}, 0.001, {place})"), "microseconds"),
            };
            let whole = if *is_whole { "?.replace(\".000Z\", \"Z\")" } else { "" };
            (format!("{value}{whole}"), format!(", {unit} since 1970"), Helper::Moment)
        }
        Writing::DotNet => (
            format!("dotNetDate({read}, {place})"),
            ", milliseconds since 1970 in a .NET date".to_owned(),
            Helper::DotNetDate,
        ),
        Writing::Rfc2822 => (
            format!("mailDate({read}, {place})"),
            ", a date as in mail".to_owned(),
            Helper::MailDate,
        ),
        Writing::Local(Zone::Fixed(offset)) => {
            let name = if offset == "Z" { "UTC" } else { offset };
            (
                format!("zoned({read}, {}, {place})", js::text(offset)),
                format!(", a local time at {name}"),
                Helper::Zoned,
            )
        }
        Writing::Local(Zone::Field(offset)) => (
            format!("zoned({read}, {offset}, {place})"),
            ", a local time at the offset beside it".to_owned(),
            Helper::Zoned,
        ),
    };
    script.uses(helper);
    script.comment(&format!("{}{note}", field.place()));
    script.line(format!("occurredAt: {value},"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match fixed_in(text, Some(2026)) {
            Said::Offset(offset) => offset,
            Said::Changes(zone) => format!("{zone} changes"),
            Said::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn a_text_names_an_offset_or_a_zone_that_keeps_one() {
        for (text, expected) in [
            ("all times are in UTC", "Z"),
            ("times are UTC+8", "+08:00"),
            ("local time (-03:30)", "-03:30"),
            ("in Asia/Singapore time", "+08:00"),
            ("Europe/Berlin", "Europe/Berlin changes"),
            ("the offset from UTC is beside it", "nothing"),
            ("local time of the shop", "nothing"),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }
}
