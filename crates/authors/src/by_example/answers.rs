//! What people answered to earlier questions.

use std::collections::BTreeMap;

use domain::{ClarificationRound, OpenPoint};
use regex::Regex;

/// The value of the choice that keeps what the samples show.
pub(super) const CONSTANT: &str = "constant";

/// What a person decided about one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// The same value always.
    Constant,
    /// Read from this place, written as a path.
    Place(String),
}

/// The last understood answer for each field.
pub(super) fn of(rounds: &[ClarificationRound]) -> BTreeMap<String, Answer> {
    let mut answers = BTreeMap::new();
    for round in rounds {
        let Some(response) = round.response.as_deref() else { continue };
        let points = &round.question.points;
        for (index, point) in points.iter().enumerate() {
            let part = if points.len() == 1 {
                Some(response.to_owned())
            } else {
                part(response, index + 1)
            };
            if let Some(answer) = part.and_then(|part| read(&part, point)) {
                answers.insert(point.field.clone(), answer);
            }
        }
    }
    answers
}

/// What was answered to the point with this number: `1 a, 2 b` or lines like `1: a path`.
fn part(response: &str, number: usize) -> Option<String> {
    let by_line = response.lines().find_map(|line| {
        let rest = line.trim().strip_prefix(&number.to_string())?.trim_start();
        Some(rest.strip_prefix([':', '.', ')'])?.trim().to_owned())
    });
    let letters =
        Regex::new(&format!(r"(?i)(?:^|[\s,;]){number}\s*[:.)=]?\s*([a-z]{{1,2}})(?:$|[\s,;.)])"))
            .ok()?;
    by_line.or_else(|| letters.captures(response)?.get(1).map(|letter| letter.as_str().to_owned()))
}

fn letter_index(text: &str) -> Option<usize> {
    let letter = text.trim().trim_matches(['(', ')', '.']).to_ascii_lowercase();
    let mut bytes = letter.bytes();
    match (bytes.next(), bytes.next()) {
        (Some(only @ b'a'..=b'z'), None) => Some(usize::from(only - b'a')),
        _ => None,
    }
}

fn read(text: &str, point: &OpenPoint) -> Option<Answer> {
    let text = text.trim().trim_start_matches("1:").trim_start_matches("1 ").trim();
    let chosen = letter_index(text).and_then(|index| point.choices.get(index));
    // The longest value first, so that `payload.items` does not stand for `payload.items[].name`.
    let mut named: Vec<_> =
        point.choices.iter().filter(|choice| text.contains(&choice.value)).collect();
    named.sort_by_key(|choice| std::cmp::Reverse(choice.value.len()));
    if let Some(choice) = chosen.or(named.first().copied()) {
        return Some(match choice.value.as_str() {
            CONSTANT => Answer::Constant,
            place => Answer::Place(place.to_owned()),
        });
    }
    let lower = text.to_lowercase();
    if ["constant", "fixed", "always", "same for"].iter().any(|word| lower.contains(word)) {
        return Some(Answer::Constant);
    }
    let path = Regex::new(r"[A-Za-z_$][\w$]*(?:\[\])?(?:\.[A-Za-z_$][\w$]*(?:\[\])?)+").ok()?;
    let found = path.find(text).map(|found| found.as_str().to_owned());
    let one_word = || (!text.is_empty() && !text.contains(' ')).then(|| text.to_owned());
    found.or_else(one_word).map(Answer::Place)
}

/// Whether a place is the one that a person named, in full or by its end.
pub(super) fn names(answer: &str, place: &[String]) -> bool {
    let place = place.join(".");
    let answer = answer.trim().trim_start_matches("$.").trim_start_matches("input.");
    place == answer || place.ends_with(&format!(".{answer}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Choice, Question, Timestamp};

    fn round(fields: &[&str], response: &str) -> ClarificationRound {
        let choice = |value: &str| Choice { value: value.to_owned(), label: value.to_owned() };
        let points = fields
            .iter()
            .map(|field| OpenPoint {
                field: (*field).to_owned(),
                prompt: String::new(),
                choices: vec![choice("payload.orderId"), choice(CONSTANT)],
            })
            .collect();
        ClarificationRound {
            question: Question { text: String::new(), points },
            asked_at: Timestamp::UNIX_EPOCH,
            response: Some(response.to_owned()),
            answered_at: None,
        }
    }

    #[test]
    fn letters_paths_and_sentences_are_understood() {
        let place = |text: &str| Some(Answer::Place(text.to_owned()));
        for (response, expected) in [
            ("a", place("payload.orderId")),
            ("b)", Some(Answer::Constant)),
            ("take payload.customer.phone please", place("payload.customer.phone")),
            ("it is always the same", Some(Answer::Constant)),
            ("I do not know", None),
        ] {
            assert_eq!(
                of(&[round(&["body.id"], response)]).remove("body.id"),
                expected,
                "{response}"
            );
        }
    }

    #[test]
    fn each_point_is_answered_by_its_number() {
        for response in ["1 b, 2 a", "1: constant\n2: payload.orderId"] {
            let answers = of(&[round(&["x", "y"], response)]);
            assert_eq!(answers.get("x"), Some(&Answer::Constant), "{response}");
            assert_eq!(answers.get("y"), Some(&Answer::Place("payload.orderId".to_owned())));
        }
    }
}
