//! Kinds of groups of which documents say how many options they take: DROPDOWN takes one, CHECKBOX any
//! number.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

use super::rules::{Reading, Rule};
use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// A group's kind has no more words than this.
const MAX_KINDS: usize = 12;

/// A word, a number of options, or what ends a clause.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)(?P<several>\bany number\b|\bas many\b|\bseveral\b|\bmore than one\b|\bno limit\b)|(?P<one>\b(?:exactly |at most |only |just )?one\b|\ba single\b)|["“`']?(?P<word>\b[A-Za-z][\w-]*)["”`']?"#,
    )
});

/// What stands between the words of a list.
static AND: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^["”`']?\s*(?:,|/|,? ?\b(?:and|or)\b)\s*["“`']?$"#));
/// What follows the last word of a list of kinds, or the next one of them.
static VERB: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^["”`']?\s*(?:(?:takes?|accepts?|allows?|lets?|have|has|options?|groups?|modifiers?|fields?|types?|ones?|mean|means|is|are|:)\b|,|\b(?:and|or)\b)"#,
    )
});

/// Whether a list ends or goes on after the word that was found: no word of the sentence itself does so.
fn is_verb_next(statement: &Statement, found: &Captures<'_>) -> bool {
    let end = found.get(0).map_or(0, |own| own.end());
    VERB.is_match(statement.text.get(end..).unwrap_or_default())
}

/// The field of the groups whose words documents explain so.
pub(super) fn single<'a>(fields: &[Field<'a>], documents: &Documents) -> Option<Rule<'a>> {
    fields.iter().filter(|field| field.variable == "group").find_map(|field| {
        let kinds = kinds_of(field)?;
        let told: BTreeMap<String, bool> =
            documents.statements.iter().flat_map(|own| explained(own, &kinds)).collect();
        let known = kinds.iter().filter(|kind| told.contains_key(*kind)).count();
        // Both have to be told apart, or all of the samples' words be told to take one.
        let differ = told.values().any(|one| *one) && told.values().any(|one| !one);
        let is_all_one = told.len() > 1 && known == kinds.len() && told.values().all(|one| *one);
        (differ && known > 0 || is_all_one).then(|| Rule {
            field: field.clone(),
            reading: Reading::Kind(told.into_iter().collect()),
        })
    })
}

/// The few words that the field has.
fn kinds_of(field: &Field<'_>) -> Option<Vec<String>> {
    let is_word = |value: &Value| {
        value.as_str().is_some_and(|text| text.len() <= 24 && !text.contains(char::is_whitespace))
    };
    let mut kinds: Vec<String> =
        field.filled().filter_map(Value::as_str).map(str::to_owned).collect();
    kinds.sort();
    kinds.dedup();
    let is_kind = field.path.len() == 1
        && !field.is_empty()
        && field.all(is_word)
        && kinds.len() <= MAX_KINDS
        && vocabulary().is_kind(field.path.leaf());
    is_kind.then_some(kinds)
}

/// The kinds that a sentence names, with whether they take one.
fn explained(statement: &Statement, kinds: &[String]) -> Vec<(String, bool)> {
    let mut told = Vec::new();
    let mut named: Vec<String> = Vec::new();
    let mut end = 0;
    for found in TOKEN.captures_iter(&statement.text) {
        if let Some(word) = found.name("word") {
            // A word in a list with a kind is one: dropdown, radio and tiles.
            let between = statement.text.get(end..word.start()).unwrap_or_default();
            let goes_on = !named.is_empty() && AND.is_match(between);
            let word = word.as_str();
            let shown = kinds.iter().find(|kind| kind.eq_ignore_ascii_case(word));
            match shown {
                Some(kind) => named.push(kind.clone()),
                None if goes_on && is_verb_next(statement, &found) => named.push(word.to_owned()),
                None if is_kind(word, kinds) => named.push(word.to_owned()),
                None => continue,
            }
            end = found.get(0).map_or(end, |own| own.end());
        } else {
            let is_one = found.name("one").is_some();
            told.extend(named.drain(..).map(|kind| (kind, is_one)));
        }
    }
    told
}

/// Whether a word that no sample has is a kind: it is written as the others are, or the trade knows it.
fn is_kind(word: &str, kinds: &[String]) -> bool {
    let is_upper = |text: &str| text.len() > 2 && !text.chars().any(char::is_lowercase);
    let known = &vocabulary().one_of;
    let plain = vocabulary().words(word).join(" ");
    let mut all = known.single.iter().chain(&known.several);
    let is_known = all.any(|own| vocabulary().words(own).join(" ") == plain);
    // A plain word may be one of the sentence's own.
    let is_apart =
        word.contains('_') || (is_upper(word) && kinds.iter().all(|kind| is_upper(kind)));
    is_apart || (is_known && kinds.iter().all(|kind| !is_upper(kind)) && plain != "one")
}
