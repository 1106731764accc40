//! Questions that only a person can answer.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// All that an author has to ask at one time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What the author knows and why it cannot go on, in a sentence or two.
    pub text: String,
    /// What is open. Empty when the text says it all.
    #[serde(default)]
    pub points: Vec<OpenPoint>,
}

/// One thing that is open, with what it could be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPoint {
    /// The output field that it is about, such as `products[].price`.
    pub field: String,
    /// What has to be decided.
    pub prompt: String,
    /// What it could be; empty when the author knows no candidate.
    #[serde(default)]
    pub choices: Vec<Choice>,
}

/// One possible answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What the author takes when this is chosen, such as a path in the payload.
    pub value: String,
    /// What a person reads: the meaning, with sample values.
    pub label: String,
}

impl Question {
    /// A question without open points of its own.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), points: Vec::new() }
    }

    /// The question as a person reads it, with how to answer.
    #[must_use]
    pub fn render(&self) -> String {
        let mut out = self.text.clone();
        for (number, point) in (1..).zip(&self.points) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\n\n{number}. {}: {}", point.field, point.prompt);
            for (index, choice) in point.choices.iter().enumerate() {
                let _ = write!(out, "\n   {}) {}", choice_letter(index), choice.label);
            }
        }
        match self.points.as_slice() {
            [] => {}
            [only] if only.choices.is_empty() => {
                out.push_str("\n\nAnswer with a path in the payload or a sentence.");
            }
            [_] => out.push_str("\n\nAnswer with a letter, a path in the payload or a sentence."),
            _ => out.push_str(
                "\n\nAnswer each by its number, like \"1 a, 2 b\"; instead of a letter you may give \
                 a path in the payload or a sentence, each on its own line, like \"1: items[].cost\".",
            ),
        }
        out
    }
}

/// What a choice is called in an answer, by its place: `a`, `b`, … `z`, then `aa`, `ab`, …
#[must_use]
pub fn choice_letter(index: usize) -> String {
    let last = char::from(b'a' + u8::try_from(index % 26).unwrap_or_default());
    match index / 26 {
        0 => last.to_string(),
        above => format!("{}{last}", choice_letter(above - 1)),
    }
}

/// A question and, once a person gave it, the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClarificationRound {
    /// What was asked.
    pub question: Question,
    /// When.
    pub asked_at: Timestamp,
    /// The person's answer, word for word.
    pub response: Option<String>,
    /// When it came.
    pub answered_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(field: &str, labels: &[&str]) -> OpenPoint {
        let choices = labels
            .iter()
            .map(|label| Choice { value: (*label).to_owned(), label: (*label).to_owned() })
            .collect();
        OpenPoint { field: field.to_owned(), prompt: "which one?".to_owned(), choices }
    }

    #[test]
    fn one_open_point_lists_its_choices_by_letter() {
        let question = Question {
            text: "Two fit.".to_owned(),
            points: vec![point("price", &["net", "gross"])],
        };
        assert_eq!(
            question.render(),
            "Two fit.\n\n1. price: which one?\n   a) net\n   b) gross\n\n\
             Answer with a letter, a path in the payload or a sentence."
        );
    }

    #[test]
    fn several_points_are_answered_by_number() {
        let points = vec![point("price", &["net"]), point("name", &[])];
        let text = Question { text: String::new(), points }.render();
        assert!(text.contains("\n2. name: which one?"), "{text}");
        assert!(text.contains("\"1 a, 2 b\""), "{text}");
    }

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!(choice_letter(25), "z");
        assert_eq!(choice_letter(26), "aa");
        assert_eq!(choice_letter(27), "ab");
    }
}
