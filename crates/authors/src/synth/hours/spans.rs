//! Days that are written together: `Mon-Fri`, `Sat & Sun`, `weekdays`; from one day to another; or as
//! a flag for each day.

use serde_json::Value;

use super::days::day_number;
use super::slots;
use crate::synth::collections;
use crate::synth::path::Path;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

const WEEK: usize = 7;

/// The ISO numbers of the days that a text names; nothing where it says anything else.
pub(super) fn days_in(text: &str) -> Option<Vec<usize>> {
    let small = text.trim().to_lowercase();
    // A day may be named by an address, as `https://schema.org/Monday`.
    let name = small.rsplit("://").next().filter(|_| small.contains("://"));
    let small = name.and_then(|name| name.rsplit('/').next()).unwrap_or(&small);
    match small {
        "daily" | "everyday" | "every day" | "all days" | "all week" => {
            return Some((1..=WEEK).collect());
        }
        "" => return None,
        _ => {}
    }
    let mut days = Vec::new();
    for part in small.replace(" and ", ",").split([',', ';', '&', '+', '/']) {
        let part = part.trim().replace(['–', '—'], "-").replace(" to ", "-");
        match part.replace(['_', '-'], "-").split('-').map(str::trim).collect::<Vec<_>>().as_slice()
        {
            ["weekday" | "weekdays"] => days.extend(1..=5),
            ["weekend" | "weekends"] => days.extend(6..=WEEK),
            [one] => days.push(day_number(one)?),
            [first, last] => days.extend(from_to(day_number(first)?, day_number(last)?)),
            _ => return None,
        }
    }
    Some(days)
}

/// The days from one to another, over the end of the week where the second comes first.
fn from_to(first: usize, last: usize) -> impl Iterator<Item = usize> {
    let more = (last + WEEK - first) % WEEK;
    (0..=more).map(move |step| (first - 1 + step) % WEEK + 1)
}

/// Whether a text names days and is no plain day's name.
pub(super) fn is_span(text: &str) -> bool {
    day_number(text).is_none() && days_in(text).is_some()
}

/// Whether the keys of all objects name days, and some of them several at once.
pub(super) fn has_span_keys(weeks: &[&Value]) -> bool {
    let keys = collections::keys(weeks);
    let is_holding = |value: &Value| !matches!(value, Value::Number(_) | Value::Bool(_));
    keys.iter().all(|key| days_in(key).is_some())
        && keys.iter().any(|key| is_span(key))
        && weeks
            .iter()
            .all(|week| week.as_object().is_some_and(|fields| fields.values().all(is_holding)))
}

/// The keys of entries that have a flag for each day, with their ISO days.
pub(super) fn flagged(entries: &[&Value]) -> Vec<(String, usize)> {
    let is_flag = |value: &Value| value.is_boolean() || matches!(value.as_u64(), Some(0 | 1));
    let days: Vec<(String, usize)> = collections::keys(entries)
        .into_iter()
        .filter_map(|key| day_number(&key).map(|day| (key, day)))
        .collect();
    let are_flags = days.iter().all(|(key, _)| {
        entries
            .iter()
            .all(|entry| entry.get(key).is_none_or(|value| is_flag(value) || value.is_null()))
    });
    if days.len() == WEEK && are_flags { days } else { Vec::new() }
}

/// Two days of each entry: from the one to the other.
pub(super) fn ends(entries: &[&Value]) -> Option<(Path, Path)> {
    let fields = slots::fields(entries);
    let of = |first: &[&str]| {
        fields.iter().find(|field: &&Field<'_>| {
            let words: Vec<String> =
                field.path.keys().iter().flat_map(|key| vocabulary().words(key)).collect();
            words.last().is_some_and(|last| last == "day" || last == "weekday")
                && words.first().is_some_and(|word| first.contains(&word.as_str()))
        })
    };
    let from = of(&["open", "opening", "opened", "start", "from", "begin"])?;
    Some((
        from.path.clone(),
        of(&["close", "closing", "closed", "end", "to", "until"])?.path.clone(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_name_days_alone_together_and_from_one_to_another() {
        for (text, expected) in [
            ("Mon-Fri", &[1, 2, 3, 4, 5][..]),
            ("Monday to Wednesday", &[1, 2, 3]),
            ("SAT_MON", &[6, 7, 1]),
            ("Tue, Thu & Sat", &[2, 4, 6]),
            ("weekdays", &[1, 2, 3, 4, 5]),
            ("Weekend", &[6, 7]),
            ("Fri", &[5]),
            ("https://schema.org/Tuesday", &[2]),
        ] {
            assert_eq!(days_in(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "holidays", "Mon-holiday", "9-5", "note"] {
            assert_eq!(days_in(text), None, "{text}");
        }
        assert!(is_span("Mon-Fri") && !is_span("Mon"));
    }
}
