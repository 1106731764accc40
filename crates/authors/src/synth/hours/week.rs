//! The keys by which an object holds the hours of each day. A sample need not have all seven: the
//! other days are read by keys of the same spelling.

use serde_json::Value;

use super::days::{DAYS, day_number, iso};
use crate::synth::collections;
use crate::synth::vocabulary::vocabulary;

/// The keys of a week that are numbers; empty when there are others.
pub(super) fn number_keys(weeks: &[&Value]) -> Vec<Value> {
    let keys = collections::keys(weeks);
    let is_number = |key: &String| matches!(key.as_bytes(), [b'0'..=b'7']);
    let is_week = keys.len() >= 5 && keys.iter().all(is_number);
    if is_week { keys.into_iter().map(Value::from).collect() } else { Vec::new() }
}

/// The keys of a week with their ISO days; empty when other keys stand among fewer than five.
pub(super) fn week_keys(weeks: &[&Value]) -> Vec<(String, usize)> {
    let keys = collections::keys(weeks);
    let known: Vec<(String, usize)> =
        keys.iter().filter_map(|key| Some((key.clone(), day_number(key)?))).collect();
    let enough = known.len() >= 5 || (known.len() >= 2 && known.len() == keys.len());
    if enough { known } else { Vec::new() }
}

/// All seven days: those that the samples lack have keys spelled like the others.
pub(super) fn whole(known: Vec<(String, usize)>) -> Vec<(String, usize)> {
    let spelt: Option<Vec<Spelling>> =
        known.iter().map(|(key, day)| Spelling::of(key, *day)).collect();
    let Some(spelling) = spelt.as_deref().and_then(shared) else {
        return in_order(known, |_| None, |(_, day)| *day);
    };
    in_order(known, |day| Some((spelling.write(day)?, day)), |(_, day)| *day)
}

/// All seven days by number, where Monday's is `monday`; a week may begin or end with Sunday's.
pub(super) fn whole_by_number(known: Vec<(String, usize)>, monday: u8) -> Vec<(String, usize)> {
    let has = |number: &str| known.iter().any(|(key, _)| key == number);
    let numbers = match (has("0"), has("7")) {
        (true, false) => 0..=6,
        (false, true) => 1..=7,
        (true, true) | (false, false) => 0..=7,
    };
    let missing = numbers.map(|number| number.to_string()).filter(|number| !has(number));
    let more: Vec<(String, usize)> = missing
        .filter_map(|number| Some((number.clone(), iso(number.parse().ok()?, monday))))
        .collect();
    let mut all: Vec<(String, usize)> = known.into_iter().chain(more).collect();
    all.sort_by_key(|(_, day)| *day);
    all
}

/// All seven days that have two keys each.
pub(super) fn whole_flat(known: Vec<(String, String, usize)>) -> Vec<(String, String, usize)> {
    let spell = |key: fn(&(String, String, usize)) -> &String| {
        let all: Option<Vec<Spelling>> =
            known.iter().map(|own| Spelling::of(key(own), own.2)).collect();
        all.as_deref().and_then(shared)
    };
    let (Some(open), Some(close)) = (spell(|own| &own.0), spell(|own| &own.1)) else {
        return in_order(known, |_| None, |own| own.2);
    };
    in_order(known, |day| Some((open.write(day)?, close.write(day)?, day)), |own| own.2)
}

/// The known days with the missing ones, from Monday on: the keys of an object have no order of
/// their own.
fn in_order<T>(
    known: Vec<T>,
    make: impl Fn(usize) -> Option<T>,
    day_of: impl Fn(&T) -> usize,
) -> Vec<T> {
    let days: Vec<usize> = known.iter().map(&day_of).collect();
    let missing = (1..=DAYS.len()).filter(|day| !days.contains(day)).filter_map(make);
    let mut all: Vec<T> = known.into_iter().chain(missing).collect();
    all.sort_by_key(day_of);
    all
}

/// How a key names its day: `monday_open` has the whole name and `_open` after it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Spelling {
    before: String,
    /// Letters of the name; none where it is whole.
    letters: Option<usize>,
    /// Whether it writes `tues` and `thurs` beside `mon`.
    is_uneven: bool,
    case: Case,
    after: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Lower,
    Capital,
    Upper,
}

/// The one spelling of all keys. The abbreviations `tues` and `thurs` stand beside those of three
/// letters.
fn shared(spelt: &[Spelling]) -> Option<Spelling> {
    let letters = spelt.iter().map(|own| own.letters).min()?;
    let first = Spelling { letters, ..spelt.first()?.clone() };
    let is_alike = |own: &Spelling| {
        let is_longer = letters == Some(3) && matches!(own.letters, Some(4 | 5));
        let own =
            Spelling { letters: if is_longer { letters } else { own.letters }, ..own.clone() };
        own == first
    };
    let is_uneven = spelt.iter().any(|own| own.letters != letters);
    spelt.iter().all(is_alike).then_some(Spelling { is_uneven, ..first })
}

impl Spelling {
    fn of(key: &str, day: usize) -> Option<Self> {
        let name = *DAYS.get(day.checked_sub(1)?)?;
        let small = key.to_ascii_lowercase();
        let shortened =
            (2..=5).rev().filter_map(|letters| Some((name.get(..letters)?, Some(letters))));
        let (word, letters) = std::iter::once((name, None))
            .chain(shortened)
            .find(|(word, _)| small.contains(word))?;
        let at = small.find(word)?;
        let written = key.get(at..at + word.len())?;
        let case = if !written.contains(|c: char| c.is_ascii_lowercase()) {
            Case::Upper
        } else if written.starts_with(|c: char| c.is_ascii_uppercase()) {
            Case::Capital
        } else {
            Case::Lower
        };
        let (before, after) = (key.get(..at)?.to_owned(), key.get(at + word.len()..)?.to_owned());
        Some(Self { before, letters, is_uneven: false, case, after })
    }

    fn write(&self, day: usize) -> Option<String> {
        let name = *DAYS.get(day.checked_sub(1)?)?;
        let letters = match (name, self.letters) {
            ("tuesday", Some(_)) if self.is_uneven => Some(4),
            ("thursday", Some(_)) if self.is_uneven => Some(5),
            (_, letters) => letters,
        };
        let word = letters.map_or(Some(name), |letters| name.get(..letters))?;
        let word = match self.case {
            Case::Lower => word.to_owned(),
            Case::Upper => word.to_uppercase(),
            Case::Capital => word.get(..1)?.to_uppercase() + word.get(1..)?,
        };
        Some(format!("{}{word}{}", self.before, self.after))
    }
}

/// Keys such as `monday_open` and `monday_close`, with their ISO days.
pub(super) fn flat_keys(records: &[&Value]) -> Vec<(String, String, usize)> {
    let v = vocabulary();
    let keys = collections::keys(records);
    let split = |key: &str, names: &str| -> Option<usize> {
        let words = v.words(key);
        let day = words.iter().find_map(|word| day_number(word))?;
        let rest: Vec<String> =
            words.into_iter().filter(|word| day_number(word).is_none()).collect();
        let known = v.field(names)?;
        known.strong.iter().any(|name| v.words(name) == rest).then_some(day)
    };
    let found: Vec<(String, String, usize)> = keys
        .iter()
        .filter_map(|open| {
            let day = split(open, "open")?;
            let close = keys.iter().find(|close| split(close, "close") == Some(day))?;
            Some((open.clone(), close.clone(), day))
        })
        .collect();
    if found.len() >= 5 { found } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(known: &[(&str, usize)]) -> Vec<String> {
        let known = known.iter().map(|(key, day)| ((*key).to_owned(), *day)).collect();
        whole(known).into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn days_that_a_sample_lacks_are_spelled_like_the_others() {
        assert_eq!(
            keys(&[("Mon", 1), ("Wed", 3), ("Sun", 7)]),
            ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        );
        assert_eq!(
            keys(&[("SUNDAY", 7), ("MONDAY", 1), ("FRIDAY", 5)]).concat(),
            "MONDAYTUESDAYWEDNESDAYTHURSDAYFRIDAYSATURDAYSUNDAY"
        );
        assert_eq!(keys(&[("mon", 1), ("tues", 2)]).concat(), "montueswedthursfrisatsun");
        assert_eq!(keys(&[("mon", 1), ("Friday", 5)]), ["mon", "Friday"]);
        let flat = |day: &str, number| (format!("{day}_open"), format!("{day}_close"), number);
        let whole = whole_flat(vec![flat("monday", 1), flat("sunday", 7)]);
        assert_eq!(whole[4], flat("friday", 5));
    }

    #[test]
    fn numbers_run_over_the_whole_week() {
        let known = |keys: &[&str]| keys.iter().map(|key| ((*key).to_owned(), 1)).collect();
        assert_eq!(whole_by_number(known(&["0", "2", "3", "4", "5"]), 1).len(), 7);
        let all = whole_by_number(known(&["1", "2", "3", "4", "5"]), 1);
        let sundays: Vec<&str> =
            all.iter().filter(|(_, day)| *day == 7).map(|(key, _)| key.as_str()).collect();
        assert_eq!(sundays, ["0", "7"]);
    }
}
