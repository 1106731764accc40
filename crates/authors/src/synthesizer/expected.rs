//! Answers to the reading's questions that the samples' expected outputs give.
//!
//! What a person would be asked is first tried: an answer is right when the script that it leads to
//! reproduces what is expected, and no other answer leads to another script that does.

use domain::{Brief, ClarificationRound, FieldSource, OpenPoint, Question, Timestamp};
use serde_json::Value;

/// Combinations of answers to one question that are tried.
const MAX_COMBINED: usize = 12;
/// Values of a field that say enough to be found by themselves.
const MIN_TELLING: usize = 3;

/// What the expected outputs say of a field.
const REASON: &str = "it gives the expected value on every record";

/// Whether every sample says what is expected.
pub(super) fn all_expected(brief: &Brief) -> bool {
    !brief.samples.is_empty() && brief.samples.iter().all(|sample| sample.expected.is_some())
}

/// The field without what tells apart several questions about it.
fn bare(field: &str) -> &str {
    field.split(" (").next().unwrap_or(field)
}

fn is_same(known: &str, field: &str) -> bool {
    let known = known.strip_prefix("outlets[].").unwrap_or(known);
    known == field.strip_prefix("outlets[].").unwrap_or(field)
}

/// The expected values of a field such as `products[].price`.
fn values<'v>(brief: &'v Brief, field: &str) -> Vec<&'v Value> {
    let at = |start: Vec<&'v Value>| {
        field.split('.').fold(start, |found, step| {
            let inner = found.into_iter().filter_map(|value| value.get(step.trim_end_matches("[]")));
            if step.ends_with("[]") {
                inner.filter_map(Value::as_array).flatten().collect()
            } else {
                inner.collect()
            }
        })
    };
    at(brief.samples.iter().filter_map(|sample| sample.expected.as_ref()).collect())
}

/// Whether a field that gives these values is hardly another than the one meant.
fn are_telling(values: &[&Value]) -> bool {
    let is_telling = |value: &&&Value| match value {
        Value::String(text) => text.len() >= 3,
        Value::Number(number) => number.as_f64().is_some_and(|n| n.fract() != 0.0 || n >= 10.0),
        _ => false,
    };
    let mut known: Vec<&Value> = values.iter().filter(is_telling).copied().collect();
    known.sort_by_key(ToString::to_string);
    known.dedup();
    known.len() >= MIN_TELLING
}

/// What can be answered to one point: what the values alone lead to, or else each choice where the
/// expected values can tell them apart.
fn replies(brief: &Brief, point: &OpenPoint, known: &[FieldSource]) -> Vec<String> {
    let letter = |index: usize| {
        let index = u8::try_from(index).ok().filter(|index| *index < 26)?;
        Some(char::from(b'a' + index).to_string())
    };
    if let Some(known) = known.iter().find(|known| is_same(&known.field, &point.field)) {
        let chosen = point.choices.iter().position(|choice| choice.value == known.source);
        return vec![chosen.and_then(letter).unwrap_or_else(|| known.source.clone())];
    }
    let is_structure = point.field.contains(" (") || !point.field.contains('.');
    if is_structure || are_telling(&values(brief, bare(&point.field))) {
        return (0..point.choices.len()).filter_map(letter).collect();
    }
    Vec::new()
}

/// Every round of answers that is worth a try.
pub(super) fn rounds(
    brief: &Brief,
    question: &Question,
    known: &[FieldSource],
) -> Vec<ClarificationRound> {
    let mut combined: Vec<Vec<String>> = vec![Vec::new()];
    let mut points = Vec::new();
    for point in &question.points {
        let replies = replies(brief, point, known);
        if replies.is_empty() {
            continue;
        }
        points.push(point.clone());
        combined = combined
            .iter()
            .flat_map(|before| {
                replies.iter().map(move |reply| {
                    before.iter().chain(std::iter::once(reply)).cloned().collect::<Vec<String>>()
                })
            })
            .collect();
    }
    if points.is_empty() || combined.len() > MAX_COMBINED {
        return Vec::new();
    }
    let response = |replies: Vec<String>| match replies.as_slice() {
        [only] => only.clone(),
        all => {
            let lines = all.iter().zip(1..).map(|(reply, number)| format!("{number}: {reply}\n"));
            lines.collect()
        }
    };
    combined
        .into_iter()
        .map(|replies| ClarificationRound {
            question: Question { text: question.text.clone(), points: points.clone() },
            asked_at: Timestamp::UNIX_EPOCH,
            response: Some(response(replies)),
            answered_at: None,
        })
        .collect()
}

/// Whether a question comes back to what was answered: the answer did not help.
pub(super) fn asks_again(question: &Question, rounds: &[ClarificationRound]) -> bool {
    let mut answered = rounds.iter().flat_map(|round| &round.question.points);
    question.points.is_empty()
        || answered.any(|known| question.points.iter().any(|point| point.field == known.field))
}

/// A question about the fields that a failure names and whose place the values alone lead to.
pub(super) fn about(failure: &str, known: &[FieldSource], used: &[FieldSource]) -> Question {
    let is_named = |known: &&FieldSource| {
        let leaf = known.field.rsplit('.').next().unwrap_or_default();
        failure.contains(&format!("{leaf}: "))
    };
    let is_new = |known: &&FieldSource| {
        !used.iter().any(|own| is_same(bare(&own.field), &known.field) && own.source == known.source)
    };
    let points = known.iter().filter(is_named).filter(is_new).map(|known| OpenPoint {
        field: known.field.strip_prefix("outlets[].").unwrap_or(&known.field).to_owned(),
        prompt: String::new(),
        choices: Vec::new(),
    });
    Question { text: String::new(), points: points.collect() }
}

/// Says of the fields that nobody was asked about what decided them.
pub(super) fn with_reasons(
    mut provenance: Vec<FieldSource>,
    rounds: &[ClarificationRound],
) -> Vec<FieldSource> {
    let tried = |field: &str| {
        let mut points = rounds.iter().flat_map(|round| &round.question.points);
        points.any(|point| is_same(bare(&point.field), bare(field)))
    };
    for known in provenance.iter_mut().filter(|known| tried(&known.field)) {
        if known.reason == "a person chose it" {
            REASON.clone_into(&mut known.reason);
            known.confidence = 0.9;
        }
    }
    provenance
}
