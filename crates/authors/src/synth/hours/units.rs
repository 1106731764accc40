//! In which unit times of day are written.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

use super::slots::fields;
use crate::pattern::pattern;
use crate::synth::matching::{Decisions, as_shown, name_score};
use crate::synth::path::{Path, Step};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// How a time of day is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Text, or a number such as 830.
    Clock,
    /// A number of units since midnight, of which so many are an hour.
    SinceMidnight(u32),
    /// An object of hours and minutes, where what is zero may be missing, by these keys.
    Parts { hours: &'static str, minutes: &'static str },
}

/// The keys of a time of day that is an object.
pub(super) const PARTS: [&str; 7] =
    ["hours", "minutes", "seconds", "nanos", "hour", "minute", "second"];

/// The point about the times.
pub(super) const POINT: &str = "openingHours (times)";

/// Whether times that are marked as UTC are the shop's own all the same: documents or a person say.
fn is_local(decisions: &mut Decisions<'_>) -> bool {
    let is_said = match decisions.answers.of(POINT) {
        Some(answer) => answer.text().to_lowercase().contains("own"),
        None => decisions.documents.statements.iter().any(|own| own.has_word("local")),
    };
    if !is_said && decisions.answers.of(POINT).is_none_or(|answer| !answer.is_nothing()) {
        let choices = ["they are the shop's own time", "leave them out"];
        let choices = choices.map(as_shown);
        let prompt = "The times of opening are marked as UTC, by whose clock no shop opens.";
        decisions.ask(POINT, prompt, &choices);
    }
    is_said
}

/// Hours that are multiplied before the minutes are added.
static HUNDREDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bhours? (?:times|by|x|×|\*|multiplied by) ?(?:100|a hundred|one hundred)\b|\b100 ?(?:times|x|×|\*) ?(?:the )?hours?\b",
    )
});
/// A number with the time of day that it is: 930 is 09:30.
static SHOWN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?P<number>\d{1,5})\W{0,2} ?(?:is|means|=|for|stands for|reads)\W{0,2} ?(?P<hour>\d{1,2}):(?P<minute>\d\d)\b",
    )
});

/// The unit in which documents write a time of day as a number, by an example of theirs.
fn by_example(text: &str) -> Option<Unit> {
    let read = |found: &Captures<'_>| {
        let part = |name: &str| found.name(name)?.as_str().parse::<u32>().ok();
        let (number, hour, minute) = (part("number")?, part("hour")?, part("minute")?);
        match number {
            0 => None,
            number if number == hour * 100 + minute => Some(Unit::Clock),
            number if number == hour * 60 + minute => Some(Unit::SinceMidnight(60)),
            number if number == (hour * 60 + minute) * 60 => Some(Unit::SinceMidnight(3600)),
            _ => None,
        }
    };
    SHOWN.captures_iter(text).find_map(|found| read(&found))
}

/// In which unit the times are; asked where numbers allow several.
pub(super) fn unit(times: &[&Value], decisions: &mut Decisions<'_>) -> Option<Unit> {
    if times.iter().any(|time| time.is_object()) {
        let has = |key: &str| times.iter().any(|time| time.get(key).is_some());
        let parts = if has("hour") || has("minute") {
            Unit::Parts { hours: "hour", minutes: "minute" }
        } else {
            Unit::Parts { hours: "hours", minutes: "minutes" }
        };
        return times.iter().all(|time| time.is_object()).then_some(parts);
    }
    let numbers: Vec<f64> = times.iter().filter_map(|time| time.as_f64()).collect();
    let is_utc = times.iter().any(|time| time.as_str().is_some_and(|text| text.ends_with('Z')));
    if is_utc && !is_local(decisions) {
        return None;
    }
    if numbers.is_empty() {
        return Some(Unit::Clock);
    }
    let point = POINT;
    let said = |text: &str| {
        let has = |word: &str| text.contains(word);
        // "Hours and minutes, 2400 is midnight" does not count minutes from midnight.
        let together =
            has("hours and minutes") || has("hour and minute") || HUNDREDS.is_match(text);
        let clock = together || has("hmm") || has("clock");
        match (has("minutes") && !together, has("seconds"), clock) {
            (true, false, false) => Some(Unit::SinceMidnight(60)),
            (false, true, false) => Some(Unit::SinceMidnight(3600)),
            (false, false, true) => Some(Unit::Clock),
            _ => None,
        }
    };
    if let Some(unit) =
        decisions.answers.of(point).and_then(|answer| said(&answer.text().to_lowercase()))
    {
        return Some(unit);
    }
    let shown = decisions.documents.statements.iter().find_map(|own| by_example(&own.lower));
    if shown.is_some() {
        return shown;
    }
    let documented = decisions.documents.statements.iter().find_map(|statement| {
        let is_about = ["midnight", "hmm", "clock", "hours and minutes"]
            .iter()
            .any(|word| statement.lower.contains(word))
            || HUNDREDS.is_match(&statement.lower);
        said(&statement.lower).filter(|_| is_about)
    });
    if documented.is_some() {
        return documented;
    }
    let highest = numbers.iter().copied().fold(0.0, f64::max);
    let is_whole = numbers.iter().all(|number| number.fract() == 0.0);
    let is_clock = is_whole && numbers.iter().all(|number| number % 100.0 < 60.0);
    if highest <= 24.0 {
        Some(Unit::SinceMidnight(1))
    } else if highest > 2880.0 {
        Some(Unit::SinceMidnight(3600))
    } else if !is_clock {
        Some(Unit::SinceMidnight(60))
    } else if highest > 1440.0 {
        Some(Unit::Clock)
    } else {
        let shown: Vec<String> = numbers.iter().take(2).map(ToString::to_string).collect();
        let choices = [
            ("minutes", "minutes since midnight: 540 is 09:00"),
            ("clock", "hours and minutes: 830 is 08:30"),
        ]
        .map(|(value, label)| (value.to_owned(), label.to_owned()));
        let prompt = format!("The times are numbers ({}). How are they read?", shown.join(", "));
        decisions.ask(point, &prompt, &choices);
        None
    }
}

/// The unit that the names of both times have in them: `startMinute`, `closes_at_seconds`.
pub(super) fn named(open: &Path, close: &Path) -> Option<Unit> {
    let per_hour = |path: &Path| {
        let words = vocabulary().words(path.leaf());
        let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
        match (has(&["minute", "min"]), has(&["second", "sec"])) {
            (true, false) => Some(60),
            (false, true) => Some(3600),
            (true, true) | (false, false) => None,
        }
    };
    let unit = per_hour(open)?;
    (per_hour(close) == Some(unit)).then_some(Unit::SinceMidnight(unit))
}

/// The fields of an hour and of its minute, for the two times of a record.
type Clock = (Path, Path);

/// Fields such as `openHour` and `openMinute`, `closeHour` and `closeMinute`.
pub(super) fn clocks(records: &[&Value]) -> Option<(Clock, Clock)> {
    let fields = fields(records);
    let is_within = |field: &Field<'_>, limit: u64| {
        !field.is_empty() && field.all(|value| value.as_u64().is_some_and(|n| n <= limit))
    };
    // The name of a time without its unit is that of an opening or of a closing.
    let stem = |field: &Field<'_>, units: &[&str]| -> Option<Vec<String>> {
        let mut words = vocabulary().words(field.path.leaf());
        let at = words.iter().position(|word| units.contains(&word.as_str()))?;
        words.remove(at);
        Some(words)
    };
    let clock = |names: &str| {
        fields.iter().filter(|field| is_within(field, 24)).find_map(|hour| {
            let words = stem(hour, &["hour"])?;
            let bare = Path::default().then(Step::Key(words.join(" ")));
            let is_called = name_score(&Field { path: bare, ..hour.clone() }, names) > 0.5;
            let minute = fields.iter().find(|field| {
                field.path.parent() == hour.path.parent()
                    && is_within(field, 59)
                    && stem(field, &["minute", "min"]).is_some_and(|other| other == words)
            })?;
            is_called.then(|| (hour.path.clone(), minute.path.clone()))
        })
    };
    Some((clock("open")?, clock("close")?))
}
