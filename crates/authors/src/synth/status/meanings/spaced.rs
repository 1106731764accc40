//! Lists of words with their meanings and nothing but a space between: `NEW received; GONE completed`.

use std::sync::LazyLock;

use regex::Regex;

use super::{Table, meant};
use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement};

/// A word in its marks or without, and a meaning of a few words or a longer word.
static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^[`"'*]*([A-Za-z0-9][A-Za-z0-9_.\-]*)[`"'*]*\s+((?:[A-Z]?[a-z]+)(?: [a-z]+){0,3}|[A-Z]+(?:_[A-Z]+)*)$"#,
    )
});

/// What such lists say of the field's words, and the blocks that are one.
pub(super) fn read(documents: &Documents, known: &[String]) -> (Table, Vec<usize>) {
    let (mut table, mut blocks) = (Table::new(), Vec::new());
    let statements = documents.statements.as_slice();
    for block in statements.chunk_by(|a, b| a.block == b.block) {
        let parts = parts(block);
        let entries: Vec<(String, &'static str)> =
            parts.iter().map_while(|part| entry(part, known)).collect();
        // Prose may go on after a list that is long enough to be one.
        let enough = if entries.len() == parts.len() { 2 } else { 3 };
        if entries.len() < enough {
            continue;
        }
        if entries.iter().any(|(word, _)| known.contains(word)) {
            blocks.extend(block.first().map(|statement| statement.block));
            table.extend(entries.into_iter().map(|(word, status)| (word, (status, true))));
        }
    }
    (table, blocks)
}

/// What leads to a list: `state` is one of.
static LEAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^.{0,60}?\b(?:(?:is|are|be|has|takes|holds)(?: always)? (?:one|any|either) of|one of|can be|may be)(?: these| the following)?:?\s+",
    )
});

/// What semicolons, full stops and commas part in a block, without what leads to the list.
fn parts(block: &[Statement]) -> Vec<&str> {
    let mut texts: Vec<&str> = block.iter().map(|statement| statement.text.as_str()).collect();
    if let Some(first) = texts.first_mut()
        && let Some((_, list)) = first.split_once(": ")
    {
        *first = list;
    }
    if let Some(first) = texts.first_mut()
        && let Some(lead) = LEAD.find(first)
    {
        *first = first.get(lead.end()..).unwrap_or_default();
    }
    texts
        .into_iter()
        .flat_map(|text| text.split([',', ';']))
        .map(|part| part.trim().trim_end_matches('.'))
        .filter(|part| !part.is_empty())
        .collect()
}

/// A word written as the known ones are, and the standard status that its meaning names.
fn entry(part: &str, known: &[String]) -> Option<(String, &'static str)> {
    let found = ENTRY.captures(part)?;
    let word = found.get(1)?.as_str();
    let is_alike = known.iter().any(|own| style(own) == style(word));
    let meaning = found.get(2)?.as_str();
    // `is received` speaks of more than the word.
    let status = meant(word, meaning)?;
    is_alike.then(|| (word.to_owned(), status))
}

/// Whether a word begins with a capital, and whether it has small letters.
fn style(word: &str) -> (bool, bool) {
    (word.starts_with(char::is_uppercase), word.contains(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Document;

    fn found(text: &str, known: &str) -> Vec<(String, &'static str)> {
        let document = Document { name: "notes.md".parse().unwrap(), content: text.to_owned() };
        let documents = Documents::read(&[document], &[]);
        let (table, _) = read(&documents, &[known.to_owned()]);
        table.into_iter().map(|(word, (status, _))| (word, status)).collect()
    }

    #[test]
    fn every_word_of_a_list_without_marks_between_is_read() {
        let all = [("GONE", "completed"), ("NEW", "received"), ("VOIDED", "cancelled")];
        for text in [
            "- Statuses: NEW received; GONE completed; VOIDED cancelled.",
            "NEW received, GONE completed, VOIDED cancelled",
            "`state`: `NEW` received; `GONE` completed; `VOIDED` cancelled",
            "`state` is one of NEW received; GONE completed; VOIDED cancelled.",
            "- `state` is one of `NEW` received; `GONE` completed; `VOIDED` cancelled. `at` is the time. It is UTC.",
        ] {
            let own = found(text, "NEW");
            let own: Vec<(&str, &str)> = own.iter().map(|(w, s)| (w.as_str(), *s)).collect();
            assert_eq!(own, all, "{text}");
        }
    }

    #[test]
    fn prose_and_words_of_another_spelling_are_no_list() {
        assert_eq!(found("Orders arrive ready; they are completed.", "new"), []);
        assert_eq!(found("NEW received; then it is sent to us.", "NEW"), []);
        assert_eq!(found("NEW received; GONE completed; then it is sent to us.", "NEW"), []);
        assert_eq!(found("GONE completed; VOIDED cancelled.", "NEW"), []);
    }
}
