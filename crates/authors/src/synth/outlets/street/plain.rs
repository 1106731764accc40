//! What documents say in plain words of how an address line is written, and the examples that they
//! give: `the street, a space and the house number ("Karlova 12/3")`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{COMMA, NUMBER_FIRST, SPACE, STREET_FIRST};
use crate::pattern::pattern;
use crate::synth::documents::Statement;

const STREET: &str = r"(?:name of the )?(?:street|road)(?:['’]s)?(?: name)?";
const NUMBER: &str = r"(?:(?:house|street|building|door) )?number";
/// What may stand between the two where nothing else is said of either.
const JOINT: &str = r"(?:[\s,+&]|\b(?:an?|one|single|the|its|and|then|with|plus|by|before|comma|space|blank|followed|after that|between)\b)+";
/// What is said of both behind them.
const BEHIND: &str = r"(?P<behind>,? (?:(?:are|is|both|which are) )*(?:joined|separated|parted|divided|put together|written|with)(?: together)?(?: by| with)?(?: an?| one| single| no)* (?:space|blank|comma)\b)?";

static STREET_THEN_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"\b{STREET}\b(?P<joint>{JOINT})\b{NUMBER}\b{BEHIND}")));
static NUMBER_THEN_STREET: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"\b{NUMBER}\b(?P<joint>{JOINT})\b{STREET}\b{BEHIND}")));
/// What tells that the two stand in a row, and not only that there are both.
static IN_A_ROW: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:comma|space|blank|followed|then|before|after that)\b"));
/// A comma that is said to stand there.
static HAS_COMMA: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:^|[^\w\s]|\b(?:an?|one|the|and|with|by|then|after|single)\b)\s*comma\b")
});
static NO_COMMA: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:no|not|without|never)(?: an?| any)? comma\b"));

/// What stands in marks.
static SHOWN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#""([^"]{3,60})"|“([^”]{3,60})”|'([^']{3,60})'|`([^`]{3,60})`"#));
static LETTERS_THEN_DIGITS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?P<name>\p{L}[\p{L}\p{M}.'’ -]*?)(?P<joint>,? )\d+(?:\p{L}{1,3})?(?:[/-]\w+)*$")
});
static DIGITS_THEN_LETTERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^\d+(?:\p{L}{1,2})?(?:[/-]\w+)*(?P<joint>,? )(?P<name>\p{L}[\p{L}\p{M}.'’ -]*)$")
});

/// Which of the two stands first, and what stands between.
type Way = (&'static str, &'static str);

/// How an address line is written, by all sentences that say so; nothing where two disagree. Each
/// comes with its text in which the two fields are called street and number.
pub(super) fn read<'s>(sentences: impl Iterator<Item = (&'s Statement, String)>) -> Option<Way> {
    let mut found = sentences.filter_map(|(statement, spoken)| {
        let speaks = spoken.contains("street") || statement.has_word("address");
        let shown = speaks.then(|| shown(&statement.text)).flatten();
        match (described(&spoken), shown) {
            (Some(words), Some(example)) => Some((words == example).then_some(words)),
            (words, example) => words.or(example).map(Some),
        }
    });
    let first = found.next()?;
    if found.all(|other| other == first) { first } else { None }
}

/// The way in words: `street, comma, number`.
fn described(spoken: &str) -> Option<Way> {
    let way = |found: &Captures<'_>, order: &'static str| {
        let behind = found.name("behind").map_or("", |m| m.as_str());
        let joint = found.name("joint").map_or("", |m| m.as_str());
        let is_told = !behind.is_empty() || IN_A_ROW.is_match(joint);
        let text = format!("{joint}{behind}");
        is_told.then(|| (order, separator(&text)))
    };
    let street_first = STREET_THEN_NUMBER.captures(spoken).and_then(|own| way(&own, STREET_FIRST));
    let number_first = NUMBER_THEN_STREET.captures(spoken).and_then(|own| way(&own, NUMBER_FIRST));
    match (street_first, number_first) {
        (Some(_), Some(_)) => None,
        (street_first, number_first) => street_first.or(number_first),
    }
}

/// What a sentence puts between the two: a space unless it speaks of a comma.
pub(super) fn separator(said: &str) -> &'static str {
    if HAS_COMMA.is_match(said) && !NO_COMMA.is_match(said) { COMMA } else { SPACE }
}

/// The way that an example shows: `"Rua Augusta, 120"`.
fn shown(text: &str) -> Option<Way> {
    let examples =
        SHOWN.captures_iter(text).filter_map(|found| found.iter().skip(1).flatten().next());
    let mut ways = examples.filter_map(|example| way_of(example.as_str()));
    let first = ways.next()?;
    ways.all(|other| other == first).then_some(first)
}

fn way_of(example: &str) -> Option<Way> {
    /// What has a number besides a street.
    const OTHERS: [&str; 12] = [
        "address",
        "line",
        "address line",
        "street",
        "unit",
        "floor",
        "suite",
        "room",
        "shop",
        "store",
        "table",
        "flat",
    ];
    let joint = |found: &Captures<'_>| {
        let name = found.name("name")?.as_str().to_lowercase();
        let has_comma = found.name("joint")?.as_str().starts_with(',');
        (!OTHERS.contains(&name.as_str())).then_some(if has_comma { COMMA } else { SPACE })
    };
    if let Some(found) = LETTERS_THEN_DIGITS.captures(example) {
        return Some((STREET_FIRST, joint(&found)?));
    }
    let found = DIGITS_THEN_LETTERS.captures(example)?;
    Some((NUMBER_FIRST, joint(&found)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::documents::Documents;
    use domain::Document;

    fn way(text: &str) -> Option<Way> {
        let document = Document { name: "n.md".parse().unwrap(), content: text.to_owned() };
        let documents = Documents::read(&[document], &[]);
        read(documents.statements.iter().map(|own| (own, own.lower.clone())))
    }

    #[test]
    fn the_way_is_told_in_words() {
        for (text, expected) in [
            ("An address line is written street, comma, number.", (STREET_FIRST, COMMA)),
            ("A line is the street, a space and the house number.", (STREET_FIRST, SPACE)),
            ("Street and number are separated by a comma.", (STREET_FIRST, COMMA)),
            ("Write the street followed by the number.", (STREET_FIRST, SPACE)),
            ("The line is the number, a space and the street name.", (NUMBER_FIRST, SPACE)),
            ("House number and street, joined by a comma.", (NUMBER_FIRST, COMMA)),
        ] {
            assert_eq!(way(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn the_way_is_shown_by_an_example() {
        for (text, expected) in [
            ("An address line looks like \"Hohe Gasse, 12b\".", (STREET_FIRST, COMMA)),
            ("Street lines are such as “Lange Straße 7/3”.", (STREET_FIRST, SPACE)),
            ("A street with its number reads '12 High Street'.", (NUMBER_FIRST, SPACE)),
            ("An address is written street, number (\"Kai, 7\").", (STREET_FIRST, COMMA)),
        ] {
            assert_eq!(way(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_does_not_agree_or_is_no_line_tells_nothing() {
        for text in [
            "An address has a street and a number.",
            "An address is the street, a comma and the number (\"Kai 7\").",
            "Street then number. The number, a space, the street.",
            "The address has `line 1` and `line 2`.",
            "Orders are called \"Table 7\".",
            "The address is one text (\"Kai 7, Kiel\").",
        ] {
            assert_eq!(way(text), None, "{text}");
        }
    }
}
