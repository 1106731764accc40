//! Hours of several kinds in one list: a record for each kind with its hours in it, or entries of
//! which each has the word for its kind.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Only;
use super::holders::{Holder, OTHERS, OWN, is_entries, looks_like_hours};
use crate::synth::documents::Documents;
use crate::synth::path::{Path, Step};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// A list whose records are of several kinds.
pub(super) struct Kinds<'a> {
    pub(super) path: Path,
    /// One for each kind.
    pub(super) holders: Vec<Holder<'a>>,
}

/// What a kind is called by, the surest first.
const NAMES: [&str; 12] = [
    "type", "kind", "service", "category", "mode", "purpose", "method", "channel", "code", "name",
    "label", "title",
];
/// Kinds that are neither the shop's own by their word nor plainly another's.
const UNSURE: [&str; 6] = ["dine", "eat", "general", "default", "standard", "normal"];

/// All such lists among the fields.
pub(super) fn find<'a>(fields: &[Field<'a>], documents: &Documents) -> Vec<Kinds<'a>> {
    fields.iter().filter_map(|field| of_list(field, documents)).collect()
}

fn of_list<'a>(field: &Field<'a>, documents: &Documents) -> Option<Kinds<'a>> {
    let is_records =
        |value: &Value| value.as_array().is_some_and(|list| list.iter().all(Value::is_object));
    let lists: Vec<&'a Vec<Value>> =
        field.values.iter().flatten().copied().filter_map(Value::as_array).collect();
    let records: Vec<&'a Value> = lists.iter().copied().flatten().collect();
    if records.is_empty() || !field.all(is_records) {
        return None;
    }
    let is_flat = is_entries(&records);
    let by = key_of_kind(&records, documents)?;
    let words: BTreeSet<&str> =
        records.iter().filter_map(|record| record.get(&by)?.as_str()).collect();
    let holders: Vec<Holder<'a>> = if is_flat {
        let only = |word: &str| Some(Only { by: by.clone(), is: word.to_owned() });
        words
            .into_iter()
            .map(|word| Holder {
                only: only(word),
                kind: Some(word.to_owned()),
                field: field.clone(),
            })
            .collect()
    } else {
        words.into_iter().filter_map(|word| of_record(field, &by, word, &records)).collect()
    };
    (!holders.is_empty()).then(|| Kinds { path: field.path.clone(), holders })
}

/// The field of a record that has a word for the kind of its hours.
fn key_of_kind(records: &[&Value], documents: &Documents) -> Option<String> {
    let is_explained = |word: &str| {
        documents.statements.iter().any(|statement| statement.terms.iter().any(|term| term == word))
    };
    let is_kind = |word: &str| {
        let words = vocabulary().words(word);
        is_explained(word)
            || words.iter().any(|word| {
                let word = word.as_str();
                OTHERS.contains(&word) || OWN.contains(&word) || UNSURE.contains(&word)
            })
    };
    let all_words = |key: &String| -> Option<Vec<&str>> {
        records.iter().map(|record| record.get(key)?.as_str()).collect()
    };
    let rank = |key: &String| {
        let last = vocabulary().words(key).pop()?;
        NAMES.iter().position(|name| *name == last)
    };
    let first = records.first()?.as_object()?;
    first
        .keys()
        .filter_map(|key| Some((rank(key)?, key)))
        .filter(|(_, key)| all_words(key).is_some_and(|words| words.into_iter().any(is_kind)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, key)| key.clone())
}

/// The hours in the record of a kind.
fn of_record<'a>(list: &Field<'a>, by: &str, word: &str, records: &[&Value]) -> Option<Holder<'a>> {
    let step = Step::Chosen { by: by.to_owned(), is: word.to_owned() };
    let record = list.path.then(step.clone());
    let within = Path::default().then(step);
    let keys: BTreeSet<&String> =
        records.iter().filter_map(|record| record.as_object()).flat_map(|all| all.keys()).collect();
    let at = |key: Option<&String>| {
        let then = |path: &Path| match key {
            Some(key) => path.then(Step::Key(key.clone())),
            None => path.clone(),
        };
        let inner = then(&within);
        let values =
            list.values.iter().map(|value| value.and_then(|list| inner.of(list))).collect();
        Field { path: then(&record), values, ..list.clone() }
    };
    let field =
        std::iter::once(None).chain(keys.into_iter().map(Some)).map(at).find(looks_like_hours)?;
    Some(Holder { field, only: None, kind: Some(word.to_owned()) })
}
