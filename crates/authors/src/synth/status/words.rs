//! The vendor's status words that the samples have, and the usual ones in their spelling.

use serde_json::Value;

use super::STATUS;
use super::meanings::{self, Table};
use crate::synth::matching::Decisions;
use crate::synth::scope::Field;
use crate::synth::vocabulary::{STATUSES, vocabulary};

/// A status as text.
pub(super) fn word_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The trade's meaning of a word, with or without `order` before it.
pub(super) fn usual(value: &Value) -> Option<&'static str> {
    let word = value.as_str()?;
    let words = vocabulary().words(word);
    let rest = words.strip_prefix(&["order".to_owned()]).unwrap_or_default().join(" ");
    let last = || after_order(word).and_then(|(_, last)| vocabulary().status(last));
    vocabulary().status(word).or_else(|| vocabulary().status(&rest)).or_else(last)
}

/// What stands before and what after the last dot in the name of an order's event, such as
/// `com.till.order.ready`; nothing in that of something else's, such as `order.payment.completed`.
fn after_order(word: &str) -> Option<(&str, &str)> {
    // The version of the event says nothing of it: `order.ready.v2`.
    let is_version = |last: &str| {
        last.strip_prefix('v')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    let word = word.rsplit_once('.').filter(|(_, last)| is_version(last)).map_or(word, |(b, _)| b);
    let (before, last) = word.rsplit_once('.')?;
    let owner = vocabulary().words(before.rsplit('.').next()?);
    (owner == ["order"]).then_some((before, last))
}

/// Adds the trade's meaning of the samples' words and of the usual words in their spelling; asks
/// about a word of the samples that nobody explains.
pub(super) fn complete(field: &Field<'_>, table: &mut Table, decisions: &mut Decisions<'_>) {
    let expected = decisions.examples.values(STATUS.output).unwrap_or_default();
    for (value, status) in field.values.iter().zip(expected) {
        let known = STATUSES.into_iter().find(|known| Some(*known) == status.as_str());
        if let (Some(value), Some(status)) = (value, known) {
            table.insert(word_of(value), (status, false));
        }
    }
    for value in field.filled() {
        let word = word_of(value);
        if table.contains_key(&word) {
            continue;
        }
        let point = format!("status ({})", domain::bounded(&word, 40));
        let answer = decisions.answers.of(&point).map(|answer| answer.text().to_owned());
        let answered = answer.as_deref().and_then(meanings::phrase_status);
        if let Some(status) = answered.or_else(|| usual(value)) {
            table.insert(word, (status, answered.is_some()));
        } else if !decisions.open.iter().any(|open| open.field == point) {
            let choices: Vec<(String, String)> =
                STATUSES.iter().map(|s| ((*s).to_owned(), (*s).to_owned())).collect();
            let refused = answer.map(|text| {
                format!("The answer {:?} names no standard status. ", domain::bounded(&text, 80))
            });
            let prompt = format!(
                "{}{} is {value} in a sample. Which standard status is that?",
                refused.unwrap_or_default(),
                field.place()
            );
            decisions.ask(&point, &prompt, &choices);
        }
    }
    ask_for_codes(field, table, decisions);
    let documented = table.values().any(|(_, documented)| *documented);
    let sample = field.filled().find_map(Value::as_str).map(str::to_owned);
    if let (false, Some(sample)) = (documented, sample) {
        // Nothing is written about the words: the usual ones in the spelling of the sample's.
        let is_prefixed = vocabulary().words(&sample).first().is_some_and(|word| word == "order");
        for (phrase, status) in vocabulary().status_phrases() {
            let is_bare = is_prefixed && !phrase.starts_with("order");
            let phrase = if is_bare { format!("order {phrase}") } else { phrase };
            // Half of the trade spells it with one `l`.
            for spelling in [phrase.replace("cancelled", "canceled"), phrase] {
                table.entry(spelled_like(&spelling, &sample)).or_insert((status, false));
            }
        }
    }
}

/// One code of many says nothing of the others: without documents a person has to list them.
fn ask_for_codes(field: &Field<'_>, table: &mut Table, decisions: &mut Decisions<'_>) {
    const POINT: &str = "status (codes)";
    let is_code = |value: &Value| {
        value.is_number() || value.as_str().is_some_and(|t| t.bytes().all(|b| b.is_ascii_digit()))
    };
    if !field.all(is_code) || table.values().any(|(_, documented)| *documented) {
        return;
    }
    if let Some(answer) = decisions.answers.of(POINT) {
        meanings::read_list(answer.text(), true, table);
    } else if decisions.open.is_empty() {
        let prompt = format!(
            "{} is a code. List the codes with their meaning, such as 10 received, 20 accepted.",
            field.place()
        );
        decisions.ask(POINT, &prompt, &[]);
    }
}

fn spelled_like(phrase: &str, sample: &str) -> String {
    if let Some((before, last)) = after_order(sample) {
        return format!("{before}.{}", spelled_like(phrase, last));
    }
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|c| c.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    };
    let words: Vec<&str> = phrase.split(' ').collect();
    if sample.chars().any(char::is_alphabetic) && !sample.chars().any(char::is_lowercase) {
        words.join(if sample.contains('-') { "-" } else { "_" }).to_uppercase()
    } else if sample.starts_with(char::is_uppercase) {
        let joint = if sample.contains('_') {
            "_"
        } else if sample.contains(' ') {
            " "
        } else {
            ""
        };
        words.iter().map(|word| capital(word)).collect::<Vec<_>>().join(joint)
    } else if sample.chars().any(char::is_uppercase) {
        words
            .iter()
            .enumerate()
            .map(|(i, word)| if i == 0 { (*word).to_owned() } else { capital(word) })
            .collect()
    } else {
        words.join(if sample.contains('-') {
            "-"
        } else if sample.contains(' ') {
            " "
        } else {
            "_"
        })
    }
}
