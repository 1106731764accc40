//! Opening hours: by the day's name or as a list of days, given there or by reference.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::collections::{self, Form};
use super::emit::{Helper, Script};
use super::matching::{Decisions, name_score};
use super::path::Path;
use super::scope::{self, Field, Variable};
use super::vocabulary::{Entity, vocabulary};
use crate::js;

const OUTPUT: &str = "openingHours";
const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Where the hours stand.
#[derive(Debug)]
pub(crate) struct Hours {
    days: Days,
    open: Path,
    close: Path,
}

#[derive(Debug)]
enum Days {
    /// An object with a key for each day, which holds the day's hours or names them.
    Week { path: Path, keys: Vec<(String, usize)>, named_in: Option<Path> },
    /// A list of entries with a day.
    List { path: Path, day: Path, numbering: Numbering },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Names,
    /// The number of Monday, and how many numbers the week has before it starts anew at Sunday.
    MondayIs(u8),
}

/// The ISO number of a day's name or its abbreviation.
fn day_number(word: &str) -> Option<usize> {
    let small = word.to_ascii_lowercase();
    let named = |day: &&str| {
        small.len() >= 2 && (day.starts_with(&small) || **day == small || small.starts_with(day))
    };
    (small.len() <= 10).then(|| DAYS.iter().position(named))?.map(|index| index + 1)
}

/// Finds the hours of the outlet.
pub(crate) fn plan(
    outlet: &Variable<'_>,
    fields: &[Field<'_>],
    decisions: &mut Decisions<'_>,
) -> Option<Hours> {
    week(outlet, fields, decisions).or_else(|| days(outlet, decisions))
}

/// Hours in a form that is not understood are not left out without a word.
pub(crate) fn ask_about_others(fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    let filled = |value: &Value| {
        value.as_array().is_some_and(|list| !list.is_empty())
            || value.as_object().is_some_and(|map| !map.is_empty())
    };
    let named = fields.iter().find(|field| {
        let words = vocabulary().words(field.path.leaf());
        words.iter().any(|word| matches!(word.as_str(), "hour" | "opening" | "schedule"))
            && field.filled().any(filled)
    });
    if let Some(field) = named
        && decisions.open.is_empty()
        && decisions.answers.of(OUTPUT).is_none()
    {
        let prompt = format!(
            "{} seems to hold opening hours in a form that is not known. Leave them out?",
            field.place()
        );
        decisions.ask(
            OUTPUT,
            &prompt,
            &[("leave them out".to_owned(), "leave them out".to_owned())],
        );
    }
}

fn week(
    outlet: &Variable<'_>,
    fields: &[Field<'_>],
    decisions: &mut Decisions<'_>,
) -> Option<Hours> {
    let holder = fields.iter().find(|field| {
        let there: Vec<&Value> = field.values.iter().flatten().copied().collect();
        collections::keys(&there).iter().filter(|key| day_number(key).is_some()).count() >= 5
    })?;
    let there: Vec<&Value> = holder.values.iter().flatten().copied().collect();
    let keys: Vec<(String, usize)> = collections::keys(&there)
        .into_iter()
        .filter_map(|key| day_number(&key).map(|day| (key, day)))
        .collect();
    let values: Vec<&Value> = keys
        .iter()
        .flat_map(|(key, _)| there.iter().filter_map(move |week| week.get(key)))
        .filter(|value| !value.is_null())
        .collect();
    let (entries, named_in) = if values.iter().all(|value| value.is_string()) {
        let map = named_schedules(outlet, &values)?;
        let records =
            outlet.rows.iter().flatten().filter_map(|row| map.of(row)).filter_map(Value::as_object);
        (records.flat_map(|map| map.values()).collect(), Some(map))
    } else {
        let flat: Vec<&Value> = values
            .iter()
            .flat_map(|value| {
                value.as_array().map_or_else(|| vec![*value], |list| list.iter().collect())
            })
            .collect();
        (flat, None)
    };
    let (open, close) = bounds(&entries)?;
    decisions.record(OUTPUT, &holder.place(), "it has a key for each day of the week", 0.9, "");
    Some(Hours { days: Days::Week { path: holder.path.clone(), keys, named_in }, open, close })
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

fn days(outlet: &Variable<'_>, decisions: &mut Decisions<'_>) -> Option<Hours> {
    let rows: Vec<&Value> = outlet.rows.iter().flatten().copied().collect();
    for list in collections::find(&rows) {
        let [level] = list.levels.as_slice() else { continue };
        if level.form != Form::Array {
            continue;
        }
        let records = list.records(&rows);
        let Some(day) = best(&records, "day", |value| value.is_string() || value.is_u64()) else {
            continue;
        };
        let Some((open, close)) = bounds(&records) else { continue };
        let numbers = records.iter().filter_map(|record| day.of(record));
        let numbering = if numbers
            .clone()
            .all(|value| value.as_str().is_some_and(|day| day_number(day).is_some()))
        {
            Some(Numbering::Names)
        } else {
            documented_numbering(decisions)
                .or_else(|| asked_numbering(&level.path, &day, decisions))
        };
        decisions.record(
            OUTPUT,
            &list.to_string(),
            "its entries have a day and two times",
            0.9,
            "",
        );
        let days = Days::List { path: level.path.clone(), day, numbering: numbering? };
        return Some(Hours { days, open, close });
    }
    None
}

fn asked_numbering(list: &Path, day: &Path, decisions: &mut Decisions<'_>) -> Option<Numbering> {
    let point = format!("{OUTPUT}[].dayOfWeek");
    let choices = [
        ("monday is 1", "1 is Monday, 7 is Sunday", 1),
        ("monday is 0", "0 is Monday, 6 is Sunday", 0),
        ("sunday is 0", "0 is Sunday, 6 is Saturday", 1),
        ("sunday is 1", "1 is Sunday, 7 is Saturday", 2),
    ];
    let answer = decisions.answers.of(&point).and_then(|answer| {
        choices.iter().find(|(value, label, _)| {
            answer.names(value) || answer.text().eq_ignore_ascii_case(label)
        })
    });
    if let Some((_, _, monday)) = answer {
        return Some(Numbering::MondayIs(*monday));
    }
    let offered: Vec<(String, String)> =
        choices.iter().map(|(v, l, _)| ((*v).to_owned(), (*l).to_owned())).collect();
    decisions.ask(&point, &format!("{list}[].{day} is a number. Which day is which?"), &offered);
    None
}

#[expect(clippy::expect_used, reason = "a constant pattern, read by a test below")]
static DAY_IS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b([0-7])`? ?(?:is|=|means|:|for|\()\s*`?(monday|sunday)|\b(monday|sunday)`? ?(?:is|=|means|:|\()\s*`?([0-7])\b").expect("a constant pattern is valid")
});

fn documented_numbering(decisions: &Decisions<'_>) -> Option<Numbering> {
    let statement = decisions.documents.say(&DAY_IS)?;
    let found = DAY_IS.captures(&statement.lower)?;
    let number: u8 = found.get(1).or_else(|| found.get(4))?.as_str().parse().ok()?;
    match found.get(2).or_else(|| found.get(3))?.as_str() {
        "monday" => Some(Numbering::MondayIs(number)),
        // Monday comes after Sunday, except that the ISO week ends with Sunday.
        _ if number == 7 => Some(Numbering::MondayIs(1)),
        _ => Some(Numbering::MondayIs(number + 1)),
    }
}

fn bounds(records: &[&Value]) -> Option<(Path, Path)> {
    let is_time = |value: &Value| {
        value.as_str().is_some_and(|text| {
            text.chars().filter(char::is_ascii_digit).count() >= 3 || text.is_empty()
        })
    };
    Some((best(records, "open", is_time)?, best(records, "close", is_time)?))
}

fn best(records: &[&Value], names: &str, fits: impl Fn(&Value) -> bool) -> Option<Path> {
    let variable = Variable {
        name: "day".to_owned(),
        entity: Entity::Other,
        place: String::new(),
        rows: records.iter().copied().map(Some).collect(),
    };
    let fields = scope::fields(&[variable]);
    fields
        .iter()
        .filter(|field| !field.is_empty() && field.all(&fits))
        .map(|field| (name_score(field, names), field))
        .filter(|(score, _)| *score > 0.3)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.path.len().cmp(&a.1.path.len())))
        .map(|(_, field)| field.path.clone())
}

/// Writes the function `openingHours(outlet)`.
pub(crate) fn write(hours: &Hours, script: &mut Script) {
    script.uses_all(&[Helper::List, Helper::Time]);
    script.line("");
    script.comment("One entry for each time of opening; a day without one is closed.");
    script.line("function openingHours(outlet) {");
    script.line("const hours = [];");
    match &hours.days {
        Days::Week { path, keys, named_in } => {
            let table: Vec<String> =
                keys.iter().map(|(key, day)| format!("[{}, {day}]", js::text(key))).collect();
            script.line(format!("for (const [key, dayOfWeek] of [{}]) {{", table.join(", ")));
            let week = path.js("outlet");
            match named_in {
                Some(map) => {
                    script
                        .line(format!("const entries = [{}?.[{week}?.[key]]];", map.js("outlet")));
                }
                None => script.line(format!("const entries = [{week}?.[key]].flat();")),
            }
        }
        Days::List { path, day, numbering } => {
            script.line(format!("for (const entry of list({})) {{", path.js("outlet")));
            match numbering {
                Numbering::Names => {
                    script.line(format!("const name = String({}).toLowerCase();", day.js("entry")));
                    script.line("const dayOfWeek = [\"mo\", \"tu\", \"we\", \"th\", \"fr\", \"sa\", \"su\"].indexOf(name.slice(0, 2)) + 1;");
                    script.line("if (dayOfWeek === 0) throw new Error(`unknown day: ${name}`);");
                }
                Numbering::MondayIs(monday) => {
                    script.comment(&format!("Monday is {monday} here, 1 in the standard."));
                    script.line(format!(
                        "const dayOfWeek = ((Number({}) - {monday} + 7) % 7) + 1;",
                        day.js("entry")
                    ));
                }
            }
            script.line(format!("if (!Number.isInteger(dayOfWeek)) throw new Error(`unknown day: ${{JSON.stringify({})}}`);", day.js("entry")));
            script.line("const entries = [entry];");
        }
    }
    script.line("for (const entry of list(entries)) {");
    let read = |path: &Path| format!("time({}, {})", path.js("entry"), js::text(&path.to_string()));
    script.line(format!("const openTime = {};", read(&hours.open)));
    script.line(format!("const closeTime = {};", read(&hours.close)));
    script.line("if (openTime !== undefined && closeTime !== undefined) hours.push({ dayOfWeek, openTime, closeTime });");
    script.line("}");
    script.line("}");
    script.line("return hours.length > 0 ? hours : undefined;");
    script.line("}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_known_by_name_and_abbreviation() {
        assert_eq!(day_number("Monday"), Some(1));
        assert_eq!(day_number("sun"), Some(7));
        assert_eq!(day_number("holiday"), None);
    }

    #[test]
    fn documents_number_the_days() {
        assert!(DAY_IS.is_match("`0` is sunday") && DAY_IS.is_match("monday = 1"));
    }
}
