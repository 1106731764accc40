//! Texts as words that can be compared: `itemIds`, `item_id` and `Item ID` are the same two.

use std::str::Chars;

use rust_stemmers::{Algorithm, Stemmer};

/// Longer than any word; keys and encoded data are.
const MAX_LENGTH: usize = 40;

/// Words that say nothing about what a text is about.
const STOP_WORDS: [&str; 40] = [
    "the", "a", "an", "and", "or", "of", "to", "in", "on", "for", "is", "are", "be", "it", "its",
    "this", "that", "these", "with", "as", "by", "at", "from", "if", "will", "can", "you", "your",
    "we", "our", "not", "no", "has", "have", "was", "were", "do", "does", "which", "when",
];

/// The words of a text, cut to their stems, without those that say nothing.
pub(crate) fn stems(text: &str) -> Vec<String> {
    let stemmer = Stemmer::create(Algorithm::English);
    split(text)
        .into_iter()
        .filter(|word| (2..=MAX_LENGTH).contains(&word.len()))
        .filter(|word| !STOP_WORDS.contains(&word.as_str()))
        .map(|word| stemmed(&stemmer, word))
        .collect()
}

/// One word cut to its stem.
pub(crate) fn stem(word: &str) -> String {
    stemmed(&Stemmer::create(Algorithm::English), word.to_owned())
}

/// The stemmer knows English only, and would cut other scripts at odd places.
fn stemmed(stemmer: &Stemmer, word: String) -> String {
    if word.bytes().all(|b| b.is_ascii_lowercase()) {
        stemmer.stem(&word).into_owned()
    } else {
        word
    }
}

/// The words of a text in lower case, split at everything that is no letter or digit and at humps.
pub(crate) fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut characters = text.chars();
    let mut before: Option<char> = None;
    while let Some(c) = characters.next() {
        if !c.is_alphanumeric() {
            end(&mut word, &mut words);
            before = None;
            continue;
        }
        let next_is_small = starts_word(characters.clone());
        let hump = before.is_some_and(|before| {
            c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && next_is_small))
        });
        if hump {
            end(&mut word, &mut words);
        }
        word.extend(c.to_lowercase());
        before = Some(c);
    }
    end(&mut word, &mut words);
    words
}

/// Whether a word goes on in small letters; the `s` of `IDs` is but its plural.
fn starts_word(mut rest: Chars<'_>) -> bool {
    let next = rest.next();
    let after = rest.next();
    let plural = next == Some('s') && !after.is_some_and(char::is_lowercase);
    next.is_some_and(char::is_lowercase) && !plural
}

fn end(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_split_however_they_are_written() {
        for name in ["itemIds", "item_id", "Item-IDs", "ITEM ID", "items' ids"] {
            assert_eq!(stems(name), ["item", "id"], "{name}");
        }
        assert_eq!(split("getHTMLPage v2"), ["get", "html", "page", "v2"]);
        assert_eq!(stems("the Öffnungszeiten of a store"), ["öffnungszeiten", "store"]);
    }

    proptest! {
        #[test]
        fn any_text_has_words(text in any::<String>(), word in "[a-z]{0,45}") {
            stems(&text);
            stems(&word);
        }
    }
}
