//! Words of a state that documents define one by one: `x` ready: on sale; gone: no longer on sale. A word that
//! no sample has is one of the state all the same.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::words;
use crate::pattern::pattern;
use crate::synth::documents::Documents;
use crate::synth::scope::Field;

/// Where a definition begins: the word and what leads to its meaning.
static START: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?:^[\s:]*(?:(?:is|are|has|says|takes|can be|may be|one of)\s+(?:either\s+|one of\s+)?)?|[,;(]\s*(?:(?:and|or|but)\s+)?|\)\s+(?:and|or)\s+)(?:[`"“']?(?P<other>[A-Za-z][\w-]*)[`"”']?\s+and\s+)?[`"“']?(?P<word>[A-Za-z][\w-]*)[`"”']?\s*(?P<mark>[:=(–→]|means?\b|stands? for\b)"#,
    )
});

/// A meaning that denies what was so or will be so, whatever that is: not yet, no longer.
static NOT_NOW: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:it is |is )?(?:not yet|no longer|not any ?more|never)\b"));

/// Whether a meaning says by itself that something is not so now.
pub(super) fn is_not_now(meaning: &str) -> bool {
    NOT_NOW.is_match(meaning)
}

/// The words that documents define in a list that goes on from the field's name and defines one of the
/// samples' words, each with its meaning in lower case.
pub(super) fn find(field: &Field<'_>, documents: &Documents) -> Vec<(String, String)> {
    let shown: Vec<String> = words::words(field).unwrap_or_default().into_iter().collect();
    let mut found: Vec<(String, String)> = Vec::new();
    for (at, statement) in documents.statements.iter().enumerate() {
        let Some(tail) = statement.after(&field.path) else { continue };
        let mut list = entries(tail, false);
        // A list may stand in bullets below the sentence that names the field.
        let is_below = list.is_empty();
        let rest = documents.statements.get(at + 1..).unwrap_or_default();
        let rest = rest.iter().take_while(|next| is_below || next.block == statement.block);
        // What goes on begins with its word: prose ends the list.
        for next in rest.take_while(|next| begins(&next.text)) {
            list.extend(entries(&next.text, true));
        }
        list.retain(|(word, _)| shown.iter().any(|own| is_written_like(word, own)));
        if list.len() > 1 && list.iter().any(|(word, _)| shown.contains(word)) {
            let is_new = |(word, _): &(String, String)| found.iter().all(|(own, _)| own != word);
            let new: Vec<_> = list.into_iter().filter(is_new).collect();
            found.extend(new);
        }
    }
    found
}

/// Whether a text begins with a definition.
fn begins(text: &str) -> bool {
    START.find(text).is_some_and(|found| found.start() == 0)
}

/// The words that a text defines, with their meanings; `goes_on` is whether it begins with an entry.
fn entries(text: &str, goes_on: bool) -> Vec<(String, String)> {
    let starts: Vec<Captures<'_>> = START.captures_iter(text).collect();
    let begin = |at: usize| starts.get(at).and_then(|own| own.get(0)).map(|own| own.start());
    let entry = |(at, found): (usize, &Captures<'_>)| {
        let rest = text.get(found.get(0)?.end()..begin(at + 1).unwrap_or(text.len()))?;
        let is_bracketed = found.name("mark").is_some_and(|mark| mark.as_str() == "(");
        let meaning = if is_bracketed { rest.split(')').next()? } else { rest };
        let meaning = meaning.trim_matches([' ', ',', ':', '.', '"', '“', '”']).to_lowercase();
        // Where an entry begins at a semicolon, two words have one meaning.
        let begins = found.get(0)?;
        let is_pair = begins.as_str().starts_with(';') || (goes_on && begins.start() == 0);
        let other = found.name("other").filter(|_| is_pair);
        let words = other.into_iter().chain(found.name("word"));
        Some(words.map(|word| (word.as_str().to_owned(), meaning.clone())).collect::<Vec<_>>())
    };
    let all = starts.iter().enumerate().filter_map(entry).flatten();
    all.filter(|(_, said)| !said.is_empty()).collect()
}

/// Whether two words are written in the same letters, small or capital.
fn is_written_like(word: &str, other: &str) -> bool {
    let form =
        |text: &str| (text.starts_with(char::is_uppercase), text.chars().any(char::is_lowercase));
    form(word) == form(other)
}
