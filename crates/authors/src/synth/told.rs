//! Sentences of documents as answers to questions that are about to leave.
//!
//! Each sentence is read as a person's answer is, and counts only where there is no doubt: it names
//! one of the choices in its marks, and says besides nothing but that this is the field in question.
//! `sale_net` is the price before tax says more, and is no answer.

use domain::OpenPoint;

use super::answers::{Answer, Answers};
use super::documents::{Documents, Statement};
use super::vocabulary::{Entity, vocabulary};

/// Words of a sentence that say no more than which field it is.
const PLAIN: [&str; 33] = [
    "_", "is", "are", "the", "a", "an", "of", "for", "in", "from", "as", "and", "use", "take",
    "read", "our", "its", "each", "every", "this", "that", "which", "with", "field", "value",
    "standard", "always", "here", "call", "called", "has", "to", "it",
];

/// What documents answer of the points, by field; nothing for those that a person has answered.
pub(crate) fn answers(
    points: &[OpenPoint],
    documents: &Documents,
    known: &Answers,
) -> Vec<(String, Answer, String)> {
    let open = points.iter().filter(|point| known.of(&point.field).is_none());
    open.filter_map(|point| {
        let mut found = documents
            .statements
            .iter()
            .filter_map(|statement| Some((answer(point, points, statement)?, &statement.text)));
        let (answer, text) = found.next()?;
        // Two sentences that answer differently answer nothing.
        found.all(|(other, _)| other == answer).then(|| (point.field.clone(), answer, text.clone()))
    })
    .collect()
}

/// The choice of the point that the sentence names, where it says that and nothing else.
fn answer(point: &OpenPoint, points: &[OpenPoint], statement: &Statement) -> Option<Answer> {
    if point.choices.is_empty() || !speaks_of(point, points, statement) {
        return None;
    }
    let [_] = statement.terms.as_slice() else { return None };
    match Answer::of_sentence(point, &statement.text) {
        Answer::Choice(value) if !Answer::Choice(value.clone()).is_nothing() => {
            Some(Answer::Choice(value))
        }
        Answer::Choice(_) | Answer::Words(_) => None,
    }
}

/// Whether a sentence speaks of the point's field and of nothing else.
fn speaks_of(point: &OpenPoint, points: &[OpenPoint], statement: &Statement) -> bool {
    let v = vocabulary();
    let words = v.words(&statement.prose());
    let subject = subject(point);
    let prose = statement.prose();
    let is_asked = ["is ", "are ", "does "].iter().any(|start| prose.starts_with(start));
    let Some(last) = subject.last().filter(|last| *last != "id") else { return false };
    let is_entity = |word: &String| {
        [Entity::Product, Entity::Variant, Entity::Outlet, Entity::Group, Entity::Option]
            .iter()
            .any(|entity| v.entity_phrases(*entity).any(|phrase| phrase == word))
    };
    let is_plain =
        |word: &String| PLAIN.contains(&word.as_str()) || subject.contains(word) || is_entity(word);
    // Groups and options have names and prices too: which one is meant has to be said.
    let is_inner = point.field.matches("[].").count() > 1;
    let shares = points.iter().filter(|other| self::subject(other).last() == Some(last)).count();
    words.contains(last) && words.iter().all(is_plain) && !is_inner && shares == 1 && !is_asked
}

/// The words of the output field.
fn subject(point: &OpenPoint) -> Vec<String> {
    let field = point.field.split(" (").next().unwrap_or_default();
    // What stands in brackets is another question about the field: its unit, its list.
    if field.len() != point.field.len() {
        return Vec::new();
    }
    vocabulary().words(field.rsplit('.').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Choice, Document};

    fn told(text: &str) -> Vec<String> {
        let document = Document { name: "notes.md".parse().unwrap(), content: text.to_owned() };
        let documents = Documents::read(&[document], &[]);
        let choice = |value: &str| Choice { value: value.to_owned(), label: value.to_owned() };
        let point = OpenPoint {
            field: "products[].price".to_owned(),
            prompt: String::new(),
            choices: vec![choice("items[].net"), choice("items[].gross"), choice("leave it out")],
        };
        let found = answers(&[point], &documents, &Answers::default());
        found.into_iter().map(|(_, answer, _)| answer.text().to_owned()).collect()
    }

    #[test]
    fn a_sentence_that_says_which_field_it_is_answers() {
        for text in [
            "`gross` is the price.",
            "The price of an item is `gross`.",
            "- Use `gross` as the price",
        ] {
            assert_eq!(told(text), ["items[].gross"], "{text}");
        }
    }

    #[test]
    fn a_sentence_that_says_more_or_contradicts_another_answers_nothing() {
        for text in [
            "`net` is the price before tax.",
            "`net` is not the price.",
            "The price is `net` or `gross`.",
            "`net` is the price. `gross` is the price.",
            "`gross` counts.",
            "Leave the price out.",
            "Is `net` the price?",
        ] {
            assert_eq!(told(text), Vec::<String>::new(), "{text}");
        }
    }
}
