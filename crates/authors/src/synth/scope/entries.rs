//! Lists that stand for an object: a code and a value in each entry, or a text in each language.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::synth::joins::id_text;
use crate::synth::path::Step;
use crate::synth::vocabulary::vocabulary;

/// So many codes are read, no more.
const MAX_CODES: usize = 40;
/// So many languages are read, no more.
const MAX_LANGUAGES: usize = 8;
/// An entry with more fields is a record of its own.
const MAX_FIELDS: usize = 3;

const VALUES: [&str; 5] = ["value", "val", "text", "content", "translation"];
const LANGUAGES: [&str; 9] = [
    "lang",
    "language",
    "locale",
    "lang code",
    "language code",
    "locale code",
    "language id",
    "culture",
    "iso code",
];
const CODES: [&str; 6] = ["attribute code", "code", "key", "attribute", "field", "property"];

/// Whether a key is that of a text's language.
pub(super) fn is_language(key: &str) -> bool {
    LANGUAGES.contains(&vocabulary().words(key).join(" ").as_str())
}

/// The steps to what the entries hold; nothing where the lists hold anything else.
pub(super) fn steps(lists: &[&Vec<Value>]) -> Option<Vec<Step>> {
    let entries = || lists.iter().flat_map(|list| list.iter());
    let first = entries().next()?.as_object()?;
    if first.len() > MAX_FIELDS {
        return None;
    }
    let called = |names: &[&str]| {
        first
            .keys()
            .find(|key| names.contains(&vocabulary().words(key).join(" ").as_str()))
            .cloned()
    };
    let value = called(&VALUES)?;
    let are_texts = |value: &str| entries().all(|own| own.get(value).is_some_and(Value::is_string));
    // A number and a text in each: the languages are numbered.
    let by = called(&LANGUAGES)
        .or_else(|| called(&CODES))
        .or_else(|| called(&["id"]).filter(|_| first.len() == 2 && are_texts(&value)))?;
    let is_language = called(&LANGUAGES).is_some();
    let code = |entry: &Value| entry.get(&by).and_then(id_text);
    let is_entry = |entry: &&Value| {
        entry.as_object().is_some_and(|fields| fields.len() <= MAX_FIELDS)
            && entry.get(&value).is_some()
            && code(entry).is_some_and(|code| !code.is_empty() && !code.contains(' '))
    };
    let is_clear = lists.iter().all(|list| {
        let mut seen = BTreeSet::new();
        list.iter().all(|entry| seen.insert(code(entry)))
    });
    if !entries().all(|entry| is_entry(&entry)) || !is_clear {
        return None;
    }
    let codes: BTreeSet<String> = entries().filter_map(code).collect();
    let step = |is| Step::Entry { by: by.clone(), is, value: value.clone() };
    if is_language {
        // Documents may tell to read another language than the main one.
        let main = Step::Language { by: by.clone(), value: value.clone() };
        let others = codes.into_iter().map(step).take(MAX_LANGUAGES);
        return Some(std::iter::once(main).chain(others).collect());
    }
    (codes.len() <= MAX_CODES).then(|| codes.into_iter().map(step).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(list: &Value) -> Option<Vec<Step>> {
        steps(&[list.as_array().unwrap()])
    }

    #[test]
    fn entries_with_a_code_and_a_value_are_fields() {
        let list = json!([{"code": "color", "value": "red"}, {"code": "size", "value": 3}]);
        assert_eq!(found(&list).unwrap().len(), 2);
        let repeated =
            json!([{"code": "color", "value": "red"}, {"code": "color", "value": "blue"}]);
        assert_eq!(found(&repeated), None);
        assert_eq!(found(&json!([{"id": 1, "name": "Tea"}])), None);
    }

    #[test]
    fn texts_by_language_are_one_text() {
        let list = json!([{"lang": "fi", "value": "Tee"}, {"lang": "en", "value": "Tea"}]);
        assert!(matches!(
            found(&list).unwrap().as_slice(),
            [Step::Language { .. }, Step::Entry { .. }, Step::Entry { .. }]
        ));
    }
}
