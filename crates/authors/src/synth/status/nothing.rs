//! Words that stand for no reason: `x` NONE: there was none.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::documents::{Documents, term_names};
use crate::synth::path::Path;
use crate::synth::scope::Field;

/// A word and that it means none.
static NOTHING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^\s*(?:(?:is|of|with|=)\s+)?["'`]?([A-Za-z][\w-]*)["'`]?\s*(?::|=|\bmeans?\b|\bis\b|\bstands for\b)\s*(?:that )?(?:there (?:is|was) )?(?:no reason|none\b|nothing\b|not given\b)"#,
    )
});

/// The words of the field at the path that documents say stand for nothing.
pub(super) fn words(path: &Path, documents: &Documents) -> Vec<String> {
    let statements = documents.about(path);
    let after = statements.flat_map(|statement| {
        let places = statement.places().into_iter().filter(|place| term_names(place.term, path));
        places.filter_map(|place| statement.text.get(place.end..)).collect::<Vec<_>>()
    });
    after
        .filter_map(|text| NOTHING.captures(text)?.get(1).map(|word| word.as_str().to_owned()))
        .collect()
}

/// The fields, where a word that stands for nothing is none.
pub(super) fn without<'a>(fields: Vec<Field<'a>>, documents: &Documents) -> Vec<Field<'a>> {
    let read = |field: Field<'a>| {
        let words = words(&field.path, documents);
        if words.is_empty() {
            return field;
        }
        let says =
            |value: &&Value| !value.as_str().is_some_and(|text| words.iter().any(|w| w == text));
        let values = field.values.iter().map(|value| value.filter(says)).collect();
        Field { values, ..field }
    };
    fields.into_iter().map(read).collect()
}
