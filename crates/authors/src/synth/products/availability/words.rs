//! What the words of a status mean, where documents explain them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{ABOUT_SALE, NO_WORD};
use crate::synth::deletion::{self, LEFT_OUT};
use crate::synth::documents::{Documents, Statement};
use crate::synth::path::Path;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// A status has no more words than this.
const MAX_WORDS: usize = 10;

/// The words of a field with whether a record of that status can be ordered; words for records that
/// are left out are not among them. Nothing unless documents or the vocabulary explain every word
/// of the samples, and the documents one at least.
pub(super) fn meant(field: &Field<'_>, documents: &Documents) -> Option<Vec<(String, bool)>> {
    let words = words(field)?;
    let mut all: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    // Words that only documents name are read too, from statements that name one of the samples.
    for term in statements(&field.path, documents).flat_map(|statement| &statement.terms) {
        let is_word = term.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '));
        if is_word && !field.path.keys().contains(&term.as_str()) && !all.contains(term) {
            all.push(term.clone());
        }
    }
    let mut found = Vec::new();
    let mut is_explained = false;
    for word in all {
        let said = said(&word, &field.path, documents);
        let is_removed = said.as_ref().is_some_and(|text| LEFT_OUT.is_match(text))
            || deletion::is_removed(&word);
        let explained = said.as_ref().filter(|text| ABOUT_SALE.is_match(text));
        is_explained |= said.is_some() && (explained.is_some() || is_removed);
        if is_removed {
            continue;
        }
        match (explained, known(&word)) {
            (Some(text), _) => found.push((word, !NO_WORD.is_match(text))),
            (None, Some(yes)) => found.push((word, yes)),
            // A word of the samples must be understood; one of the documents may be anything.
            (None, None) if words.contains(word.as_str()) => return None,
            (None, None) => {}
        }
    }
    let is_telling = found.iter().any(|(_, yes)| !yes) || found.len() < words.len();
    (is_explained && is_telling).then_some(found)
}

/// The words of a field that mean that the record is left out.
pub(crate) fn removed(field: &Field<'_>, documents: &Documents) -> Vec<String> {
    let Some(words) = words(field) else { return Vec::new() };
    let terms = statements(&field.path, documents).flat_map(|statement| &statement.terms);
    let mut all: Vec<&str> = words.into_iter().collect();
    all.extend(terms.map(String::as_str).filter(|term| !field.path.keys().contains(term)));
    let mut seen = BTreeSet::new();
    all.retain(|word| {
        let is_said =
            said(word, &field.path, documents).is_some_and(|text| LEFT_OUT.is_match(&text));
        seen.insert(*word) && (is_said || deletion::is_removed(word))
    });
    all.into_iter().map(str::to_owned).collect()
}

/// The different values of a field that holds a few words.
fn words<'f>(field: &'f Field<'_>) -> Option<BTreeSet<&'f str>> {
    let is_word = |value: &Value| {
        value.as_str().is_some_and(|text| {
            text.len() <= 24
                && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '))
        })
    };
    let is_status = vocabulary().words(field.path.leaf()).iter().any(|word| {
        matches!(
            word.as_str(),
            "status"
                | "state"
                | "availability"
                | "visibility"
                | "lifecycle"
                | "available"
                | "active"
        )
    });
    if !is_status || field.is_empty() || !field.all(is_word) || field.all(super::is_flag) {
        return None;
    }
    let words: BTreeSet<&str> = field.filled().filter_map(Value::as_str).collect();
    (words.len() <= MAX_WORDS).then_some(words)
}

fn statements<'d>(path: &'d Path, documents: &'d Documents) -> impl Iterator<Item = &'d Statement> {
    documents.about(path)
}

/// What documents say of a word of the field: what stands between it and the next word in marks,
/// or before it where nothing follows.
fn said(word: &str, path: &Path, documents: &Documents) -> Option<String> {
    let quoted = [format!("`{word}`"), format!("\"{word}\""), format!("'{word}'")];
    statements(path, documents).find_map(|statement| {
        let (at, mark) =
            quoted.iter().find_map(|mark| Some((statement.text.find(mark.as_str())?, mark)))?;
        let after = statement.text.get(at + mark.len()..)?;
        let end = after.find(['`', '"']).unwrap_or(after.len());
        let text = after.get(..end)?.trim().to_lowercase();
        let text =
            text.trim_end_matches("and").trim_end_matches("or").trim_matches([' ', ',', ':', ';']);
        (!text.is_empty()).then(|| text.to_owned())
    })
}

/// What a word means in the trade.
fn known(word: &str) -> Option<bool> {
    let v = vocabulary();
    let plain = v.words(word).join(" ");
    let is_in = |list: &[String]| list.iter().any(|own| v.words(own).join(" ") == plain);
    match (is_in(&v.available.yes_words), is_in(&v.available.no_words)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        (true, true) | (false, false) => None,
    }
}
