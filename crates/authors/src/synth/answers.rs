//! What people answered to earlier questions.

use std::collections::BTreeMap;

use domain::{ClarificationRound, OpenPoint};

/// The latest answer for each output field.
#[derive(Debug, Default)]
pub(crate) struct Answers(BTreeMap<String, Answer>);

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// One of the choices that were offered, by its value.
    Choice(String),
    /// Words of the person's own: a path or a sentence.
    Words(String),
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Choice(text) | Self::Words(text) => text,
        }
    }

    /// Whether it names the value: as a choice, as a whole or as a word in a sentence.
    pub(crate) fn names(&self, value: &str) -> bool {
        match self {
            Self::Choice(chosen) => chosen == value,
            Self::Words(words) => {
                let is_part =
                    |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '-' | '*');
                words.trim() == value
                    || words
                        .split(|c: char| !is_part(c))
                        .map(|word| word.trim_end_matches(['.', '-']))
                        .any(|word| !word.is_empty() && (word == value || is_end(value, word)))
            }
        }
    }
}

/// Whether a path ends with the word: `items[].cost` with `cost`.
fn is_end(path: &str, word: &str) -> bool {
    path.strip_suffix(word).is_some_and(|rest| rest.ends_with('.'))
}

impl Answers {
    pub(crate) fn read(rounds: &[ClarificationRound]) -> Self {
        let mut answers = BTreeMap::new();
        for round in rounds {
            let Some(response) = &round.response else { continue };
            for (field, answer) in of_round(&round.question.points, response) {
                answers.insert(field, answer);
            }
        }
        Self(answers)
    }

    pub(crate) fn of(&self, field: &str) -> Option<&Answer> {
        self.0.get(field)
    }
}

fn of_round(points: &[OpenPoint], response: &str) -> Vec<(String, Answer)> {
    let response = response.trim();
    if let [only] = points {
        let own = numbered(response, 1).into_iter().next().map_or(response, |(_, text)| text);
        return vec![(only.field.clone(), one(only, own))];
    }
    let parts = numbered(response, points.len());
    if parts.is_empty() {
        // One text for all points: each point finds in it what names one of its choices.
        return points.iter().map(|point| (point.field.clone(), one(point, response))).collect();
    }
    parts
        .into_iter()
        .filter_map(|(number, text)| {
            points.get(number - 1).map(|point| (point.field.clone(), one(point, text)))
        })
        .collect()
}

/// `1 a, 2 b` or `1: x` on lines of their own: numbers from one to `count` with their texts.
fn numbered(response: &str, count: usize) -> Vec<(usize, &str)> {
    response
        .split(['\n', ',', ';'])
        .filter_map(|part| {
            let part = part.trim();
            let digits = part.chars().take_while(char::is_ascii_digit).count();
            let (number, rest) = part.split_at_checked(digits)?;
            let number: usize = number.parse().ok()?;
            let text = rest.trim_start_matches([')', '.', ':', ' ', '=', '-']).trim();
            ((1..=count).contains(&number) && !text.is_empty()).then_some((number, text))
        })
        .collect()
}

fn one(point: &OpenPoint, text: &str) -> Answer {
    let text = text.trim();
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    if let Some(choice) = letter_index(bare).and_then(|index| point.choices.get(index)) {
        return Answer::Choice(choice.value.clone());
    }
    let words = Answer::Words(text.to_owned());
    let mut named = point
        .choices
        .iter()
        .filter(|choice| words.names(&choice.value) || choice.label.eq_ignore_ascii_case(text));
    match (named.next(), named.next()) {
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
mod tests {
    use super::*;
    use domain::Choice;

    fn point(field: &str, values: &[&str]) -> OpenPoint {
        let choices = values
            .iter()
            .map(|value| Choice { value: (*value).to_owned(), label: format!("read {value}") })
            .collect();
        OpenPoint { field: field.to_owned(), prompt: String::new(), choices }
    }

    fn answer(points: &[OpenPoint], response: &str) -> Vec<String> {
        of_round(points, response).iter().map(|(f, a)| format!("{f}={}", a.text())).collect()
    }

    #[test]
    fn a_letter_a_path_and_a_sentence_name_a_choice() {
        let points = [point("price", &["items[].net", "items[].gross"])];
        for response in
            ["b", "B)", "1 b", "items[].gross", "take gross, please", "read items[].gross"]
        {
            assert_eq!(answer(&points, response), ["price=items[].gross"], "{response}");
        }
    }

    #[test]
    fn several_points_are_told_apart_by_number() {
        let points = [point("price", &["x.net", "x.gross"]), point("name", &["x.a", "x.b"])];
        assert_eq!(answer(&points, "1 a, 2 b"), ["price=x.net", "name=x.b"]);
        assert_eq!(answer(&points, "2: other.path\n1) b"), ["name=other.path", "price=x.gross"]);
    }

    #[test]
    fn what_names_no_choice_is_kept_as_it_is() {
        assert_eq!(answer(&[point("price", &["x.net"])], "items[].cost"), ["price=items[].cost"]);
    }
}
