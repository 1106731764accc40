//! Which day is which: by name, or by a number that documents or a person explain.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::OUTPUT;
use super::spans::days_in;
use crate::pattern::pattern;
use crate::synth::matching::Decisions;

pub(super) const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// How days are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Numbering {
    /// By name.
    Names,
    /// By name, or several at once: `Mon-Fri`.
    Spans,
    /// By number; which one is Monday.
    MondayIs(u8),
}

/// The ISO number of a day's name or its abbreviation.
pub(crate) fn day_number(word: &str) -> Option<usize> {
    let small = word.trim().trim_end_matches('.').to_ascii_lowercase();
    let named = |day: &&str| {
        small.len() >= 2 && (day.starts_with(&small) || **day == small)
            || (*day == "tuesday" && small == "tues")
    };
    (small.len() <= 10).then(|| DAYS.iter().position(named))?.map(|index| index + 1)
}

/// The ISO number of a day that has this number where Monday is `monday`.
pub(super) fn iso(number: usize, monday: u8) -> usize {
    (number + 7 - usize::from(monday)) % 7 + 1
}

static DAY_IS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"\b([0-7])[`"']?\s*(?:is|=|means|:|for|as|\(|→|->|–|\|)\s*[`"']?(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b|\b(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[`"']?\s*(?:is|=|means|:|as|\(|→|->|\|)\s*(?:day |number |the number )?[`"']?([0-7])(?:[^:.\d]|$)|\b(?:from|with|at) ([0-7]), (mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b"#,
    )
});
/// The day with which the count begins: counts from 0, which is Sunday.
static FROM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:counts?|counted|counting|numbered|starts?|starting|begins?|beginning) (?:from|at|with) ([01]),? (?:which|that|and (?:that|it|this)) is (mon|sun)day\b",
    )
});
static STARTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:start(?:s|ing)?|begin(?:s|ning)?|counted|numbered)(?: with| on| at| from)? (monday|sunday)|(monday|sunday)(?:[- ]first\b| is the first| comes first)|first (?:entry |element |day |one |of them )?(?:is|=) (monday|sunday)|\b(monday|sunday) (?:to|through|until|till|-|–) (?:sunday|saturday)",
    )
});
static ISO: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"iso[- ]?(?:8601)?[- ](?:week ?day|day|number)|iso 8601 \(?1"));

/// The number of Monday by a sentence; `numbers` are those of the sample, which show whether the
/// week is counted from zero.
fn monday_in(sentence: &str, numbers: &[u64]) -> Option<u8> {
    let small = sentence.to_lowercase();
    if let Some(found) = DAY_IS.captures(&small) {
        let number: u8 = found
            .get(1)
            .or_else(|| found.get(4))
            .or_else(|| found.get(5))?
            .as_str()
            .parse()
            .ok()?;
        let day =
            day_number(found.get(2).or_else(|| found.get(3)).or_else(|| found.get(6))?.as_str())?;
        // The number of the Monday before, in a week that may end with seven.
        let monday = (i16::from(number) - i16::try_from(day).ok()? + 1).rem_euclid(7);
        return u8::try_from(monday).ok();
    }
    if let Some(found) = FROM.captures(&small) {
        let base: u8 = found.get(1)?.as_str().parse().ok()?;
        return Some(if found.get(2)?.as_str() == "mon" { base } else { base + 1 });
    }
    if ISO.is_match(&small) {
        return Some(1);
    }
    let first = STARTS.captures(&small)?.iter().skip(1).flatten().next()?.as_str().to_owned();
    let base = if numbers.contains(&0) || small.contains("zero") || small.contains("0-based") {
        0
    } else if numbers.contains(&7) || small.contains("from 1") || small.contains("from one") {
        1
    } else {
        return None;
    };
    Some(if first == "monday" { base } else { base + 1 })
}

/// How the days are written that have these values; nothing when it stays open. `place` is shown.
pub(super) fn numbering(
    values: &[&Value],
    place: &str,
    decisions: &mut Decisions<'_>,
) -> Option<Numbering> {
    if values.iter().all(|value| value.as_str().is_some_and(|day| day_number(day).is_some())) {
        return Some(Numbering::Names);
    }
    if values.iter().all(|value| value.as_str().is_some_and(|days| days_in(days).is_some())) {
        return Some(Numbering::Spans);
    }
    let numbers: Vec<u64> = values
        .iter()
        .map(|value| value.as_u64().or_else(|| value.as_str()?.trim().parse().ok()))
        .collect::<Option<_>>()?;
    if numbers.iter().any(|number| *number > 7) {
        return None;
    }
    let point = format!("{OUTPUT}[].dayOfWeek");
    let choices = [
        ("monday is 1", "1 is Monday, 7 is Sunday", 1),
        ("monday is 0", "0 is Monday, 6 is Sunday", 0),
        ("sunday is 0", "0 is Sunday, 6 is Saturday", 1),
        ("sunday is 1", "1 is Sunday, 7 is Saturday", 2),
    ];
    let mut refused = String::new();
    if let Some(answer) = decisions.answers.of(&point) {
        let chosen = choices.iter().find(|(value, label, _)| {
            answer.text() == *value || answer.text().eq_ignore_ascii_case(label)
        });
        let monday =
            chosen.map(|(_, _, monday)| *monday).or_else(|| monday_in(answer.text(), &numbers));
        if let Some(monday) = monday {
            return Some(Numbering::MondayIs(monday));
        }
        refused = format!(
            "The answer {:?} does not say which day a number is. ",
            domain::bounded(answer.text(), 80)
        );
    } else {
        let statements = &decisions.documents.statements;
        let said = statements.iter().find_map(|statement| monday_in(&statement.lower, &numbers));
        if let Some(monday) = said.or_else(|| by_example(&numbers, decisions)) {
            return Some(Numbering::MondayIs(monday));
        }
    }
    let offered: Vec<(String, String)> = choices
        .iter()
        .filter(|(value, _, _)| {
            !(numbers.contains(&0) && value.ends_with('1')
                || numbers.contains(&7) && value.ends_with('0'))
        })
        .map(|(value, label, _)| ((*value).to_owned(), (*label).to_owned()))
        .collect();
    decisions.ask(&point, &format!("{refused}{place} is a number. Which day is which?"), &offered);
    None
}

/// The only numbering under which the sample's days are those that are expected, in their order.
fn by_example(numbers: &[u64], decisions: &Decisions<'_>) -> Option<u8> {
    let expected: Vec<u64> = decisions
        .examples
        .values(&format!("{OUTPUT}[].dayOfWeek"))?
        .into_iter()
        .filter_map(Value::as_u64)
        .collect();
    let mut fitting = (0..=2_u8).filter(|monday| {
        let days = numbers.iter().map(|number| (number + 7 - u64::from(*monday)) % 7 + 1);
        days.eq(expected.iter().copied())
    });
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Some(only),
        (Some(_) | None, _) => None,
    }
}

/// With which day a list begins: the first of which is Sunday.
static BEGINS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:first|begin(?:s|ning)?|start(?:s|ing)?)(?: (?:entry|element|one|day))?(?: of (?:which|these|them|the week))?(?: (?:is|being|with|on|from))? (?:that of |the one for )?(monday|sunday)\b",
    )
});

fn begins_with(lower: &str) -> Option<usize> {
    let day = BEGINS.captures(lower)?.get(1)?;
    Some(usize::from(day.as_str() == "sunday"))
}

/// Which element of a list of seven is Monday's; asked unless said.
pub(super) fn first_of_seven(place: &str, decisions: &mut Decisions<'_>) -> Option<usize> {
    let point = format!("{OUTPUT} (first day)");
    let in_text = |text: &str| {
        let day = monday_in(text, &[0])?;
        Some(usize::from(day % 7))
    };
    let mut refused = "";
    if let Some(answer) = decisions.answers.of(&point) {
        let spoken = match answer.text().to_lowercase() {
            text if text.contains("monday") => Some(0),
            text if text.contains("sunday") => Some(1),
            text => in_text(&text),
        };
        if spoken.is_some() {
            return spoken;
        }
        refused = "The answer names no day. ";
    } else if let Some(monday) =
        decisions.documents.statements.iter().find_map(|statement| {
            begins_with(&statement.lower).or_else(|| in_text(&statement.lower))
        })
    {
        return Some(monday);
    }
    let choices = [("Monday", "Monday"), ("Sunday", "Sunday")]
        .map(|(value, label)| (value.to_owned(), label.to_owned()));
    decisions.ask(
        &point,
        &format!("{refused}{place} has an element for each of seven days. Which day is the first?"),
        &choices,
    );
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_known_by_name_and_abbreviation() {
        assert_eq!(day_number("Monday"), Some(1));
        assert_eq!(day_number("sun"), Some(7));
        assert_eq!(day_number("THURS"), Some(4));
        assert_eq!(day_number("holiday"), None);
        assert_eq!(day_number("monday_special"), None);
    }

    #[test]
    fn sentences_say_with_which_day_a_list_begins() {
        for (text, expected) in [
            (
                "`plan` has seven entries, the first of which is sunday and the last saturday",
                Some(1),
            ),
            ("the list begins with monday", Some(0)),
            ("monday comes first to mind", None),
        ] {
            assert_eq!(begins_with(text), expected, "{text}");
        }
    }

    #[test]
    fn sentences_number_the_days() {
        for (text, numbers, expected) in [
            ("`0` is Sunday", &[][..], Some(1)),
            ("Monday = 1", &[], Some(1)),
            ("1 (Monday) to 7 (Sunday)", &[], Some(1)),
            ("days run from 0 (Monday)", &[], Some(0)),
            ("runs from 1, Monday, to 7, Sunday", &[], Some(1)),
            ("1 is Sunday", &[], Some(2)),
            ("3 = Wed", &[], Some(1)),
            ("day 7 = Sunday", &[], Some(1)),
            ("The week starts on Monday", &[0, 6], Some(0)),
            ("The week starts on Sunday", &[1, 7], Some(2)),
            ("The week starts on Monday", &[1, 2], None),
            ("ISO weekday numbers", &[], Some(1)),
            ("Monday: 7:00 to 9:00", &[], None),
        ] {
            assert_eq!(monday_in(text, numbers), expected, "{text}");
        }
    }
}
