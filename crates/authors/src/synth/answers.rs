//! What people answered to earlier questions.
//!
//! An answer is a letter, a path or a sentence. Several open points are told apart by number, by the
//! order of letters, or by the words of each clause.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::{ClarificationRound, OpenPoint};
use regex::Regex;

use super::vocabulary::vocabulary;
use crate::pattern::pattern;

/// The latest answer for each output field.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    by_field: BTreeMap<String, Answer>,
    /// The sentences of documents that stand for an answer, by field.
    told: BTreeMap<String, String>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// One of the choices that were offered, by its value.
    Choice(String),
    /// Words of the person's own: a path or a sentence.
    Words(String),
}

/// That there is nothing to take.
static NOTHING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\s*(?:none|nothing|skip|omit|ignore|no field)\b|\bleave (?:it|them|this|that) out\b|\bleave out\b|\bnone of (?:them|these|those|the)\b|\b(?:omit|skip|drop|ignore) (?:it|them|this)\b|\b(?:does not|doesn't) exist\b|\bthere is none\b|\bis not in the payload\b",
    )
});
/// A field with a number that it is reckoned with.
static ARITHMETIC: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:[/÷*×+]|divided by|divide(?:d)? .{0,20} by|multiplied by|times|plus|minus| - )\s*(\d+(?:\.\d+)?)\b",
    )
});
/// The same, where it only turns minor units into major ones.
static HUNDREDTHS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:[/÷]|divided by|divide .{0,20} by)\s*100?0?\b|\b(?:in|are|is) (?:cents?|pence|minor units?|the smallest unit)\b",
    )
});
static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\bin (?:whole|major|full) (?:currency )?units?\b|\bin (?:euros?|dollars?|pounds?)\b",
    )
});
/// `1 a, 2 b` however it is spaced.
static PAIRS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^(?:\s*\d+\s*[).:=-]?\s*[a-z]{1,2}\b[\s,;.)]*){1,}$"));
static PAIR: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)(\d+)\s*[).:=-]?\s*([a-z]{1,2})\b"));
/// A part that begins with a number.
static OTHER_NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"[,;\n]\s*\d+[ ).:=-]"));
/// A letter before more words: `b) the gross one`.
static LETTER_FIRST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^\(?([a-z])(?:[).:,]|\s+[-–])\s+\S"));

impl Answer {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Choice(text) | Self::Words(text) => text,
        }
    }

    /// What a sentence answers to one point.
    pub(crate) fn of_sentence(point: &OpenPoint, text: &str) -> Self {
        one(point, text)
    }

    /// Whether it says that there is nothing to take.
    pub(crate) fn is_nothing(&self) -> bool {
        NOTHING.is_match(self.text())
    }

    /// Why it cannot be followed, where it asks for more than a script of this author can do.
    pub(crate) fn cannot_be_followed(&self) -> Option<String> {
        let Self::Words(words) = self else { return None };
        let found = ARITHMETIC.captures(words)?;
        (!HUNDREDTHS.is_match(words)).then(|| {
            format!(
                "The answer {:?} reckons with {}; only a division from minor units can be followed. ",
                domain::bounded(words, 80),
                found.get(1).map_or("", |number| number.as_str())
            )
        })
    }

    /// Whether it names the value: as a choice, as a whole or as a word in a sentence.
    pub(crate) fn names(&self, value: &str) -> bool {
        match self {
            Self::Choice(chosen) => chosen == value,
            Self::Words(words) => words.trim() == value || says(words, value),
        }
    }
}

/// Whether a sentence names a path, by the whole of it or by its end, and does not rule it out.
fn says(words: &str, value: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '-' | '*');
    let path = plain(value);
    let own: Vec<String> = words
        .split(|c: char| !is_part(c))
        .map(|word| plain(word.trim_matches(['.', '-'])))
        .filter(|word| !word.is_empty())
        .collect();
    let is_ruled_out = |at: usize| {
        own.get(at.saturating_sub(2)..at)
            .is_some_and(|before| before.iter().any(|w| matches!(w.as_str(), "not" | "never")))
    };
    let named =
        |at: usize, word: &String| (*word == path || is_end(&path, word)) && !is_ruled_out(at);
    let leaf = path.rsplit('.').next().unwrap_or_default();
    let is_phrase = leaf.contains(|c: char| !is_part(c)) && plain(words).contains(leaf);
    is_phrase || own.iter().enumerate().any(|(at, word)| named(at, word))
}

/// A path without its marks of lists, in small letters.
fn plain(path: &str) -> String {
    path.trim_start_matches("$.").replace("[]", "").replace("[0]", "").to_lowercase()
}

/// Whether a path ends with the word: `items.cost` with `cost`.
fn is_end(path: &str, word: &str) -> bool {
    path.strip_suffix(word).is_some_and(|rest| rest.ends_with('.'))
}

impl Answers {
    pub(crate) fn read(rounds: &[ClarificationRound]) -> Self {
        let mut answers = BTreeMap::new();
        for round in rounds {
            let Some(response) = &round.response else { continue };
            for (field, answer) in of_round(&round.question.points, response) {
                if let Some(unit) = unit_in(&field, &answer) {
                    answers.insert(format!("{field} (unit)"), Answer::Choice(unit.to_owned()));
                }
                answers.insert(field, answer);
            }
        }
        Self { by_field: answers, told: BTreeMap::new() }
    }

    /// Takes a sentence of a document for the answer, where nobody has answered.
    pub(crate) fn tell(&mut self, field: String, answer: Answer, sentence: String) {
        if !self.by_field.contains_key(&field) {
            self.told.insert(field.clone(), sentence);
            self.by_field.insert(field, answer);
        }
    }

    /// Why the answer to a field holds.
    pub(crate) fn reason(&self, field: &str) -> String {
        match self.told.get(field) {
            Some(sentence) => format!("the documents say: {sentence}"),
            None => "a person chose it".to_owned(),
        }
    }

    pub(crate) fn of(&self, field: &str) -> Option<&Answer> {
        self.by_field.get(field)
    }
}

/// The unit of money that an answer about a price gives by the way: `cost / 100`.
fn unit_in(field: &str, answer: &Answer) -> Option<&'static str> {
    let Answer::Words(words) = answer else { return None };
    if !field.ends_with("price") {
        return None;
    }
    if HUNDREDTHS.is_match(words) {
        Some("minor")
    } else {
        WHOLE.is_match(words).then_some("major")
    }
}

fn of_round(points: &[OpenPoint], response: &str) -> Vec<(String, Answer)> {
    let response = response.trim();
    let numbered = numbered(response, points.len());
    if let [only] = points {
        let own = match numbered.as_slice() {
            // `1 received, 2 accepted` is a list of the person's own, not the answer to point 1.
            [(_, text)] if !OTHER_NUMBER.is_match(text) => text.as_str(),
            _ => response,
        };
        return vec![(only.field.clone(), one(only, own))];
    }
    if !numbered.is_empty() {
        return numbered
            .into_iter()
            .filter_map(|(number, text)| {
                let point = points.get(number - 1)?;
                Some((point.field.clone(), one(point, &text)))
            })
            .collect();
    }
    // Letters alone stand in the order of the points.
    let letters: Vec<&str> = response
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ')' | '.'))
        .filter(|part| !part.is_empty())
        .collect();
    if letters.len() == points.len() && letters.iter().all(|part| part.len() == 1) {
        return points
            .iter()
            .zip(letters)
            .map(|(p, text)| (p.field.clone(), one(p, text)))
            .collect();
    }
    by_words(points, response)
}

/// Each point's own clauses in a text without numbers: those that speak of its field, else those
/// that speak of none.
fn by_words(points: &[OpenPoint], response: &str) -> Vec<(String, Answer)> {
    let v = vocabulary();
    let clauses: Vec<&str> = response
        .split(['\n', ';', ','])
        .flat_map(|part| part.split(". "))
        .flat_map(|part| part.split(" and "))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let subject = |point: &OpenPoint| {
        let field = point.field.split(" (").next().unwrap_or_default();
        v.words(field.rsplit('.').next().unwrap_or_default())
    };
    let speaks = |clause: &str, point: &OpenPoint| {
        let words = v.words(clause);
        let subject = subject(point);
        let last = subject.last();
        words.windows(subject.len().max(1)).any(|window| window == subject)
            || last.is_some_and(|last| last != "id" && words.contains(last))
    };
    points
        .iter()
        .filter_map(|point| {
            let of = |test: &dyn Fn(&str) -> bool| {
                clauses.iter().copied().filter(|clause| test(clause)).collect::<Vec<_>>().join(", ")
            };
            let own = of(&|clause| speaks(clause, point));
            let text = if own.is_empty() {
                of(&|clause| points.iter().all(|other| !speaks(clause, other)))
            } else {
                own
            };
            let is_sole = text == response || !text.is_empty();
            is_sole.then(|| (point.field.clone(), one(point, &text)))
        })
        .collect()
}

/// `1 a, 2 b` or `1: x` on lines of their own: numbers from one to `count` with their texts. What
/// has no number goes on with the text before it.
fn numbered(response: &str, count: usize) -> Vec<(usize, String)> {
    let in_range = |number: &usize| (1..=count).contains(number);
    if PAIRS.is_match(response) {
        return PAIR
            .captures_iter(response)
            .filter_map(|found| {
                let number = found.get(1)?.as_str().parse().ok().filter(in_range)?;
                Some((number, found.get(2)?.as_str().to_owned()))
            })
            .collect();
    }
    let mut out: Vec<(usize, String)> = Vec::new();
    for part in response.split_inclusive(['\n', ',', ';']) {
        let text = part.trim_matches([' ', '\n', ',', ';', '\r', '\t']);
        let digits = text.chars().take_while(char::is_ascii_digit).count();
        let head = text
            .split_at_checked(digits)
            .filter(|(_, rest)| rest.starts_with([')', '.', ':', ' ', '=', '-']));
        let number = head.and_then(|(number, _)| number.parse().ok()).filter(in_range);
        match (number, head, out.last_mut()) {
            (Some(number), Some((_, rest)), _) => {
                let rest = rest.trim_start_matches([')', '.', ':', ' ', '=', '-']);
                out.push((number, rest.trim().to_owned()));
            }
            (_, _, Some((_, last))) if !text.is_empty() => {
                last.push_str(", ");
                last.push_str(text);
            }
            // A text that does not begin with a number has none.
            (_, _, None) if !text.is_empty() => return Vec::new(),
            (_, _, _) => {}
        }
    }
    out.retain(|(_, text)| !text.is_empty());
    out
}

fn one(point: &OpenPoint, text: &str) -> Answer {
    let text = text.trim();
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    let bare = ["option ", "choice ", "answer ", "letter "]
        .iter()
        .find_map(|word| bare.to_lowercase().strip_prefix(word).map(str::to_owned))
        .unwrap_or_else(|| bare.to_owned());
    let first = LETTER_FIRST.captures(text).and_then(|found| found.get(1)).map(|m| m.as_str());
    let letter = letter_index(&bare).or_else(|| first.and_then(letter_index));
    if let Some(choice) = letter.and_then(|index| point.choices.get(index)) {
        return Answer::Choice(choice.value.clone());
    }
    let words = Answer::Words(text.to_owned());
    if words.cannot_be_followed().is_some() {
        return words;
    }
    let leave = point.choices.iter().find(|choice| NOTHING.is_match(&choice.value));
    if let (true, Some(choice)) = (words.is_nothing(), leave) {
        return Answer::Choice(choice.value.clone());
    }
    let mut named = point
        .choices
        .iter()
        .filter(|choice| words.names(&choice.value) || choice.label.eq_ignore_ascii_case(text));
    match (named.next(), named.next()) {
        // The words may say more than which field it is.
        (Some(_), None) if HUNDREDTHS.is_match(text) || WHOLE.is_match(text) => words,
        (Some(choice), None) => Answer::Choice(choice.value.clone()),
        (Some(_) | None, _) => words,
    }
}

/// `a` is 0, `z` 25, `aa` 26.
fn letter_index(text: &str) -> Option<usize> {
    let small = text.to_ascii_lowercase();
    ((1..=2).contains(&small.len()) && small.bytes().all(|b| b.is_ascii_lowercase()))
        .then(|| small.bytes().fold(0, |sum, b| sum * 26 + usize::from(b - b'a') + 1) - 1)
}

#[cfg(test)]
mod tests;
